import type { ConversationEvent, Conversation } from '../../src/core/chat/conversation.ts';
import { replay } from '../../src/core/chat/events.ts';
import type { ChatModel, ChatSurroundings, ChatWorkspace } from '../../src/core/chat/ports.ts';
import type {
  ChatAnswer,
  ChatEvent,
  ChatMessage,
  ChatModelDescription,
  ChatQuery,
  ChatStopReason,
  ToolCall,
  ToolDefinition,
} from '../../src/core/chat/types.ts';

/** Tokens of a text as the tests count them: words, signs and line ends. */
export function tokensOf(text: string): number {
  return text.match(/\w+|[^\w\s]|\n/g)?.length ?? 0;
}

/** Tokens of a prompt: those of its messages, and four for the frame of each. */
export function promptTokens(messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): number {
  const said = messages.map(
    ({ content, reasoning = '', toolCalls = [] }) =>
      4 + tokensOf(content) + tokensOf(reasoning) + tokensOf(JSON.stringify(toolCalls)),
  );
  return 3 + said.reduce((sum, tokens) => sum + tokens, 0) + tokensOf(JSON.stringify(tools));
}

/** What a model that does not exist answers when it is asked once. */
export interface Said {
  readonly events: readonly ChatEvent[];
  readonly stopReason?: ChatStopReason;
  /** Which of the texts that were to end it came. */
  readonly stop?: string;
  /** Why the model's template was not used for it. */
  readonly templateFailure?: string;
  /** Fails after the events. */
  readonly error?: Error;
  /** Waits after the events until it is stopped. */
  readonly hangs?: boolean;
}

/** An answer of text alone. */
export function says(text: string, stopReason: ChatStopReason = 'end'): Said {
  return { events: [{ kind: 'text', text }], stopReason };
}

/** An answer that calls tools. */
export function calls(...made: readonly ToolCall[]): Said {
  return { events: made.map((call) => ({ kind: 'tool-call', call })), stopReason: 'tool-calls' };
}

let callCount = 0;
export function call(name: string, args: unknown): ToolCall {
  callCount += 1;
  const json = typeof args === 'string' ? args : JSON.stringify(args);
  return { id: `call${callCount}`, name, arguments: json };
}

export const describedModel: ChatModelDescription = {
  name: 'Made-up 1B',
  fingerprint: 'made-up',
  contextTokens: 4096,
  template: 'model',
  limitation: null,
  tools: true,
  thinking: true,
};

/** A model that answers from a script, and keeps what it was asked. */
export class ScriptedModel implements ChatModel {
  readonly route = 'local';
  readonly asked: ChatQuery[] = [];
  description: Awaited<ReturnType<ChatModel['describe']>> = describedModel;
  script: Said[] = [];
  /** What it says instead as soon as it has no tools. */
  withoutTools: Said | null = null;

  describe(): ReturnType<ChatModel['describe']> {
    return Promise.resolve(this.description);
  }

  countPrompt(messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): Promise<number> {
    return Promise.resolve(promptTokens(messages, tools));
  }

  countTexts(texts: readonly string[]): Promise<readonly number[]> {
    return Promise.resolve(texts.map(tokensOf));
  }

  async answer(
    query: ChatQuery,
    { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: (event: ChatEvent) => void },
  ): Promise<ChatAnswer> {
    this.asked.push(query);
    const last = query.tools.length === 0 ? this.withoutTools : null;
    const said = last ?? this.script.shift() ?? says('Nothing is left in the script.');
    const prompt = promptTokens(query.messages, query.tools);
    onEvent({ kind: 'prefill', done: prompt, total: prompt });
    for (const event of said.events) {
      await Promise.resolve();
      onEvent(event);
    }
    if (said.error !== undefined) throw said.error;
    if (said.hangs === true)
      await new Promise((_, reject) => {
        const end = (): void => reject(Object.assign(new Error('Cancelled.'), { code: 'cancelled' }));
        if (signal.aborted) end();
        signal.addEventListener('abort', end);
      });
    const of = (kind: 'text' | 'reasoning'): string =>
      said.events.map((event) => (event.kind === kind ? event.text : '')).join('');
    return {
      text: of('text'),
      reasoning: of('reasoning'),
      toolCalls: said.events.flatMap((event) => (event.kind === 'tool-call' ? [event.call] : [])),
      stopReason: said.stopReason ?? 'end',
      ...(said.stop === undefined ? {} : { stop: said.stop }),
      ...(said.templateFailure === undefined ? {} : { templateFailure: said.templateFailure }),
      tokens: { prompt, reused: 0, evaluated: prompt, generated: tokensOf(of('text')) },
      milliseconds: { queue: 1, prompt: 20, firstToken: 30, total: 100 },
    };
  }
}

/** A workspace of files that are given, and what is to be found in it. */
export function madeUpWorkspace(
  files: Readonly<Record<string, string>>,
  more: Partial<ChatWorkspace> = {},
): ChatWorkspace {
  const lines = (path: string): string[] | null => files[path]?.replace(/\n$/, '').split('\n') ?? null;
  const all = Object.keys(files).flatMap((path) =>
    (lines(path) ?? []).map((text, index) => ({ path, line: index + 1, text })),
  );
  return {
    retrieve: () => Promise.resolve([]),
    map: () => Promise.resolve({ text: '', files: [], tokens: 0 }),
    findSymbols: () => Promise.resolve([]),
    findPaths: (query) => Promise.resolve(Object.keys(files).filter((path) => path.includes(query))),
    references: (name, limit) =>
      Promise.resolve(all.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(text)).slice(0, limit)),
    search: (text, scope, limit) =>
      Promise.resolve(
        all
          .filter((line) => line.text.toLowerCase().includes(text.toLowerCase()))
          .filter(({ path }) => path.startsWith(scope ?? ''))
          .slice(0, limit),
      ),
    read: (path, startLine, endLine) => {
      const found = lines(path);
      if (found === null) return Promise.resolve(null);
      const text = found.slice(startLine - 1, endLine).join('\n');
      const end = Math.min(endLine, found.length);
      return Promise.resolve({ path, startLine, endLine: end, text, lines: found.length });
    },
    check: (places) =>
      Promise.resolve(
        places.map(({ path, endLine }) => {
          const found = lines(path);
          return found === null ? 'no-file' : endLine > found.length ? 'no-lines' : 'ok';
        }),
      ),
    ...more,
  };
}

/** Surroundings in which a mention stands for a file of so many lines that names it. */
export function madeUpSurroundings(more: Partial<ChatSurroundings> = {}): ChatSurroundings {
  return {
    attach: (mention) =>
      Promise.resolve([
        {
          ...{ kind: mention.kind, label: mention.value === '' ? mention.kind : mention.value },
          place: mention.kind === 'file' ? { path: mention.value, startLine: 1, endLine: 2 } : null,
          ...{ language: 'ts', text: `// ${mention.value}\nlet x;`, cut: false },
        },
      ]),
    instructions: () => Promise.resolve([]),
    problems: () => Promise.resolve({ text: '', files: [] }),
    diff: () => Promise.resolve({ text: '', files: [] }),
    ...more,
  };
}

/** A conversation that these events make after its creation. */
export function conversationOf(...events: readonly ConversationEvent[]): Conversation {
  const created = { type: 'created', version: 1, id: 'c', at: 0, workspace: null } as const;
  const conversation = replay([created, ...events]);
  if (conversation === null) throw new Error('These events make no conversation.');
  return conversation;
}
