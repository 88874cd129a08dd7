import type { Snippet } from './context.ts';
import type { Counter, FittedQuestion, QuestionQuery } from './questionFit.ts';
import { layOutQuestion, layOutSnippet } from './prompts.ts';
import type { ChatMessage } from './types.ts';

/** A question that was answered, and its answer, as they are sent again. */
export interface Turn {
  /** Id of the question. */
  readonly first: string;
  readonly messages: readonly ChatMessage[];
}

/** What is to go into a model's window beside a question. */
export interface WindowQuery extends Omit<QuestionQuery, 'systems' | 'attachments' | 'spareTokens'> {
  readonly fitted: FittedQuestion;
  /** The earlier turns that were sent last time, and the one after them; the oldest first. */
  readonly turns: readonly Turn[];
  /** The first question that was sent last time; null: there is none before these turns. */
  readonly firstSent: string | null;
  /** Id of the question. */
  readonly id: string;
  /** Of the repository, best first, and the most tokens for them. */
  readonly snippets: readonly Snippet[];
  readonly snippetTokens: number;
}

/** A prompt that fits. */
export interface FittedPrompt {
  /** All messages, the question last. */
  readonly messages: readonly ChatMessage[];
  readonly prompt: ChatMessage;
  readonly promptTokens: number;
  /** The first question that is sent; null: all are. */
  readonly firstSent: string | null;
  readonly snippets: readonly Snippet[];
}

/** Tokens kept for an answer: a quarter of the window, no more than the answer may have, but enough to say something. */
export function answerReserve(contextTokens: number, maxTokens: number): number {
  const usual = Math.max(128, Math.min(maxTokens, Math.floor(contextTokens / 4)));
  return Math.min(usual, Math.floor(contextTokens / 2));
}

/**
 * Lays out a prompt that fits into a window, by exact counts, around a question that does. What matters most is kept
 * longest: the newest turn, what was found in the repository, older turns. These go in big steps, so that the turns after
 * this one find their beginning in the KV cache.
 */
export async function fitPrompt(query: WindowQuery, counter: Counter): Promise<FittedPrompt> {
  return new Fitting(query, counter).fit();
}

/** One prompt while its turns and snippets are chosen. */
class Fitting {
  readonly #query: WindowQuery;
  readonly #counter: Counter;
  readonly #budget: number;
  /** Most tokens of a prompt from which turns were left out: with the answer's it leaves a third of the window free. */
  readonly #afterStep: number;

  constructor(query: WindowQuery, counter: Counter) {
    this.#query = query;
    this.#counter = counter;
    this.#budget = query.contextTokens - query.answerTokens;
    this.#afterStep = Math.floor((query.contextTokens * 2) / 3) - query.answerTokens;
  }

  async fit(): Promise<FittedPrompt> {
    const { turns } = this.#query;
    const all = await this.#withSnippets(turns);
    if (all.promptTokens <= this.#budget) return all;
    const kept = await this.#afterDropping(turns);
    if (kept !== null) return kept;
    const newest = await this.#withFewerSnippets(turns.slice(-1));
    return newest ?? (await this.#withFewerSnippets([])) ?? this.#counted([], []);
  }

  /** The prompt with the fewest turns left out that makes room for the next ones; null where the newest alone is too long. */
  async #afterDropping(turns: readonly Turn[]): Promise<FittedPrompt | null> {
    if (turns.length < 2) return null;
    let tooMany = 0;
    let few = turns.length - 1;
    while (few - tooMany > 1) {
      const drop = Math.floor((few + tooMany) / 2);
      const { promptTokens } = await this.#withSnippets(turns.slice(drop));
      if (promptTokens <= this.#afterStep) few = drop;
      else tooMany = drop;
    }
    const fitted = await this.#withSnippets(turns.slice(few));
    return fitted.promptTokens <= this.#budget ? fitted : null;
  }

  async #withSnippets(turns: readonly Turn[]): Promise<FittedPrompt> {
    return this.#counted(turns, await this.#pick(turns, this.#query.snippetTokens));
  }

  /** The prompt with these turns and the best snippets that have room beside them; null where the turns have none. */
  async #withFewerSnippets(turns: readonly Turn[]): Promise<FittedPrompt | null> {
    const without = await this.#counted(turns, []);
    const room = this.#budget - without.promptTokens;
    if (room < 0) return null;
    const snippets = await this.#pick(turns, Math.min(room, this.#query.snippetTokens));
    for (; snippets.length > 0; snippets.pop()) {
      const fitted = await this.#counted(turns, snippets);
      if (fitted.promptTokens <= this.#budget) return fitted;
    }
    return without;
  }

  /** The best snippets for so many tokens, but for those that the turns have word for word. */
  async #pick(turns: readonly Turn[], room: number): Promise<Snippet[]> {
    const said = turns.flatMap(({ messages }) => messages.map(({ content }) => content));
    const laidOut = this.#query.snippets
      .map((snippet) => ({ snippet, text: layOutSnippet(snippet) }))
      .filter(({ text }) => !said.some((content) => content.includes(text)));
    if (laidOut.length === 0 || room <= 0) return [];
    const sizes = await this.#counter.countTexts(laidOut.map(({ text }) => `${text}\n\n`));
    let left = room;
    const picked: Snippet[] = [];
    laidOut.forEach(({ snippet }, index) => {
      const size = sizes[index] ?? Infinity;
      if (size > left) return;
      left -= size;
      picked.push(snippet);
    });
    return picked;
  }

  async #counted(turns: readonly Turn[], snippets: readonly Snippet[]): Promise<FittedPrompt> {
    const { id, tools, firstSent, fitted, problems, question } = this.#query;
    const { system, attachments } = fitted;
    const prompt = {
      role: 'user',
      content: layOutQuestion({ snippets, attachments, problems, question }),
    } as const;
    const messages = [
      { role: 'system', content: system } as const,
      ...turns.flatMap((turn) => turn.messages),
      prompt,
    ];
    const all = turns.length === this.#query.turns.length;
    return {
      messages,
      prompt,
      promptTokens: await this.#counter.countPrompt(messages, tools),
      firstSent: all ? firstSent : (turns[0]?.first ?? id),
      snippets: [...snippets],
    };
  }
}
