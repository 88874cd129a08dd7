import type { SyntaxNode } from './node.ts';

/** A leaf of a syntax tree, without the white space around it. Offsets are UTF-16 units of the parsed text. */
export interface Token {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly comment: boolean;
}

const commentTypes: ReadonlySet<string> = new Set(['comment', 'line_comment', 'block_comment']);
/** String contents count as one token, whatever the grammar makes of them. */
const opaqueTypes: ReadonlySet<string> = new Set([...commentTypes, 'char_literal', 'regex']);

/** The leaves of `root` that touch `[from, to)`, in order; blank and missing ones are left out. */
export function tokensIn(root: SyntaxNode, text: string, from: number, to: number): Token[] {
  const tokens: Token[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.endIndex <= from || node.startIndex >= to || node.isMissing) return;
    const comment = commentTypes.has(node.type);
    if (node.childCount > 0 && !opaqueTypes.has(node.type)) {
      for (const child of node.children) visit(child);
      return;
    }
    const whole = text.slice(node.startIndex, node.endIndex);
    const start = node.startIndex + (whole.length - whole.trimStart().length);
    const end = node.startIndex + whole.trimEnd().length;
    if (end > start && end > from && start < to) tokens.push({ type: node.type, start, end, comment });
  };
  visit(root);
  return tokens;
}

const closerOf: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['${', '}'],
  ['#{', '}'],
]);
const closers: ReadonlySet<string> = new Set([')', ']', '}']);
/** Quotes that may enclose line ends, so that a text can break off inside. */
const quotes: ReadonlySet<string> = new Set(['`', 'string_start']);
const quoteMark = /^[`'"]/;

/** Brackets and quotes that are open: what closes each, outermost first. */
export class OpenBrackets {
  readonly #stack: string[] = [];

  get depth(): number {
    return this.#stack.length;
  }

  /** Everything that closes what is open, innermost first. */
  get closing(): string {
    return this.#stack.toReversed().join('');
  }

  /** Takes one leaf; false where it closes what was opened before the first one taken. */
  take(type: string, written: string): boolean {
    const top = this.#stack.at(-1);
    const closer = closerOf.get(type);
    const quoted = top !== undefined && quoteMark.test(top);
    if (type === 'string_end' || (quotes.has(type) && top === type)) this.#stack.pop();
    // What looks like brackets in a text that is not closed yet is that text.
    else if (quoted && type !== '${') return true;
    else if (closer !== undefined) this.#stack.push(closer);
    else if (quotes.has(type)) this.#stack.push(written.replace(/^[a-zA-Z]+/, ''));
    else if (closers.has(type)) {
      // A closer that does not fit belongs to text that is broken; it is taken for the nearest that it fits.
      const at = this.#stack.lastIndexOf(type);
      if (at === -1) return false;
      this.#stack.length = at;
    }
    return true;
  }

  /** Takes a JSX tag. */
  takeTag(name: string, opening: boolean): void {
    if (opening) this.#stack.push(`</${name}>`);
    else if (this.#stack.at(-1)?.startsWith('</') === true) this.#stack.pop();
  }
}

/**
 * What `root` leaves open, as a text that closes it. Looks only into subtrees with errors: in others all brackets
 * are closed.
 */
export function closingOf(root: SyntaxNode, text: string): string {
  const open = new OpenBrackets();
  const visit = (node: SyntaxNode): void => {
    if (node.isMissing) return;
    if (node.type === 'jsx_opening_element' || node.type === 'jsx_closing_element') {
      const name = node.childForFieldName('name');
      const written = name === null ? '' : text.slice(name.startIndex, name.endIndex);
      open.takeTag(written, node.type === 'jsx_opening_element');
    } else if (node.childCount === 0) open.take(node.type, text.slice(node.startIndex, node.endIndex));
    else if (node.hasError) for (const child of node.children) visit(child);
  };
  visit(root);
  return open.closing;
}
