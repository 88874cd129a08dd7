import type { Definition } from '../syntax/outline.ts';
import { fileLines, isBlank, type FileLine } from './fileText.ts';
import { indentOf } from './indentation.ts';
import type { RefactorFile, RefactorProblem, RefactorTarget } from './types.ts';

/** A selection, or a cursor where both are the same: UTF-16 offsets. */
export interface Selection {
  readonly start: number;
  readonly end: number;
}

/** What of a definition is needed: decorators and `export` belong to its range, comments don't. */
export type TargetDefinition = Pick<Definition, 'name' | 'kind' | 'start' | 'end'>;

/** A target, and what is to be said about how it was found; null for nothing. */
export interface FoundTarget {
  readonly target: RefactorTarget;
  readonly note: string | null;
}

/**
 * What a refactor acts on. A selection becomes whole lines and, as far as indentation tells, whole statements; where it
 * reaches into several definitions, all of these become whole. A cursor stands for the smallest function or other
 * definition around it with its comment, and for a class or the like only on its first lines. `definitions` null: there
 * is no grammar for the file. A problem says why there is nothing to act on.
 */
export function findTarget(
  file: RefactorFile,
  { start, end }: Selection,
  definitions: readonly TargetDefinition[] | null,
): FoundTarget | RefactorProblem {
  const { text } = file;
  const [from, to] = [Math.min(start, end), Math.max(start, end)];
  if (from < 0 || to > text.length) return nothing('The place lies outside of the file.');
  const lines = new FileLines(file);
  const known = (definitions ?? []).map((one) => withComment(one, lines, file));
  if (from === to) return atCursor(file, from, definitions === null ? null : known, lines);
  if (isBlank(text.slice(from, to)))
    return nothing('Nothing is selected but blanks: select the code that is to be changed.');
  return ofSelection(file, trimmed(text, from, to), known, lines);
}

/** A definition with the comment above it, on whole lines where nothing else stands on them. */
interface Known extends TargetDefinition {
  readonly from: number;
  readonly to: number;
}

class FileLines {
  readonly all: readonly FileLine[];
  readonly #text: string;

  constructor({ text }: RefactorFile) {
    this.all = fileLines(text);
    this.#text = text;
  }

