import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Attachment, AttachmentProblem, Mention } from '../../../src/core/chat/context.ts';
import { gitDiff } from '../../../src/cli/gitDiff.ts';
import { CliSurroundings, type CliSurroundingsParts } from '../../../src/cli/chatSurroundings.ts';
import type { Exclusion, ExclusionReason } from '../../../src/core/index/exclusions.ts';
import { FolderFiles } from '../../../src/workspace/files/folderFiles.ts';
import { folderWith } from '../../support/folderWith.ts';
import { temporaryFolder } from '../../support/engine.ts';

type Workspace = CliSurroundingsParts['workspace'];

const excludedFiles: Readonly<Record<string, ExclusionReason>> = {
  '.env': 'secret',
  'private.ts': 'ignored',
  'gone.ts': 'no-file',
};

/** A workspace of these files; some names are excluded. */
function surroundings(
  files: Readonly<Record<string, string>>,
  { folder = temporaryFolder(), found = [] as Awaited<ReturnType<Workspace['findSymbols']>> } = {},
): CliSurroundings {
  const workspace: Workspace = {
    read: (file, startLine, endLine) => {
      const lines = files[file]?.split('\n');
      if (lines === undefined) return Promise.resolve(null);
      const part = lines.slice(startLine - 1, Math.min(endLine, lines.length));
      const end = startLine - 1 + part.length;
      const text = part.join('\n');
      return Promise.resolve({ path: file, startLine, endLine: end, text, lines: lines.length });
    },
    findPaths: () => Promise.resolve(['src/', ...Object.keys(files)]),
    findSymbols: () => Promise.resolve(found),
    absolute: (file) => (file.startsWith('..') ? null : path.join(folder, file)),
  };
  const excluded = (file: string): Promise<Exclusion | null> => {
    const reason = excludedFiles[path.relative(folder, file)];
    return Promise.resolve(reason === undefined ? null : { reason, detail: '' });
  };
  return new CliSurroundings({ workspace, client: { excluded }, folder });
}

async function attached(on: CliSurroundings, mention: Mention): Promise<readonly Attachment[]> {
  const found = await on.attach(mention, new AbortController().signal);
  assert.ok(!('problem' in found), JSON.stringify(found));
  return found;
}

async function problem(on: CliSurroundings, mention: Mention): Promise<string> {
  const found = await on.attach(mention, new AbortController().signal);
  return (found as AttachmentProblem).problem;
}

const git = (folder: string, ...args: string[]): void => {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...who, ...args], { cwd: folder, stdio: 'ignore' });
};

describe('mentions on the command line', () => {
  const on = surroundings({ 'src/a.ts': 'one\ntwo\nthree', 'src/b.ts': 'b', 'README.md': 'read' });

  it('give a file, or lines of it', async () => {
    const rest = { kind: 'file', language: 'ts', cut: false } as const;
    assert.deepEqual(await attached(on, { kind: 'file', value: 'src/a.ts' }), [
      {
        ...{ ...rest, label: 'src/a.ts', text: 'one\ntwo\nthree' },
        place: { path: 'src/a.ts', startLine: 1, endLine: 3 },
      },
    ]);
    assert.deepEqual(await attached(on, { kind: 'file', value: 'src/a.ts', startLine: 2, endLine: 9 }), [
      {
        ...{ ...rest, label: 'src/a.ts:2-3', text: 'two\nthree' },
        place: { path: 'src/a.ts', startLine: 2, endLine: 3 },
      },
    ]);
  });

  it('say why there is none', async () => {
    const table: [mention: Mention, message: RegExp][] = [
      [{ kind: 'file', value: 'none.ts' }, /^There is no file none\.ts in the workspace\.$/],
      [{ kind: 'file', value: '../x' }, /^\.\.\/x lies outside of the workspace\.$/],
      [{ kind: 'file', value: '.env' }, /^\.env is not read\. .*passwords/],
      [{ kind: 'file', value: 'src/a.ts', startLine: 7, endLine: 8 }, /has 3 lines only/],
      [{ kind: 'folder', value: 'none' }, /^There is no folder none/],
      [{ kind: 'symbol', value: 'none' }, /^No definition of none/],
      [{ kind: 'selection', value: '' }, /no selection on the command line/],
      [{ kind: 'problems', value: '' }, /^No problems are known/],
      [{ kind: 'terminal', value: '' }, /no terminal/],
      [{ kind: 'diff', value: '' }, /is in no git repository|git is not installed/],
    ];
    for (const [mention, message] of table) assert.match(await problem(on, mention), message);
  });

  it('give a list of the files of a folder, and their beginnings', async () => {
    const [list, ...heads] = await attached(on, { kind: 'folder', value: 'src/' });
    assert.partialDeepStrictEqual(list, { kind: 'folder', label: 'src/', text: 'src/a.ts\nsrc/b.ts' });
    assert.deepEqual(
      heads.map(({ kind, label }) => [kind, label]),
      [
        ['file', 'src/a.ts:1-3'],
        ['file', 'src/b.ts:1'],
      ],
    );
  });

  it('give the definitions of just this name', async () => {
    const symbol = {
      container: 'Box',
      kind: 'method',
      signature: '',
      path: 'src/a.ts',
      startLine: 2,
      endLine: 3,
    };
    const found = [
      { ...symbol, name: 'add' },
      { ...symbol, name: 'addAll', startLine: 1 },
      { ...symbol, name: 'alone', container: null },
    ];
    const withSymbols = surroundings({ 'src/a.ts': 'one\ntwo\nthree' }, { found });
    for (const value of ['add', 'Box.add']) {
      const [only, ...more] = await attached(withSymbols, { kind: 'symbol', value });
      assert.deepEqual([only?.label, only?.text, more], [`${value} (src/a.ts:2-3)`, 'two\nthree', []]);
    }
    assert.match(await problem(withSymbols, { kind: 'symbol', value: '.alone' }), /^No definition of/);
  });
});

