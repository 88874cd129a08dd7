import { toBytes, Utf8Reader, type ByteString } from './bytes.ts';
import { Healing } from './healing.ts';

/** What to write next: one of the candidates, certain bytes, or nothing more. */
export type Choice =
  | { readonly kind: 'candidate'; readonly index: number }
  | { readonly kind: 'write'; readonly bytes: ByteString }
  | { readonly kind: 'end' };

/**
 * Chooses what is written, token by token: first what was typed and taken back, byte for byte; then what leads away
 * from every answer that is to be avoided, as early as any candidate does; from then on the likeliest. Never anything
 * that is no UTF-8. The same candidates give the same choice.
 */
export class Writing {
  readonly #healing: Healing;
  readonly #utf8 = new Utf8Reader();
  readonly #avoid: readonly ByteString[];
  #written: ByteString = '';
  #apart: boolean;

  /** `taken`: bytes of the tokens that were taken back. `avoid`: answers that were given already at this place. */
  constructor(taken: readonly ByteString[], avoid: readonly string[] = []) {
    this.#healing = new Healing(taken);
    this.#avoid = avoid
      .map((text) => toBytes(text).replace(leadingBlanks, ''))
      .filter((bytes) => bytes !== '');
    this.#apart = this.#avoid.length === 0;
  }

  /** True where the likeliest candidate is as a rule the one: nothing is to be healed or avoided any more. */
  get free(): boolean {
    return !this.#healing.pending && this.#apart;
  }

  /** `candidates` are the bytes of the likeliest tokens, likeliest first; null ends the text. */
  choose(candidates: Iterable<ByteString | null>): Choice {
    let index = 0;
    for (const bytes of candidates) {
      if (this.#suits(bytes)) return bytes === null ? { kind: 'end' } : { kind: 'candidate', index };
      index += 1;
    }
    return this.#healing.pending ? { kind: 'write', bytes: this.#healing.fallback } : { kind: 'end' };
  }

  /** Whether a token may be written here (null: whether the text may end). */
  #suits(bytes: ByteString | null): boolean {
    if (bytes === null) return this.free && !this.#utf8.incomplete;
    let beyond = bytes;
    if (this.#healing.pending) {
      if (!this.#healing.agrees(bytes)) return false;
      beyond = bytes.slice(this.#healing.rest.length);
      if (beyond === '') return true;
    }
    return this.#utf8.accepts(beyond) && (this.#apart || this.#leadsAway(beyond));
  }

  /** Blanks at the start tell no two answers apart. */
  #leadsAway(bytes: ByteString): boolean {
    const text = (this.#written + bytes).replace(leadingBlanks, '');
    return this.#avoid.every((avoided) => !avoided.startsWith(text) && !text.startsWith(avoided));
  }

  /**
   * Takes note of a written token's bytes; gives the text beyond what was typed that became certain with it, and whether
   * all of the token had been typed.
   */
  accept(bytes: ByteString): { text: string; healed: boolean } {
    const pending = this.#healing.pending;
    const beyond = pending ? this.#healing.accept(bytes) : bytes;
    if (pending && beyond === '') return { text: '', healed: true };
    if (!this.#apart) {
      this.#apart = this.#leadsAway(beyond);
      this.#written += beyond;
    }
    return { text: this.#utf8.read(beyond), healed: false };
  }
}

const leadingBlanks = /^[ \t\n]+/;
