import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EngineState } from '../../../../src/engine/client.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { loadPhases } from '../../../../src/engine/loadOptions.ts';
import type { LoadedModel } from '../../../../src/engine/protocol.ts';
import { cudaPossible } from '../../../../src/vscode/models/cudaPossible.ts';
import { engineSentence, loadingSentence } from '../../../../src/vscode/models/loadingText.ts';

const model = { name: 'Coder', backend: 'cpu', devices: [] } as Partial<LoadedModel> as LoadedModel;
const ready = { kind: 'ready', model, pid: 1, switching: null, switchError: null } as const;
const starting = (phase: (typeof loadPhases)[number], fraction: number): EngineState => ({
  kind: 'starting',
  modelPath: '/models/coder.gguf',
  progress: { phase, fraction },
  note: null,
});

describe('what is said of loading', () => {
  it('is the file, what goes on, and how far what lasts is', () => {
    assert.equal(
      loadingSentence(starting('weights', 0.439)),
      'Loading coder.gguf: loading the weights, 43 %',
    );
    assert.equal(loadingSentence(starting('verifying', 1)), 'Loading coder.gguf: verifying the file, 100 %');
    assert.equal(loadingSentence(starting('library', 0.5)), 'Loading coder.gguf: loading llama.cpp');
  });

  it('has words of its own for each step', () => {
    const words = loadPhases.map((phase) => loadingSentence(starting(phase, 0)));
    assert.equal(new Set(words).size, loadPhases.length);
  });

  it('is about the next model while another one works', () => {
    const switching = {
      modelPath: '/models/next.gguf',
      progress: { phase: 'weights', fraction: 0 },
    } as const;
    assert.equal(loadingSentence({ ...ready, switching }), 'Loading next.gguf: loading the weights, 0 %');
  });

  it('is nothing while nothing is loaded', () => {
    const error = new EngineError('crashed', 'The engine ended.');
    const states: EngineState[] = [
      ready,
      { kind: 'stopped' },
      { kind: 'unloaded', model, reason: 'idle' },
      { kind: 'failed', error, retryInMs: null },
    ];
    for (const state of states) assert.equal(loadingSentence(state), null, state.kind);
  });
});

describe('what is said of the engine', () => {
  it('is what it runs on', () => {
    assert.equal(engineSentence(ready), 'Coder on the CPU');
    const onGpu = { ...model, backend: 'cuda', devices: ['RTX 4090'] };
    assert.equal(engineSentence({ ...ready, model: onGpu }), 'Coder on RTX 4090');
    assert.equal(engineSentence({ ...ready, model: { ...onGpu, devices: [] } }), 'Coder on cuda');
  });

  it('is why there is no model, and what brings one', () => {
    assert.match(engineSentence({ kind: 'stopped', cancelled: true }), /cancelled.*Restart Engine/);
    assert.match(
      engineSentence({ kind: 'unloaded', model, reason: 'idle' }),
      /^Coder was not used for a while/,
    );
    assert.match(
      engineSentence({ kind: 'unloaded', model, reason: 'memory' }),
      /^Coder is unloaded, to free/,
    );
  });
});

describe('the CUDA backend', () => {
  it('is there for Linux and Windows on x64', () => {
    const machines = ['linux', 'win32', 'darwin'].flatMap((platform) =>
      ['x64', 'arm64'].map((architecture) => [platform, architecture] as const),
    );
    const possible = machines.filter(([platform, architecture]) => cudaPossible(platform, architecture));
    assert.deepEqual(possible, [
      ['linux', 'x64'],
      ['win32', 'x64'],
    ]);
  });
});
