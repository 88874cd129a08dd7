import { RepositoryIndex } from '../../src/core/index/repositoryIndex.ts';
import { isExclusion } from '../../src/core/index/exclusions.ts';
import { fileFacts } from '../../src/workspace/fileFacts.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import type { RepositoryFile } from '../../scripts/repositoryList.ts';
import { analyse, testModules, type Analysis, type AnalysedFile } from '../context/analysis.ts';
import { isTest, type Repository } from '../context/repository.ts';
import type { Question } from './questions.ts';

/** What every method may see of a repository: its sources without what gives an answer away. */
export interface Corpus {
  readonly repository: string;
  readonly files: readonly RepositoryFile[];
  readonly texts: ReadonlyMap<string, string>;
  readonly analysis: Analysis;
  readonly index: RepositoryIndex;
}

/**
 * The sources of a repository for some questions: the lines of the comments that they were taken from are blank, and
 * without tests where tests are what is asked for. Lines keep their numbers.
 */
export async function corpusFor(
  repository: Repository,
  questions: readonly Question[],
  withTests: boolean,
  parsers: Parsers,
): Promise<Corpus> {
  const removed = Map.groupBy(
    questions.filter((one) => one.repository === repository.name && one.removed !== null),
    ({ path }) => path,
  );
  const whole = withTests ? null : await analyse(repository, parsers);
  const files = repository.files.flatMap((file): RepositoryFile[] => {
    if (!withTests && isTest(file.path)) return [];
    const own = (removed.get(file.path) ?? []).flatMap((one) => one.removed ?? []);
    const ranges = [...pairs(own), ...testRanges(whole?.files.get(file.path))];
    return [{ path: file.path, text: withoutLines(file.text, ranges) }];
  });
  const index = new RepositoryIndex();
  for (const { path, text } of [...files, ...repository.manifests]) {
    const facts = await fileFacts(parsers, path, { text, bytes: text.length, mtimeMs: 0 });
    if (!isExclusion(facts)) index.set(facts);
  }
  const analysis = await analyse({ ...repository, files }, parsers);
  const texts = new Map([...files, ...repository.manifests].map(({ path, text }) => [path, text]));
  return { repository: repository.name, files, texts, analysis, index };
}

function pairs(numbers: readonly number[]): [number, number][] {
  return numbers.flatMap((first, at) => (at % 2 === 0 ? [[first, numbers[at + 1] ?? first]] : []));
}

/** Where a Rust file has its tests. */
function testRanges(file: AnalysedFile | undefined): [number, number][] {
  if (file === undefined) return [];
  return file.definitions
    .filter(({ kind, name }) => kind === 'module' && testModules.has(name))
    .map(({ startLine, endLine }) => [startLine, endLine]);
}

/** The text with some lines (from 1) made blank. */
export function withoutLines(text: string, ranges: readonly (readonly [number, number])[]): string {
  const lines = text.split('\n');
  for (const [first, last] of ranges) lines.fill('', first - 1, last);
  return lines.join('\n');
}
