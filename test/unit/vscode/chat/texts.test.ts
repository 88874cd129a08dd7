import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSecretPath } from '../../../../src/core/index/secretPaths.ts';
import { diffWithout } from '../../../../src/host/chat/diffText.ts';
import { problemsText, type ShownProblem } from '../../../../src/vscode/chat/problemsText.ts';

const problem = (path: string, line: number, more: Partial<ShownProblem> = {}): ShownProblem => ({
  path,
  line,
  column: 1,
  severity: 'error',
  source: 'ts',
  code: '2322',
  message: 'No.',
  ...more,
});

describe('problems as a text', () => {
  it('have place, severity, source and code, the worst first', () => {
    const text = problemsText(
      [
        problem('b.ts', 2, { severity: 'warning', source: '', code: '' }),
        problem('b.ts', 1, { message: 'Type A\n  is not B.' }),
        problem('a.ts', 9, { code: '' }),
      ],
      null,
      0,
    );
    assert.equal(
      text,
      'a.ts:9:1 error (ts): No.\nb.ts:1:1 error (ts 2322): Type A is not B.\nb.ts:2:1 warning: No.',
    );
  });
  it('say that there are none', () => {
    assert.equal(problemsText([], null, 0), 'The editor shows no problems.');
    assert.equal(problemsText([], 'src/a.ts', 0), 'The editor shows no problems in a.ts.');
  });
  it('say in how many files they are left out', () => {
    const said = (count: number, leftOut: number): string[] =>
      problemsText(
        Array.from({ length: count }, () => problem('a.ts', 1)),
        null,
        leftOut,
      ).split('\n');
    assert.equal(said(1, 1).at(-1), '(The problems in one excluded file are left out.)');
    assert.equal(said(101, 2).at(-1), '(The problems in 2 excluded files are left out.)');
    assert.equal(said(0, 2)[0], 'The editor shows no other problems.');
  });
  it('are at most a hundred', () => {
    const lines = problemsText(
      Array.from({ length: 130 }, (_, line) => problem('a.ts', line + 1)),
      null,
      0,
    ).split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [101, '(30 more)']);
  });
});

const change = (path: string): string =>
  `diff --git a/${path} b/${path}\nindex 1..2 100644\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`;

const secret = (path: string): Promise<string | null> =>
  Promise.resolve(isSecretPath(path) ? 'A secret.' : null);

describe('diffWithout', () => {
  it('leaves out the files with secrets, and says which', async () => {
    const part = await diffWithout(`${change('src/a.ts')}${change('.env')}${change('b.ts')}`, secret);
    assert.equal(part, `${change('src/a.ts')}${change('b.ts')}(.env is left out. A secret.)\n`);
  });

  it('asks once for each file, and names twenty of those that are left out', async () => {
    const asked: string[] = [];
    const names = Array.from({ length: 23 }, (_, index) => `${index}.log`);
    const diff = [...names, 'a.ts', ...names].map(change).join('');
    const part = await diffWithout(diff, (path) => {
      asked.push(path);
      return Promise.resolve(path === 'a.ts' ? null : 'Ignored.');
    });
    assert.deepEqual(asked, [...names, 'a.ts']);
    const notes = part.slice(change('a.ts').length).trimEnd().split('\n');
    assert.deepEqual(
      [part.startsWith(change('a.ts')), notes.length, notes[0], notes.at(-1)],
      [true, 21, '(0.log is left out. Ignored.)', '(3 more files are left out.)'],
    );
  });

  it('leaves out what is in no form that it knows: nobody can tell whose it is', async () => {
    const foreign = '.env --- Text\n1 PASSWORD=hunter2\n';
    const coloured = change('.env').replace('diff', '\u001b[1mdiff');
    for (const diff of [foreign, coloured, `diff --git weird\n@@ -1 +1 @@\n`])
      assert.equal(
        await diffWithout(diff + change('a.ts'), secret),
        `${change('a.ts')}(Changes are left out that are in no form which Hearth can read.)\n`,
      );
  });

  const named: readonly [name: string, section: string, path: string][] = [
    [
      'a new file without content',
      'diff --git a/x/.env b/x/.env\nnew file mode 100644\nindex 000..e69\n',
      'x/.env',
    ],
    [
      'a renamed file, by its old name',
      'diff --git a/.env b/settings\nsimilarity index 100%\nrename from .env\nrename to settings\n',
      '.env',
    ],
    [
      'a new file',
      'diff --git a/.env b/.env\nnew file mode 100644\n--- /dev/null\n+++ b/.env\n@@ -0,0 +1 @@\n+KEY=1\n',
      '.env',
    ],
    [
      'a deleted file',
      'diff --git a/.env b/.env\ndeleted file mode 100644\n--- a/.env\n+++ /dev/null\n@@ -1 +0,0 @@\n-K\n',
      '.env',
    ],
    [
      'a quoted name',
      'diff --git "a/m\\303\\266 \\"1\\"/.env" "b/m\\303\\266 \\"1\\"/.env"\n--- "a/m\\303\\266 \\"1\\"/.env"\n+++ "b/m\\303\\266 \\"1\\"/.env"\n@@ -1 +1 @@\n-a\n+b\n',
      'mö "1"/.env',
    ],
    [
      'a name with blanks',
      change('my files/.env').replace('+++ b/my files/.env', '+++ b/my files/.env\t'),
      'my files/.env',
    ],
    [
      'a name without prefix, by the setting diff.noprefix',
      'diff --git c/.env c/.env\nindex 1..2 100644\n--- c/.env\n+++ c/.env\n@@ -1 +1 @@\n-a\n+b\n',
      'c/.env',
    ],
    [
      'other prefixes, by the setting diff.mnemonicPrefix',
      'diff --git i/x/.env w/x/.env\nold mode 100644\nnew mode 100755\n',
      'x/.env',
    ],
    ['a merged file', 'diff --cc .env\nindex 1,2..3\n--- a/.env\n+++ b/.env\n@@@ -1 -1 +1 @@@\n', '.env'],
  ];
  for (const [name, section, path] of named) {
    it(`knows ${name}`, async () => {
      const text = await diffWithout(`${change('a.ts')}${section}`, (seen) =>
        Promise.resolve(seen === path ? 'No.' : null),
      );
      assert.equal(text, `${change('a.ts')}(${path} is left out. No.)\n`);
    });
  }

  it('takes what is changed in a file for no name of one', async () => {
    const tricky = change('a.ts').replace('+b', '+++ b/.env');
    assert.equal(await diffWithout(tricky, secret), tricky);
  });
});
