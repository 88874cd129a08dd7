import {
  fileLines,
  isBlank,
  lineEndOf,
  withoutBlankEnds,
  withPlainLineEnds,
  type FileLine,
} from './fileText.ts';
import { commonIndent, convertIndent, indentOf, indentUnit } from './indentation.ts';
import { diffLines } from './lineDiff.ts';
import { collapsed, locate, type Within } from './match.ts';
import { LineComparison } from './similarity.ts';
import type { MatchKind, ProposedEdit, RefactorFile, RefactorProblem, TextEdit } from './types.ts';

/** A replacement whose place is known. */
export interface Placed extends TextEdit {
  readonly kind: MatchKind;
}

type Replace = Extract<ProposedEdit, { kind: 'replace' }>;

/**
 * Finds what is to be replaced, and makes the new text. Lines that the answer only repeats stay as the file has them,
 * whatever blanks or letters the answer got wrong in them; lines that it changes must be in the file as it says, blanks
 * aside.
 */
export function placeReplacement(
  { text }: RefactorFile,
  edit: Replace,
  within: Within | null,
): Placed | RefactorProblem {
  if (!text.startsWith('\uFEFF')) return placeInText(text, edit, within);
  // A byte order mark is no part of the first line.
  const inside =
    within === null ? null : { start: Math.max(0, within.start - 1), end: Math.max(0, within.end - 1) };
  const placed = placeInText(text.slice(1), edit, inside);
  return 'code' in placed ? placed : { ...placed, start: placed.start + 1, end: placed.end + 1 };
}

function placeInText(
  text: string,
  { search, replace, inLine = false }: Replace,
  within: Within | null,
): Placed | RefactorProblem {
  const match = locate(text, search, { within, inLine });
  if ('code' in match) return match;
  const searched = withPlainLineEnds(search).split('\n');
  const lines = withoutSameBlankEnds(searched, withPlainLineEnds(replace).split('\n'));
  const lineEnd = lineEndOf(text);
  const { start, end, kind } = match;
  if (!match.wholeLines) return { start, end, text: lines.join(lineEnd), kind };
  if (lines.every(isBlank)) return removal(text, start, end, kind);
  const held = fileLines(text.slice(start, end));
  const wanted = withoutBlankEnds(searched);
  const pairs = pairsOf(wanted, held, kind);
  const made = threeWay(withFirstIndent({ wanted, lines }, held), held, pairs, { lineEnd, kind });
  if (made === null)
    return {
      code: 'no-match',
      message: `Lines that the answer changes are not in the file as it says: repeat them as they are. They begin with ${JSON.stringify(wanted[0]?.trim().slice(0, 60))}.`,
    };
  return made === '' ? removal(text, start, end, kind) : { start, end, text: made, kind };
}

/** For each searched line the file's line that it stands for; -1 for none. */
function pairsOf(wanted: readonly string[], held: readonly FileLine[], kind: MatchKind): readonly number[] {
  if (kind === 'exact' || kind === 'indentation') return wanted.map((_, at) => at);
  if (kind === 'whitespace') {
    const solid = held.flatMap(({ text }, at) => (isBlank(text) ? [] : [at]));
    let next = 0;
    return wanted.map((line) => (isBlank(line) ? -1 : (solid[next++] ?? -1)));
  }
  const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trim());
  return new LineComparison(0).likeness(trimmed(wanted), trimmed(held.map(({ text }) => text))).pairs;
}

interface Change {
  readonly wanted: readonly string[];
  readonly lines: readonly string[];
}

/** Where the first searched line stands behind a mark without its indentation, it gets it, and so does its replacement. */
function withFirstIndent({ wanted, lines }: Change, held: readonly FileLine[]): Change {
  const [first = '', ...rest] = wanted;
  const [now = '', ...more] = lines;
  const [was = '', next = ''] = held.map(({ text }) => text);
  // Whether the others have the file's indentation though the first has none.
  const isBare =
    indentOf(first) === '' &&
    indentOf(was) !== '' &&
    rest.length > 0 &&
    indentOf(rest[0] ?? '') === indentOf(next);
  if (!isBare) return { wanted, lines };
  return {
    wanted: [indentOf(was) + first, ...rest],
    lines: indentOf(now) === '' && !isBlank(now) ? [indentOf(was) + now, ...more] : lines,
  };
}

/**
 * The file's lines where the answer keeps what it searched, and the answer's own, moved, where not. Blank lines of the file
 * that the answer did not see stay. Null where lines that change are others in the file.
 */