  /** Number, from 0, of the line that an offset stands in. */
  at(offset: number): number {
    let [low, high] = [0, this.all.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  text(line: number): string {
    return this.all[line]?.text ?? '';
  }

  /** A range with the indentation before it and a semicolon behind it, where that is all its lines hold beside it. */
  whole(start: number, end: number): { from: number; to: number } {
    const first = this.all[this.at(start)];
    const last = this.all[this.at(end)];
    const before = this.#text.slice(first?.start ?? start, start);
    const line = this.#text.slice(end, last?.end ?? end);
    // What ends a field's line belongs to it.
    const behind = /^\s*;/.exec(line)?.[0] ?? '';
    const rest = line.slice(behind.length);
    return {
      from: isBlank(before) ? start - before.length : start,
      to: isBlank(rest) ? end + behind.length : end,
    };
  }
}

function nothing(message: string): RefactorProblem {
  return { code: 'no-target', message };
}

/** A selection without blanks at its ends, so that one which ends where a line begins does not have that line. */
export function trimmed(text: string, from: number, to: number): Selection {
  const selected = text.slice(from, to);
  return {
    start: from + selected.length - selected.trimStart().length,
    end: from + selected.trimEnd().length,
  };
}

const cLike = /^(?:c|cpp|cc|cxx|h|hpp|hh|hxx|csharp|cs|objective-c)$/;

/** The comment that stands directly above, without a blank line between; a file's first line for programs is none. */
function withComment(definition: TargetDefinition, lines: FileLines, { language }: RefactorFile): Known {
  const whole = lines.whole(definition.start, definition.end);
  const first = lines.at(definition.start);
  // What stands behind other code in its line has no comment of its own.
  if (whole.from !== (lines.all[first]?.start ?? 0)) return { ...definition, ...whole };
  const mark = cLike.test(language) ? /^\s*\/\// : /^\s*(?:\/\/|#(?!!)|--|;)/;
  let at = first;
  while (at > 0 && mark.test(lines.text(at - 1))) at -= 1;
  if (at === first && /\*\/\s*$/.test(lines.text(at - 1))) {
    let opened = at - 1;
    while (opened >= 0 && !lines.text(opened).includes('/*')) opened -= 1;
    if (/^\s*\/\*/.test(lines.text(opened))) at = opened;
  }
  return { ...definition, from: lines.all[at]?.start ?? whole.from, to: whole.to };
}

/** What runs when it is called. */
export const functionKinds: ReadonlySet<string> = new Set(['function', 'method', 'macro']);
/** What is too large to be meant by a cursor anywhere in it. */
const containers: ReadonlySet<string> = new Set([
  'class',
  'interface',
  'trait',
  'struct',
  'enum',
  'union',
  'module',
  'object',
  'record',
]);

function atCursor(
  file: RefactorFile,
  offset: number,
  definitions: readonly Known[] | null,
  lines: FileLines,
): FoundTarget | RefactorProblem {
  if (definitions === null)
    return nothing(
      `There is no grammar for ${file.language || 'this file'}: select the lines to be changed.`,
    );
  const line = lines.at(offset);
  const [lineStart, lineEnd] = [lines.all[line]?.start ?? 0, lines.all[line]?.end ?? 0];
  // A cursor before a definition's indentation, or behind its last bracket, is on it.
  const around = definitions
    .filter(({ from, to }) => from <= Math.max(offset, lineStart) && to >= offset && from <= lineEnd)
    .sort((a, b) => a.to - a.from - (b.to - b.from));
  const inner =
    around.find(({ kind }) => functionKinds.has(kind)) ?? around.find(({ kind }) => !containers.has(kind));
  const container = around.find(({ kind }) => containers.has(kind));
  if (
    inner !== undefined &&
    (container === undefined || container.to - container.from >= inner.to - inner.from)
  )
    return { target: targetOf(file, inner), note: null };
  if (container !== undefined) {
    if (line <= headLine(container, lines)) return { target: targetOf(file, container), note: null };
    return nothing(
      `The cursor stands between the members of ${container.name}: put it on one of them or on the first line of ${container.name}, or select the lines to be changed.`,
    );
  }
  return isBlank(file.text.slice(offset))
    ? nothing('There is nothing at the end of the file: select the code that is to be changed.')
    : nothing('No definition stands here: select the lines to be changed.');
}

/** Last line of a definition's head: the one that opens its body. */
function headLine({ start, name }: TargetDefinition, lines: FileLines): number {
  const first = lines.at(start);
  let named = first;
  while (named < first + 20 && !lines.text(named).includes(name)) named += 1;
  for (let at = named; at < named + 10; at += 1)
    if (/[{:]\s*(?:\/\/.*|#.*)?$/.test(lines.text(at))) return at;
  return named;
}

function targetOf(file: RefactorFile, { from, to, name, kind }: Known): RefactorTarget {
  return { file, start: from, end: to, definition: { name, kind } };
}

function ofSelection(
  file: RefactorFile,
  { start, end }: Selection,
  definitions: readonly Known[],
  lines: FileLines,
): FoundTarget {
  const statements = wholeStatements(lines, lines.at(start), lines.at(end));
  const [from, to] = [lines.all[statements.first]?.start ?? start, lines.all[statements.last]?.end ?? end];
  // A definition that the selection begins or ends in, but does not lie in.
  const cut = definitions.filter(
    (one) => one.from < to && one.to > from && !(one.from <= from && one.to >= to),
  );
  const outer = cut.filter(
    (one) => !cut.some((other) => other !== one && other.from <= one.from && other.to >= one.to),
  );
  const range = {
    start: Math.min(from, ...outer.map((one) => one.from)),
    end: Math.max(to, ...outer.map((one) => one.to)),
  };
  const around = definitions
    .filter((one) => one.from <= range.start && one.to >= range.end)
    .sort((a, b) => a.to - a.from - (b.to - b.from))[0];
  const widened = outer.filter((one) => one.start < start || one.to > end).map(({ name }) => name);
  const [single] = outer;
  const only =
    outer.length === 1 && single !== undefined && single.from === range.start && single.to === range.end;
  const definition = only ? single : around;
  return {
    target: {
      file,
      ...range,
      definition: definition === undefined ? null : { name: definition.name, kind: definition.kind },
    },
    note:
      widened.length === 0
        ? null
        : `The selection reaches into ${widened.join(', ')}: ${widened.length === 1 ? 'it is' : 'they are'} taken whole.`,
  };
}

const closes = /^\s*(?:[)\]}]|end\b|<\/)/;
const continues = /^\s*(?:else\b|elif\b|except\b|finally\b|rescue\b|ensure\b|elsif\b|catch\b)/;

/** Lines widened to what begins and ends with the least indentation in them: a block whole with its head and its end. */
function wholeStatements(lines: FileLines, first: number, last: number): { first: number; last: number } {
  const width = (line: number): number => indentOf(lines.text(line)).length;
  const held = (line: number): boolean => !isBlank(lines.text(line));
  let least = Infinity;
  for (let at = first; at <= last; at += 1) if (held(at)) least = Math.min(least, width(at));
  const goesOn = (line: number): boolean => closes.test(lines.text(line)) || continues.test(lines.text(line));
  let top = first;
  // Up to the head of the block in which the selection begins.
  while (top > 0 && (!held(top) || width(top) > least || goesOn(top))) {
    if (held(top - 1) && width(top - 1) < least) break;
    top -= 1;
  }
  let bottom = last;
  for (let at = last + 1; at < lines.all.length; at += 1) {
    if (!held(at)) continue;
    if (width(at) < least || (width(at) === least && !goesOn(at))) break;
    bottom = at;
  }
  return { first: top, last: bottom };
}
