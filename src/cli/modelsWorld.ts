import type { LocalModels } from '../host/models/localModels.ts';
import { openModels, openProbe } from '../host/models/openModels.ts';
import { SpeedBook } from '../host/models/speedBook.ts';
import { directReader } from '../models/headerReader.ts';
import { EngineClient } from '../engine/client.ts';
import { openEgress } from './egress.ts';
import type { ModelsOptions } from './modelsArguments.ts';
import { defaultStateFolder, engineOptions, hearthFolder } from './session.ts';

/** What an action on models works with. */
export interface ModelsWorld {
  readonly models: LocalModels;
  /** No process runs until it is asked for something. */
  readonly engine: EngineClient;
}

/** The models of this machine as the command line sees them, through the same service as the editor. */
export function openModelsWorld(options: ModelsOptions): ModelsWorld {
  const stateFolder = defaultStateFolder();
  const forEngine = engineOptions(options, stateFolder);
  const engine = new EngineClient(forEngine);
  const speeds = new SpeedBook(stateFolder);
  const probe = openProbe({ stateFolder, speeds, engines: [engine], engine: forEngine }, forEngine.settings);
  const { action, offline, contextTokens, cacheType, folders, catalogues, model, refresh } = options;
  const hubHost = process.env['HF_ENDPOINT'] ?? '';
  const models = openModels({
    root: hearthFolder,
    stateFolder,
    settings: () => ({
      contextTokens,
      cacheType,
      batchTokens: 512,
      flashAttention: 'auto',
      gpuLayers: null,
      files: { completion: model, chat: null },
      folders: model === null ? folders : [...folders, model],
      catalogues,
      ...(hubHost === '' ? {} : { hubHost }),
    }),
    reader: directReader,
    egress: openEgress({
      offline,
      stateFolder,
      workspace: null,
      guard: () =>
        action === 'pull' || refresh ? null : `hearth models ${action} opens no connection: use pull.`,
    }),
    engines: [engine],
    residents: null,
    speeds,
    probe,
    mayMeasure: () => options.measure,
  });
  return { models, engine };
}
