/** A replacement of `length` UTF-16 units at `offset` by `text`. */
export interface TextChange {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Why nothing is done in a document, or at an offset of it, whatever its language. */
export type DocumentProblem = 'too-large' | 'binary' | 'line-too-long' | 'inside-character';

/** Limits beyond which completing is neither fast nor useful. UTF-16 units. */
export const documentLimits = {
  /** Hand-written sources are far below; VS Code itself stops tokenising at 20 MB. */
  document: 5_000_000,
  line: 5_000,
} as const;

const binarySample = 8_000;

/** A mirror of an open document, kept up to date by its changes. */
export class TextDocument {
  #text: string;
  #version: number;
  #binary: boolean;

  constructor(text: string, version: number) {
    this.#text = text;
    this.#version = version;
    this.#binary = looksBinary(text);
  }

  get text(): string {
    return this.#text;
  }

  get version(): number {
    return this.#version;
  }

  /**
   * Applies the changes of one edit; all offsets count in the text before it, as editors report them. Throws
   * RangeError for changes that overlap or lie outside the text, and then changes nothing.
   */
  apply(changes: readonly TextChange[], version: number): void {
    let text = this.#text;
    let limit = text.length;
    // From the end to the beginning, so that no change moves another's offset; what is inserted before a replacement
    // comes after it.
    for (const change of [...changes].sort((a, b) => b.offset - a.offset || b.length - a.length)) {
      const end = change.offset + change.length;
      if (change.offset < 0 || change.length < 0 || end > limit) {
        throw new RangeError(
          `The change ${change.offset}+${change.length} lies outside the text or in another change (${limit}).`,
        );
      }
      text = text.slice(0, change.offset) + change.text + text.slice(end);
      limit = change.offset;
    }
    this.#text = text;
    this.#version = version;
    this.#binary = looksBinary(text);
  }

  /** What forbids completing at `offset`, or null. */
  problemAt(offset: number): DocumentProblem | null {
    if (this.#text.length > documentLimits.document) return 'too-large';
    if (this.#binary) return 'binary';
    if (/^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(this.#text.slice(offset - 1, offset + 1))) {
      return 'inside-character';
    }
    const start = offset === 0 ? 0 : this.#text.lastIndexOf('\n', offset - 1) + 1;
    const found = this.#text.indexOf('\n', offset);
    const end = found === -1 ? this.#text.length : found;
    return end - start > documentLimits.line ? 'line-too-long' : null;
  }
}

/** NUL never stands in text; many replacement or control characters are another file's bytes read as UTF-8. */
function looksBinary(text: string): boolean {
  const sample = text.slice(0, binarySample);
  if (sample.includes('\0')) return true;
  // eslint-disable-next-line no-control-regex -- these are the very characters looked for
  const odd = sample.match(/[\ufffd\x01-\x08\x0e-\x1a\x1c-\x1f]/g)?.length ?? 0;
  return odd > 8 && odd > sample.length / 50;
}
