import path from 'node:path';
import { grammarFor } from '../../src/core/syntax/languages.ts';
import type { Definition } from '../../src/core/syntax/outline.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { mulberry32 } from '../traceMaker.ts';
import {
  namesOf,
  reachable,
  testModules,
  type AnalysedFile,
  type Analysis,
  type Mention,
} from './analysis.ts';
import { isBuiltin } from './builtins.ts';
import { isTest } from './repository.ts';

/** Shorter names are too often the same by chance. */
const shortestName = 4;
/** A name that more files define says little about which of them is meant. */
const mostDefiners = 3;
/** Lines above and below the held-out line that count as visible. */
export const visibleAbove = 120;
export const visibleBelow = 30;
const identifier = /[A-Za-z_$][\w$]*/g;

/** A name on a held-out line that another file of the repository defines. */
export interface Needed {
  readonly name: string;
  /** Its definitions in other files. */
  readonly definitions: readonly Definition[];
  /** Whether the name stands in the visible window around the line. */
  readonly seen: boolean;
  /** Whether it stands neither anywhere above the line nor in the visible lines below: a harder kind of unseen. */
  readonly absent: boolean;
}

/** A line taken out of its file. */
export interface HeldOutLine {
  readonly path: string;
  /** The line's index from 0, and the UTF-16 column of the cursor: behind the line's indentation, which stays. */
  readonly line: number;
  readonly column: number;
  /** The file without what was on the line. */
  readonly text: string;
  /** What was on the line, without indentation and line end. */
  readonly removed: string;
  readonly needed: readonly Needed[];
}

/** The classes of needed names; `absent` is a part of `unseen`. */
export const nameClasses = ['seen', 'unseen', 'absent'] as const;
export type NameClass = (typeof nameClasses)[number];

export interface GroundTruth {
  readonly lines: readonly HeldOutLine[];
  /** Which lines (indices into `lines`) were drawn for each class. */
  readonly drawn: Readonly<Record<'seen' | 'unseen', readonly number[]>>;
  /** How many lines there were to draw from. */
  readonly available: Readonly<Record<'seen' | 'unseen', number>>;
}

/** The names of a class that a line needs. */
export function neededOf(line: HeldOutLine, wanted: NameClass): Needed[] {
  return line.needed.filter(({ seen, absent }) =>
    wanted === 'absent' ? absent : seen === (wanted === 'seen'),
  );
}

/**
 * Draws `count` lines a class by chance (`seed`) from all lines of a repository, outside tests, that need a name of that
 * class. A line may be drawn for both.
 */
export async function groundTruth(
  analysis: Analysis,
  parsers: Parsers,
  { seed, count }: { seed: number; count: number },
): Promise<GroundTruth> {
  const definers = definersOf(analysis);
  const all: HeldOutLine[] = [];
  for (const file of analysis.files.values()) {
    if (!file.isTest) all.push(...(await linesOf(file, definers, parsers)));
  }
  const random = mulberry32(seed);
  const chosen = new Map<HeldOutLine, Set<'seen' | 'unseen'>>();
  const available = { seen: 0, unseen: 0 };
  for (const wanted of ['seen', 'unseen'] as const) {
    const candidates = shuffled(
      all.filter((line) => neededOf(line, wanted).length > 0),
      random,
    );
    available[wanted] = candidates.length;
    for (const line of candidates.slice(0, count)) {
      chosen.set(line, (chosen.get(line) ?? new Set()).add(wanted));
    }
  }
  // In the order of the files, so that a program that keeps parsed files need not change them all the time.
  const lines = [...chosen.keys()].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line,
  );
  const drawn = (wanted: 'seen' | 'unseen') =>
    lines.flatMap((line, index) => (chosen.get(line)?.has(wanted) === true ? [index] : []));
  return { lines, drawn: { seen: drawn('seen'), unseen: drawn('unseen') }, available };
}

/** Definitions that other files can use, by name and file. */
type Definers = ReadonlyMap<string, ReadonlyMap<string, readonly Definition[]>>;

function definersOf({ files }: Analysis): Definers {
  const definers = new Map<string, Map<string, Definition[]>>();
  for (const file of files.values()) {
    for (const definition of reachable(file)) {
      const name = plainName(definition.name);
      if (name.length < shortestName) continue;
      const byFile = definers.get(name) ?? new Map<string, Definition[]>();
      definers.set(name, byFile);
      byFile.set(file.path, [...(byFile.get(file.path) ?? []), definition]);
    }
  }
  return definers;
}

