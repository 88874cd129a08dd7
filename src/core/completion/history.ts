import type { Reason } from './reasons.ts';

/** How far a request came: asked at all, looked at the document, or asked the model. */
export type Stage = 'gate' | 'document' | 'model' | 'filter' | 'shown';

/** Who answered: nobody, the cache, an answer that was already being written, or a call of the model for this request. */
export type Source = 'none' | 'cache' | 'stream' | 'model';

/** One request as "Why No Suggestion?" shows it. Holds no code. */
export interface RequestRecord {
  readonly at: number;
  readonly manual: boolean;
  readonly languageId: string;
  readonly stage: Stage;
  readonly source: Source;
  readonly reason: Reason;
  /** More about the reason, from the engine; '' for none. */
  readonly detail: string;
  readonly tokens: {
    readonly prompt: number;
    readonly reused: number;
    readonly evaluated: number;
    readonly generated: number;
  };
  readonly milliseconds: {
    readonly context: number;
    readonly prompt: number;
    readonly firstToken: number;
    readonly total: number;
  };
  readonly dropped: readonly string[];
}

export const noTokens: RequestRecord['tokens'] = { prompt: 0, reused: 0, evaluated: 0, generated: 0 };
export const noMilliseconds: RequestRecord['milliseconds'] = {
  context: 0,
  prompt: 0,
  firstToken: 0,
  total: 0,
};

/** The last requests, newest first, bounded. */
export class RequestHistory {
  readonly #limit: number;
  #records: RequestRecord[] = [];

  constructor(limit = 50) {
    this.#limit = limit;
  }

  /** Adds a record. The same refusal at the gate again only renews the newest one: nothing was learnt from it. */
  add(record: RequestRecord): void {
    const newest = this.#records[0];
    const repeated = record.stage === 'gate' && newest?.stage === 'gate' && newest.reason === record.reason;
    this.#records = [record, ...(repeated ? this.#records.slice(1) : this.#records)].slice(0, this.#limit);
  }

  get records(): readonly RequestRecord[] {
    return this.#records;
  }
}
