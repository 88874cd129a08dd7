import { indentColumns, isBlank } from '../indent.ts';
import {
  closes,
  leftOfCursor,
  maskStrings,
  opensColonBlock,
  scanBrackets,
  visibleLinesBelow,
} from '../multiline.ts';
import type { CursorText, Dropped, Insertion } from '../types.ts';
import { trimEnd } from './pieces.ts';
import type { FilterReason } from './types.ts';

/** Each candidate costs a parse. */
const MOST_CANDIDATES = 6;

/** A form of the completion that could be shown: the text, and what it inserts. */
export interface SyntaxCandidate {
  /** Line ends `\n`. */
  readonly text: string;
  readonly insertion: Insertion;
}

/**
 * The forms of `text` that a parser is to judge, the best first: the text itself; the text with the brackets closed
 * that it leaves open; then its longest beginnings of whole lines, closed likewise. At most six, none twice, and none
 * that ends in a Python-like head which has its body neither in the text nor below the cursor; but a head that the
 * user has begun is one, since no syntax error is new there. `insert` makes an insertion of a text, or null.
 */
export function syntaxCandidates(
  text: string,
  cursor: CursorText,
  insert: (text: string) => Insertion | null,
): SyntaxCandidate[] {
  const candidates: SyntaxCandidate[] = [];
  const add = (form: string): void => {
    if (candidates.length >= MOST_CANDIDATES || isBlank(form) || endsInHead(form, cursor)) return;
    const insertion = insert(form);
    if (insertion === null) return;
    const known = candidates.some(
      (one) => one.insertion.text === insertion.text && one.insertion.replaceRight === insertion.replaceRight,
    );
    if (!known) candidates.push({ text: form, insertion });
  };
  add(text);
  add(withClosers(text, cursor));
  const lines = text.split('\n');
  for (let count = lines.length - 1; count > 0; count--) {
    add(withClosers(trimEnd(lines.slice(0, count).join('\n')), cursor));
  }
  return candidates;
}

/**
 * The candidate that the parser chose: `answer` is what `SyntaxPort.check` gave for `candidates` (the index of the
 * first that adds no error, -1 for none, null without a grammar: then the text stays as it came). `dropped` tells
 * what was done to `text`.
 */
export function chosenCandidate(
  text: string,
  candidates: readonly SyntaxCandidate[],
  answer: number | null,
): {
  kept: SyntaxCandidate | 'as-it-came' | null;
  dropped: Dropped[];
  reason: Extract<FilterReason, 'adds-error'> | null;
} {
  if (answer === null) return { kept: 'as-it-came', dropped: [], reason: null };
  const kept = candidates[answer];
  const filter = 'syntax-error';
  if (kept === undefined) return { kept: null, dropped: [{ filter, text }], reason: 'adds-error' };
  if (kept.text === text) return { kept, dropped: [], reason: null };
  const removed = text.startsWith(kept.text) ? text.slice(kept.text.length) : text;
  return { kept, dropped: [{ filter, text: removed }], reason: null };
}

function endsInHead(text: string, cursor: CursorText): boolean {
  const left = leftOfCursor(cursor);
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  if (lines.length === 1 && !isBlank(left)) return false;
  const line = lines.length === 1 ? left + last : last;
  if (!opensColonBlock(line)) return false;
  // In languages with braces, `case x:` needs no body.
  if (/^\s*case\b/.test(line) && scanBrackets(maskStrings(cursor.prefix + text)).unclosed.length > 0) {
    return false;
  }
  const [below = ''] = visibleLinesBelow(cursor);
  return indentColumns(below) <= indentColumns(line);
}

/**
 * `text` and the closers of the brackets that it opens and leaves open, the innermost first. One whose opener ended
 * its line stands on a line of its own, at the column of the opener's line, unless the text goes on right behind
 * `(` or `[`; all others follow directly.
 */
function withClosers(text: string, cursor: CursorText): string {
  const left = leftOfCursor(cursor);
  const { unclosed } = scanBrackets(maskStrings(left + text));
  let result = text;
  let previousLine = -1;
  for (const { char, at } of unclosed.filter((bracket) => bracket.at >= left.length).reverse()) {
    const start = (left + text).lastIndexOf('\n', at) + 1;
    const closer = [')', ']', '}'].find((candidate) => closes(char, candidate)) ?? '';
    const behind = (left + text).slice(at + 1).split('\n');
    const endsLine = isBlank(behind[0] ?? '');
    // `f(() => {` is closed by `})`: the outer one follows the inner one of the same line.
    if (start === previousLine) result += closer;
    else if (endsLine && (char === '{' || !behind.every(isBlank))) {
      const blanks = /^[ \t]*/.exec((left + text).slice(start))?.[0] ?? '';
      result = `${trimEnd(result)}\n${blanks}${closer}`;
    } else
      result +=
        char === '{' && /^ \S/.test(behind[0] ?? '') && !result.includes('\n') ? ` ${closer}` : closer;
    previousLine = start;
  }
  return result;
}
