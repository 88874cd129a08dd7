import type { Tokenizer } from './format.ts';
import type { Piece } from './layoutTypes.ts';

/** Copilot's rule: a suffix counts as the same while its first 50 tokens differ by less than 10 %. */
const comparedTokens = 50;
const mostDifference = 0.1;
/** Closers that editors put right of the cursor by themselves, and the line's end behind them. */
const autoClosers = /^[)\]}>"'`]+$/;

/** A suffix as it was laid out, and from what text. */
export interface FrozenSuffix extends Piece {
  /** The whole text that was after the cursor then. */
  readonly input: string;
}

/** What comparing a frozen suffix with the text that is now after the cursor gave. */
export interface SuffixJudgement {
  readonly suffix: string;
  readonly alike: boolean;
  /** Lines of the frozen suffix that are no longer after the cursor. */
  readonly lost: readonly string[];
}

/**
 * Whether a frozen suffix may go on standing for `suffix`, the text that is now after the cursor: the rest of the
 * cursor's line is the same, or has only closers more (which the editor adds while one types, and which a completion
 * may write over), and the text below is nearly the same.
 */
export function judgeSuffix(frozen: FrozenSuffix, suffix: string, tokenizer: Tokenizer): SuffixJudgement {
  if (suffix === frozen.input) return { suffix, alike: true, lost: [] };
  const no: SuffixJudgement = { suffix, alike: false, lost: [] };
  const was = lineOf(frozen.input);
  const is = lineOf(suffix);
  const added = is.endsWith(was) ? is.slice(0, is.length - was.length) : null;
  if (added === null || (added !== '' && !autoClosers.test(added))) return no;
  const below = suffix.slice(added.length);
  if (below === frozen.input) return { suffix, alike: true, lost: [] };
  // Text that was crossed, or deleted, right behind the cursor.
  if (below.length < frozen.input.length && frozen.input.endsWith(below)) return no;
  const a = frozen.tokens.slice(0, comparedTokens);
  const compared = tokenizer.detokenize(a).length;
  const b = tokenizer.tokenize(below.slice(0, 2 * compared + 1)).slice(0, a.length);
  const alike = editDistance(a, b) < mostDifference * Math.max(1, a.length);
  return alike ? { suffix, alike, lost: lostLines(frozen.text, below) } : no;
}

function lineOf(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? text : text.slice(0, end);
}

/** Lines with a word in them that `before` has more often than the beginning of `after`, trimmed. */
function lostLines(before: string, after: string): string[] {
  const counts = new Map<string, number>();
  for (const line of after.slice(0, before.length).split('\n')) {
    counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  }
  return before.split('\n').flatMap((raw) => {
    const line = raw.trim();
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left > 0 || !/\w/.test(line) ? [] : [line];
  });
}

/** Levenshtein's distance of two token lists. */
export function editDistance(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  a.forEach((token, i) => {
    const next = [i + 1];
    b.forEach((other, j) => {
      const replaced = (row[j] ?? 0) + (token === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    });
    row = next;
  });
  return row[b.length] ?? 0;
}
