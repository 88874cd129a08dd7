import { compare } from '../../index/compare.ts';
import type { FoundSymbol } from '../context.ts';
import { Best } from './best.ts';
import { fuzzyScore } from './fuzzy.ts';
import type { AskedFolder } from './rankFolder.ts';
import { subwordsOf } from './subwords.ts';

/** Files that are looked at between two pauses. */
const filesAtOnce = 200;
/** What kinds of matches count before anything else. */
const exact = 5_000;
const sameLetters = 4_000;
const prefix = 3_000;
const allWords = 2_000;
const fuzzy = 1_000;
/** What takes of a match: a field, something local, a heading, a test. */
const lowered: ReadonlyMap<string, number> = new Map([
  ['property', 100],
  ['enumMember', 100],
  ['variable', 50],
  ['heading', 300],
]);
const localLowered = 150;
const testLowered = 200;

/** A definition that was found, and how well its name matches. */
export interface SymbolMatch {
  readonly symbol: FoundSymbol;
  readonly score: number;
}

/**
 * Definitions of a workspace folder whose names match: the same name, the same but for case, its beginning, all of its
 * words, then its characters in their order. `Type.member` or `Type::member` asks for a member. The best of them, at most
 * `limit`, best first. Pauses after every few files.
 */
export function* findSymbols(
  { index, prefix: before, owns }: AskedFolder,
  query: string,
  limit: number,
): Generator<void, SymbolMatch[], void> {
  const parts = query
    .trim()
    .replace(/\(\)$/, '')
    .split(/\.|::|#/);
  const wanted = parts.at(-1) ?? '';
  const container = parts.length > 1 ? (parts.at(-2) ?? '') : null;
  if (wanted === '' && container === null) return [];
  const match = matcher(wanted);
  const { names } = index;
  const scores = new Map<number, number | null>();
  const found = new Best<SymbolMatch>(limit, bySymbolMatch);
  let looked = 0;
  for (const file of index.files()) {
    looked += 1;
    if (looked % filesAtOnce === 0) yield;
    if (!owns(file.path)) continue;
    for (const one of file.symbols) {
      const name = names.nameOf(one.name);
      const owner = one.container === -1 ? null : names.nameOf(one.container);
      if (container !== null && owner?.toLowerCase() !== container.toLowerCase()) continue;
      let score = wanted === '' ? 1 : scores.get(one.name);
      if (score === undefined) {
        score = match(name);
        scores.set(one.name, score);
      }
      if (score === null) continue;
      const less = (lowered.get(one.kind) ?? 0) + (one.local && one.kind !== 'heading' ? localLowered : 0);
      const { kind, signature, startLine, endLine } = one;
      const symbol = {
        path: `${before}${file.path}`,
        startLine,
        endLine,
        name,
        container: owner,
        kind,
        signature,
      };
      found.add({ symbol, score: score - less - (file.isTest ? testLowered : 0) });
    }
  }
  return found.list();
}

/** Best first; among equals by path and line. */
export function bySymbolMatch(a: SymbolMatch, b: SymbolMatch): number {
  const [one, other] = [a.symbol, b.symbol];
  return (
    b.score - a.score ||
    compare(one.path, other.path) ||
    one.startLine - other.startLine ||
    one.endLine - other.endLine
  );
}

function matcher(wanted: string): (name: string) => number | null {
  const lower = wanted.toLowerCase();
  const words = subwordsOf(wanted);
  return (name) => {
    if (name === wanted) return exact;
    const own = name.toLowerCase();
    if (own === lower) return sameLetters;
    if (own.startsWith(lower)) return prefix - Math.min(500, name.length - wanted.length);
    const has = words.length > 1 ? new Set(subwordsOf(name)) : null;
    if (has !== null && words.every((word) => has.has(word))) return allWords - Math.min(500, name.length);
    const score = fuzzyScore(lower, name);
    // Fewer than half of the characters in runs or at words' beginnings is chance.
    return score !== null && score > 2.5 * lower.length ? fuzzy + Math.min(400, score) : null;
  };
}
