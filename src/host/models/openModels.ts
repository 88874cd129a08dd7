import os from 'node:os';
import path from 'node:path';
import type { Machine } from '../../core/models/machine.ts';
import type { EngineClient } from '../../engine/client.ts';
import type { LoadedModel } from '../../engine/protocol.ts';
import type { Residents } from '../../engine/residents.ts';
import { probeMachine } from '../../models/machine.ts';
import type { HeaderReader } from '../../models/headerReader.ts';
import { standardPlaces } from '../../models/places.ts';
import type { Egress } from '../../remote/egress.ts';
import { fitOfShape, gpuOf, machineForFit } from './fits.ts';
import { LocalModels, type Measurement, type ModelSettings } from './localModels.ts';
import { SpeedBook } from './speedBook.ts';

export interface OpenModelsParts {
  /** The folder of Hearth itself, with `models/` in it. */
  readonly root: string;
  /** Where Hearth keeps what it learns and downloads. */
  readonly stateFolder: string;
  readonly settings: () => ModelSettings;
  readonly reader: HeaderReader;
  readonly egress: Pick<Egress, 'request'>;
  /** The clients of all roles. */
  readonly engines: readonly EngineClient[];
  /** What other windows hold; null where nobody tells. */
  readonly residents: Pick<Residents, 'others'> | null;
  /** Whether the engine may be started to measure this machine. */
  readonly mayMeasure: () => boolean;
}

/** The models of this machine, as the editor and the command line see them alike. */
export function openModels(parts: OpenModelsParts): LocalModels {
  const { root, stateFolder, settings, reader, egress, engines } = parts;
  const models = path.join(root, 'models');
  return new LocalModels({
    folder: path.join(stateFolder, 'models'),
    stateFolder,
    starter: path.join(models, 'starter.gguf'),
    catalogue: path.join(models, 'catalogue.json'),
    places: () => standardPlaces({ env: process.env, platform: process.platform, home: os.homedir() }),
    settings,
    reader,
    egress,
    machine: () => machineNow(parts),
    speeds: new SpeedBook(stateFolder),
    measure: () => measured(engines, parts.mayMeasure),
  });
}

/** Whether the machine has room for a model beside those that this window has loaded. */
export async function roomBeside(
  file: string,
  {
    engines,
    residents,
    reader,
    settings,
  }: Pick<OpenModelsParts, 'engines' | 'residents' | 'reader' | 'settings'>,
): Promise<boolean> {
  // Why a file that can't be read is refused is told by its load.
  const looked = await reader.look(file).catch(() => null);
  const shape = looked?.facts?.shape ?? null;
  if (shape === null) return true;
  const gpu =
    loadedIn(engines)
      .map(gpuOf)
      .find((one) => one !== null) ?? null;
  const [machine, others] = await Promise.all([probeMachine(gpu), residents?.others() ?? []]);
  return fitOfShape(shape, machineForFit(machine, [], others), settings()).verdict !== 'does-not-fit';
}

async function machineNow({ engines, residents }: OpenModelsParts): Promise<Machine> {
  const own = loadedIn(engines);
  const gpu = own.map(gpuOf).find((one) => one !== null) ?? null;
  const [machine, others] = await Promise.all([probeMachine(gpu), residents?.others() ?? []]);
  return machineForFit(machine, own, others);
}

function loadedIn(engines: readonly EngineClient[]): LoadedModel[] {
  return engines.flatMap(({ state }) => (state.kind === 'ready' ? [state.model] : []));
}

async function measured(
  [engine]: readonly EngineClient[],
  mayMeasure: () => boolean,
): Promise<Measurement | null> {
  if (engine === undefined || !mayMeasure()) return null;
  try {
    const speed = await engine.measure();
    const { state } = engine;
    if (state.kind !== 'ready') return null;
    const { promptTokensPerSecond, decodeTokensPerSecond, weightsBytes } = speed;
    const { stamp, backend } = state.model;
    return { stamp, promptTokensPerSecond, decodeTokensPerSecond, weightsBytes, backend, at: Date.now() };
  } catch {
    // A recommendation then rests on the machine's kind alone, and says so.
    return null;
  }
}
