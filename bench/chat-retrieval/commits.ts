import type { Definition } from '../../src/core/syntax/outline.ts';
import { reachable, type AnalysedFile, type Analysis } from '../context/analysis.ts';
import { git } from './git.ts';
import { askedKinds, type Place, type Question } from './questions.ts';

/** More source files than are looked at first can't all be found there. */
const mostFiles = 5;
/** Subjects that say nothing of what was changed, and those that name where. */
const untold = /^(?:merge|revert|bump|release|version)\b|(?<![\w.])v?\d+\.\d+\.\d+/i;
const pathIn = /[\w.-]\/[\w.-]|\w\.(?:[cm]?[jt]sx?|json|md|scm|ya?ml)\b/i;

/** Where a commit's new lines are in a later state: their numbers (from 1) there, by their numbers in the commit. */
type Survivors = ReadonlyMap<number, number>;

/**
 * What the subject of a commit says, answered by what the commit changed. `analysis` is of a later commit; only commits
 * before it are taken that changed one to five files below `src/`, all of which are still there, and whose subject no
 * file says. Of each file the answer is every definition that one of the commit's hunks lies in, as far as its lines are
 * still there; or else the whole file.
 */
export function commitQuestions(folder: string, commit: string, analysis: Analysis): Question[] {
  const oldestFirst = ['--no-merges', '--topo-order', '--reverse', '--no-show-signature'];
  const log = git(folder, ['log', ...oldestFirst, '--format=%H %s', `${commit}^`]);
  const blames = new Map<string, ReadonlyMap<string, Survivors>>();
  return log
    .toString()
    .split('\n')
    .flatMap((line): Question[] => {
      const [hash, subject] = [line.slice(0, 40), line.slice(41)];
      if (subject === '' || untold.test(subject) || pathIn.test(subject)) return [];
      if ([...analysis.files.values()].some(({ text }) => text.includes(subject))) return [];
      const paths = changedSources(folder, hash);
      const files = paths.flatMap((one) => analysis.files.get(one) ?? []);
      if (paths.length === 0 || paths.length > mostFiles || files.length < paths.length) return [];
      const [first, ...also] = files.flatMap((file) => {
        const blame = blames.get(file.path) ?? blameOf(folder, commit, file.path);
        blames.set(file.path, blame);
        return placesOf(file, hunksOf(folder, hash, file.path), blame.get(hash) ?? new Map());
      });
      if (first === undefined) return [];
      const question = { repository: analysis.repository.name, kind: 'commit', question: subject } as const;
      return [{ ...question, ...first, removed: null, ...(also.length > 0 ? { also } : {}) }];
    });
}

const difference = ['diff-tree', '--root', '--no-commit-id', '--no-renames', '-r'];

function changedSources(folder: string, hash: string): string[] {
  const printed = git(folder, [...difference, '-z', '--name-only', hash, '--', 'src']).toString();
  return printed.split('\0').filter((file) => file !== '');
}

/** The lines (from 1, both ends included) that each of a commit's hunks leaves in a file. */
function hunksOf(folder: string, hash: string, file: string): [number, number][] {
  const plain = ['-p', '-U0', '--no-ext-diff', '--no-textconv', '--no-color'];
  const printed = git(folder, [...difference, ...plain, hash, '--', file]).toString();
  return [...printed.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, start, count = '1']) => {
    return [Number(start), Number(start) + Number(count) - 1];
  });
}

/** Of each commit that a file's lines are from: where these lines are. */
function blameOf(folder: string, commit: string, file: string): Map<string, Map<number, number>> {
  const printed = git(folder, ['blame', '--line-porcelain', commit, '--', file]).toString();
  const found = new Map<string, Map<number, number>>();
  const line =
    /^(?<hash>[0-9a-f]{40}) (?<before>\d+) (?<now>\d+).*\n(?:[a-z].*\n)*filename (?<name>.*)\n\t/gm;
  for (const { groups } of printed.matchAll(line)) {
    const { hash = '', before, now, name } = groups ?? {};
    if (name !== file) continue;
    const own = found.get(hash) ?? new Map<number, number>();
    found.set(hash, own.set(Number(before), Number(now)));
  }
  return found;
}

function placesOf(file: AnalysedFile, hunks: readonly [number, number][], survivors: Survivors): Place[] {
  const definitions = reachable(file).filter(({ kind }) => askedKinds.has(kind));
  const changed = new Set(
    hunks.flatMap(([first, last]) => {
      const lines = [...survivors].flatMap(([before, now]) =>
        before >= first && before <= last ? [now] : [],
      );
      return definitionAround(definitions, lines) ?? [];
    }),
  );
  if (changed.size === 0) return [{ path: file.path, startLine: null, endLine: null }];
  return definitions
    .filter((one) => changed.has(one))
    .map(({ startLine, endLine }) => ({ path: file.path, startLine, endLine }));
}

/** The smallest definition that holds every line that is in any; comments above definitions are in none. */
function definitionAround(definitions: readonly Definition[], lines: readonly number[]): Definition | null {
  const holds = ({ startLine, endLine }: Definition, line: number): boolean =>
    line >= startLine && line <= endLine;
  const defining = lines.filter((line) => definitions.some((one) => holds(one, line)));
  if (defining.length === 0) return null;
  const around = definitions.filter((one) => defining.every((line) => holds(one, line)));
  return around.sort((a, b) => a.end - a.start - (b.end - b.start))[0] ?? null;
}
