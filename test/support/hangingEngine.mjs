/**
 * An engine that hangs once: it greets and loads like the real one, and blocks for ever in its first completion, so
 * that it reads no cancellation either and only force ends it. The flag file that HEARTH_TEST_HUNG names is written
 * while it loads, and makes every later start the real engine.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { protocolVersion } from '../../src/engine/protocol.ts';

const flag = process.env['HEARTH_TEST_HUNG'] ?? '';

/** @type {import('../../src/engine/protocol.ts').LoadedModel} */
const model = {
  fingerprint: '0'.repeat(64),
  stamp: 'none',
  llamaCpp: 'none',
  name: 'hangs',
  architecture: 'llama',
  bytes: 0,
  contextTokens: 4096,
  backend: 'cpu',
  devices: [],
  gpuLayers: 0,
  threads: 1,
  cacheType: 'f16',
  flashAttention: null,
  batchTokens: 512,
  memory: null,
  vram: null,
  format: {
    family: null,
    markers: 'none',
    order: 'prefix-only',
    orderFrom: 'family',
    limitation: 'It only hangs.',
  },
  chat: { template: 'plain', limitation: 'It only hangs.', tools: false, thinking: false },
  verified: false,
  selfTest: null,
  milliseconds: { library: 0, model: 0, selfTest: 0 },
};

if (existsSync(flag)) await import('../../dist/engine/main.mjs');
else hang();

function hang() {
  process.on('message', ({ id, method }) => {
    if (method === 'load') {
      writeFileSync(flag, '');
      process.send({ type: 'result', id, result: model });
    }
    if (method !== 'complete') return;
    // The caller can tell by the text that the request has arrived.
    process.send({ type: 'text', id, text: '' }, () =>
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
    );
  });
  process.on('SIGTERM', () => undefined);
  process.on('disconnect', () => process.exit(1));
  process.send({ type: 'hello', version: protocolVersion, pid: process.pid, llamaVersion: 'none' });
}
