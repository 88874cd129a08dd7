import type { CallSyntax } from './callSyntax.ts';
import { JsonScan } from './jsonText.ts';

/** Where a call's body ends, and where the text goes on behind its closing marker. */
export interface CallEnd {
  readonly bodyEnd: number;
  readonly next: number;
}

/** What may stand before a call's JSON: blanks, or a name and the markers behind it. Longer ones are none. */
const jsonHead = /^\s*(?:(?=[[{])|[\w.-]+\s*(?:\[CALL_ID\][\w-]*\s*)?(?:\[ARGS\])?\s*(?=\{))/;
const longestHead = 200;

/**
 * A closing marker may stand in a string of the call's JSON (a search for `</tool_call>`). But a string that goes on
 * so much longer was not closed, as small models forget to.
 */
const longestAfterClose = 4096;

/** Finds the end of one call in text that grows: looks at each character once. */
export class CallEndSearch {
  readonly #syntax: CallSyntax;
  readonly #scan = new JsonScan();
  #headed = false;
  #at = 0;
  /** The first closing marker in the string that goes on. */
  #inString: CallEnd | null = null;

  constructor(syntax: CallSyntax) {
    this.#syntax = syntax;
  }

  /**
   * Finds it in all the text behind the opening marker. Null where it is not certain yet, which it is once the text
   * has `ended`; `broken` for what can't be a call.
   */
  find(text: string, ended: boolean): CallEnd | 'broken' | null {
    const { close } = this.#syntax;
    if (close === null && !this.#pastHead(text)) {
      return ended || text.length > longestHead ? 'broken' : null;
    }
    const found = close === null ? this.#value(text) : this.#marker(text, close, ended);
    if (found !== null || !ended) return found;
    return this.#inString ?? { bodyEnd: text.length, next: text.length };
  }

  #pastHead(text: string): boolean {
    if (this.#headed) return true;
    const head = jsonHead.exec(text.slice(0, longestHead + 1));
    if (head === null) return false;
    this.#at = head[0].length;
    this.#headed = true;
    return true;
  }

  #value(text: string): CallEnd | null {
    for (; this.#at < text.length; this.#at += 1) {
      if (this.#scan.take(text[this.#at] ?? '')) return { bodyEnd: this.#at + 1, next: this.#at + 1 };
    }
    return null;
  }

  #marker(text: string, close: string, ended: boolean): CallEnd | null {
    const { open, body } = this.#syntax;
    const json = body === 'json' || (body === 'either' && /^\s*[[{]/.test(text));
    // A marker is compared whole, so its beginning at the text's end waits.
    const until = ended ? text.length : text.length - Math.max(open.length, close.length) + 1;
    for (; this.#at < until; this.#at += 1) {
      const at = this.#at;
      const end = { bodyEnd: at, next: at + close.length };
      if (!this.#scan.inString) {
        this.#inString = null;
        if (text.startsWith(close, at)) return end;
        if (text.startsWith(open, at)) return { bodyEnd: at, next: at };
      } else if (text.startsWith(close, at)) {
        this.#inString ??= end;
      }
      if (this.#inString !== null && at - this.#inString.next > longestAfterClose) return this.#inString;
      if (json) this.#scan.take(text[at] ?? '');
    }
    if (!this.#scan.inString) this.#inString = null;
    return null;
  }
}
