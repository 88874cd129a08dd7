import { Lookup } from '../../core/prompt/lookup.ts';
import { mostDrafted, SpeculationMeter } from '../../core/prompt/speculationMeter.ts';
import type { DraftModel } from './draftModel.ts';

/** Tokens before an answer that are remembered with it, by which its continuation is found again. */
const contextTokens = 16;
const lookups = ['lookup-4', 'lookup-3', 'lookup-2'] as const;
const modelSource = 'model';

/** Tokens guessed ahead, and by what. */
export interface Draft {
  readonly tokens: readonly number[];
  readonly source: string;
}

/** Nothing is guessed. */
export const noDraft: Draft = { tokens: [], source: '' };

/**
 * Guesses the next tokens of an answer: from a text that it is expected to repeat, from the answer before (one that is
 * typed along is written again), from the prompt and what is written so far, and by a small model where there is one; each only while that pays.
 */
export class Speculation {
  readonly meter: SpeculationMeter;
  readonly #draftModel: DraftModel | null;
  #previous: Lookup | null = null;

  constructor(draftModel: DraftModel | null, meter = new SpeculationMeter()) {
    this.#draftModel = draftModel;
    this.meter = meter;
  }

  /** For one answer after these prompt tokens; `expected`: those of a text that it is likely to repeat. */
  begin(prompt: readonly number[], expected: readonly number[] = []): SpeculationRun {
    const known = expected.length === 0 ? [] : [new Lookup(expected)];
    if (this.#previous !== null) known.push(this.#previous);
    return new SpeculationRun(this.meter, prompt, known, this.#draftModel);
  }

  /** Remembers an answer: the next one, a keystroke later, may well be the rest of it. */
  remember(prompt: readonly number[], written: readonly number[]): void {
    if (written.length > 0) this.#previous = new Lookup([...prompt.slice(-contextTokens), ...written]);
  }

  async dispose(): Promise<void> {
    await this.#draftModel?.dispose();
  }
}

/** The guesses for one answer. */
export class SpeculationRun {
  readonly #meter: SpeculationMeter;
  /** Texts that the answer may repeat, the likeliest first. */
  readonly #known: readonly Lookup[];
  readonly #draftModel: DraftModel | null;
  readonly #tokens: number[];
  #lookup: Lookup | null = null;

  constructor(
    meter: SpeculationMeter,
    prompt: readonly number[],
    known: readonly Lookup[],
    draftModel: DraftModel | null,
  ) {
    this.#meter = meter;
    this.#tokens = [...prompt];
    this.#known = known;
    this.#draftModel = draftModel;
  }

  /** Adds a written token. */
  push(token: number): void {
    this.#tokens.push(token);
    this.#lookup?.push(token);
  }

  /** At most `room` tokens that may come next. */
  async draft(room: number, signal: AbortSignal): Promise<Draft> {
    const most = Math.min(room, mostDrafted);
    if (most <= 0) return noDraft;
    const looked = this.#lookUp(most);
    if (looked.tokens.length > 0 || this.#draftModel === null) return looked;
    const size = this.#meter.size(modelSource, most);
    if (size === 0) return noDraft;
    const began = performance.now();
    const tokens = await this.#draftModel.draft(this.#tokens, size, signal);
    this.#meter.drafting(modelSource, tokens.length, performance.now() - began);
    return { tokens, source: modelSource };
  }

  #lookUp(most: number): Draft {
    if (this.#meter.dormant(lookups)) return noDraft;
    // The table is made when it is first needed: where guessing does not pay, it costs noDraft.
    this.#lookup ??= new Lookup(this.#tokens);
    const tail = this.#tokens.slice(-4);
    const found = [...this.#known, this.#lookup].flatMap((lookup) => lookup.draft(tail, most) ?? []);
    const best = found.reduce((a, b) => (a === undefined || b.order > a.order ? b : a), found[0]);
    if (best === undefined) return noDraft;
    const source = `lookup-${best.order}`;
    return { tokens: best.tokens.slice(0, this.#meter.size(source, most)), source };
  }
}
