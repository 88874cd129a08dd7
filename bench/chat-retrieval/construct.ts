/**
 * `node bench/chat-retrieval/construct.ts`: makes questions.jsonl anew from the recorded repositories and from the
 * project's own history. Nothing here knows how anything is retrieved: what is asked, and where its answer is, come from
 * the sources and the history alone, and chance (seeded) decides which of all possible questions are taken.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { documentationOf } from '../../src/core/syntax/documentation.ts';
import type { Definition } from '../../src/core/syntax/outline.ts';
import { escaped } from '../../src/core/text/pattern.ts';
import { Parsers } from '../../src/workspace/parsers.ts';
import { fetchRepositories } from '../../scripts/sources.ts';
import { analyse, testModules, type AnalysedFile, type Analysis } from '../context/analysis.ts';
import { loadRepositories } from '../context/repository.ts';
import { mulberry32 } from '../traceMaker.ts';
import { commitQuestions } from './commits.ts';
import { documentationLines } from './documentationLines.ts';
import { ownCommit, ownFolder, ownRepository } from './ownRepository.ts';
import { askedKinds, questionsFile, type Question, type QuestionKind } from './questions.ts';

/** Questions of each kind and repository, and of each of its files. */
const most: Readonly<Record<QuestionKind, number>> = { documentation: 14, symbol: 8, test: 10, commit: 40 };
const mostPerFile = 2;
const seed = 11;
const leastWords = 5;
const mostWords = 30;
const grammars = path.join(import.meta.dirname, '../../dist/grammars');

/** All questions that a repository's sources give, of one kind. */
export async function possible(
  kind: Exclude<QuestionKind, 'commit'>,
  analysis: Analysis,
  parsers: Parsers,
): Promise<Question[]> {
  if (kind === 'documentation') return documentationQuestions(analysis, parsers);
  return kind === 'symbol' ? symbolQuestions(analysis) : testQuestions(analysis);
}

/** The first sentence of what is said of a definition, without its name, where it is said of no other. */
async function documentationQuestions(
  { repository, files }: Analysis,
  parsers: Parsers,
): Promise<Question[]> {
  const found: Question[] = [];
  const saidAnywhere: string[] = [];
  for (const file of files.values()) {
    const grammar = await parsers.grammar(path.extname(file.path).slice(1));
    const tree = grammar === null ? null : parsers.parseWith(grammar, file.text);
    if (grammar === null || tree === null) continue;
    const matches = grammar.documentation.matches(tree.rootNode);
    const said = documentationOf(file.text, matches, file.definitions);
    for (const [at, definition] of file.definitions.entries()) {
      saidAnywhere.push(said[at] ?? '');
      const sentence =
        askedKinds.has(definition.kind) && !file.isTest ? sentenceOf(said[at] ?? '', definition.name) : null;
      const removed = sentence === null ? null : documentationLines(file.text, matches, definition);
      if (sentence === null || removed === null) continue;
      const { startLine, endLine } = definition;
      const place = { path: file.path, startLine, endLine };
      found.push({
        repository: repository.name,
        kind: 'documentation',
        question: sentence,
        ...place,
        removed,
      });
    }
    tree.delete();
  }
  return found.filter(({ question }) => saidAnywhere.filter((said) => said.includes(question)).length === 1);
}

