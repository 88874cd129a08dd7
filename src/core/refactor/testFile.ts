import { compare } from '../index/compare.ts';
import { pathDistance } from '../index/pathDistance.ts';
import { isTestPath } from '../index/testPath.ts';
import type { RefactorPorts } from './ports.ts';
import { pathsLike } from './testPlaces.ts';
import { testRecogniser, type TestRecogniser } from './testRunner.ts';
import type { RefactorFile } from './types.ts';

/** Where the tests of a file are, or are to be. */
export interface TestFile {
  /** Path in the workspace with `/`. */
  readonly path: string;
  /** As it is; null where it is to be made. */
  readonly text: string | null;
  /** Another test of the project, whose style the new one has; null for none. */
  readonly example: { readonly path: string; readonly text: string } | null;
}

/** Lines of a test that show how tests are written. */
const exampleLines = 60;
/** Paths that are looked through. */
const mostPaths = 200;
/** Tests that are looked at, nearest first. */
const mostTried = 5;

/** A path cut into its folder ('' or with a `/` at the end), the name without extension, and the extension with its dot. */
interface PathParts {
  readonly folder: string;
  readonly stem: string;
  readonly extension: string;
}

function partsOf(path: string): PathParts {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  const dot = name.lastIndexOf('.');
  const at = dot <= 0 ? name.length : dot;
  return { folder: path.slice(0, slash), stem: name.slice(0, at), extension: name.slice(at) };
}

/** What is put before and behind a file's name to name its test, as people do, commonest first. */
const affixes: readonly (readonly [string, string])[] = [
  ...[
    ['', '.test'],
    ['', '.spec'],
    ['test_', ''],
    ['', '_test'],
    ['', '_spec'],
    ['', 'Test'],
    ['', 'Tests'],
  ],
  ...[
    ['', 'Spec'],
    ['Test', ''],
    ['', '-test'],
    ['', '-spec'],
  ],
] as [string, string][];

/** The extensions of one language, as far as a test may have another than what it tests. */
const families = ['.ts .mts .cts .tsx', '.js .mjs .cjs .jsx', '.c .cc .cpp .cxx .h .hpp'].map((one) =>
  one.split(' '),
);

function isSameLanguage(a: string, b: string): boolean {
  return a === b || families.some((family) => family.includes(a) && family.includes(b));
}

/** The affixes by which a file is named a test of `stem`; null where it is none. */
function affixesOf(test: PathParts, stem: string): readonly [string, string] | null {
  return affixes.find(([before, behind]) => test.stem === `${before}${stem}${behind}`) ?? null;
}

/** Where languages have their tests when the project has none to go by: folder (`=`: beside), affixes. */
const usual: Readonly<Record<string, readonly [string, string, string]>> = {
  ...{ '.py': ['tests/', 'test_', ''], '.go': ['=', '', '_test'], '.rs': ['tests/', '', '_test'] },
  ...{ '.rb': ['spec/', '', '_spec'], '.php': ['tests/', '', 'Test'], '.swift': ['Tests/', '', 'Tests'] },
  ...{ '.java': ['=', '', 'Test'], '.kt': ['=', '', 'Test'], '.scala': ['=', '', 'Spec'] },
  ...{ '.cs': ['=', '', 'Tests'], '.lua': ['spec/', '', '_spec'] },
};
/** Of all others. */
const beside = ['=', '', '.test'] as const;

/**
 * Finds the test file of a file, or says where the project would have it, by the tests that it has and by what its test
 * runner runs.
 */
export async function testFileOf(
  { path }: Pick<RefactorFile, 'path'>,
  { workspace, files }: Pick<RefactorPorts, 'workspace' | 'files'>,
  recognise: TestRecogniser = testRecogniser(files),
): Promise<TestFile> {
  const own = partsOf(path);
  const byName = await workspace.findPaths(own.stem, mostPaths);
  const existing = byName.filter((one) => {
    const parts = partsOf(one);
    return (
      isSameLanguage(parts.extension, own.extension) && affixesOf(parts, own.stem) !== null && one !== path
    );
  });
  const present: { path: string; text: string }[] = [];
  for (const one of byNearness(path, existing).slice(0, mostTried)) {
    const text = await textOf(one, files);
    if (text === null) continue;
    const { kind } = await recognise({ path: one, text, isNew: false });
    if (kind !== 'skipped') return { path: one, text, example: null };
    present.push({ path: one, text });
  }
  const found = await Promise.all(['test', 'spec'].map((word) => workspace.findPaths(word, mostPaths)));
  const tests = found
    .flat()
    .filter((one) => isTestPath(one) && isSameLanguage(partsOf(one).extension, own.extension));
  const wanted = await conventional(path, tests, workspace);
  const run = await runPath(path, wanted, recognise, files);
  const [first] = present;
  // Where nothing is known to be run, tests stay together.
  if (run === null && first !== undefined) return { ...first, example: null };
  const like = nearest(path, tests);
  const part = like === null ? null : await workspace.read(like, 1, exampleLines);
  return {
    path: run ?? wanted,
    text: null,
    example: like === null || part === null ? null : { path: like, text: part.text },
  };
}

