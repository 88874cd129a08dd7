import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { WorkspaceClient } from '../../../src/workspace/client.ts';
import { until } from '../../support/engine.ts';
import { folderWith } from '../../support/folderWith.ts';

/** A worker that answers nothing, and says what it is told. */
const silent = path.join(folderWith({}), 'silent.cjs');
writeFileSync(
  silent,
  `const { parentPort } = require('node:worker_threads');
   parentPort.on('message', ({ type, id }) => parentPort.postMessage({ type: 'log', message: type + ' ' + id }));`,
);

describe('WorkspaceClient', () => {
  const log: string[] = [];
  const client = new WorkspaceClient(silent, { log: (_, message) => void log.push(message) });
  after(() => client.dispose());

  it('has a question stopped whose answer it does not wait for any more', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const asked = client.ask({ kind: 'findPaths', query: 'a', limit: 1 });
    const excluded = client.excluded('/a.ts');
    t.mock.timers.tick(2_000);
    await assert.rejects(excluded, /no answer within 2 s/);
    t.mock.timers.tick(28_000);
    await assert.rejects(asked, /no answer within 30 s/);
    t.mock.timers.reset();
    await until(() => log.length === 3, 'the messages');
    assert.deepEqual(log, ['ask 1', 'excluded 2', 'cancelAsk 1']);
  });
});