/** The first sentence of a text as a question; null for what is too short, too long, a note, or says the name itself. */
function sentenceOf(said: string, name: string): string | null {
  const own = new RegExp(`^(?:the |an? )?[\`'"]?${escaped(name)}[\`'"]?(?: (?:is|are))? (?=\\w)`, 'i');
  const [sentence = ''] = /^.*?[.!?](?=\s|$)|^.*$/.exec(said.replace(own, '')) ?? [];
  const plain = sentence.replace(/[.:\s]+$/, '');
  const words = plain.split(/\s+/).length;
  if (words < leastWords || words > mostWords) return null;
  if (/https?:|^(?:todo|fixme|note|deprecated|see|copyright|@)\b/i.test(plain)) return null;
  return new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`, 'i').test(plain) ? null : plain;
}

/** Where a name of several words is defined that the repository defines once. */
function symbolQuestions({ repository, files }: Analysis): Question[] {
  const all = [...files.values()].flatMap((file) =>
    file.definitions.map((definition) => ({ file, definition })),
  );
  const definers = Map.groupBy(all, ({ definition }) => definition.name.toLowerCase());
  return all.flatMap(({ file, definition }): Question[] => {
    const words = wordsOf(definition.name);
    const isOne = definers.get(definition.name.toLowerCase())?.length === 1;
    if (!isOne || file.isTest || !askedKinds.has(definition.kind) || words.length < 2) return [];
    if (isInTestModule(file, definition) || isRustTest(file, definition.startLine)) return [];
    const { startLine, endLine } = definition;
    const question = `Where is ${words.join(' ')} implemented?`;
    return [
      {
        repository: repository.name,
        kind: 'symbol',
        question,
        path: file.path,
        startLine,
        endLine,
        removed: null,
      },
    ];
  });
}

/** What a test's name says, answered by the file that it tests: Go's by its name, Rust's the one that it stands in. */
function testQuestions({ repository, files }: Analysis): Question[] {
  return [...files.values()].flatMap((file): Question[] => {
    const tested = file.path.endsWith('_test.go') ? file.path.replace(/_test\.go$/, '.go') : file.path;
    if (!files.has(tested)) return [];
    return file.definitions.flatMap(({ name, ...definition }): Question[] => {
      const isTest = file.path.endsWith('.rs')
        ? isInTestModule(file, definition) && isRustTest(file, definition.startLine)
        : file.path.endsWith('_test.go') && /^Test[A-Z]/.test(name);
      const words = wordsOf(name.replace(/^tests?(?=_|[A-Z])/i, ''));
      if (!isTest || words.length < 3) return [];
      const place = { path: tested, startLine: null, endLine: null, removed: null };
      return [{ repository: repository.name, kind: 'test', question: words.join(' '), ...place }];
    });
  });
}

function isInTestModule(file: AnalysedFile, { start, end }: Pick<Definition, 'start' | 'end'>): boolean {
  return file.definitions.some(
    (one) => one.kind === 'module' && testModules.has(one.name) && one.start < start && one.end >= end,
  );
}

function isRustTest({ lines }: AnalysedFile, startLine: number): boolean {
  return lines.slice(startLine - 1, startLine + 2).some((line) => /^\s*#\[(?:tokio::)?test\b/.test(line));
}

/** The words of a name, in lower case. */
function wordsOf(name: string): string[] {
  const parts = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  return parts.map((part) => part.toLowerCase());
}

/** Some of all questions, drawn by chance, few of each file. */
export function drawn(all: readonly Question[], count: number, random: () => number): Question[] {
  const left = [...all];
  const taken: Question[] = [];
  const perFile = new Map<string, number>();
  while (left.length > 0 && taken.length < count) {
    const [one] = left.splice(Math.floor(random() * left.length), 1);
    if (one === undefined) break;
    const before = perFile.get(one.path) ?? 0;
    if (before >= mostPerFile || taken.some(({ question }) => question === one.question)) continue;
    perFile.set(one.path, before + 1);
    taken.push(one);
  }
  return taken;
}

async function main(): Promise<void> {
  fetchRepositories();
  const { repositories, missing } = loadRepositories();
  if (missing.length > 0) throw new Error(missing.join(' '));
  const own = ownRepository();
  if (typeof own === 'string') throw new Error(own);
  const parsers = new Parsers(grammars, (message) => {
    throw new Error(message);
  });
  const random = mulberry32(seed);
  const lines: string[] = [];
  for (const repository of repositories) {
    const analysis = await analyse(repository, parsers);
    for (const kind of ['documentation', 'symbol', 'test'] as const) {
      const all = await possible(kind, analysis, parsers);
      const some = drawn(all, most[kind], random);
      console.log(`${repository.name} ${kind}: ${some.length} of ${all.length}`);
      lines.push(...some.map((one) => JSON.stringify(one)));
    }
  }
  const commits = commitQuestions(ownFolder, ownCommit, await analyse(own, parsers));
  const some = drawn(commits, most.commit, random);
  console.log(`${own.name} commit: ${some.length} of ${commits.length}`);
  lines.push(...some.map((one) => JSON.stringify(one)));
  await parsers.dispose();
  writeFileSync(questionsFile, `${lines.join('\n')}\n`);
}

if (import.meta.main) await main();
