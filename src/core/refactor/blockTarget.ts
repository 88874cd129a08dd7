import type { Definition } from '../syntax/outline.ts';
import { fenced } from '../text/backticks.ts';
import { definitionHead } from './answer/definesName.ts';
import { isElision } from './answer/elision.ts';
import { codeOf, isEdits, type AnswerBlock } from './blockPath.ts';
import { middleMark, replaceMark, searchMark } from './envelope.ts';
import { isBlank, withoutBlankEnds, withPlainLineEnds } from './fileText.ts';
import { indentOf } from './indentation.ts';
import { findTarget, functionKinds, type Selection } from './target.ts';
import type { RefactorFile, RefactorProblem } from './types.ts';

/** A file that a block may be for. */
export interface BlockFile {
  readonly file: RefactorFile;
  /** What it defines; empty without a grammar. */
  readonly definitions: readonly Definition[];
  /** What is selected in it, UTF-16 offsets; null where it is not in front of the user. */
  readonly selection: Selection | null;
}

/** What a block changes in a file, and as which recorded answer it is to be judged. */
export interface BlockTarget {
  /** UTF-16 offsets; null: any part of the file. */
  readonly range: Selection | null;
  readonly answer: string;
  /** How that was found. */
  readonly by: 'edits' | 'definitions' | 'file' | 'selection';
}

/** A definition of the block, and that of the file which it gives anew. Lines of the block count from 0, ends included. */
interface Again {
  readonly first: number;
  readonly last: number;
  readonly was: Definition;
}

/** What data are made of: one entry by itself is rarely meant. */
const dataKind = 'key';
/** A block with so many of the file's lines is the whole file. */
const wholeShare = 0.5;

/**
 * Finds what of a file a block is for: what its edits say, the definitions of the file that it defines again, the whole
 * file where it has most of that, else what is selected. `inBlock`: what a parser finds in the block's `codeOf`.
 */
export function blockTarget(
  block: AnswerBlock,
  { file, definitions, selection }: BlockFile,
  inBlock: readonly Definition[],
): BlockTarget | RefactorProblem {
  const { info } = block;
  if (isEdits(block.text, info)) return { range: null, answer: answerOf(block.text, info), by: 'edits' };
  const text = codeOf(block);
  const answer = answerOf(text, info);
  const lines = text.split('\n');
  const again = definedAgain(lines, { definitions, selection }, inBlock);
  if ('code' in again) return again;
  if (again.length > 0) return ofDefinitions(again, lines, answer, { file, definitions, selection });
  if (isWholeFile(lines, file)) return { range: null, answer, by: 'file' };
  if (selection !== null && selection.start !== selection.end)
    return { range: selection, answer, by: 'selection' };
  return {
    code: 'no-target',
    message: `Nothing that the code defines is in ${file.path}: select the lines there that it is to replace, or insert it at the cursor.`,
  };
}

/** The outermost definitions of a block that the file has too, in the block's order. */
function definedAgain(
  lines: readonly string[],
  { definitions, selection }: Pick<BlockFile, 'definitions' | 'selection'>,
  inBlock: readonly Definition[],
): Again[] | RefactorProblem {
  const own = outsideOfFunctions(inBlock);
  const heads = own.length > 0 ? [] : headsOf(lines, definitions);
  const candidates = [
    ...own.map((one) => ({ ...one, first: one.startLine - 1, last: one.endLine - 1 })),
    ...heads,
  ];
  const again: Again[] = [];
  for (const one of candidates) {
    const was = theOne(one, outsideOfFunctions(definitions), selection);
    if (was === 'ambiguous')
      return {
        code: 'ambiguous',
        message: `The file defines ${one.name} more than once: put the cursor into the one that is meant.`,
      };
    if (was !== null) again.push({ first: one.first, last: one.last, was });
  }
  const outer = again.filter(
    (one) =>
      !again.some(
        (other) => other !== one && encloses(other, one) && !isPartial(other, lines, definitions, inBlock),
      ),
  );
  // What encloses others and is not whole stands for these alone.
  return outer.filter((one) => !outer.some((other) => other !== one && encloses(one, other)));
}

function encloses(outer: Again, inner: Again): boolean {
  return outer.was !== inner.was && outer.was.start <= inner.was.start && outer.was.end >= inner.was.end;
}

/** Whether a class of the block leaves out members that the file's has, without a comment that stands for them. */
function isPartial(
  { first, last, was }: Again,
  lines: readonly string[],
  definitions: readonly Definition[],
  inBlock: readonly Definition[],
): boolean {
  if (lines.slice(first, last + 1).some(isElision)) return false;
  const membersOf = (all: readonly Definition[]): Set<string> =>
    new Set(all.filter(({ container }) => container === was.name).map(({ name }) => name));
  const given = membersOf(inBlock);
  return [...membersOf(definitions)].some((name) => !given.has(name));
}

/** What stands inside a function is its own business. */
function outsideOfFunctions(all: readonly Definition[]): Definition[] {
  const definitions = all.filter(({ kind }) => kind !== dataKind);
  const functions = definitions.filter(({ kind }) => functionKinds.has(kind));
  return definitions.filter(
    (one) => !functions.some((other) => other !== one && other.start <= one.start && other.end >= one.end),
  );
}

/** The definition of the file that is meant; of several with its name that in which the selection is. */
function theOne(
  { name, container }: { readonly name: string; readonly container: string | null },
  definitions: readonly Definition[],
  selection: Selection | null,
): Definition | 'ambiguous' | null {
  const named = definitions.filter((one) => one.name === name);
  const same = named.filter((one) => one.container === container);
  // A method may be given without its class, and no other one may be meant.
  const likely = same.length > 0 ? same : container === null ? named : [];
  const [first] = likely;
  if (first === undefined || likely.length === 1) return first ?? null;
  if (selection === null) return 'ambiguous';
  const selected = likely.filter((one) => one.start <= selection.start && one.end >= selection.end);
  return selected.length === 1 ? (selected[0] ?? null) : 'ambiguous';
}

