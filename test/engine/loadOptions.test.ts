/** What a model is loaded with: the options in force, how far a load is, and how it is cancelled. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadModel } from '../../src/engine/llama/loadModel.ts';
import { loadPhases, type LoadSettings } from '../../src/engine/loadOptions.ts';
import type { LoadedModel } from '../../src/engine/protocol.ts';
import {
  alive,
  byHand,
  completion,
  starterPath,
  stopEngines,
  temporaryFolder,
  testEngine,
  until,
} from '../support/engine.ts';
import { settingsOf } from '../support/fakeEngine.ts';
import { scriptedModel } from '../support/gguf.ts';

const model = path.join(temporaryFolder(), 'scripted.gguf');
const remembering = { remembered: {}, verified: [] };
before(async () => {
  // Heads of 64 numbers and eight layers: a KV cache that can be measured.
  await scriptedModel({
    path: model,
    layers: 8,
    chains: [{ after: '=', pieces: ['one', 'two'], end: 'loop' }],
  });
});
after(stopEngines);

/** What it says of itself when it was loaded with these options, once it has answered. */
async function loaded(load: Partial<LoadSettings>): Promise<LoadedModel> {
  const { client } = testEngine(model, { load });
  const info = await client.start();
  const { text } = await client.complete(completion('a =█', { maxTokens: 2 }), byHand);
  assert.equal(text, 'onetwo');
  await client.stop();
  return info;
}

describe('an option of the load', () => {
  let usual: LoadedModel;
  before(async () => {
    usual = await loaded({});
  });

  it('is in force by default as most machines like it', () => {
    const { cacheType, batchTokens, flashAttention, gpuLayers, threads, contextTokens, vram } = usual;
    assert.deepEqual(
      { cacheType, batchTokens, flashAttention, gpuLayers, threads, contextTokens, vram },
      {
        cacheType: 'f16',
        batchTokens: 512,
        flashAttention: true,
        gpuLayers: 0,
        threads: 1,
        contextTokens: 4096,
        vram: null,
      },
    );
    assert.ok(usual.memory !== null);
    const { weights, kvCache, compute, host, device } = usual.memory;
    // 4096 places of 8 layers, one head of 64 numbers, keys and values, two bytes each.
    assert.equal(kvCache, 4096 * 8 * 64 * 2 * 2);
    assert.equal(device, 0);
    assert.equal(host, weights + (kvCache ?? 0) + (compute ?? 0));
    assert.ok(
      weights > 0.9 * usual.bytes - 100_000 && weights <= usual.bytes,
      `${weights} of ${usual.bytes}`,
    );
  });

  // Bytes for a block of 32 numbers, where f16 has 64.
  for (const [cacheType, bytes] of [
    ['q8_0', 34],
    ['q4_0', 18],
  ] as const) {
    it(`stores the KV cache as ${cacheType}`, async () => {
      const info = await loaded({ cacheType });
      assert.deepEqual([info.cacheType, info.flashAttention], [cacheType, true]);
      const share = (info.memory?.kvCache ?? 0) / (usual.memory?.kvCache ?? 1);
      // llama.cpp tells its size in hundredths of a MiB.
      assert.ok(Math.abs(share - bytes / 64) < 0.002, `${share}`);
    });
  }

  it('turns flash attention off and on', async () => {
    assert.equal((await loaded({ flashAttention: 'off' })).flashAttention, false);
    assert.equal((await loaded({ flashAttention: 'on', cacheType: 'q8_0' })).flashAttention, true);
  });

  it('evaluates in smaller batches, with less memory for it', async () => {
    const info = await loaded({ batchTokens: 64 });
    assert.equal(info.batchTokens, 64);
    assert.ok((info.memory?.compute ?? Infinity) < (usual.memory?.compute ?? 0) / 2);
    assert.equal(info.memory?.kvCache, usual.memory?.kvCache);
  });

  it('sets threads and window, and asks no GPU for layers where there is none', async () => {
    const info = await loaded({ threads: 2, contextTokens: 1024, gpuLayers: 5 });
    assert.deepEqual([info.threads, info.contextTokens, info.gpuLayers], [2, 1024, 0]);
    assert.equal(info.memory?.kvCache, (usual.memory?.kvCache ?? 0) / 4);
  });

  it('that excludes another is refused in one sentence, without a restart', async () => {
    const { client } = testEngine(model, { load: { cacheType: 'q4_0', flashAttention: 'off' } });
    await assert.rejects(client.start(), {
      code: 'bad-request',
      message:
        'A KV cache of type q4_0 needs flash attention: set hearth.engine.flashAttention to auto or on, or hearth.engine.cacheType to f16.',
    });
    assert.ok(client.state.kind === 'failed' && client.state.retryInMs === null);
    await client.stop();
  });

  it('that changes what a saved state means keeps that from being used', async () => {
    const stateFolder = temporaryFolder();
    const params = completion(`${'let a = 1;\n'.repeat(40)}b =█`, { workspace: 'w', maxTokens: 1 });
    const run = async (load: Partial<LoadSettings>): Promise<number> => {
      const { client } = testEngine(model, { stateFolder, load });
      await client.start();
      const { tokens } = await client.complete(params, byHand);
      // What was evaluated is saved at the end.
      await client.stop();
      return tokens.reused;
    };
    assert.equal(await run({}), 0);
    assert.ok((await readdir(path.join(stateFolder, 'warm'))).length > 0);
    assert.ok((await run({})) > 400, 'the same options find it');
    assert.equal(await run({ cacheType: 'q8_0' }), 0);
  });
});

