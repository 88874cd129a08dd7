import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attachment } from '../../../../src/core/chat/context.ts';
import { attachmentsWithout, withoutDenied } from '../../../../src/host/endpoints/denied.ts';
import { madeUpSurroundings, madeUpWorkspace } from '../../../support/chatPorts.ts';

const denies = (path: string): boolean => path.startsWith('secret/');
const at = (path: string) => ({ path, startLine: 1, endLine: 2 });
const snippet = (path: string) => ({ ...at(path), text: 'x', score: 1, why: 'it' });
const symbol = (path: string) => ({
  ...at(path),
  name: 'f',
  container: null,
  kind: 'function',
  signature: 'f()',
});
const line = (path: string) => ({ path, line: 1, text: 'f' });
const both = ['src/a.ts', 'secret/b.ts'];

const diff = [
  'diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-a\n+b\n',
  'diff --git a/secret/b.ts b/secret/b.ts\n--- a/secret/b.ts\n+++ b/secret/b.ts\n@@ -1 +1 @@\n-hidden\n+hid\n',
].join('');
const problems = 'src/a.ts:1:2 error: wrong\nsecret/b.ts:3:4 error: hidden wrong\n(1 more)';

const parts = {
  workspace: madeUpWorkspace(
    { 'src/a.ts': 'a\n', 'secret/b.ts': 'hidden\n' },
    {
      retrieve: () => Promise.resolve(both.map(snippet)),
      map: () =>
        Promise.resolve({
          text: 'secret/b.ts:\n  hidden()\n    inner()\nsrc/a.ts:\n  open()\n',
          files: ['secret/b.ts', 'src/a.ts'],
          tokens: 20,
        }),
      findSymbols: () => Promise.resolve(both.map(symbol)),
      findPaths: () => Promise.resolve([...both, 'secret/']),
      references: () => Promise.resolve(both.map(line)),
      search: () => Promise.resolve(both.map(line)),
    },
  ),
  surroundings: madeUpSurroundings({
    problems: () => Promise.resolve({ text: problems, files: both }),
    diff: () => Promise.resolve({ text: diff, files: both }),
    instructions: () =>
      Promise.resolve(both.map((path) => attachment('instructions', `of ${path}`, at(path)))),
  }),
};

function attachment(kind: Attachment['kind'], text: string, place: Attachment['place'] = null): Attachment {
  return { kind, label: 'it', place, language: '', text, cut: false };
}

describe('what a question that leaves this machine is made of', () => {
  it('is what it was where nothing is denied', () => {
    assert.equal(withoutDenied(parts, null), parts);
  });

  it('has nothing that is found in denied files', async () => {
    const { workspace } = withoutDenied(parts, denies);
    const query = { question: 'q', scopes: [], known: [], near: null, limit: 9 };
    const found = [
      ...(await workspace.retrieve(query)),
      ...(await workspace.findSymbols('f', 9)),
      ...(await workspace.references('f', 9)),
      ...(await workspace.search('f', null, 9)),
    ];
    assert.deepEqual(
      found.map(({ path }) => path),
      ['src/a.ts', 'src/a.ts', 'src/a.ts', 'src/a.ts'],
    );
    assert.deepEqual(await workspace.findPaths('', 9), ['src/a.ts', 'secret/']);
    assert.equal(await workspace.read('secret/b.ts', 1, 1), null);
    assert.equal((await workspace.read('src/a.ts', 1, 1))?.text.trim(), 'a');
  });

  it('has a map without them', async () => {
    const map = await withoutDenied(parts, denies).workspace.map({ focus: [], question: '', budget: 99 });
    assert.deepEqual(map.files, ['src/a.ts']);
    assert.equal(map.text, 'src/a.ts:\n  open()\n');
  });

  it('has neither their changes nor their problems, and says so', async () => {
    const { surroundings } = withoutDenied(parts, denies);
    const { text: changes, files } = await surroundings.diff(false);
    assert.deepEqual(files, ['src/a.ts']);
    assert.match(changes, /src\/a\.ts/);
    assert.doesNotMatch(changes, /hidden/);
    assert.match(changes, /secret\/b\.ts is left out/);
    const { text: seen, files: told } = await surroundings.problems(null);
    assert.deepEqual(told, ['src/a.ts']);
    assert.match(seen, /src\/a\.ts:1:2/);
    assert.doesNotMatch(seen, /hidden/);
    assert.equal((await surroundings.instructions()).length, 1);
  });

  it('has no changes and problems of them that were attached, and keeps files, which the gate refuses', async () => {
    const [changes, seen, file] = await attachmentsWithout(
      [
        attachment('diff', diff),
        attachment('problems', problems),
        attachment('file', 'hidden', at('secret/b.ts')),
      ],
      denies,
    );
    assert.doesNotMatch((changes?.text ?? 'hidden') + (seen?.text ?? 'hidden'), /hidden/);
    assert.equal(file?.text, 'hidden');
  });

  it('has no changes of a file that is denied by its path in the workspace alone', async () => {
    // The repository lies around the workspace's folder, so that git's names are longer.
    const inRepository = diff
      .replaceAll('secret/b.ts', 'app/secret/b.ts')
      .replaceAll('src/a.ts', 'app/src/a.ts');
    const [changes] = await attachmentsWithout(
      [{ ...attachment('diff', inRepository), files: both }],
      denies,
    );
    assert.deepEqual(changes?.files, ['src/a.ts']);
    assert.doesNotMatch(changes.text, /hidden/);
    assert.match(changes.text, /app\/src\/a\.ts/);
  });

  it('keeps denied files among those of changes of which it is not known which is which', async () => {
    const [changes] = await attachmentsWithout(
      [{ ...attachment('diff', diff), files: ['src/a.ts', 'secret/b.ts', 'secret/c.ts'] }],
      denies,
    );
    assert.ok(changes?.files?.includes('secret/c.ts'));
  });

  it('has no problems that stand behind the path of a denied file, however that is written', async () => {
    const odd = 'secret/b:1:1 .ts';
    const [seen] = await attachmentsWithout(
      [{ ...attachment('problems', `${odd}:3:4 error: hidden`), files: [odd] }],
      (path) => path === odd,
    );
    assert.doesNotMatch(seen?.text ?? 'hidden', /hidden/);
    assert.deepEqual(seen?.files, []);
  });

  it('keeps a denied file that a link leads to among those of problems', async () => {
    const text = 'docs/b.ts:3:4 error: hidden';
    const [seen] = await attachmentsWithout(
      [{ ...attachment('problems', text), files: ['docs/b.ts', 'secret/b.ts'] }],
      denies,
    );
    assert.ok(seen?.files?.includes('secret/b.ts'));
  });

  it('has nothing that a link leads to, and no instructions from there', async () => {
    const linked = {
      workspace: madeUpWorkspace(
        {},
        {
          read: (path, startLine, endLine) =>
            Promise.resolve({ path, startLine, endLine, text: 'hidden', lines: 1, real: 'secret/b.ts' }),
        },
      ),
      surroundings: madeUpSurroundings({
        instructions: () =>
          Promise.resolve([
            { ...attachment('instructions', 'hidden', at('AGENTS.md')), files: ['secret/b.ts'] },
          ]),
      }),
    };
    const { workspace, surroundings } = withoutDenied(linked, denies);
    assert.equal(await workspace.read('docs/b.ts', 1, 1), null);
    assert.deepEqual(await surroundings.instructions(), []);
    assert.equal((await linked.workspace.read('docs/b.ts', 1, 1))?.text, 'hidden');
  });
});
