import { compare } from '../../index/compare.ts';
import { baseNameOf } from '../../index/imports/paths.ts';
import type { IndexedFile, RepositoryIndex } from '../../index/repositoryIndex.ts';
import { Best } from './best.ts';
import type { QuestionTerms } from './questionTerms.ts';
import { subwordsOf } from './subwords.ts';

/** A file whose path has words of the question. */
export interface PathHit {
  readonly file: IndexedFile;
  readonly score: number;
  /** Whether the question writes the path, or that of a folder above it. */
  readonly isWritten: boolean;
}

/** Files that are looked at between two pauses. */
const filesAtOnce = 500;
/** What a folder's name counts, of what the file's own does. */
const folderShare = 0.4;
/** Share of the score that does not depend on how much of the file's name is met. */
const certainShare = 0.5;
/** What the question writes as a path goes before all words. */
const writtenScore = 1_000;

/**
 * The files whose paths have the question's words, by how few of the files have them and how much of the file's name
 * they are; before these, files whose paths the question writes. Pauses after every few files.
 */
export function* rankPaths(
  index: RepositoryIndex,
  question: QuestionTerms,
  limit: number,
  weightOf: (file: IndexedFile) => number,
): Generator<void, readonly PathHit[], void> {
  const wanted = new Map(question.words.map(({ word, weight }) => [word, weight]));
  const found: { file: IndexedFile; name: string[]; size: number; folders: string[] }[] = [];
  const having = new Map<string, number>();
  const files = index.files();
  for (const [at, file] of files.entries()) {
    if (at % filesAtOnce === filesAtOnce - 1) yield;
    const { name, folders } = wordsOfPath(file.path);
    const met = {
      name: name.filter((one) => wanted.has(one)),
      folders: folders.filter((one) => wanted.has(one)),
    };
    for (const word of new Set([...met.name, ...met.folders])) having.set(word, (having.get(word) ?? 0) + 1);
    found.push({ file, ...met, size: Math.max(1, name.length) });
  }
  const worth = (word: string): number =>
    (wanted.get(word) ?? 0) * Math.log(1 + files.length / (1 + (having.get(word) ?? 0)));
  const sum = (words: readonly string[]): number =>
    [...new Set(words)].reduce((all, word) => all + worth(word), 0);
  const paths = question.paths.map((path) => path.toLowerCase());
  const hits = new Best<PathHit>(limit, (a, b) => b.score - a.score || compare(a.file.path, b.file.path));
  for (const [at, { file, name, size, folders }] of found.entries()) {
    if (at % filesAtOnce === filesAtOnce - 1) yield;
    const share = certainShare + (1 - certainShare) * Math.min(1, name.length / size);
    const isWritten = paths.length > 0 && weightOf(file) > 0 && isWrittenAs(file.path, paths);
    const only = folders.filter((word) => !name.includes(word));
    const score =
      (isWritten ? writtenScore : 0) + weightOf(file) * (sum(name) * share + folderShare * sum(only));
    if (score > 0) hits.add({ file, score, isWritten });
  }
  return hits.list();
}

const wordsOfPaths = new Map<string, { name: string[]; folders: string[] }>();
const mostKept = 20_000;

function wordsOfPath(path: string): { name: string[]; folders: string[] } {
  const known = wordsOfPaths.get(path);
  if (known !== undefined) return known;
  const base = baseNameOf(path);
  const stemmed = base.replace(/\.[^.]*$/, '');
  const words = {
    name: subwordsOf(stemmed),
    folders: [...new Set(subwordsOf(path.slice(0, path.length - base.length)))],
  };
  if (wordsOfPaths.size >= mostKept) wordsOfPaths.clear();
  wordsOfPaths.set(path, words);
  return words;
}

/** Whether a path is something that is written (in lower case), or ends with it, or lies below it. */
function isWrittenAs(path: string, written: readonly string[]): boolean {
  const one = `/${path.toLowerCase()}`;
  return written.some(
    (other) => one.endsWith(`/${other}`) || (other.includes('/') && one.includes(`/${other}/`)),
  );
}
