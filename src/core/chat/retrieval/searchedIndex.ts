import { compare } from '../../index/compare.ts';
import type { RepositoryIndex } from '../../index/repositoryIndex.ts';
import type { QuestionTerms } from './questionTerms.ts';
import { subwordsOf } from './subwords.ts';
import { SubwordTable } from './subwordTable.ts';

/** An index with the words of its names. */
export interface SearchedIndex {
  readonly index: RepositoryIndex;
  readonly subwords: SubwordTable;
}

/** Names that are split between two pauses. */
const namesAtOnce = 2_000;

const tables = new WeakMap<RepositoryIndex, SubwordTable>();

/** Pauses between pieces of its work, which come to nothing once the words of all names are known. */
export function* searched(index: RepositoryIndex): Generator<void, SearchedIndex, void> {
  const subwords = tables.get(index) ?? new SubwordTable(index.names);
  tables.set(index, subwords);
  while (!subwords.extend(namesAtOnce)) yield;
  return { index, subwords };
}

/** A word of the question and the names that have it, or a name by itself. */
export interface Term {
  /** In lower case and stemmed; null for a name by itself. */
  readonly word: string | null;
  /** As people read it. */
  readonly label: string;
  readonly weight: number;
  readonly names: readonly number[];
}

/** Words of a name that a question may write with blanks between them, and the weight of such a name. */
const mostPhrase = 6;
const phraseWeight = 1.5;

/** What of a question occurs in an index. Pauses after each word. */
export function* termsIn(searched: SearchedIndex, question: QuestionTerms): Generator<void, Term[], void> {
  const { index, subwords } = searched;
  const words = question.words.map(({ word, label, weight }): Term => {
    return { word, label, weight, names: subwords.namesWith(word) };
  });
  const names = [...question.names].map(([name, weight]): Term => {
    const id = index.names.find(name);
    return { word: null, label: name, weight, names: id === undefined ? [] : [id] };
  });
  const phrases = yield* phrasesIn(searched, question.sequence);
  return [...words, ...names, ...phrases].filter((term) => term.names.length > 0);
}

/** The names that have exactly the words of a part of the question, in their order: `open door` for `openDoor`. */
function* phrasesIn(
  { index, subwords }: SearchedIndex,
  sequence: readonly string[],
): Generator<void, Term[], void> {
  const found = new Map<string, Term>();
  for (let start = 0; start < sequence.length; start += 1) {
    yield;
    for (let length = 2; length <= mostPhrase && start + length <= sequence.length; length += 1) {
      const part = sequence.slice(start, start + length);
      const phrase = part.join(' ');
      if (found.has(phrase)) continue;
      const lists = part.map((word) => subwords.namesWith(word));
      const rarest = lists.reduce((least, one) => (one.length < least.length ? one : least));
      const names = rarest.filter(
        (name) =>
          subwords.sizeOf(name) === length && subwordsOf(index.names.nameOf(name)).join(' ') === phrase,
      );
      // Numbers depend on the order in which files came.
      const [label] = names.map((name) => index.names.nameOf(name)).sort(compare);
      if (label !== undefined) found.set(phrase, { word: null, label, weight: phraseWeight, names });
      // No name has one of the words: none has more of them.
      if (rarest.length === 0) break;
    }
  }
  return [...found.values()];
}

/** What a name that has a term counts for it: one that has the word among many others says less of it. */
export function shareOf({ subwords }: SearchedIndex, { word }: Term, name: number): number {
  return word === null ? 1 : 1 / Math.sqrt(subwords.sizeOf(name));
}
