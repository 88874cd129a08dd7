import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelRole } from '../core/models/roles.ts';
import type { EngineState } from '../engine/client.ts';
import { Engines } from '../engine/engines.ts';
import type { LoadSettings } from '../engine/loadOptions.ts';
import { ModelFacts } from '../engine/modelFacts.ts';
import type { LogLevel } from '../engine/protocol.ts';
import type { Residents } from '../engine/residents.ts';
import { backendFolder } from '../host/models/backendFolder.ts';
import { readSettings } from './settings.ts';

/** Where the engine may keep what it learnt and evaluated; null where the storage is no folder of a disk. */
export function stateFolderOf({ globalStorageUri }: vscode.ExtensionContext): string | null {
  return globalStorageUri.scheme === 'file' ? globalStorageUri.fsPath : null;
}

/** The engine's program. */
export function enginePathOf({ extensionPath }: vscode.ExtensionContext): string {
  return path.join(extensionPath, 'dist/engine/main.mjs');
}

/** What the engines work with beside VS Code. */
export interface EnginesParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly residents: Residents | null;
  /** Whether memory has room for a model beside what is loaded. */
  readonly roomBeside: (modelPath: string) => Promise<boolean>;
  readonly mayWorkUnasked: () => boolean;
}

/** The engines of completion and chat, with VS Code's paths, settings and log. */
export function createEngines(parts: EnginesParts): Engines {
  const { context, log, residents, roomBeside, mayWorkUnasked } = parts;
  const stateFolder = stateFolderOf(context);
  const write = (level: LogLevel, message: string): void => log[level](message);
  const client = {
    enginePath: enginePathOf(context),
    log: write,
    facts: new ModelFacts(stateFolder, write),
    idleUnloadMs: () => readSettings().settings['engine.idleUnloadMinutes'] * 60_000,
    mayWorkUnasked,
    canHoldBoth: ({ modelPath }: LoadSettings) => roomBeside(modelPath),
    ...(residents === null ? {} : { residents }),
  };
  return new Engines({
    completion: { ...client, settings: () => loadSettings(context, 'completion') },
    chat: client,
    chatSettings: () => (modelFile('chat') === null ? null : loadSettings(context, 'chat')),
  });
}

/** The file that a role's setting names; null for the starter, or for chat, what completion uses. */
export function modelFile(role: ModelRole): string | null {
  return pathOf(readSettings().settings[`model.${role}`]);
}

/** How a role's model is to be loaded, by the settings. */
export function loadSettings(context: vscode.ExtensionContext, role: ModelRole): LoadSettings {
  const { settings } = readSettings();
  const stateFolder = stateFolderOf(context);
  const gpuLayers = settings['engine.gpuLayers'];
  return {
    modelPath: modelFile(role) ?? starterFile(context),
    draftModelPath: role === 'completion' ? pathOf(settings['model.draft']) : null,
    device: settings['engine.device'],
    gpuLayers: gpuLayers === -1 ? 'auto' : gpuLayers,
    contextTokens: settings['engine.contextTokens'],
    chatContextTokens: settings['chat.contextTokens'],
    cacheType: settings['engine.cacheType'],
    flashAttention: settings['engine.flashAttention'],
    batchTokens: settings['engine.batchTokens'],
    threads: settings['engine.threads'],
    stateFolder: settings['engine.warmRestart'] ? stateFolder : null,
    backendFolder: stateFolder === null ? null : backendFolder(stateFolder),
  };
}

/** The model that ships with Hearth. */
export function starterFile({ extensionPath }: vscode.ExtensionContext): string {
  return path.join(extensionPath, 'models/starter.gguf');
}

/** The path that a setting names, `~` and relative ones taken from the home folder; null for ''. */
export function pathOf(setting: string): string | null {
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
