import { escaped } from '../../text/pattern.ts';

/**
 * Signs around what stands for the text of a control token in contents: the last private-use characters of Unicode but
 * for the non-characters, which no font and no program is known to use.
 */
const [open, close] = ['\u{10fffc}', '\u{10fffd}'];
const placeholder = new RegExp(`${open}(?:([wse])(\\d+)(?:,(\\d+))?${close})?|${close}`, 'gu');

/** A piece of a rendered prompt, with its place in it. */
export interface PromptPiece {
  /** `control`: the template wrote a control token. `plain`: text, whatever it says. */
  readonly kind: 'control' | 'plain';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps what people and files say apart from what a template says: the text of a control token in a content is replaced
 * by a placeholder before the template is rendered, and comes back after it as plain text. A content that ends or begins
 * with a part of such a text has that part replaced, since the template could write the rest.
 */
export class Masking {
  readonly #texts: readonly string[];
  readonly #pattern: RegExp;
  readonly #longest: number;
  /** All beginnings and ends of the texts, themselves included, with the place of one that has it. */
  readonly #beginnings = new Map<string, number>();
  readonly #ends = new Map<string, number>();

  /** `controlTexts`: texts of the vocabulary's control tokens and of what else may not come from contents. */
  constructor(controlTexts: readonly string[]) {
    // Signs of our own that somebody writes are masked like the rest.
    this.#texts = [open, close, ...new Set(controlTexts.filter((text) => text !== ''))];
    const longestFirst = [...this.#texts].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(longestFirst.map(escaped).join('|'), 'gu');
    this.#longest = longestFirst[0]?.length ?? 0;
    this.#texts.forEach((text, index) => {
      for (let length = 1; length < text.length; length += 1) {
        this.#beginnings.set(text.slice(0, length), index);
        this.#ends.set(text.slice(-length), index);
      }
    });
    // A whole text stands for itself, also where it begins another.
    this.#texts.forEach((text, index) => {
      this.#beginnings.set(text, index);
      this.#ends.set(text, index);
    });
  }

  /** A content as it may be given to a template. */
  mask(content: string): string {
    const start = this.#edge(content.length, (length) => this.#ends.get(content.slice(0, length)));
    const rest = content.slice(start?.length ?? 0);
    const end = this.#edge(rest.length, (length) => this.#beginnings.get(rest.slice(-length)));
    const middle = rest.slice(0, rest.length - (end?.length ?? 0));
    const whole = (text: string): string => `${open}w${this.#beginnings.get(text) ?? 0}${close}`;
    return [
      start === null ? '' : `${open}s${start.index},${start.length}${close}`,
      middle.replace(this.#pattern, whole),
      end === null ? '' : `${open}e${end.index},${end.length}${close}`,
    ].join('');
  }

  /** The longest part of a control text at an edge of a content, a whole one included. */
  #edge(
    contentLength: number,
    textWith: (length: number) => number | undefined,
  ): { readonly index: number; readonly length: number } | null {
    for (let length = Math.min(contentLength, this.#longest); length > 0; length -= 1) {
      const index = textWith(length);
      if (index !== undefined) return { index, length };
    }
    return null;
  }

  /** Cuts a rendered prompt at control tokens and at what stands for their texts. Pieces follow one another. */
  split(rendered: string): PromptPiece[] {
    const pieces: PromptPiece[] = [];
    let from = 0;
    for (const match of rendered.matchAll(placeholder)) {
      this.#splitTemplate(rendered, from, match.index, pieces);
      from = match.index + match[0].length;
      pieces.push({ kind: 'plain', text: this.#original(match), start: match.index, end: from });
    }
    this.#splitTemplate(rendered, from, rendered.length, pieces);
    return pieces;
  }

  #splitTemplate(rendered: string, from: number, to: number, pieces: PromptPiece[]): void {
    const plain = (start: number, end: number): void => {
      if (start < end) pieces.push({ kind: 'plain', text: rendered.slice(start, end), start, end });
    };
    let start = from;
    for (const match of rendered.slice(from, to).matchAll(this.#pattern)) {
      const at = from + match.index;
      plain(start, at);
      start = at + match[0].length;
      pieces.push({ kind: 'control', text: match[0], start: at, end: start });
    }
    plain(start, to);
  }

  /** What a placeholder stands for; '' for one that a template has broken. */
  #original([, kind, index, length]: RegExpExecArray): string {
    const text = this.#texts[Number(index ?? -1)] ?? '';
    if (kind === 's') return text.slice(-Number(length));
    return kind === 'e' ? text.slice(0, Number(length)) : text;
  }

  /** Places in a text that read like a control token. */
  find(text: string): { readonly start: number; readonly end: number }[] {
    return [...text.matchAll(this.#pattern)].map(({ index, 0: { length } }) => ({
      start: index,
      end: index + length,
    }));
  }
}
