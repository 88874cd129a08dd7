import { openBrackets } from '../brackets.ts';
import { isBlank } from '../fileText.ts';
import { indentOf } from '../indentation.ts';
import type { RefactorProblem } from '../types.ts';

/** What a comment begins and ends with, in the languages that we know. */
const commentStart = /^\s*(?:\/\/+!?|\/\*+|\{\s*\/\*+|#+|--|<!--|;+|%+|\(\*|\*|"""|''')\s*/;
const commentEnd = /(?:\*\/\s*\}?|-->|\*\)|"""|''')$/;
/** Longer lines say more than that something stays. */
const longestElision = 160;
const dots = /\.{3,}|…/;
const stays =
  /\b(?:existing|rest|remaining|remainder|unchanged|same|previous|original|other|omitted|elided|keep|kept|before|no changes?|more|code|logic|implementation|body|here|continues?)\b/i;
const opened =
  /^(?:the |all |keep )?(?:rest|remaining|remainder|existing|other|same|previous|unchanged|original|omitted)\b/i;
const things =
  /\b(?:code|lines?|logic|implementation|body|functions?|methods?|class(?:es)?|file|members?|fields?|properties|imports?|cases?|tests?|definitions?|statements?|unchanged|same|before|omitted)\b/i;
const plain =
  /^(?:(?:the )?existing (?:code|logic|implementation)(?: (?:here|stays|remains))*|(?:the )?rest of (?:the |this )?(?:code|file|function|method|class|body|logic|implementation)(?: (?:is |remains |stays )?(?:here|unchanged|the same|as before))*|(?:the )?remaining (?:code|logic|implementation|lines|methods|functions)|(?:code|everything else|rest) (?:is |remains |stays )?unchanged|unchanged(?: code)?|no changes? (?:here|below|above|needed))\W*$/i;

/** Whether a line is a comment that stands for code which stays. */
export function isElision(line: string): boolean {
  if (line.length > longestElision) return false;
  const started = commentStart.exec(line);
  if (started === null) return false;
  const said = line.slice(started[0].length).trimEnd().replace(commentEnd, '').trim();
  // Comments of sentences end with dots too: those that only begin a thought say what stays.
  if (/^[([{<]?(?:\.{3,}|…)/.test(said))
    return /^\W*$/.test(said) || stays.test(said) || said.split(/\s+/).length <= 4;
  return (
    (dots.test(said) && /(?:\.{3,}|…)\W*$/.test(said) && opened.test(said) && things.test(said)) ||
    plain.test(said)
  );
}

const pythonNames = new Set(['python', 'py', 'pyi']);
/** Instructions after which `...` is a body of its own. */
const asksForStubs =
  /\b(?:stubs?|protocols?|abstract|interfaces?|overloads?|ellips[ie]s|pyi|placeholders?)\b/i;

/** What is known beside the code. */
export interface ElisionOptions {
  readonly language?: string;
  readonly instruction?: string;
}

/**
 * Which lines stand for code that stays. In Python `...` is code where it is all of a body that was nothing else before,
 * or where the instruction is about such bodies; in other languages a line of dots is no code at all.
 */
function holesOf(
  code: readonly string[],
  original: readonly string[],
  { language = '', instruction = '' }: ElisionOptions,
): boolean[] {
  const own = new Set(original.map((line) => line.trim()));
  return code.map((line, at) => {
    const bare = line.trim();
    if (own.has(bare)) return false;
    if (bare !== '...' && bare !== '…') return isElision(line);
    if (!pythonNames.has(language)) return true;
    if (asksForStubs.test(instruction)) return false;
    return !isNewBody(code, at, own);
  });
}

/** Whether a line is the only one of a body whose head is new. */
function isNewBody(code: readonly string[], at: number, own: ReadonlySet<string>): boolean {
  const indent = indentOf(code[at] ?? '').length;
  const before = code.slice(0, at).findLast((line) => !isBlank(line)) ?? '';
  const next = code.slice(at + 1).find((line) => !isBlank(line)) ?? '';
  const isSole = indentOf(before).length < indent && (next === '' || indentOf(next).length < indent);
  return isSole && !own.has(before.trim());
}

/** Costs of an alignment: a line more, a line less, another line in the place of a like and of an unlike one. */
const inserted = 1;
const deleted = 1.2;
const blank = 0.1;
/** A line that the original has, and that says something, is that line: to take it for another one costs so much more. */
const known = 2;
/**
 * What closes a block may be a new line or the original's: a new one at first, since it is better to keep a line than to
 * lose one; where brackets are left open by that, the original's.
 */
const closers = [1, 5] as const;
const alike = 0.5;
const unlike = 2;
/** Lines of code times lines of the original, above which nothing is aligned. */
const mostCells = 2_000_000;
/** Lines that share so much of their words are one line that was changed. */
const likeness = 0.5;

/**
 * Puts the original's lines in the place of comments that stand for them, by the cheapest alignment of the two; comments
 * that the original has itself are none of these. Null where there is none, and a problem where there are two ways to do
 * it.
 */
export function expandElisions(
  code: readonly string[],
  original: readonly string[],
  options: ElisionOptions = {},
): string[] | RefactorProblem | null {
  const holes = holesOf(code, original, options);
  if (!holes.includes(true)) return null;
  if (holes.every((isHole, at) => isHole || isBlank(code[at] ?? '')))
    return {
      code: 'no-change',
      message: 'The answer changes nothing: all of it stands for code that stays.',
    };
  if ((code.length + 1) * (original.length + 1) > mostCells)
    return { code: 'too-large', message: 'The answer leaves code out of too long a piece: write all of it.' };
  const bare = (lines: readonly string[]): string => lines.filter((line) => !isBlank(line)).join('\n');
  for (const cost of closers) {
    const table = new Alignment(code, holes, original, cost);
    const [early, late] = [table.expand(true), table.expand(false)];
    const isBalanced = balanceOf(early) === balanceOf(original);
    if (bare(early) === bare(late) && (isBalanced || cost === closers.at(-1))) return early;
  }
  return {
    code: 'ambiguous',
    message: 'It is not certain which code a comment in the answer stands for: write that code out.',
  };
}

/** How many more brackets of each kind are opened than closed. */
function balanceOf(lines: readonly string[]): string {
  return openBrackets(lines.join('\n')).join(' ');
}

/** The steps into a cell: both lines, a line of the code alone, a line of the original alone. */
type Step = 'both' | 'code' | 'original';

/** The table of Levenshtein's algorithm over lines, in which a hole takes any number of the original's lines for nothing. */
class Alignment {
  readonly #code: readonly string[];
  readonly #holes: readonly boolean[];
  readonly #original: readonly string[];
  readonly #width: number;
  readonly #costs: Float64Array;
  readonly #inserted: readonly number[];
  /** What it costs more to match a line with another one. */
  readonly #surplus: readonly number[];
  readonly #bare: { readonly code: readonly string[]; readonly original: readonly string[] };
  readonly #words: { readonly code: readonly Set<string>[]; readonly original: readonly Set<string>[] };

  constructor(
    code: readonly string[],
    holes: readonly boolean[],
    original: readonly string[],
    closer: number,
  ) {
    this.#code = code;
    this.#holes = holes;
    this.#original = original;
    this.#width = original.length + 1;
    this.#costs = new Float64Array((code.length + 1) * this.#width);
    this.#bare = { code: code.map((line) => line.trim()), original: original.map((line) => line.trim()) };
    this.#words = { code: code.map(wordsOf), original: original.map(wordsOf) };
    const own = new Set(this.#bare.original);
    this.#surplus = this.#bare.code.map((line) => (own.has(line) && tells(line) ? known : 0));
    this.#inserted = this.#bare.code.map((line, at) => {
      if (line === '') return blank;
      return own.has(line) && !tells(line) ? closer : inserted + (this.#surplus[at] ?? 0);
    });
    for (let i = 0; i <= code.length; i += 1) {
      for (let j = 0; j <= original.length; j += 1) {
        const least = Math.min(
          this.#cost(i, j, 'both'),
          this.#cost(i, j, 'code'),
          this.#cost(i, j, 'original'),
        );
        this.#costs[i * this.#width + j] = i === 0 && j === 0 ? 0 : least;
      }
    }
  }

  #at(i: number, j: number): number {
    return this.#costs[i * this.#width + j] ?? Infinity;
  }

  /** What a cell costs where it is reached by a step; infinite where it can't be. */
  #cost(i: number, j: number, step: Step): number {
    const isHole = i > 0 && this.#holes[i - 1] === true;
    if (step === 'code')
      return i === 0 ? Infinity : this.#at(i - 1, j) + (isHole ? 0 : (this.#inserted[i - 1] ?? inserted));
    if (step === 'original')
      return j === 0
        ? Infinity
        : this.#at(i, j - 1) + (isHole ? 0 : this.#bare.original[j - 1] === '' ? blank : deleted);
    return i === 0 || j === 0 || isHole ? Infinity : this.#at(i - 1, j - 1) + this.#difference(i - 1, j - 1);
  }

  #difference(i: number, j: number): number {
    if (this.#bare.code[i] === this.#bare.original[j]) return 0;
    const a = this.#words.code[i] ?? new Set();
    const b = this.#words.original[j] ?? new Set();
    let shared = 0;
    for (const word of a) if (b.has(word)) shared += 1;
    const isAlike = 2 * shared >= likeness * (a.size + b.size) && shared > 0;
    return (isAlike ? alike : unlike) + (this.#surplus[i] ?? 0);
  }

  /** The lines of a cheapest way; of several, that in which holes are as late or as early as can be. */
  expand(late: boolean): string[] {
    const lines: string[] = [];
    const order: readonly Step[] = late ? ['both', 'code', 'original'] : ['original', 'code', 'both'];
    let [i, j] = [this.#code.length, this.#original.length];
    while (i > 0 || j > 0) {
      const least = this.#at(i, j);
      const step = order.find((one) => this.#cost(i, j, one) <= least + 1e-9) ?? 'code';
      const isHole = i > 0 && this.#holes[i - 1] === true;
      if (step === 'original') {
        if (isHole) lines.push(this.#original[j - 1] ?? '');
        j -= 1;
      } else {
        if (!isHole) lines.push(this.#code[i - 1] ?? '');
        i -= 1;
        if (step === 'both') j -= 1;
      }
    }
    return lines.reverse();
  }
}

function tells(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line) && !/^(?:end|else|fi|done)\b\W*$/.test(line);
}

function wordsOf(line: string): Set<string> {
  return new Set(line.match(/[\p{L}\p{N}_$]+/gu) ?? []);
}
