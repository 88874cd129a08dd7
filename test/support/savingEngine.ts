/** A program of its own with an engine that saves its state as soon as it is idle; its parent ends it meanwhile. */
import { Engine } from '../../src/engine/llama/engine.ts';
import { loadDefaults } from '../../src/engine/loadOptions.ts';
import { savedRequest } from './savedRequest.ts';
import { starterPath } from './engine.ts';

const engine = new Engine({ log: () => undefined, idleMs: 0 });
const never = new AbortController().signal;
const stateFolder = process.argv[2] ?? null;
const load = {
  ...loadDefaults,
  modelPath: starterPath,
  device: 'cpu',
  contextTokens: 768,
  threads: 1,
} as const;
await engine.load({ ...load, remembered: {}, verified: [], stateFolder, draftModelPath: null }, never);
await engine.complete(
  { ...savedRequest, stream: false },
  'manual',
  { signal: never, enough: never },
  () => undefined,
);
process.send?.('saving');
// The saving itself keeps nothing alive.
setInterval(() => undefined, 1000);
