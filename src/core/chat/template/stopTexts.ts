import { Markers } from '../output/markers.ts';

/** Ends an answer where one of some texts comes; what may be the beginning of one is held back. */
export class StopTexts {
  readonly #stops: Markers;
  #held = '';
  /** Units at the beginning that were there before the answer. */
  #before: number;
  #found: string | null = null;

  /** `before`: what stands before the answer, whose end may be the beginning of one of the texts. */
  constructor(stops: readonly string[], before = '') {
    this.#stops = new Markers(stops.filter((stop) => stop !== ''));
    this.#before = this.#stops.held(before);
    this.#held = before.slice(before.length - this.#before);
  }

  /** Whether one of the texts came; from then on nothing is given. */
  get stopped(): boolean {
    return this.#found !== null;
  }

  /** The text that came; null for none. */
  get found(): string | null {
    return this.#found;
  }

  /** Takes more text; gives what is certain not to belong to one of the texts. */
  push(text: string): string {
    if (this.stopped) return '';
    const all = this.#held + text;
    const found = this.#stops.find(all);
    this.#found = found?.marker ?? null;
    const certain = found?.at ?? all.length - this.#stops.held(all);
    this.#held = this.stopped ? '' : all.slice(certain);
    return this.#own(all.slice(0, certain));
  }

  /** The text ends: gives what was held back. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return this.#own(held);
  }

  /** A text without what was there before. */
  #own(text: string): string {
    const own = text.slice(this.#before);
    this.#before -= Math.min(this.#before, text.length);
    return own;
  }
}
