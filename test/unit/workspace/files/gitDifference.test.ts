import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { IgnoreRules } from '../../../../src/workspace/files/ignoreRules.ts';
import { temporaryFolder } from '../../../support/engine.ts';

/** Git without the settings of whoever runs the tests. */
function git(folder: string, args: string[], input = ''): string {
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  // Exit code 1 says that no path is ignored.
  const script = `git "$@"; code=$?; [ "$code" -le 1 ]`;
  return execFileSync('sh', ['-c', script, 'sh', ...args], { cwd: folder, env, input, encoding: 'utf8' });
}

/** `FILE:LINE` of the deciding pattern for each path, by `git check-ignore`. */
function byGit(folder: string, paths: readonly string[], ignoreCase: boolean): Map<string, string> {
  const args = [
    '-c',
    `core.ignoreCase=${ignoreCase}`,
    'check-ignore',
    '--no-index',
    '--verbose',
    '--non-matching',
    '--stdin',
    '-z',
  ];
  const fields = git(folder, args, paths.map((file) => `${file}\0`).join('')).split('\0');
  const decided = new Map<string, string>();
  for (let at = 0; at + 3 < fields.length; at += 4) {
    decided.set(fields[at + 3] ?? '', `${fields[at]}:${fields[at + 1]}`);
  }
  return decided;
}

const names = [
  'a',
  'b',
  'ab',
  'B',
  'a.b',
  '.a',
  'x-y',
  'éa',
  'a b',
  '#a',
  '!b',
  '[a]',
  'b\\a',
  'a*',
] as const;
const name = fc.constantFrom(...names);
const tree = fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 4 }), {
  minLength: 3,
  maxLength: 14,
  selector: (parts) => parts.join('/'),
});
/** No single `é`, which git counts as two characters for `?`, and no `**` behind a letter, which git takes two ways. */
const piece = fc.oneof(
  { weight: 6, arbitrary: name },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '*',
      '**',
      'a*',
      '*b',
      '*.*',
      '?',
      'a?',
      '[ab]',
      '[!a]',
      '[^b]*',
      '[a-b]',
      '[]a]',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '[[:alpha:]]',
      '[[:upper:]b]',
      '[[:no:]]',
      '[b-a]',
      '[a',
      '\\a',
      '\\#a',
      '\\!b',
      '\\[',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a\\', '***', '*a*b*', '[a-]', '[\\]a]', 'b\\\\a', 'a\\*', 'a\\ ', ''),
  },
);
const line = fc
  .record({
    lead: fc.constantFrom('', '', '', '/', '!', '!', '!/', '#', '\\'),
    pieces: fc.array(piece, { minLength: 1, maxLength: 3 }),
    tail: fc.constantFrom('', '', '', '/', ' ', '/ ', '\r', '/**', '\t', '//'),
  })
  .map(({ lead, pieces, tail }) => lead + pieces.join('/') + tail);
const content = fc
  .record({ mark: fc.constantFrom('', '', '\uFEFF'), lines: fc.array(line, { minLength: 1, maxLength: 6 }) })
  .map(({ mark, lines }) => mark + lines.join('\n'));

interface World {
  readonly tree: string[][];
  readonly ignoreFiles: { readonly at: number; readonly depth: number; readonly content: string }[];
  readonly exclude: string;
}

const world: fc.Arbitrary<World> = fc.record({
  tree,
  ignoreFiles: fc.array(fc.record({ at: fc.nat(20), depth: fc.nat(3), content }), {
    minLength: 1,
    maxLength: 4,
  }),
  exclude: fc.oneof(fc.constant(''), content),
});

