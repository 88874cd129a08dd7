import type { ModelCall, ModelQuery } from '../../core/completion/ports.ts';
import { applyStopRule } from '../../core/completion/stop.ts';
import type { StopReason } from '../../core/completion/types.ts';
import type { InfillAnswer } from '../../core/endpoints/ports.ts';

/** Applies the stop rule to what comes, as the engine does. */
export class WrittenCompletion {
  readonly #query: Pick<ModelQuery, 'stop'>;
  readonly #onText: ModelCall['onText'];
  readonly #restore: (text: string) => string;
  #stopped = false;
  #text = '';

  constructor(
    query: Pick<ModelQuery, 'stop'>,
    onText: ModelCall['onText'],
    restore: (text: string) => string,
  ) {
    this.#query = query;
    this.#onText = onText;
    this.#restore = restore;
  }

  /** Takes all text so far; true where the rule ends it. */
  take(text: string): boolean {
    if (this.#stopped) return true;
    this.#text = lineEnds(this.#restore(text));
    const { stop } = this.#query;
    const ruled = stop === null ? { text: this.#text, stop: false } : applyStopRule(stop, this.#text);
    this.#stopped = ruled.stop;
    this.#onText(ruled.text);
    return ruled.stop;
  }

  /** A text that was cut off loses its unfinished line; one that ended by itself is whole. */
  end(answer: InfillAnswer): { readonly text: string; readonly stopReason: StopReason } {
    if (!this.#stopped) this.take(answer.text);
    const byItself = !this.#stopped && (answer.stopReason === 'end' || answer.stopReason === 'stop');
    const { stop } = this.#query;
    const text = stop === null ? this.#text : applyStopRule(stop, this.#text, byItself).text;
    if (byItself) return { text, stopReason: 'end-of-text' };
    const limit = !this.#stopped && answer.stopReason === 'max-tokens';
    return { text, stopReason: limit ? 'max-tokens' : 'stop-rule' };
  }
}

function lineEnds(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\r$/, '');
}
