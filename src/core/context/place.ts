import { identifiersIn } from '../index/chunks.ts';

/** The place that context is gathered for: the lines of one file that the prompt shows anyway. */
export interface ContextPlace {
  /** Path in the workspace folder, with `/`. */
  readonly path: string;
  /** Lines of the visible window, without their ends, and the number (from 1) of the first of them. */
  readonly lines: readonly string[];
  readonly startLine: number;
  /** Index in `lines` of the cursor's line, and how much of that line stands before the cursor, in UTF-16 units. */
  readonly cursor: number;
  readonly column: number;
}

/** A name that the visible window holds. */
export interface VisibleName {
  /** Lines between the cursor and the nearest mention; below the cursor each counts twice. */
  distance: number;
  mentions: number;
}

/** Lines right around the cursor that say what it is about (the pilot's numbers): before and behind. */
const linesBefore = 12;
const linesBehind = 7;

/** The names of the visible window. */
export function visibleNames({ lines, cursor }: ContextPlace): Map<string, VisibleName> {
  const names = new Map<string, VisibleName>();
  lines.forEach((line, index) => {
    const distance = index <= cursor ? cursor - index : 2 * (index - cursor);
    for (const name of identifiersIn(line)) {
      const known = names.get(name);
      if (known === undefined) names.set(name, { distance, mentions: 1 });
      else {
        known.distance = Math.min(known.distance, distance);
        known.mentions += 1;
      }
    }
  });
  return names;
}

/** What to search for: the names around the cursor, the nearer the heavier (1 on its line, a half at the edge). */
export function nearNames({ lines, cursor }: ContextPlace): Map<string, number> {
  const weights = new Map<string, number>();
  const from = Math.max(0, cursor - linesBefore);
  const to = Math.min(lines.length - 1, cursor + linesBehind);
  for (let index = from; index <= to; index += 1) {
    const reach = index <= cursor ? linesBefore : linesBehind;
    const weight = 1 - Math.abs(cursor - index) / (2 * reach);
    for (const name of identifiersIn(lines[index] ?? ''))
      weights.set(name, Math.max(weights.get(name) ?? 0, weight));
  }
  return weights;
}

/** The parts of names that were asked for: the next place has most of its names from the same files. */
const knownSubwords = new Map<string, readonly string[]>();
const mostKnown = 20_000;

/** The parts of a name by case and underscores, in lower case: `getUserName` is `get`, `user`, `name`. */
export function subwords(name: string): readonly string[] {
  let words = knownSubwords.get(name);
  if (words !== undefined) return words;
  words = splitName(name);
  if (knownSubwords.size >= mostKnown) knownSubwords.clear();
  knownSubwords.set(name, words);
  return words;
}

function splitName(name: string): string[] {
  return (name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu) ?? []).map((part) => part.toLowerCase());
}
