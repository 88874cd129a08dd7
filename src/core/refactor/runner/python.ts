import { fnmatchPattern, globPattern } from './glob.ts';
import { readSection } from './iniConfig.ts';
import {
  foldersOf,
  nameOf,
  quoted,
  within,
  type ConfigFile,
  type ProjectFiles,
  type Recognition,
} from './recognition.ts';

/** Where pytest has its settings, in the order in which it looks (https://docs.pytest.org/en/stable/reference/customize.html). */
const settingFiles: readonly (readonly [name: string, section: string])[] = [
  ['pytest.ini', 'pytest'],
  ['.pytest.ini', 'pytest'],
  ['pyproject.toml', 'tool.pytest.ini_options'],
  ['tox.ini', 'pytest'],
  ['setup.cfg', 'tool:pytest'],
];
/** Where a project names what it is tested with. */
const namingFiles = [
  ...['pyproject.toml', 'setup.cfg', 'setup.py', 'tox.ini', 'noxfile.py', 'Pipfile', 'Makefile'],
  ...['requirements.txt', 'requirements-dev.txt', 'requirements-test.txt', 'dev-requirements.txt'],
  ...['requirements/dev.txt', 'requirements/test.txt', 'conftest.py'],
];
/** Pytest's own. */
const usualFiles = ['test_*.py', '*_test.py'];
/** Folders that pytest does not look into by itself. */
const passedOver = /(?:^|\/)(?:\.[^/]*|_darcs|build|CVS|dist|node_modules|venv|[^/]*\.egg)\//;

/** Whether pytest, or unittest, runs a file. */
export async function pythonRecognition(path: string, files: ProjectFiles): Promise<Recognition> {
  for (const folder of foldersOf(path)) {
    for (const [name, section] of settingFiles) {
      const text = await files.text(folder + name);
      const settings = text === null ? null : readSection(text, section);
      if (text !== null && (settings !== null || name.endsWith('pytest.ini')))
        return pytestRecognition(path, { folder, path: folder + name, text }, settings ?? new Map());
    }
  }
  for (const folder of foldersOf(path)) {
    const naming = await Promise.all(namingFiles.map((name) => files.first(folder, [name])));
    const found = naming.filter((one) => one !== null);
    const pytest = found.find(({ path: at, text }) => at.endsWith('conftest.py') || /\bpytest\b/.test(text));
    if (pytest !== undefined) return pytestRecognition(path, pytest, new Map());
    const unittest = found.find(({ text }) => /-m\s+unittest\b/.test(text));
    if (unittest !== undefined) return unittestRecognition(path, unittest);
  }
  return { kind: 'none' };
}

function pytestRecognition(
  path: string,
  { folder, path: source }: ConfigFile,
  settings: ReadonlyMap<string, readonly string[]>,
): Recognition {
  const own = within(folder, path);
  const fileGlobs = settings.get('python_files') ?? usualFiles;
  const by = settings.has('python_files') ? `python_files in ${source}` : 'which pytest looks for by itself';
  const testPaths = (settings.get('testpaths') ?? []).map((one) =>
    one.replace(/^(?:\.\/)+/, '').replace(/\/+$/, ''),
  );
  const patterns = (
    testPaths.length === 0 ? ['**'] : testPaths.map((one) => (one.endsWith('.py') ? one : `${one}/**`))
  )
    .filter((one) => !one.endsWith('.py'))
    .flatMap((one) => fileGlobs.map((glob) => `${folder}${one}/${glob}`));
  const name = fileGlobs.map((glob) => {
    const hasFolder = glob.includes('/');
    return fnmatchPattern(hasFolder ? `*/${glob}` : glob)?.test(hasFolder ? `/${own}` : nameOf(own)) ?? null;
  });
  if (!name.includes(true)) {
    if (name.includes(null)) return unknown(path, source);
    return {
      ...{ kind: 'skipped', patterns },
      detail: `pytest does not run ${path}: its name fits none of ${quoted(fileGlobs)} (${by}).`,
    };
  }
  const inPaths = testPaths.map((one) => (one === '.' || one === '' ? true : (isBelow(own, one) ?? null)));
  if (testPaths.length > 0 && !inPaths.includes(true)) {
    if (inPaths.includes(null)) return unknown(path, source);
    return {
      ...{ kind: 'skipped', patterns },
      detail: `pytest does not run ${path}: it lies in none of ${quoted(testPaths)} (testpaths in ${source}).`,
    };
  }
  if (passedOver.test(own) && !settings.has('norecursedirs'))
    return {
      ...{ kind: 'skipped', patterns },
      detail: `pytest does not run ${path}: it does not look into that folder (norecursedirs).`,
    };
  return { kind: 'run', detail: `pytest runs ${path} (${by}).` };
}

function isBelow(path: string, glob: string): boolean | null {
  const [exact, below] = [globPattern(glob), globPattern(`${glob}/**`)];
  return exact === null || below === null ? null : exact.test(path) || below.test(path);
}

function unknown(path: string, source: string): Recognition {
  return { kind: 'unknown', detail: `Whether pytest runs ${path} can't be told from ${source}.` };
}

/** The pattern of `unittest discover` (https://docs.python.org/3/library/unittest.html#test-discovery). */
function unittestRecognition(path: string, { folder, path: source, text }: ConfigFile): Recognition {
  const glob = /-m\s+unittest\b[^\n]*?(?:\s-p|--pattern)[\s=]+["']?([^\s"']+)/.exec(text)?.[1] ?? 'test*.py';
  const pattern = fnmatchPattern(glob);
  if (pattern === null)
    return { kind: 'unknown', detail: `Whether unittest runs ${path} can't be told from ${source}.` };
  return pattern.test(nameOf(path))
    ? { kind: 'run', detail: `unittest runs ${path} (\`${glob}\`).` }
    : {
        ...{ kind: 'skipped', patterns: [`${folder}**/${glob}`] },
        detail: `unittest does not run ${path}: its name does not fit \`${glob}\` (${source} calls it).`,
      };
}
