import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { EngineClient, type EngineState } from '../engine/client.ts';
import { ModelFacts } from '../engine/modelFacts.ts';
import type { LogLevel } from '../engine/protocol.ts';
import { readSettings } from './settings.ts';

/** Where the engine may keep what it learnt and evaluated; null where the storage is no folder of a disk. */
export function stateFolderOf({ globalStorageUri }: vscode.ExtensionContext): string | null {
  return globalStorageUri.scheme === 'file' ? globalStorageUri.fsPath : null;
}

/** The engine's client with VS Code's paths, settings and log. */
export function createEngine(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): EngineClient {
  const stateFolder = stateFolderOf(context);
  const write = (level: LogLevel, message: string): void => log[level](message);
  return new EngineClient({
    enginePath: path.join(context.extensionPath, 'dist/engine/main.mjs'),
    log: write,
    facts: new ModelFacts(stateFolder, write),
    settings: () => {
      const { settings } = readSettings();
      return {
        modelPath:
          pathOf(settings['model.completion']) ?? path.join(context.extensionPath, 'models/starter.gguf'),
        draftModelPath: pathOf(settings['model.draft']),
        device: settings['engine.device'],
        contextTokens: settings['engine.contextTokens'],
        threads: settings['engine.threads'],
        stateFolder: settings['engine.warmRestart'] ? stateFolder : null,
      };
    },
  });
}

/** The path that a setting names, `~` and relative ones taken from the home folder; null for ''. */
function pathOf(setting: string): string | null {
  const trimmed = setting.trim();
  return trimmed === '' ? null : path.resolve(os.homedir(), trimmed.replace(/^~(?=$|[\\/])/, os.homedir()));
}

/**
 * Says once, and not again for the same failure, that the engine will not come back by itself. While it is going to
 * be started again, the status bar item says enough.
 */
export class EngineMessages {
  #said = '';

  /** Somebody asked for a new start: if it fails as before, that is an answer and must be seen. */
  expectAnswer(): void {
    this.#said = '';
  }

  engineChanged(state: EngineState): void {
    if (state.kind === 'ready') this.#said = '';
    if (state.kind !== 'failed' || state.retryInMs !== null || state.error.message === this.#said) return;
    this.#said = state.error.message;
    void this.#say(state.error.message);
  }

  async #say(message: string): Promise<void> {
    const tryAgain = 'Try Again';
    const showLog = 'Show Log';
    const settings = 'Open Settings';
    const answer = await vscode.window.showErrorMessage(`Hearth: ${message}`, tryAgain, showLog, settings);
    if (answer === tryAgain) await vscode.commands.executeCommand('hearth.restartEngine');
    if (answer === showLog) await vscode.commands.executeCommand('hearth.showLog');
    if (answer === settings)
      await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:hearth.hearth');
  }
}
