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
    problems: () => Promise.resolve(problems),
    diff: () => Promise.resolve(diff),
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
    const changes = await surroundings.diff(false);
    assert.match(changes, /src\/a\.ts/);
    assert.doesNotMatch(changes, /hidden/);
    assert.match(changes, /secret\/b\.ts is left out/);
    const seen = await surroundings.problems(null);
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
});