describe('a load', () => {
  it('tells how far it is, phase by phase', async () => {
    const { client, states } = testEngine(starterPath);
    await client.start();
    const told = states.flatMap((state) => (state.kind === 'starting' ? [state.progress] : []));
    const phases = told.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
    assert.deepEqual(phases, [...loadPhases]);
    for (const [index, { phase, fraction }] of told.entries()) {
      const before = told[index - 1];
      assert.ok(fraction >= 0 && fraction <= 1);
      assert.ok(before?.phase !== phase || before.fraction < fraction, 'it never goes back');
    }
    const last = (wanted: string): number => told.findLast(({ phase }) => phase === wanted)?.fraction ?? 0;
    assert.deepEqual([last('verifying'), last('weights')], [1, 1]);
    await client.stop();
  });

  it('that is cancelled ends its process', async () => {
    const { client, states } = testEngine(starterPath);
    const pids: number[] = [];
    client.onState((state) => {
      if (state.kind === 'starting' && state.progress.phase === 'weights') client.cancelStart();
      if (state.kind === 'ready') pids.push(state.pid);
    });
    await assert.rejects(client.start(), { code: 'cancelled' });
    assert.deepEqual(client.state, { kind: 'stopped', cancelled: true });
    await client.stop();
    assert.deepEqual(pids, []);
    assert.ok(states.every(({ kind }) => kind !== 'failed'));
  });

  for (const at of ['verifying', 'library', 'weights', 'context', 'testing'] as const) {
    it(`that is cancelled in the phase "${at}" leaves nothing behind in the process`, async () => {
      const controller = new AbortController();
      const listening = process.listenerCount('beforeExit');
      const load = loadModel(
        { ...settingsOf(starterPath), ...remembering },
        controller.signal,
        () => undefined,
        ({ phase }) => {
          if (phase === at) controller.abort();
        },
      );
      await assert.rejects(load, { code: 'cancelled' });
      assert.equal(process.listenerCount('beforeExit'), listening);
    });
  }
});

describe('an idle model', () => {
  it('is unloaded with its process, and comes back with the next request', async () => {
    const { client, states } = testEngine(model, { idleUnloadMs: () => 1 });
    await client.start();
    await until(() => client.state.kind === 'unloaded', 'the model is unloaded');
    const first = states.flatMap((state) => (state.kind === 'ready' ? [state.pid] : []))[0] ?? 0;
    await until(() => !alive(first), 'its process is gone');
    const { text } = await client.complete(completion('a =█', { maxTokens: 2 }), byHand);
    assert.equal(text, 'onetwo');
    assert.ok(states.every(({ kind }) => kind !== 'failed'));
    await client.stop();
  });
});