function threeWay(
  { wanted, lines }: Change,
  held: readonly FileLine[],
  pairs: readonly number[],
  { lineEnd, kind }: { readonly lineEnd: string; readonly kind: MatchKind },
): string | null {
  // Blanks at a line's end are an answer's doing only where it has the others right.
  const bare = (line: string): string => (kind === 'exact' ? line : line.trimEnd());
  const hunks = diffLines(wanted.map(bare), lines.map(bare));
  const isKept = wanted.map(() => true);
  for (const { start, removed } of hunks) isKept.fill(false, start, start + removed.length);
  const move = mover({ wanted, lines }, held, pairs);
  const parts: string[] = [];
  let done = 0;
  const push = (until: number): void => {
    for (const { text, lineEnd: end } of held.slice(done, until))
      parts.push(text, end === '' ? lineEnd : end);
    done = until;
  };
  /** Deals with the file's lines before the one that a searched line stands for; false where they can't go. */
  const reach = (at: number, pair: number): boolean => {
    const follows = isKept[at - 1] ?? true;
    const unseen = held.slice(done, pair).some(({ text }) => !isBlank(text));
    if (unseen && !(follows && isKept[at] === true)) return false;
    const isNamed = isBlank(wanted[at - 1] ?? '-');
    if (follows || (isKept[at] === true && !isNamed)) push(pair);
    done = pair;
    return true;
  };
  const take = (from: number, until: number): boolean => {
    for (let at = from; at < until; at += 1) {
      const pair = pairs[at] ?? -1;
      if (pair === -1) {
        if (isKept[at] !== true && !isBlank(wanted[at] ?? '')) return false;
        continue;
      }
      if (!reach(at, pair)) return false;
      if (isKept[at] === true) push(pair + 1);
      else if (collapsed(held[pair]?.text ?? '') !== collapsed(wanted[at] ?? '')) return false;
      done = pair + 1;
    }
    return true;
  };
  let at = 0;
  for (const { start, removed, added } of hunks) {
    if (!take(at, start + removed.length)) return null;
    for (const line of added) parts.push(move(line), lineEnd);
    at = start + removed.length;
  }
  if (!take(at, wanted.length) || done < held.length) return null;
  parts.pop();
  return parts.join('');
}

/** Moves new lines to where the searched ones are, in the way that brings most of these to theirs. */
function mover(
  { wanted, lines }: Change,
  held: readonly FileLine[],
  pairs: readonly number[],
): (line: string) => string {
  const was = held.map(({ text }) => text);
  const from = commonIndent(wanted);
  const to = commonIndent(was);
  const units = { from: indentUnit([...wanted, ...lines]), to: indentUnit(was) };
  const shift = (line: string, convert: boolean): string => {
    if (isBlank(line)) return '';
    const indent = indentOf(line);
    const relative = indent.startsWith(from) ? indent.slice(from.length) : '';
    return (
      to + (convert ? convertIndent(relative, units.from, units.to) : relative) + line.slice(indent.length)
    );
  };
  const reached = (convert: boolean): number =>
    wanted.filter(
      (line, at) => !isBlank(line) && indentOf(shift(line, convert)) === indentOf(was[pairs[at] ?? -1] ?? ''),
    ).length;
  const convert = reached(true) > reached(false);
  return (line) => shift(line, convert);
}

/** Takes from the replacement the blank lines at both ends that the searched text had too, which were not searched. */
function withoutSameBlankEnds(search: readonly string[], replace: readonly string[]): string[] {
  const leading = (lines: readonly string[]): number => {
    const first = lines.findIndex((line) => !isBlank(line));
    return first === -1 ? lines.length : first;
  };
  const trailing = (lines: readonly string[]): number => leading([...lines].reverse());
  const from = Math.min(leading(search), leading(replace));
  const until = replace.length - Math.min(trailing(search), trailing(replace));
  return replace.slice(from, Math.max(from, until));
}

/** Lines that are taken out go with their line end; the last ones of a file with the one before them, so that it ends as it did. */
function removal(text: string, start: number, end: number, kind: MatchKind): Placed {
  const next = /^(?:\r\n|\r|\n)/.exec(text.slice(end, end + 2))?.[0] ?? '';
  if (next !== '' || start === 0) return { start, end: end + next.length, text: '', kind };
  const before = /(?:\r\n|\r|\n)$/.exec(text.slice(Math.max(0, start - 2), start))?.[0] ?? '';
  return { start: start - before.length, end, text: '', kind };
}
