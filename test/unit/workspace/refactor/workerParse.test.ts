import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { syntaxPort } from '../../../../src/host/refactor/syntaxPort.ts';
import { workspaceProtocolVersion, type WorkspaceReply } from '../../../../src/workspace/protocol.ts';
import { WorkspaceWorker } from '../../../../src/workspace/workspaceWorker.ts';
import { grammarsFolder } from '../../../support/grammars.ts';
import { until } from '../../../support/engine.ts';

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
