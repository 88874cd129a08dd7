import assert from 'node:assert/strict';
import type { Mention, Snippet } from '../../src/core/chat/context.ts';
import type { AssistantMessage, Conversation } from '../../src/core/chat/conversation.ts';
import { apply } from '../../src/core/chat/events.ts';
import { shownMessages } from '../../src/core/chat/path.ts';
import type { ChatSurroundings, ChatWorkspace } from '../../src/core/chat/ports.ts';
import type { ChatSettings, TurnEvent, TurnParts } from '../../src/core/chat/turn/parts.ts';
import { readQuestion } from '../../src/core/chat/turn/readQuestion.ts';
import { runTurn } from '../../src/core/chat/turn/turn.ts';
import type { ChatModel } from '../../src/core/chat/ports.ts';
import { conversationOf, madeUpSurroundings, madeUpWorkspace, ScriptedModel } from './chatPorts.ts';

export const usualSettings: ChatSettings = {
  ...{ maxTokens: 1024, temperature: 0, thinking: true, retrieval: true, tools: true },
};

export interface WorldOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Partial<ChatSettings>;
  readonly model?: ChatModel;
  readonly workspace?: Partial<ChatWorkspace>;
  readonly surroundings?: Partial<ChatSurroundings>;
}

/** A conversation with a model that answers from a script. */
export class TurnWorld {
  readonly model = new ScriptedModel();
  readonly parts: TurnParts;
  /** All that was emitted, question by question. */
  readonly events: TurnEvent[] = [];
  /** Called with each event, once it is applied. */
  onEvent: (event: TurnEvent) => void = () => undefined;
  conversation: Conversation = conversationOf();
  #ids = 0;

  constructor({ files = {}, settings, model, workspace, surroundings }: WorldOptions = {}) {
    this.parts = {
      model: model ?? this.model,
      workspace: madeUpWorkspace(files, workspace),
      surroundings: madeUpSurroundings(surroundings),
      settings: { ...usualSettings, ...settings },
      clock: () => 1000,
    };
  }

  /** Asks after what is shown, and gives the answer. */
  async ask(
    text: string,
    {
      chips = [],
      signal = new AbortController().signal,
    }: { chips?: readonly Mention[]; signal?: AbortSignal } = {},
  ): Promise<AssistantMessage> {
    this.#ids += 1;
    const parent = shownMessages(this.conversation).at(-1)?.id ?? null;
    const typed = { id: `q${this.#ids}`, parent, at: 1000, text, chips, attachments: [] };
    const { message, problems } = await readQuestion(typed, this.parts.surroundings, signal);
    this.#take({ type: 'asked', message });
    return this.answer(message.id, problems, signal);
  }

  /** Answers a question that was asked. */
  async answer(
    question: string,
    problems: readonly string[] = [],
    signal = new AbortController().signal,
  ): Promise<AssistantMessage> {
    this.#ids += 1;
    const answerId = `a${this.#ids}`;
    const userMessage = this.conversation.messages.get(question);
    assert.equal(userMessage?.role, 'user');
    const asked = { userMessage, answerId, problems };
    await runTurn(this.parts, this.conversation, asked, signal, (event) => this.#take(event));
    const answer = this.conversation.messages.get(answerId);
    assert.equal(answer?.role, 'assistant');
    return answer;
  }

  /** The events of a type. */
  of<Type extends TurnEvent['type']>(type: Type): Extract<TurnEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<TurnEvent, { type: Type }> => event.type === type);
  }

  #take(event: TurnEvent): void {
    this.events.push(event);
    if (event.type !== 'prefill') this.conversation = apply(this.conversation, event);
    this.onEvent(event);
  }
}

/** The text of an answer. */
export function textOf({ steps }: AssistantMessage): string {
  return steps.map((step) => (step.kind === 'text' ? step.text : '')).join('');
}

/** A snippet of one line, or of so many. */
export function snippetOf(path: string, startLine: number, text: string, score = 1): Snippet {
  return { path, startLine, endLine: startLine + text.split('\n').length - 1, text, score, why: 'name' };
}
