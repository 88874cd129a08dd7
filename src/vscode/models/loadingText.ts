import path from 'node:path';
import type { EngineState } from '../../engine/client.ts';
import type { LoadPhase, LoadProgress } from '../../engine/loadOptions.ts';
import { percent } from '../../host/models/rowText.ts';

const phases: Readonly<Record<LoadPhase, string>> = {
  starting: 'starting the engine',
  reading: 'reading the file',
  verifying: 'verifying the file',
  library: 'loading llama.cpp',
  weights: 'loading the weights',
  context: 'allocating memory',
  testing: 'testing the prompt order',
};

/** Which model the engine is loading, and how far that is, or null while it loads none. */
export function loadingSentence(state: EngineState): string | null {
  if (state.kind === 'starting') return sentence(state.modelPath, state.progress);
  if (state.kind !== 'ready' || state.switching === null) return null;
  return sentence(state.switching.modelPath, state.switching.progress);
}

/** What the engine does or runs on, in one sentence. */
export function engineSentence(state: Exclude<EngineState, { kind: 'failed' }>): string {
  switch (state.kind) {
    case 'starting':
      return `${sentence(state.modelPath, state.progress)}.`;
    case 'stopped':
      return state.cancelled === true
        ? 'Loading was cancelled. "Hearth: Restart Engine" starts it again.'
        : 'The engine is starting.';
    case 'unloaded':
      return state.reason === 'idle'
        ? `${state.model.name} was not used for a while and is unloaded until it is needed.`
        : `${state.model.name} is unloaded, to free its memory, until it is needed.`;
    case 'ready': {
      const { name, backend, devices } = state.model;
      return `${name} on ${backend === 'cpu' ? 'the CPU' : (devices[0] ?? backend)}`;
    }
  }
}

function sentence(modelPath: string, { phase, fraction }: LoadProgress): string {
  // The others are over before their share could be read.
  const far = phase === 'weights' || phase === 'verifying' ? `, ${percent(fraction, 1)}` : '';
  return `Loading ${path.basename(modelPath)}: ${phases[phase]}${far}`;
}
