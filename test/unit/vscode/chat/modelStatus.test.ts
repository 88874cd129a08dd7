import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  modelStatus,
  statusCommands,
  type ModelFactsForChat,
} from '../../../../src/vscode/chat/modelStatus.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import type { ChatAbility, LoadedModel } from '../../../../src/engine/protocol.ts';

const base: ModelFactsForChat = {
  enabled: true,
  modelPath: '/models/Talker-7B.gguf',
  chosen: true,
  engine: { kind: 'stopped' },
};
const model = (template: ChatAbility['template'] = 'model'): LoadedModel => {
  const limitation = template === 'model' ? null : 'It has no template.';
  return { name: 'Talker', chat: { template, limitation, tools: false, thinking: false } } as LoadedModel;
};
const readyAs = (loaded: LoadedModel) =>
  ({ kind: 'ready', model: loaded, pid: 1, switching: null, switchError: null }) as const;
const ready = readyAs(model());
const says = (facts: Partial<ModelFactsForChat>): [string, string | null, string | null, string[]] => {
  const { state, name, message, actions } = modelStatus({ ...base, ...facts });
  return [state, name, message, actions.map(({ label }) => label)];
};

describe('the status of the chat model', () => {
  it('is off with Hearth', () =>
    assert.deepEqual(says({ enabled: false }), ['off', null, 'Hearth is turned off.', ['Turn Hearth On']]));

  it('is none with the starter, whatever the engine does, with ways out', () => {
    const [state, name, message, actions] = says({ modelPath: null, engine: ready });
    const waysOut = ['Choose a Model', 'Import a File', 'Download', 'Use a Server…'];
    assert.deepEqual([state, name, actions], ['none', null, waysOut]);
    assert.match(message ?? '', /^No chat model is chosen\./);
  });

  it('says that a model comes with the first question', () => {
    const message = 'Talker-7B is loaded when you ask.';
    assert.deepEqual(says({}), ['ready', 'Talker-7B', message, []]);
    const windows = says({ modelPath: 'C:\\models\\Talker-7B.gguf' });
    assert.deepEqual(windows, ['ready', 'Talker-7B', message, []]);
  });

  it('says how far loading is, and can cancel it', () => {
    const engine = {
      kind: 'starting',
      modelPath: '/models/Talker-7B.gguf',
      progress: { phase: 'weights', fraction: 0.5 },
      note: null,
    } as const;
    const message = 'Loading Talker-7B.gguf: loading the weights, 50 %.';
    assert.deepEqual(says({ engine }), ['loading', 'Talker-7B', message, ['Cancel']]);
  });

  it('has its own name once it is loaded, and what is wrong with its template', () => {
    assert.deepEqual(says({ engine: ready }), ['ready', 'Talker', null, []]);
    const engine = readyAs(model('chatml'));
    assert.deepEqual(says({ engine }), ['ready', 'Talker', 'It has no template.', []]);
  });

  it('is none with a completion model that was not made to chat, unless it was chosen for it', () => {
    for (const engine of [
      readyAs(model('plain')),
      { kind: 'unloaded', model: model('plain'), reason: 'idle' } as const,
    ]) {
      const [state, name, message, actions] = says({ engine, chosen: false });
      assert.deepEqual([state, name, actions.length], ['none', null, 4]);
      assert.match(message ?? '', /^The completion model Talker was not made to chat/);
    }
    assert.equal(says({ engine: ready, chosen: false })[0], 'ready');
  });

  it('says what failed, and tries again only when nobody else does', () => {
    const error = new EngineError('model-missing', 'There is no such file.');
    const failed = says({ engine: { kind: 'failed', error, retryInMs: null } });
    assert.deepEqual(failed, [
      'failed',
      'Talker-7B',
      'There is no such file.',
      ['Try Again', 'Choose a Model', 'Show Log'],
    ]);
    const again = says({ engine: { kind: 'failed', error, retryInMs: 500 } });
    assert.deepEqual([again[0], again[3]], ['loading', []]);
    const cancelled = says({ engine: { kind: 'stopped', cancelled: true } });
    assert.deepEqual([cancelled[0], cancelled[2]], ['failed', 'Loading was cancelled.']);
  });

  it('offers only commands that the page may run', () => {
    const all = [
      modelStatus({ ...base, enabled: false }),
      modelStatus({ ...base, modelPath: null }),
      modelStatus({ ...base, chosen: false, engine: readyAs(model('plain')) }),
      modelStatus({ ...base, engine: { kind: 'stopped', cancelled: true } }),
    ];
    for (const { command } of all.flatMap(({ actions }) => actions))
      assert.ok(statusCommands.has(command), command);
  });
});