/** Definitions in code that is a part of something and can't be parsed: at its own indentation, up to the next of them. */
function headsOf(
  lines: readonly string[],
  definitions: readonly Definition[],
): { name: string; container: null; first: number; last: number }[] {
  const base = lines.reduce(
    (least, line) => (isBlank(line) ? least : Math.min(least, indentOf(line).length)),
    Infinity,
  );
  const names = [...new Set(outsideOfFunctions(definitions).map(({ name }) => name))];
  const tests = names.map((name) => ({ name, isHead: definitionHead(name) }));
  const found = lines.flatMap((line, first) => {
    const name = indentOf(line).length === base ? tests.find(({ isHead }) => isHead(line))?.name : undefined;
    return name === undefined ? [] : [{ name, first }];
  });
  return found.map(({ name, first }, at) => ({
    ...{ name, container: null, first },
    last: (found[at + 1]?.first ?? lines.length) - 1,
  }));
}

function ofDefinitions(
  again: readonly Again[],
  lines: readonly string[],
  answer: string,
  { file, definitions }: BlockFile,
): BlockTarget | RefactorProblem {
  const isOutside = (at: number): boolean => again.every(({ first, last }) => at < first || at > last);
  const others = lines.filter((_, at) => isOutside(at));
  const places = again.map(({ was }) => was).sort((a, b) => a.start - b.start);
  if (hasAllBetween(places, others, file)) {
    const start = places[0]?.start ?? 0;
    const end = places.reduce((last, was) => Math.max(last, was.end), 0);
    return { range: { start, end }, answer, by: 'definitions' };
  }
  // Comments that stand for what is between have their places by what is around them.
  if (others.some(isElision)) return { range: null, answer, by: 'definitions' };
  return severalPlaces(again, lines, { file, definitions });
}

/**
 * Whether a block has all that stands in the file between the definitions that it gives anew, as often and in the same
 * order: only then nothing is lost where it replaces all from the first to the last. `places` are in the file's order.
 */
function hasAllBetween(
  places: readonly Definition[],
  others: readonly string[],
  { text }: RefactorFile,
): boolean {
  const given = others.map((line) => line.trim());
  let at = 0;
  return places.slice(1).every((next, index) => {
    const between = text.slice(places[index]?.end ?? 0, Math.max(next.start, places[index]?.end ?? 0));
    const solid = withPlainLineEnds(between)
      .split('\n')
      .map((line) => line.trim())
      // What ends the definition before may stand behind it: it comes with that.
      .filter((line, number) => (number === 0 ? !/^[;,)]*$/.test(line) : line !== ''));
    return solid.every((line) => {
      const found = given.indexOf(line, at);
      if (found !== -1) at = found + 1;
      return found !== -1;
    });
  });
}

/** Each definition by itself, as blocks that say what is replaced by what. */
function severalPlaces(
  again: readonly Again[],
  lines: readonly string[],
  { file, definitions }: Pick<BlockFile, 'file' | 'definitions'>,
): BlockTarget | RefactorProblem {
  const own = new Set(
    withPlainLineEnds(file.text)
      .split('\n')
      .map((line) => line.trim()),
  );
  const inOrder = [...again].sort((a, b) => a.first - b.first);
  const pieces = inOrder.map(({ first, last, was }, at) => {
    const from = at === 0 ? 0 : (inOrder[at - 1]?.last ?? 0) + 1;
    const to = at === inOrder.length - 1 ? lines.length : last + 1;
    // Imports and the like that the file has already are there to show where the code belongs.
    const isKnown = (line: string): boolean => own.has(line.trim()) && !isComment(line);
    const fresh = lines.slice(from, first).findIndex((line) => !isBlank(line) && !isKnown(line));
    const now = withoutBlankEnds(lines.slice(fresh === -1 ? first : from + fresh, to));
    const whole = findTarget(file, { start: was.start, end: was.end }, definitions);
    const place = 'code' in whole || !isComment(now[0] ?? '') ? was : whole.target;
    const old = withPlainLineEnds(file.text.slice(place.start, place.end)).split('\n');
    return { old: withoutBlankEnds(old), now };
  });
  const marks = /^(?:<{5,}|={5,}|>{5,})/;
  if (pieces.some(({ old, now }) => [...old, ...now].some((line) => marks.test(line))))
    return {
      code: 'no-target',
      message: `The code is for several places of ${file.path}: select the one that it is to replace.`,
    };
  const blocks = pieces.map(({ old, now }) =>
    [searchMark, ...old, middleMark, ...now, replaceMark, ''].join('\n'),
  );
  return { range: null, answer: blocks.join('\n'), by: 'definitions' };
}

function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/\*|\*|#(?![[!]|include\b)|--|@|"""|''')/.test(line);
}

function isWholeFile(lines: readonly string[], { text }: RefactorFile): boolean {
  const solid = (all: readonly string[]): string[] =>
    all.map((line) => line.trim()).filter((line) => /[\p{L}\p{N}]/u.test(line));
  const own = solid(withPlainLineEnds(text).split('\n'));
  const given = new Set(solid(lines));
  const kept = own.filter((line) => given.has(line)).length;
  return kept >= wholeShare * own.length || (kept > 0 && lines.some(isElision));
}

/** A block of code as an answer that has nothing else. */
function answerOf(text: string, info: string): string {
  const language = /^[\w+#-]*/.exec(info)?.[0] ?? '';
  return `${fenced(withPlainLineEnds(text).replace(/\n$/, ''), language)}\n`;
}
