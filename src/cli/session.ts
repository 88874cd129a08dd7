import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineClient, type EngineClientOptions } from '../engine/client.ts';
import { loadDefaults } from '../engine/loadOptions.ts';
import { ModelFacts } from '../engine/modelFacts.ts';
import type { LogLevel } from '../engine/protocol.ts';
import { WorkspaceClient } from '../workspace/client.ts';
import { printNote } from './output.ts';

/** The engine and the worker that a command works with; the same code that the extension runs. */
export interface Session {
  readonly engine: EngineClient;
  readonly workspace: WorkspaceClient;
  readonly stateFolder: string;
  /** Indexes the workspace from now on; `tokenizer` names the loaded model's, or is null. */
  index(tokenizer: string | null): void;
  /** Resolves when the index is complete. */
  indexed(): Promise<void>;
  dispose(): Promise<void>;
}

const dist = path.dirname(fileURLToPath(import.meta.url));
/** The folder of Hearth itself, with `models/` in it. */
export const hearthFolder = path.join(dist, '..');
/** The model that ships with Hearth. */
export const starterPath = path.join(hearthFolder, 'models/starter.gguf');
/** Most tokens of the command line's window, as the setting's default. */
export const contextTokens = 4096;

export function openSession(options: { model: string | null; verbose: boolean; workspace: string }): Session {
  const stateFolder = defaultStateFolder();
  const log = logTo(options);
  // No process runs until it is asked for something.
  const engine = new EngineClient(engineOptions(options, stateFolder));
  const workspace = new WorkspaceClient(path.join(dist, 'worker.cjs'), {
    log,
    countTokens: (texts) => engine.countTokens(texts),
  });
  let indexed: Promise<void> = Promise.resolve();
  return {
    engine,
    workspace,
    stateFolder,
    index: (tokenizer) => {
      const folders = [{ path: options.workspace, exclude: {} }];
      workspace.index({ folders, snapshots: path.join(stateFolder, 'index'), tokenizer });
      indexed = new Promise((resolve) => {
        const stop = workspace.onProgress(({ state }) => {
          if (state === 'reading') return;
          stop();
          resolve();
        });
      });
    },
    indexed: () => indexed,
    dispose: async () => {
      await Promise.all([engine.stop(), workspace.dispose()]);
    },
  };
}

/** How the command line's engines are started. */
export function engineOptions(
  options: { readonly model: string | null; readonly verbose: boolean },
  stateFolder: string,
): EngineClientOptions {
  const log = logTo(options);
  return {
    enginePath: path.join(dist, 'engine/main.mjs'),
    log,
    facts: new ModelFacts(stateFolder, log),
    settings: () => ({
      ...loadDefaults,
      modelPath: options.model ?? starterPath,
      device: 'auto',
      contextTokens,
      threads: 0,
      stateFolder,
      draftModelPath: null,
    }),
  };
}

function logTo({ verbose }: { readonly verbose: boolean }): (level: LogLevel, message: string) => void {
  return (level, message) => {
    if (verbose || level === 'warn') printNote(`${level}: ${message}`);
  };
}

/** Where the command line keeps what it learnt about models: the platform's usual place for state. */
export function defaultStateFolder(): string {
  const { HEARTH_STATE_DIR, XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  if (HEARTH_STATE_DIR) return path.resolve(HEARTH_STATE_DIR);
  if (process.platform === 'win32') return path.join(LOCALAPPDATA ?? os.homedir(), 'hearth');
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library/Application Support/hearth');
  return path.join(XDG_STATE_HOME || path.join(os.homedir(), '.local/state'), 'hearth');
}