/** A name as it is used: a private member without its mark, a quoted one without quotes. */
function plainName(name: string): string {
  return name.replace(/^["'#]|["']$/g, '');
}

/** What must be known of a file to tell what one of its lines needs. */
interface Surroundings {
  readonly definers: Definers;
  /** Names that the file defines itself. */
  readonly own: ReadonlySet<string>;
  /** The lines on which the file declares a local name. */
  readonly declaredAt: ReadonlyMap<string, readonly number[]>;
  /** The words of each line, comments and strings included: a model sees those too. */
  readonly words: readonly ReadonlySet<string>[];
  /** The first line that has a word. */
  readonly firstLine: ReadonlyMap<string, number>;
}

async function linesOf(file: AnalysedFile, definers: Definers, parsers: Parsers): Promise<HeldOutLine[]> {
  const { mentions, declared } = await namesOf(file.path, file.text, parsers);
  const words = file.lines.map((line) => new Set(line.match(identifier)));
  const firstLine = new Map<string, number>();
  for (const [index, of] of words.entries()) {
    for (const word of of) if (!firstLine.has(word)) firstLine.set(word, index);
  }
  const around: Surroundings = {
    definers,
    own: new Set(file.definitions.map(({ name }) => plainName(name))),
    declaredAt: linesByName(declared),
    words,
    firstLine,
  };
  const left = leftOut(file);
  const language = grammarFor(path.extname(file.path).slice(1));
  const foreign = mentions.filter(({ name, line, column }) => {
    const before = (file.lines[line] ?? '').slice(0, column);
    return language !== null && !isBuiltin(language, name, before);
  });
  return [...Map.groupBy(foreign, ({ line }) => line)].flatMap(([line, names]) => {
    if (left.has(line) || importLike.test(file.lines[line] ?? '')) return [];
    const needed = [...new Set(names.map(({ name }) => name))].flatMap(
      (name) => neededName(name, line, around) ?? [],
    );
    return needed.length === 0 ? [] : [takeOut(file, line, needed)];
  });
}

/** What a line needs to know of a name; null where that is nothing, or can't be told. */
function neededName(name: string, line: number, around: Surroundings): Needed | null {
  const byFile = around.definers.get(name);
  if (name.length < shortestName || around.own.has(name) || byFile === undefined) return null;
  if (byFile.size > mostDefiners || [...byFile.keys()].every(isTest)) return null;
  const first = line - visibleAbove;
  const last = line + visibleBelow;
  if (around.declaredAt.get(name)?.some((at) => at >= first && at <= last) === true) return null;
  let seen = false;
  for (let at = first; at <= last && !seen; at += 1)
    seen = at !== line && around.words[at]?.has(name) === true;
  const above = (around.firstLine.get(name) ?? line) < line;
  return { name, definitions: [...byFile.values()].flat(), seen, absent: !seen && !above };
}

function linesByName(mentions: readonly Mention[]): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (const { name, line } of mentions) lines.set(name, [...(lines.get(name) ?? []), line]);
  return lines;
}

/** Imports and exports on one line that the grammar's query does not call so. */
const importLike =
  /^\s*(import\b|from\s|export\s*[{*]|(pub(\([\w:\s]+\))?\s+)?(use|mod|extern crate)\s|package\s)/;

/** Lines (from 0) that are not held out: imports, and tests in the midst of sources. */
function leftOut(file: AnalysedFile): Set<number> {
  const lineOf = lineCounter(file.text);
  const left = new Set<number>();
  const leave = (start: number, end: number) => {
    for (let line = start; line <= end; line += 1) left.add(line);
  };
  for (const { start, end } of file.imports) leave(lineOf(start), lineOf(end));
  for (const { kind, name, startLine, endLine } of file.definitions) {
    if (kind === 'module' && testModules.has(name)) leave(startLine - 1, endLine - 1);
  }
  return left;
}

/** Gives the line (from 0) of an offset. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
}

function takeOut(file: AnalysedFile, line: number, needed: readonly Needed[]): HeldOutLine {
  const content = file.lines[line] ?? '';
  const indentation = /^\s*/.exec(content)?.[0] ?? '';
  const text = file.lines.with(line, indentation).join('\n');
  const removed = content.slice(indentation.length).trimEnd();
  return { path: file.path, line, column: indentation.length, text, removed, needed };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [a, b] = [mixed[at], mixed[other]];
    if (a !== undefined && b !== undefined) [mixed[at], mixed[other]] = [b, a];
  }
  return mixed;
}
