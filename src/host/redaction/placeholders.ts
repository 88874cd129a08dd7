import type { Restorer, SecretKind } from './types.ts';

/** How every placeholder begins. ASCII and one word, so that it is safe in literals, JSON, addresses and as a name. */
const prefix = 'HEARTH_REDACTED_';
const anyPlaceholder = /HEARTH_REDACTED_(\d{1,9})_[a-z][a-z_]*/g;

/** A secret that was met, and what it was found as. */
export interface KnownSecret {
  readonly text: string;
  readonly kind: SecretKind;
  readonly label: string;
}

/** A place of a text, from `start` up to `end`, that has the form of a placeholder; `ours`: it stands for a secret. */
export interface PlaceholderPlace {
  readonly start: number;
  readonly end: number;
  readonly ours: boolean;
}

interface Secret extends KnownSecret {
  readonly placeholder: string;
  /** Line ends of the secret, which stand behind its placeholder so that the lines after it keep their numbers. */
  readonly padding: string;
}

/**
 * Which placeholder stands for which secret. A secret keeps its placeholder. No placeholder is the beginning of
 * another one, since its number is followed by a sign; so it is known where one ends as soon as it is whole.
 */
export class Placeholders {
  readonly #bySecret = new Map<string, Secret>();
  readonly #byNumber = new Map<number, Secret>();
  readonly #taken = new Set<number>();
  #next = 1;

  /** The secrets that are to be replaced wherever they stand again: long ones of one word, no addresses or files. */
  get spread(): readonly KnownSecret[] {
    return [...this.#bySecret.values()].filter(
      ({ kind, text }) => kind !== 'e-mail' && kind !== 'file' && text.length >= 12 && !/\s/.test(text),
    );
  }

  /** What stands for a secret, with its padding; made where there is none. */
  standIn(
    secret: string,
    kind: SecretKind,
    label: string,
  ): { readonly placeholder: string; readonly text: string } {
    let known = this.#bySecret.get(secret);
    if (known === undefined) {
      while (this.#taken.has(this.#next)) this.#next += 1;
      const slug = label
        .toLowerCase()
        .replace(/[^a-z]+/g, '_')
        .replace(/^_|_$/g, '');
      const placeholder = `${prefix}${this.#next}_${slug === '' ? 'secret' : slug}`;
      known = { placeholder, text: secret, kind, label, padding: (secret.match(/\r?\n/g) ?? []).join('') };
      this.#bySecret.set(secret, known);
      this.#byNumber.set(this.#next, known);
      this.#next += 1;
    }
    return { placeholder: known.placeholder, text: known.placeholder + known.padding };
  }

  /**
   * Where placeholders stand in a text, in order, and what looks like one. Their numbers are not given to a secret any
   * more, so that what a file says by itself is not taken for one that was replaced later.
   */
  placesIn(text: string): PlaceholderPlace[] {
    return [...text.matchAll(anyPlaceholder)].map(({ 0: whole, 1: digits, index }) => {
      const known = this.#byNumber.get(Number(digits));
      if (known === undefined) this.#taken.add(Number(digits));
      // What is glued to one of ours is no part of it.
      const ours = known !== undefined && whole.startsWith(known.placeholder);
      return { start: index, end: index + (ours ? known.placeholder : whole).length, ours };
    });
  }

  /** The text with the secrets in the places of their placeholders. */
  restore(text: string): string {
    const restorer = this.restorer();
    return restorer.push(text) + restorer.end();
  }

  /** The same for a text that comes in pieces. */
  restorer(): Restorer {
    let held = '';
    const take = (isEnd: boolean): string => {
      const { text, kept } = this.#restored(held, isEnd);
      held = kept;
      return text;
    };
    return {
      push: (piece) => {
        held += piece;
        return take(false);
      },
      end: () => take(true),
    };
  }

  /** What of `held` is certain, restored, and what is not. */
  #restored(held: string, isEnd: boolean): { text: string; kept: string } {
    let text = '';
    let at = 0;
    for (;;) {
      const begin = held.indexOf(prefix, at);
      if (begin < 0) break;
      text += held.slice(at, begin);
      const found = this.#startingAt(held, begin, isEnd);
      if (found === 'unsure') return { text, kept: held.slice(begin) };
      text += found === null ? prefix : found.secret;
      at = begin + (found?.length ?? prefix.length);
    }
    const rest = held.slice(at);
    const keep = isEnd ? 0 : beginningAtEnd(rest);
    return { text: text + rest.slice(0, rest.length - keep), kept: rest.slice(rest.length - keep) };
  }

  /** The placeholder that begins at `begin`; 'unsure' where more of the text may make one of it. */
  #startingAt(
    held: string,
    begin: number,
    isEnd: boolean,
  ): { secret: string; length: number } | 'unsure' | null {
    const digits = /^\d{0,9}/.exec(held.slice(begin + prefix.length, begin + prefix.length + 9))?.[0] ?? '';
    const behind = begin + prefix.length + digits.length;
    if (behind === held.length && !isEnd) return 'unsure';
    const known = this.#byNumber.get(Number(digits));
    if (known === undefined) return null;
    const { placeholder, padding, text: secret } = known;
    if (!held.startsWith(placeholder, begin)) {
      return !isEnd && placeholder.startsWith(held.slice(begin)) ? 'unsure' : null;
    }
    const after = held.slice(begin + placeholder.length, begin + placeholder.length + padding.length);
    if (after === padding) return { secret, length: placeholder.length + padding.length };
    if (!isEnd && padding.startsWith(after)) return 'unsure';
    return { secret, length: placeholder.length };
  }
}

/** Length of the longest end of `text` that a placeholder may begin with. */
function beginningAtEnd(text: string): number {
  for (let length = Math.min(text.length, prefix.length - 1); length > 0; length -= 1) {
    if (text.endsWith(prefix.slice(0, length))) return length;
  }
  return 0;
}