/** What `git init` leaves of a repository, without the time that it takes. */
function initialise(folder: string): void {
  for (const name of ['objects', 'refs', 'info'])
    mkdirSync(path.join(folder, '.git', name), { recursive: true });
  writeFileSync(path.join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
}

/** Writes a world into a new repository; gives its files and folders. */
function build(folder: string, { tree, ignoreFiles, exclude }: World): Map<string, boolean> {
  initialise(folder);
  writeFileSync(path.join(folder, '.git/info/exclude'), exclude);
  const entries = new Map<string, boolean>();
  const folders = new Set<string>(['']);
  for (const parts of tree) {
    for (let end = 1; end < parts.length; end += 1) folders.add(parts.slice(0, end).join('/'));
  }
  for (const at of folders) {
    mkdirSync(path.join(folder, at), { recursive: true });
    if (at !== '') entries.set(at, true);
  }
  for (const parts of tree) {
    const file = parts.join('/');
    if (folders.has(file)) continue;
    writeFileSync(path.join(folder, file), '');
    entries.set(file, false);
  }
  for (const { at, depth, content } of ignoreFiles) {
    const parts = tree[at % tree.length] ?? [];
    const into = parts.slice(0, Math.min(depth, parts.length - 1)).join('/');
    writeFileSync(path.join(folder, into, '.gitignore'), content);
  }
  return entries;
}

describe('IgnoreRules and git', () => {
  const compare = async (generated: World, ignoreCase: boolean): Promise<void> => {
    const folder = temporaryFolder();
    const entries = build(folder, generated);
    const expected = byGit(folder, [...entries.keys()], ignoreCase);
    const rules = new IgnoreRules(folder, { ignoreCase });
    for (const [file, isFolder] of entries) {
      const why = await rules.why(file, isFolder);
      assert.equal(why === null ? ':' : `${why.file}:${why.line}`, expected.get(file), `for ${file}`);
    }
  };

  it('name the same line for every file and folder', async () => {
    await fc.assert(
      fc.asyncProperty(world, (generated) => compare(generated, false)),
      { numRuns: 120 },
    );
  });

  it('agree where case does not matter', async () => {
    // Git takes an escaped capital for itself alone even here.
    const folded = (text: string): string => text.replaceAll('\\B', 'B');
    const plain = world.map((generated) => ({
      ...generated,
      ignoreFiles: generated.ignoreFiles.map((file) => ({ ...file, content: folded(file.content) })),
      exclude: folded(generated.exclude),
    }));
    await fc.assert(
      fc.asyncProperty(plain, (generated) => compare(generated, true)),
      { numRuns: 60 },
    );
  });

  it('agree on the rules that people write', async () => {
    const folder = temporaryFolder();
    initialise(folder);
    const write = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    };
    write(
      '.gitignore',
      ['# built', 'dist/', '/out', '*.log', '!keep.log', 'docs/**/*.tmp', 'build/'].join('\n'),
    );
    write('packages/a/.gitignore', '!build/\n/lib/*\n!/lib/index.ts\n');
    const expected: Record<string, string> = {
      'dist/a.ts': '.gitignore:2',
      'packages/a/dist/deep/a.ts': '.gitignore:2',
      'out/a.ts': '.gitignore:3',
      'packages/out/a.ts': ':',
      'a.log': '.gitignore:4',
      'packages/keep.log': '.gitignore:5',
      'dist/keep.log': '.gitignore:2',
      'docs/a.tmp': '.gitignore:6',
      'docs/b/c/a.tmp': '.gitignore:6',
      'build/a.ts': '.gitignore:7',
      'packages/a/build/a.ts': ':',
      'packages/a/lib/a.ts': 'packages/a/.gitignore:2',
      'packages/a/lib/index.ts': 'packages/a/.gitignore:3',
      'packages/b/build/a.ts': '.gitignore:7',
    };
    for (const file of Object.keys(expected)) write(file, '');
    const rules = new IgnoreRules(folder, { ignoreCase: false });
    const decided: Record<string, string> = {};
    for (const file of Object.keys(expected)) {
      const why = await rules.why(file, false);
      decided[file] = why === null ? ':' : `${why.file}:${why.line}`;
    }
    assert.deepEqual(decided, expected);
    assert.deepEqual(Object.fromEntries(byGit(folder, Object.keys(expected), false)), expected);
  });
});
