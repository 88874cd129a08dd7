/** Longest code that is highlighted. */
export const longestHighlighted = 20_000;
/** Up to here a block that grows is highlighted again with each piece: that takes about a millisecond. */
const alwaysHighlighted = 2_000;

/** Code in two parts: the highlighted one, as HTML, and what came since. */
export interface Coloured {
  /** Null: nothing is highlighted, all of it is `rest`. */
  readonly html: string | null;
  readonly rest: string;
}

/**
 * Highlights code that grows. It starts again only when a tenth more is there, so that all of it together costs ten
 * times what the finished block costs, however small the pieces are.
 */
export class OpenHighlighting {
  readonly #highlight: (code: string, language: string) => string | null;
  #code = '';
  #language = '';
  #html: string | null = null;

  constructor(highlight: (code: string, language: string) => string | null) {
    this.#highlight = highlight;
  }

  /** The parts of a block's code; `open` says that more of it comes. */
  update(code: string, language: string, open: boolean): Coloured {
    if (code.length > longestHighlighted) return { html: null, rest: code };
    const grown = code.length - this.#code.length;
    const goesOn =
      this.#html !== null && language === this.#language && grown >= 0 && code.startsWith(this.#code);
    if (goesOn && (grown === 0 || (open && code.length > alwaysHighlighted && grown < code.length / 10)))
      return { html: this.#html, rest: code.slice(this.#code.length) };
    this.#html = this.#highlight(code, language);
    this.#code = code;
    this.#language = language;
    return this.#html === null ? { html: null, rest: code } : { html: this.#html, rest: '' };
  }
}
