import { mostBytes } from '../core/index/exclusions.ts';
import type { TokenCount } from '../core/context/items.ts';

/** UTF-16 units per token that no real tokenizer of code falls below for long: an estimate that is rather too high. */
const carefulUnits = 2.8;
/** Counts that are kept. */
const mostKept = 50_000;
/** Texts of one question, and UTF-16 units of all of them unless it is one: the engine does nothing else meanwhile. */
const mostAsked = 2_000;
const mostUnits = 100_000;

/**
 * Tokens of lines as the model's tokenizer counts them. It lives in another process, so what is not known yet is
 * estimated, asked for in one question, and exact from then on.
 */
export class TokenCounts {
  readonly #ask: (texts: readonly string[]) => Promise<readonly number[] | null>;
  readonly #known = new Map<string, number>();
  readonly #missing = new Set<string>();
  #tokenizer: string | null = null;
  #asking: Promise<void> | null = null;

  constructor(ask: (texts: readonly string[]) => Promise<readonly number[] | null>) {
    this.#ask = ask;
  }

  /** Whether every count was exact since `settle` was last called. */
  get exact(): boolean {
    return this.#missing.size === 0;
  }

  /** Names the tokenizer that is asked; null for none. Another one makes all counts unknown. */
  use(tokenizer: string | null): void {
    if (tokenizer === this.#tokenizer) return;
    this.#tokenizer = tokenizer;
    this.#known.clear();
    this.#missing.clear();
  }

  readonly count: TokenCount = (text) => {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (text.length < mostBytes) this.#missing.add(text);
    return Math.ceil(text.length / carefulUnits);
  };

  /** Asks for what was estimated since the last time; true where something is known now that was not. */
  async settle(): Promise<boolean> {
    if (this.#tokenizer === null) {
      this.#missing.clear();
      return false;
    }
    const wanted = [...this.#missing];
    // A question that is under way is another one.
    while (this.#asking !== null) await this.#asking;
    this.#asking = this.#askAll().finally(() => {
      this.#asking = null;
    });
    await this.#asking;
    return wanted.some((text) => this.#known.has(text));
  }

  async #askAll(): Promise<void> {
    const tokenizer = this.#tokenizer;
    const texts = [...this.#missing];
    this.#missing.clear();
    if (this.#known.size + texts.length > mostKept) this.#known.clear();
    for (const some of questions(texts)) {
      const counts = await this.#ask(some);
      if (counts?.length !== some.length || tokenizer !== this.#tokenizer) return;
      some.forEach((text, index) => this.#known.set(text, counts[index] ?? 0));
    }
  }
}

function* questions(texts: readonly string[]): Generator<string[]> {
  let some: string[] = [];
  let units = 0;
  for (const text of texts) {
    if (some.length > 0 && (some.length === mostAsked || units + text.length > mostUnits)) {
      yield some;
      [some, units] = [[], 0];
    }
    some.push(text);
    units += text.length;
  }
  if (some.length > 0) yield some;
}
