import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { chatWorkspace } from '../../../../src/host/chat/workspacePort.ts';
import type { WorkspaceClient } from '../../../../src/workspace/client.ts';

const folder = path.resolve('/home/app');

function portWith(folders: readonly string[] = [folder], wait = false) {
  const asked: unknown[] = [];
  const client = {
    ask: (question: unknown, waits: boolean) => {
      asked.push([question, waits]);
      return Promise.resolve([]);
    },
  } as unknown as WorkspaceClient;
  return { asked, port: chatWorkspace(client, { folders: () => folders, wait }) };
}

describe('chatWorkspace', () => {
  it('asks the worker each question, of places no more than where they are', async () => {
    const { asked, port } = portWith([folder], true);
    const known = [{ path: 'a.ts', startLine: 1, endLine: 2, text: 'long', score: 1, why: '' }];
    await port.retrieve({ question: 'q', scopes: ['src'], known, near: null, limit: 3 });
    await port.check(known);
    await port.search('text', null, 5);
    const place = { path: 'a.ts', startLine: 1, endLine: 2 };
    assert.deepEqual(asked, [
      [{ kind: 'retrieve', question: 'q', near: null, limit: 3, scopes: ['src'], known: [place] }, true],
      [{ kind: 'check', places: [place] }, true],
      [{ kind: 'search', text: 'text', scope: null, limit: 5 }, true],
    ]);
  });

  it('relates paths to those of the disk, by the folders of the moment', () => {
    const folders = [folder];
    const { port } = portWith(folders);
    assert.equal(port.absolute('src/a.ts'), path.join(folder, 'src/a.ts'));
    assert.equal(port.relative(path.join(folder, 'src/a.ts')), 'src/a.ts');
    assert.equal(port.absolute('../a.ts'), null);
    folders.push(path.resolve('/home/lib'));
    assert.equal(port.relative(path.join(folder, 'src/a.ts')), 'app/src/a.ts');
    assert.equal(port.relative(path.resolve('/home/else.ts')), null);
  });
});
