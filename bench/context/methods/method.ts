import type { Parsers } from '../../../src/workspace/parsers.ts';
import { analyseText, type AnalysedFile, type Analysis } from '../analysis.ts';
import type { HeldOutLine } from '../groundTruth.ts';

/** A piece of context from one file. */
export interface ContextSegment {
  readonly path: string;
  readonly text: string;
}

/** Pieces of context in the order in which a prompt shows them. */
export type Context = readonly ContextSegment[];

/** A way to choose context for a line that is not written yet. */
export interface ContextMethod {
  readonly name: string;
  /**
   * The contexts of each line under each of `budgets` (tokens of 3.6 units, see `contextUnits`), in their order. Nothing
   * that comes back may depend on what stood on the line: whatever a method knows of the line's file, it must know from
   * `line.text`.
   */
  contexts(
    analysis: Analysis,
    lines: readonly HeldOutLine[],
    budgets: readonly number[],
    parsers: Parsers,
  ): Promise<Context[][]>;
}

/** UTF-16 units that a token stands for where no model counts them. */
const unitsPerToken = 3.6;

/** The UTF-16 units of a budget of tokens. */
export function budgetUnits(tokens: number): number {
  return Math.floor(tokens * unitsPerToken);
}

/** What a context costs: each piece with a line for its path, as prompts have it. */
export function contextUnits(context: Context): number {
  return context.reduce((sum, segment) => sum + segmentUnits(segment), 0);
}

function segmentUnits({ path, text }: ContextSegment): number {
  return path.length + text.length + 2;
}

/**
 * A method that takes each line for itself: `prepare` gives what it knows of the repository, once, and `rank` the pieces
 * of context for a line, the best first.
 */
export function rankingMethod<State>(
  name: string,
  prepare: (analysis: Analysis) => State,
  rank: (state: State, query: Query) => Ranked,
): ContextMethod {
  return {
    name,
    async contexts(analysis, lines, budgets, parsers) {
      const state = prepare(analysis);
      const found: Context[][] = [];
      for (const line of lines) {
        const ranked = rank(state, { ...line, file: await shadowed(line, parsers) });
        found.push(budgets.map((tokens) => withinBudget(name, ranked(budgetUnits(tokens)), tokens)));
      }
      return found;
    },
  };
}

function withinBudget(method: string, context: Context, tokens: number): Context {
  const units = contextUnits(context);
  if (units > budgetUnits(tokens))
    throw new Error(`${method} took ${units} units, more than ${tokens} tokens.`);
  return context;
}

/** A line to find context for, with what the syntax of its file says without it. */
export interface Query extends HeldOutLine {
  readonly file: AnalysedFile;
}

/** The context that fits a budget (UTF-16 units). */
export type Ranked = (budget: number) => Context;

const shadows = new WeakMap<HeldOutLine, Promise<AnalysedFile>>();

/** The line's file as it is without the line, parsed once for all methods. */
function shadowed(line: HeldOutLine, parsers: Parsers): Promise<AnalysedFile> {
  const known = shadows.get(line) ?? analyseText(line.path, line.text, parsers);
  shadows.set(line, known);
  return known;
}

/** Takes pieces in their order until the budget is full; the one that does not fit any more is cut at a line's end. */
export function fillWith(pieces: readonly ContextSegment[], budget: number): ContextSegment[] {
  const taken: ContextSegment[] = [];
  let left = budget;
  for (const piece of pieces) {
    const fitting = cutToFit(piece, left);
    if (fitting === null) break;
    taken.push(fitting);
    left -= segmentUnits(fitting);
    if (fitting.text.length < piece.text.length) break;
  }
  return taken;
}

/** The whole lines at the start of a piece that cost at most `budget`; null where there is not one. */
export function cutToFit(piece: ContextSegment, budget: number): ContextSegment | null {
  if (segmentUnits(piece) <= budget) return piece;
  const room = budget - segmentUnits({ ...piece, text: '' });
  const end = room < 1 ? -1 : piece.text.lastIndexOf('\n', room);
  return end < 1 ? null : { path: piece.path, text: piece.text.slice(0, end) };
}

/** The files of a repository but the query's own, the nearest by path first: fewest folders up and down, then by name. */
export function nearestFiles({ files }: Analysis, own: string): AnalysedFile[] {
  return [...files.values()]
    .filter((file) => file.path !== own)
    .map((file) => ({ file, distance: pathDistance(own, file.path) }))
    .sort((a, b) => a.distance - b.distance || (a.file.path < b.file.path ? -1 : 1))
    .map(({ file }) => file);
}

/** How many folders lie between two files. */
export function pathDistance(one: string, other: string): number {
  const a = one.split('/').slice(0, -1);
  const b = other.split('/').slice(0, -1);
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common += 1;
  return a.length + b.length - 2 * common;
}

/** The words of a text, in order: identifiers, keywords and numbers. */
export function words(text: string): string[] {
  return text.match(/\w+/g) ?? [];
}