describe('the changes on the command line', () => {
  it('are those of the folder without what is excluded, and no program is run that a repository names', async () => {
    const folder = folderWith({
      ...{ 'shop/a.ts': 'one\n', 'shop/.env': 'KEY=1\n', 'b.ts': 'b\n' },
      ...{ 'shop/private.ts': 'mine\n', 'shop/gone.ts': 'gone\n', '.gitattributes': '*.ts filter=own\n' },
    });
    git(folder, 'init');
    git(folder, 'add', '.');
    git(folder, 'commit', '-m', 'first');
    git(folder, 'config', 'diff.external', 'echo canary');
    git(folder, 'config', 'filter.own.clean', 'sed s/two/canary/');
    git(folder, 'config', 'filter.own.required', 'true');
    const on = surroundings({}, { folder: path.join(folder, 'shop') });
    assert.match(await problem(on, { kind: 'diff', value: '' }), /^Nothing was changed\.$/);
    writeFileSync(path.join(folder, 'shop/a.ts'), 'two\n');
    writeFileSync(path.join(folder, 'shop/.env'), 'KEY=canary\n');
    writeFileSync(path.join(folder, 'shop/private.ts'), 'canary\n');
    rmSync(path.join(folder, 'shop/gone.ts'));
    writeFileSync(path.join(folder, 'b.ts'), 'canary\n');
    const { text: diff, files } = await on.diff(false);
    assert.deepEqual(files, ['a.ts', 'gone.ts']);
    assert.match(diff, /^diff --git a\/a\.ts b\/a\.ts\n[^]*\n-one\n\+two\n/);
    assert.match(diff, /\n-gone\n/);
    assert.match(diff, /\n\(\.env is left out\. Its name says[^]*\n\(private\.ts is left out\. An ignore/);
    assert.doesNotMatch(diff, /canary/);
    assert.deepEqual(await on.diff(true), { text: '', files: [] });
    assert.match(await problem(on, { kind: 'diff', value: 'staged' }), /^Nothing is staged\.$/);
    git(folder, '-c', 'filter.own.clean=', '-c', 'filter.own.required=false', 'add', 'shop/a.ts');
    assert.match((await on.diff(true)).text, /\+two/);
    writeFileSync(path.join(folder, 'shop/a.ts'), 'three\n');
    const [changes] = await attached(on, { kind: 'diff', value: '' });
    assert.match(changes?.text ?? '', /\+two[^]*\+three/);
    assert.deepEqual(changes?.files, ['a.ts', 'gone.ts']);
  });

  it('name no more than twenty files that are left out, and may be many', async () => {
    const names = Array.from({ length: 450 }, (_, index) => `${index}.ts`);
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
    git(folder, 'init');
    git(folder, 'add', '.');
    const odd = (file: string): Promise<string | null> =>
      Promise.resolve(parseInt(file, 10) % 2 === 1 ? 'It is odd.' : null);
    const diff = await gitDiff(folder, true, odd);
    assert.equal(diff.match(/^\+\d*[02468]\.ts$/gm)?.length, 225);
    assert.equal(diff.match(/is left out\. It is odd\./g)?.length, 20);
    assert.match(diff, /\n\(205 more files are left out\.\)\n$/);
  });

  it('are known before the first commit too', async () => {
    const folder = folderWith({ 'new file.ts': 'ä\n' });
    git(folder, 'init');
    git(folder, 'add', '.');
    assert.deepEqual((await surroundings({}, { folder }).diff(false)).files, ['new file.ts']);
    assert.match((await surroundings({}, { folder }).diff(false)).text, /\+ä/);
  });
});

describe('the instructions of a project on the command line', () => {
  it('are not taken from a file that is excluded, as one that leads to a secret', async () => {
    const folder = folderWith({ '.env': 'KEY=canary\n', '.github/copilot-instructions.md': 'Be kind.\n' });
    symlinkSync('.env', path.join(folder, 'AGENTS.md'));
    const files = new FolderFiles(folder);
    const workspace = { absolute: () => null } as unknown as Workspace;
    const excluded = (file: string) => files.exclusion(path.relative(folder, file));
    const on = new CliSurroundings({ workspace, client: { excluded }, folder });
    assert.deepEqual(
      (await on.instructions()).map(({ text }) => text),
      ['Be kind.\n'],
    );
  });

  it('are those of its files, and of none outside of it', async () => {
    const folder = folderWith({
      'AGENTS.md': 'Be brief.\n',
      '.github/copilot-instructions.md': 'x'.repeat(20_000),
    });
    const on = surroundings({}, { folder });
    const [first, second] = await on.instructions();
    assert.partialDeepStrictEqual(first, {
      kind: 'instructions',
      label: 'AGENTS.md',
      text: 'Be brief.\n',
      cut: false,
    });
    assert.deepEqual([second?.text.length, second?.cut], [16_000, true]);
    rmSync(path.join(folder, 'AGENTS.md'));
    const outside = folderWith({ 'secret.md': 'canary' });
    symlinkSync(path.join(outside, 'secret.md'), path.join(folder, 'AGENTS.md'));
    rmSync(path.join(folder, '.github'), { recursive: true });
    mkdirSync(path.join(folder, '.github/copilot-instructions.md'), { recursive: true });
    assert.deepEqual(await on.instructions(), []);
  });
});
