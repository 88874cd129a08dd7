import path from 'node:path';
import type { CatalogueModel } from '../../../../src/core/models/catalogue.ts';
import type { Machine } from '../../../../src/core/models/machine.ts';
import { engineMemoryOptions } from '../../../../src/core/models/memoryEstimate.ts';
import { LocalModels, type LocalModelsParts } from '../../../../src/host/models/localModels.ts';
import { SpeedBook } from '../../../../src/host/models/speedBook.ts';
import { directReader } from '../../../../src/models/headerReader.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import { starterPath, temporaryFolder } from '../../../support/engine.ts';
import { model, type Json } from '../../models/madeUpCatalogue.ts';

/** A model of a catalogue, as its validation gives it. */
export function catalogueModel(change: Json = {}): CatalogueModel {
  return model(change) as unknown as CatalogueModel;
}

export const GB = 1e9;
/** A machine without a GPU. */
export const machine: Machine = { backend: 'cpu', ram: { total: 16 * GB, free: 12 * GB }, gpu: null };

export const settings: ReturnType<LocalModelsParts['settings']> = {
  contextTokens: 4096,
  cacheType: 'f16',
  batchTokens: engineMemoryOptions.batchTokens,
  flashAttention: 'auto',
  gpuLayers: null,
  files: { completion: null, chat: null },
  folders: [],
  catalogues: [],
};

/** The models of a machine on which no other program keeps any; sockets to loopback are real. */
export function localModels(more: Partial<LocalModelsParts> = {}): LocalModels {
  const folder = temporaryFolder();
  return new LocalModels({
    folder: path.join(folder, 'models'),
    stateFolder: folder,
    starter: starterPath,
    catalogue: path.join(path.dirname(starterPath), 'catalogue.json'),
    places: () => Promise.resolve({ ollama: [], lmStudio: [], huggingFace: [], llamaCpp: [] }),
    settings: () => settings,
    reader: directReader,
    egress: new Egress(),
    machine: () => Promise.resolve(machine),
    speeds: new SpeedBook(null),
    measure: () => Promise.resolve(null),
    probe: { known: () => null, run: () => Promise.resolve(false) },
    ...more,
  });
}
