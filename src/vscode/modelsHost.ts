import os from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Engines } from '../engine/engines.ts';
import { Residents } from '../engine/residents.ts';
import { backendFolder } from '../host/models/backendFolder.ts';
import { cudaPackageFor, CudaPackage } from '../host/models/cudaPackage.ts';
import type { LocalModels, ModelSettings } from '../host/models/localModels.ts';
import { openModels, roomBeside } from '../host/models/openModels.ts';
import { HeaderThread } from '../models/headerThread.ts';
import { createEgress } from './egressHost.ts';
import { createEngines, modelFile, pathOf, stateFolderOf } from './engineHost.ts';
import type { CudaBackend } from './models/cudaBackend.ts';
import { readSettings } from './settings.ts';

/** The engines and the models of this machine. */
export interface ModelsHost {
  readonly engines: Engines;
  readonly models: LocalModels;
  readonly backend: CudaBackend;
  /** Ends the thread that reads model files. */
  readonly dispose: () => Promise<void>;
}

/** The engines and the models of this machine, with VS Code's paths, settings, network and log. */
export function createModels(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): ModelsHost {
  // Where VS Code has no folder on a disk, models have none to last in.
  const stateFolder = stateFolderOf(context) ?? path.join(os.tmpdir(), 'hearth');
  const residents = new Residents(path.join(stateFolder, 'residents'), (level, message) =>
    log[level](message),
  );
  const reader = new HeaderThread(path.join(context.extensionPath, 'dist/models.cjs'));
  const { version } = context.extension.packageJSON as { version: string };
  const egress = createEgress(log, version);
  const engines = createEngines({
    context,
    log,
    residents,
    roomBeside: (file) =>
      roomBeside(file, { engines: engines.clients, residents, reader, settings: modelSettings }),
  });
  const models = openModels({
    root: context.extensionPath,
    stateFolder,
    settings: modelSettings,
    reader,
    egress,
    engines: engines.clients,
    residents,
    mayMeasure: () => readSettings().settings.enable,
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
  return { engines, models, backend, dispose: () => reader.dispose() };
}

/** The settings that the list of models and the fit depend on. */
function modelSettings(): ModelSettings {
  const { settings } = readSettings();
  const gpuLayers = settings['engine.gpuLayers'];
  return {
    files: { completion: modelFile('completion'), chat: modelFile('chat') },
    folders: paths(settings['model.folders']),
    catalogues: settings['model.catalogues'].flatMap((from) =>
      /^https?:/i.test(from.trim()) ? from.trim() : paths([from]),
    ),
    contextTokens: settings['engine.contextTokens'],
    cacheType: settings['engine.cacheType'],
    batchTokens: settings['engine.batchTokens'],
    flashAttention: settings['engine.flashAttention'],
    gpuLayers: gpuLayers === -1 ? null : gpuLayers,
  };
}

function paths(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => pathOf(setting) ?? []);
}
