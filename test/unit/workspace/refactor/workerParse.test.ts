import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { syntaxPort } from '../../../../src/host/refactor/syntaxPort.ts';
import { workspaceProtocolVersion, type WorkspaceReply } from '../../../../src/workspace/protocol.ts';
import { FolderIndex } from '../../../../src/workspace/folderIndex.ts';
import { WorkspaceWorker } from '../../../../src/workspace/workspaceWorker.ts';
import { grammarsFolder } from '../../../support/grammars.ts';
import { until } from '../../../support/engine.ts';
import { folderWith } from '../../../support/folderWith.ts';

const question = { kind: 'parse', language: 'ts', path: 'src/a.ts', text: 'export const a = 1;\n' } as const;

describe('a text that the worker parses for a refactor', () => {
  it('is answered beside other messages, without any folder', async () => {
    const sent: WorkspaceReply[] = [];
    const worker = new WorkspaceWorker(grammarsFolder, (reply) => void sent.push(reply));
    const tell = (message: object): void => worker.receive({ version: workspaceProtocolVersion, ...message });
    tell({ type: 'ask', id: 1, question, wait: false });
    tell({ type: 'ask', id: 2, question: { ...question, language: 'cobol', path: 'a.cbl' }, wait: false });
    tell({ type: 'ask', id: 3, question: { ...question, text: 7 }, wait: false });
    await until(() => sent.length === 3, 'three answers');
    const [one, none, wrong] = [1, 2, 3].map((id) => sent.find((reply) => 'id' in reply && reply.id === id));
    assert.ok(one?.type === 'ask' && one.reply !== null && 'definitions' in one.reply);
    assert.deepEqual(
      one.reply.definitions.map(({ name, start, end }) => [name, start, end]),
      [['a', 0, 19]],
    );
    assert.deepEqual(none, { type: 'ask', id: 2, reply: null });
    assert.ok(wrong?.type === 'error' && wrong.message.includes('question.text'));
  });

  it('does not bring open documents into the index', async (t) => {
    const { mock } = t.mock.method(FolderIndex.prototype, 'setOpen');
    const sent: WorkspaceReply[] = [];
    const worker = new WorkspaceWorker(grammarsFolder, (reply) => void sent.push(reply));
    const tell = (message: object): void => worker.receive({ version: workspaceProtocolVersion, ...message });
    const has = (id: number): boolean => sent.some((reply) => 'id' in reply && reply.id === id);
    const folder = folderWith({});
    tell({ type: 'index', folders: [{ path: folder, exclude: {} }], snapshots: null, tokenizer: null });
    const opened = { documentVersion: 1, text: 'let a;\n', languageId: 'ts', path: 'a.ts', folder };
    tell({ type: 'open', document: 'file:///a.ts', ...opened });
    tell({ type: 'ask', id: 1, question, wait: false });
    await until(() => has(1), 'the outline');
    assert.equal(mock.callCount(), 0);
    tell({ type: 'ask', id: 2, question: { kind: 'findPaths', query: '', limit: 1 }, wait: false });
    await until(() => has(2), 'the paths');
    assert.equal(mock.callCount(), 1);
  });

  it('is what the port asks for', async () => {
    const asked: unknown[] = [];
    const port = syntaxPort({
      ask: (one) => {
        asked.push(one);
        return Promise.reject(new Error('The workspace worker ended.'));
      },
    });
    await assert.rejects(port.facts('ts', 'src/a.ts', question.text), /ended/);
    assert.deepEqual(asked, [question]);
  });
});
