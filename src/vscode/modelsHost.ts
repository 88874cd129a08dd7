import os from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Engines } from '../engine/engines.ts';
import type { LogLevel } from '../engine/protocol.ts';
import { Residents } from '../engine/residents.ts';
import { systemTimers } from '../engine/timers.ts';
import { backendFolder } from '../host/models/backendFolder.ts';
import { cudaPackageFor, CudaPackage } from '../host/models/cudaPackage.ts';
import type { LocalModels, ModelSettings } from '../host/models/localModels.ts';
import { IdleMeasure } from '../host/models/idleMeasure.ts';
import { openModels, openProbe, roomBeside } from '../host/models/openModels.ts';
import { SpeedBook } from '../host/models/speedBook.ts';
import { HeaderThread } from '../models/headerThread.ts';
import type { Egress } from '../remote/egress.ts';
import {
  createEngines,
  enginePathOf,
  loadSettings,
  modelFile,
  pathOf,
  starterFile,
  stateFolderOf,
} from './engineHost.ts';
import type { CudaBackend } from './models/cudaBackend.ts';
import type { PowerState } from './powerState.ts';
import { readSettings } from './settings.ts';

/** The engines and the models of this machine. */
export interface ModelsHost {
  readonly engines: Engines;
  readonly models: LocalModels;
  readonly backend: CudaBackend;
  /** Ends the thread that reads model files, and what is being measured. */
  readonly dispose: () => Promise<void>;
}

/** The engines and the models of this machine, with VS Code's paths, settings and log, and the one door for sockets. */
export function createModels(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  power: PowerState,
  egress: Pick<Egress, 'request'>,
): ModelsHost {
  // Where VS Code has no folder on a disk, models have none to last in.
  const stateFolder = stateFolderOf(context) ?? path.join(os.tmpdir(), 'hearth');
  const write = (level: LogLevel, message: string): void => log[level](message);
  const residents = new Residents(path.join(stateFolder, 'residents'), write);
  const reader = new HeaderThread(path.join(context.extensionPath, 'dist/models.cjs'));
  const engines = createEngines({
    context,
    log,
    residents,
    mayWorkUnasked: () => power.mayWorkUnasked,
    roomBeside: (file) =>
      roomBeside(file, { engines: engines.clients, residents, reader, settings: modelSettings }),
  });
  const speeds = new SpeedBook(stateFolder);
  const engine = { enginePath: enginePathOf(context), log: write };
  const probe = openProbe({ stateFolder, speeds, engines: engines.clients, engine }, () =>
    loadSettings(context, 'completion'),
  );
  const models = openModels({
    root: context.extensionPath,
    stateFolder,
    settings: modelSettings,
    reader,
    egress,
    engines: engines.clients,
    residents,
    speeds,
    probe,
    mayMeasure: () => readSettings().settings.enable,
  });
  const starter = path.resolve(starterFile(context));
  const idle = new IdleMeasure({
    clients: engines.clients,
    speeds,
    wanted: (modelPath) => path.resolve(modelPath) !== starter,
    mayWork: () => readSettings().settings.enable && power.mayWorkUnasked,
    changed: () => models.changed(),
    timers: systemTimers,
  });
  const cuda = new CudaPackage({
    binary: cudaPackageFor(process.platform, process.arch),
    folder: backendFolder(stateFolder),
    egress,
  });
  const backend: CudaBackend = {
    download: cuda.download,
    state: () => cuda.state(),
    install: (signal, onProgress) => cuda.install(signal, onProgress),
    remove: async () => {
      // Windows holds the libraries that a process has loaded.
      await engines.stop();
      await cuda.remove();
    },
  };
  const dispose = async (): Promise<void> => {
    idle.dispose();
    await Promise.all([reader.dispose(), probe.dispose()]);
  };
  return { engines, models, backend, dispose };
}

/** The settings that the list of models and the fit depend on. */
function modelSettings(): ModelSettings {
  const { settings } = readSettings();
  const gpuLayers = settings['engine.gpuLayers'];
  const files = { completion: modelFile('completion'), chat: modelFile('chat') };
  return {
    files,
    // What is used is listed, wherever it lies.
    folders: [...paths(settings['model.folders']), ...Object.values(files).filter((file) => file !== null)],
    catalogues: settings['model.catalogues'].flatMap((from) =>
      /^https?:/i.test(from.trim()) ? from.trim() : paths([from]),
    ),
    contextTokens: settings['engine.contextTokens'],
    chatContextTokens: settings['chat.contextTokens'],
    cacheType: settings['engine.cacheType'],
    batchTokens: settings['engine.batchTokens'],
    flashAttention: settings['engine.flashAttention'],
    gpuLayers: gpuLayers === -1 ? null : gpuLayers,
  };
}

function paths(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => pathOf(setting) ?? []);
}
