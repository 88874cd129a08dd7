import type {
  CompletionPorts,
  CompletionQuery,
  ModelAnswer,
  ModelCall,
  ModelQuery,
} from '../../src/core/completion/ports.ts';
import { cutWindow } from '../../src/core/text/window.ts';

/** One call of the made-up model, whose answer arrives when the test says so. */
export interface Asked {
  readonly query: ModelQuery;
  readonly call: ModelCall;
  /** All that was written so far. */
  write(text: string): Promise<void>;
  /** The whole answer. */
  end(text: string, stopReason?: ModelAnswer['stopReason']): Promise<void>;
  fail(code: string): Promise<void>;
  readonly ended: () => boolean;
}

/** A document, a clock and a model that a test holds in its hand; what is typed is typed at the end of `before`. */
export class CompletionWorld {
  before: string;
  after: string;
  version = 1;
  clock = 0;
  readonly asked: Asked[] = [];
  readonly ports: CompletionPorts;
  /** Most units before the cursor in a window. */
  limit = 10_000;
  #sleepers: { at: number; wake: () => void }[] = [];

  constructor(picture: string, syntax: CompletionPorts['syntax'] = null) {
    const [before = '', after = ''] = picture.split('█');
    this.before = before;
    this.after = after;
    this.ports = {
      window: (query) =>
        Promise.resolve(
          query.version === this.version
            ? cutWindow(
                this.before + this.after,
                query.offset,
                { before: this.limit, after: 5000 },
                query.overlay,
              )
            : 'unknown',
        ),
      complete: (query, call) => this.#ask(query, call),
      syntax,
      now: () => this.clock,
      date: () => this.clock,
      sleep: (milliseconds, signal) =>
        new Promise((wake) => {
          if (milliseconds <= 0 || signal.aborted) return wake();
          this.#sleepers.push({ at: this.clock + milliseconds, wake });
          signal.addEventListener('abort', () => wake(), { once: true });
        }),
    };
  }

  query(more: Partial<CompletionQuery> = {}): CompletionQuery {
    return {
      document: 'file:///a.ts',
      version: this.version,
      offset: this.before.length,
      languageId: 'typescript',
      path: 'a.ts',
      repository: 'shop',
      manual: false,
      multiline: 'auto',
      maxTokens: 64,
      deadlineMs: 0,
      ...more,
    };
  }

  type(text: string): void {
    this.before += text;
    this.version += 1;
  }

  erase(count: number): void {
    this.before = this.before.slice(0, -count);
    this.version += 1;
  }

  /** Lets everything that can happen now happen. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20; round += 1) await new Promise((next) => setImmediate(next));
  }

  async pass(milliseconds: number): Promise<void> {
    await this.settle();
    this.clock += milliseconds;
    const due = this.#sleepers.filter(({ at }) => at <= this.clock);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.clock);
    for (const { wake } of due) wake();
    await this.settle();
  }

  #ask(query: ModelQuery, call: ModelCall): Promise<ModelAnswer> {
    return new Promise((resolve, reject) => {
      let ended = false;
      let written = '';
      const finish = (text: string, stopReason: ModelAnswer['stopReason']): void => {
        ended = true;
        resolve({
          text,
          stopReason,
          parts: [],
          tokens: { prompt: 9, reused: 5, evaluated: 4, generated: text.length },
          milliseconds: { prompt: 4, firstToken: 5, total: 5 + text.length },
        });
      };
      call.signal.addEventListener('abort', () => {
        ended = true;
        reject(Object.assign(new Error('cancelled'), { code: 'cancelled' }));
      });
      call.enough.addEventListener('abort', () => finish(written, 'stop-rule'));
      this.asked.push({
        query,
        call,
        ended: () => ended,
        write: (text) => {
          written = text;
          if (!ended) call.onText(text);
          return this.settle();
        },
        end: (text, stopReason = 'stop-rule') => {
          finish(text, stopReason);
          return this.settle();
        },
        fail: (code) => {
          ended = true;
          reject(Object.assign(new Error(code), { code }));
          return this.settle();
        },
      });
    });
  }
}
