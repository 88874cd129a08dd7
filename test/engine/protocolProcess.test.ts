import assert from 'node:assert/strict';
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { parseEngineMessage, protocolVersion, type EngineMessage } from '../../src/engine/protocol.ts';
import { enginePath } from '../support/engine.ts';

describe('the engine process', () => {
  let child: ChildProcess;
  before(async () => {
    child = fork(enginePath, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [hello] = (await once(child, 'message')) as [unknown];
    assert.deepEqual(parseEngineMessage(hello)?.type, 'hello');
  });
  after(() => child.kill('SIGKILL'));

  async function ask(message: object): Promise<EngineMessage> {
    child.send(message);
    const [answer] = (await once(child, 'message')) as [unknown];
    const parsed = parseEngineMessage(answer);
    assert.ok(parsed);
    return parsed;
  }
  const request = {
    type: 'request',
    version: protocolVersion,
    id: 7,
    priority: 'manual',
    deadlineMs: 0,
    params: {},
  };

  const refused: [name: string, message: object, code: string, says: RegExp][] = [
    [
      'of another version',
      { ...request, method: 'ping', version: 99 },
      'protocol-mismatch',
      /speaks protocol 5.*99.*reload/,
    ],
    ['of an unknown method', { ...request, method: 'format' }, 'bad-request', /method/],
    ['of an unknown type', { type: 'hi', version: protocolVersion }, 'bad-request', /type/],
    ['without a shape', [1, 2, 3], 'bad-request', /Not a message/],
    ['with wrong parameters', { ...request, method: 'load' }, 'bad-request', /load: modelPath/],
    [
      'with an absurd window',
      {
        ...request,
        method: 'load',
        params: {
          modelPath: 'x',
          device: 'cpu',
          contextTokens: 1e12,
          threads: 0,
          remembered: {},
          verified: [],
          stateFolder: null,
        },
      },
      'bad-request',
      /contextTokens/,
    ],
    ['before a model is loaded', { ...request, method: 'selfTest' }, 'not-loaded', /No model is loaded/],
  ];
  for (const [name, message, code, says] of refused) {
    it(`refuses a message ${name}, and lives`, async () => {
      const answer = await ask(message);
      assert.ok(answer.type === 'error');
      assert.equal(answer.code, code);
      assert.match(answer.message, says);
      assert.deepEqual(await ask({ ...request, id: 8, method: 'ping' }), {
        type: 'result',
        id: 8,
        result: { busy: false },
      });
    });
  }

  it('ends when it is asked to', async () => {
    const ended = once(child, 'exit');
    child.send({ ...request, method: 'shutdown' });
    assert.deepEqual((await ended)[0], 0);
  });

  it('explains itself to who starts it by hand', () => {
    const result = spawnSync(process.execPath, [enginePath], { encoding: 'utf8' });
    assert.equal(result.status, 2);
    assert.match(result.stderr, /started by the extension or the hearth command/);
  });
});