/** The path that tests would have if the runner runs it, else one like it that it does run; null for none. */
async function runPath(
  path: string,
  wanted: string,
  recognise: TestRecogniser,
  files: RefactorPorts['files'],
): Promise<string | null> {
  const asIs = await recognise({ path: wanted, text: '', isNew: true });
  if (asIs.kind !== 'skipped') return wanted;
  const own = await recognise({ path, text: '', isNew: false });
  const patterns = [asIs, own].flatMap((one) => (one.kind === 'skipped' ? one.patterns : []));
  const candidates = patterns.flatMap((pattern) => pathsLike(pattern, partsOf(path), wanted));
  for (const one of new Set(candidates)) {
    const { kind } = await recognise({ path: one, text: '', isNew: true });
    if (kind === 'run' && one !== path && (await files.read(one)) === null) return one;
  }
  return null;
}

async function textOf(path: string, files: RefactorPorts['files']): Promise<string | null> {
  const file = await files.read(path);
  return file === null || file === 'forbidden' ? null : file.text;
}

function nearest(path: string, candidates: readonly string[]): string | null {
  return byNearness(path, candidates)[0] ?? null;
}

function byNearness(path: string, candidates: readonly string[]): string[] {
  return [...new Set(candidates)].sort(
    (a, b) => pathDistance(path, a) - pathDistance(path, b) || compare(a, b),
  );
}

/** Where a test of the file would be, as the nearest test is to the file that it tests. */
async function conventional(
  path: string,
  tests: readonly string[],
  workspace: RefactorPorts['workspace'],
): Promise<string> {
  const own = partsOf(path);
  for (const test of byNearness(path, tests).slice(0, mostTried)) {
    const parts = partsOf(test);
    for (const [before, behind] of affixes) {
      if (!parts.stem.startsWith(before) || !parts.stem.endsWith(behind)) continue;
      const stem = parts.stem.slice(before.length, parts.stem.length - behind.length);
      if (stem === '' || stem === parts.stem) continue;
      const subjects = await workspace.findPaths(stem, mostPaths);
      const subject = nearest(
        test,
        subjects.filter(
          (one) => partsOf(one).stem === stem && isSameLanguage(partsOf(one).extension, own.extension),
        ),
      );
      if (subject === null) continue;
      const folder = movedFolder(own.folder, partsOf(subject).folder, parts.folder);
      return `${folder}${before}${own.stem}${behind}${extensionLike(own, partsOf(subject), parts)}`;
    }
  }
  const [folder, before, behind] = usual[own.extension] ?? beside;
  return `${folder === '=' ? own.folder.replace(/(^|\/)src\/main\//, '$1src/test/') : folder}${before}${own.stem}${behind}${own.extension}`;
}

/** A test of `.tsx` may be `.ts`: as the other test has it where its subject has the same extension. */
function extensionLike(own: PathParts, subject: PathParts, test: PathParts): string {
  return subject.extension === own.extension ? test.extension : own.extension;
}

/** The folder that stands to `own` as `test` stands to `subject`: `src/a/` is to `test/unit/a/` as `src/b/` to `test/unit/b/`. */
function movedFolder(own: string, subject: string, test: string): string {
  let common = 0;
  const [a, b] = [subject.split('/'), test.split('/')];
  while (common < Math.min(a.length, b.length) && a.at(-1 - common) === b.at(-1 - common)) common += 1;
  const [from, to] = [a, b].map((parts) => parts.slice(0, parts.length - common).join('/')) as [
    string,
    string,
  ];
  const rest = from === '' ? own : own.startsWith(`${from}/`) ? own.slice(from.length + 1) : null;
  // Files beside one another, or a folder such as `__tests__` below.
  if (subject !== '' && test.startsWith(subject) && common <= 1) return `${own}${test.slice(subject.length)}`;
  if (rest === null) return test;
  return `${to === '' ? '' : `${to}/`}${rest}`;
}
