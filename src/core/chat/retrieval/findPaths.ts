import { compare } from '../../index/compare.ts';
import { baseNameOf, parentOf } from '../../index/imports/paths.ts';
import { Best } from './best.ts';
import type { AskedFolder } from './rankFolder.ts';
import { fuzzyScore } from './fuzzy.ts';

/** Files that are looked at between two pauses. */
const filesAtOnce = 500;
/** What kinds of matches count before anything else. */
const exact = 4_000;
const prefix = 3_000;
const inName = 2_000;
const fuzzyName = 1_000;

/** A path that was found, and how well it matches. */
export interface FoundPath {
  readonly path: string;
  readonly score: number;
}

/**
 * Files and folders (these end in `/`) of a workspace folder whose paths match what is typed: by their own names before
 * the whole path, by its beginning before what is inside, then by characters in their order. Nothing typed: all, those
 * least deep first. The best of them, at most `limit`, best first. Pauses after every few files.
 */
export function* findPaths(
  { index, prefix: before, owns }: AskedFolder,
  query: string,
  limit: number,
): Generator<void, FoundPath[], void> {
  const typed = query.trim().toLowerCase().replaceAll('\\', '/').replace(/^\.\//, '');
  const found = new Best<FoundPath>(limit, byMatch);
  const folders = new Set<string>();
  let looked = 0;
  const take = (path: string): void => {
    const score = scoreOf(path, typed);
    if (score !== null) found.add({ path, score });
  };
  for (const { path } of index.files()) {
    looked += 1;
    if (looked % filesAtOnce === 0) yield;
    if (!owns(path)) continue;
    take(`${before}${path}`);
    for (let folder = parentOf(path); !folders.has(folder); folder = parentOf(folder)) {
      folders.add(folder);
      const whole = `${before}${folder}${folder === '' ? '' : '/'}`;
      if (whole !== '') take(whole);
    }
  }
  return found.list();
}

/** Best first; among equals short paths, then by their characters. */
export function byMatch(a: FoundPath, b: FoundPath): number {
  return b.score - a.score || a.path.length - b.path.length || compare(a.path, b.path);
}

function scoreOf(path: string, typed: string): number | null {
  if (typed === '') return -path.split('/').length;
  const plain = path.replace(/\/$/, '');
  const own = baseNameOf(plain);
  const lower = own.toLowerCase();
  const wanted = typed.replace(/\/$/, '');
  if (!wanted.includes('/')) {
    if (lower === wanted || lower.replace(/\.[^.]*$/, '') === wanted) return exact;
    if (lower.startsWith(wanted)) return prefix - own.length;
    if (lower.includes(wanted)) return inName + (fuzzyScore(wanted, own) ?? 0);
    const score = fuzzyScore(wanted, own);
    if (score !== null) return fuzzyName + score;
  }
  if (plain.toLowerCase() === wanted) return exact;
  if (plain.toLowerCase().endsWith(`/${wanted}`)) return prefix;
  // Letters that are strewn over a long path match everything.
  const score = fuzzyScore(wanted, plain);
  return score !== null && score > 2 * wanted.length ? score : null;
}
