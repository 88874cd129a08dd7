import type { TextWindow } from '../text/window.ts';

/** A cursor that moves further at once has gone to another place, whose text is evaluated anew in any case. */
const farLines = 3;
/** Requests in another definition after which it counts: while a line is written, definitions come and go. */
const steadyRequests = 8;

/**
 * What the choice of context belongs to within a file: the definition around the cursor, by its first line, so that
 * lines that come and go above it change nothing. Without a grammar it is the file.
 */
export function definitionAround({ prefix, anchors }: Pick<TextWindow, 'prefix' | 'anchors'>): string {
  const start = anchors.at(-1);
  if (start === undefined) return '';
  const end = prefix.indexOf('\n', start);
  return prefix.slice(start, end === -1 ? prefix.length : end).trim();
}

/** The definition that context was chosen for, which changes where the cursor goes, but not with each key. */
export class SteadyDefinition {
  #chosen: string | null = null;
  #line = 0;
  #elsewhere = 0;

  /** The definition that counts for a request on `line` (from 1) in `around`. */
  at(around: string, line: number): string {
    const far = Math.abs(line - this.#line) > farLines;
    this.#line = line;
    this.#elsewhere = around === this.#chosen ? 0 : this.#elsewhere + 1;
    if (this.#chosen === null || far || this.#elsewhere >= steadyRequests) {
      this.#chosen = around;
      this.#elsewhere = 0;
    }
    return this.#chosen;
  }
}
