import type { ModelStatus } from '../../core/chat/view.ts';
import type { LoadedModel } from '../../engine/protocol.ts';
import type { EngineState } from '../../engine/state.ts';
import { isForChat } from '../../host/chat/localChatModel.ts';
import { loadingSentence } from '../models/loadingText.ts';

/** What the status is told from. */
export interface ModelFactsForChat {
  readonly enabled: boolean;
  /** The model of chat by the settings; null: the starter, which only completes code. */
  readonly modelPath: string | null;
  /** Whether it was chosen for chat; else it is that of completions, which may not be made for it. */
  readonly chosen: boolean;
  readonly engine: EngineState;
}

type Actions = ModelStatus['actions'];

const choose = { label: 'Choose a Model', command: 'hearth.models.choose' };
const getOne: Actions = [
  choose,
  { label: 'Import a File', command: 'hearth.models.import' },
  { label: 'Download', command: 'hearth.models.pull' },
  { label: 'Use a Server…', command: 'hearth.endpoints.add' },
];
const tryAgain = { label: 'Try Again', command: 'hearth.chat.restartModel' };
const showLog = { label: 'Show Log', command: 'hearth.showLog' };

/** The commands that a page may ask for: those on the buttons of a status. */
export const statusCommands: ReadonlySet<string> = new Set([
  'hearth.toggle',
  tryAgain.command,
  showLog.command,
  'hearth.cancelLoading',
  ...getOne.map(({ command }) => command),
]);

/** The model that would answer, as far as it can be told without loading it. */
export function modelStatus({ enabled, modelPath, chosen, engine }: ModelFactsForChat): ModelStatus {
  if (!enabled) {
    return {
      state: 'off',
      name: null,
      message: 'Hearth is turned off.',
      actions: [{ label: 'Turn Hearth On', command: 'hearth.toggle' }],
    };
  }
  if (modelPath === null) {
    return {
      state: 'none',
      name: null,
      message:
        'No chat model is chosen. The model that ships with Hearth only completes code: questions show what was found in the workspace.',
      actions: getOne,
    };
  }
  const known = knownModel(engine);
  const name = modelName(modelPath, known);
  if (known !== null && !isForChat(chosen, known.chat)) {
    const message = `The completion model ${known.name} was not made to chat: questions show what was found in the workspace.`;
    return { state: 'none', name: null, message, actions: getOne };
  }
  const loading = loadingSentence(engine);
  if (loading !== null && engine.kind === 'starting') {
    return {
      state: 'loading',
      name,
      message: `${loading}.`,
      actions: [{ label: 'Cancel', command: 'hearth.cancelLoading' }],
    };
  }
  if (engine.kind === 'failed' && engine.retryInMs === null)
    return { state: 'failed', name, message: engine.error.message, actions: [tryAgain, choose, showLog] };
  if (engine.kind === 'failed') return { state: 'loading', name, message: engine.error.message, actions: [] };
  if (engine.kind === 'stopped' && engine.cancelled === true) {
    const message = 'Loading was cancelled.';
    return { state: 'failed', name, message, actions: [tryAgain, choose] };
  }
  if (engine.kind === 'ready') {
    return { state: 'ready', name, message: engine.model.chat.limitation, actions: [] };
  }
  return { state: 'ready', name, message: `${name} is loaded when you ask.`, actions: [] };
}

/** The model that is loaded, or was until it rested; null where nothing is known of it yet. */
export function knownModel(engine: EngineState): LoadedModel | null {
  return engine.kind === 'ready' || engine.kind === 'unloaded' ? engine.model : null;
}

/** What people call a model: its own name, or that of its file as long as no other is known. */
export function modelName(modelPath: string, known: LoadedModel | null): string {
  if (known !== null) return known.name;
  return modelPath
    .slice(Math.max(modelPath.lastIndexOf('/'), modelPath.lastIndexOf('\\')) + 1)
    .replace(/\.gguf$/i, '');
}
