import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Machine } from '../../core/models/machine.ts';
import { tellingBytes } from '../../core/models/speed.ts';
import type { EngineClient } from '../../engine/client.ts';
import type { LoadSettings } from '../../engine/loadOptions.ts';
import type { Residents } from '../../engine/residents.ts';
import { probeMachine, type ProbedGpu } from '../../models/machine.ts';
import type { HeaderReader } from '../../models/headerReader.ts';
import { standardPlaces } from '../../models/places.ts';
import type { Egress } from '../../remote/egress.ts';
import { fitOfShape, gpuOf, machineForFit, type Own } from './fits.ts';
import { LocalModels, type Measurement, type ModelSettings } from './localModels.ts';
import { MachineProbe, type MachineProbeParts } from './machineProbe.ts';
import { measuredSpeed, type SpeedBook } from './speedBook.ts';

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
  readonly speeds: SpeedBook;
  readonly probe: MachineProbe;
  /** Whether the engine may be started to measure this machine. */
  readonly mayMeasure: () => boolean;
}

/** What measures this machine: as the user's models are loaded, beside those that are. */
export function openProbe(
  parts: Pick<OpenModelsParts, 'stateFolder' | 'speeds' | 'engines'> & Pick<MachineProbeParts, 'engine'>,
  loadSettings: () => LoadSettings,
): MachineProbe {
  const { stateFolder, speeds, engines, engine } = parts;
  return new MachineProbe({
    engine,
    folder: path.join(stateFolder, 'probe'),
    settings: loadSettings,
    loaded: () => {
      const model = seenBy(engines).find(({ loaded }) => loaded)?.model ?? null;
      // A model that was kept off the GPU tells nothing of which backend the others have.
      return model === null || (model.backend === 'cpu' && model.devices.length > 0) ? null : model;
    },
    speeds,
    freeMemory: async () => (await probeMachine(null)).ram.free,
  });
}

/** The models of this machine, as the editor and the command line see them alike. */
export function openModels(parts: OpenModelsParts): LocalModels {
  const { root, stateFolder, settings, reader, egress, speeds, probe, mayMeasure } = parts;
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
    speeds,
    measure: (signal) => (mayMeasure() ? measured(parts, signal) : Promise.resolve(null)),
    probe: {
      known: (all) => probe.known(all),
      run: (signal) => (mayMeasure() ? probe.run(signal) : Promise.resolve(false)),
    },
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
  const own = seenBy(engines);
  const [machine, others] = await Promise.all([probeMachine(gpuSeen(own)), residents?.others() ?? []]);
  // What is loaded stays beside it.
  const kept = own.map((one) => (one.loaded ? { ...one, model: { ...one.model, memory: null } } : one));
  return fitOfShape(shape, machineForFit(machine, kept, others), settings()).verdict !== 'does-not-fit';
}

async function machineNow({ engines, residents }: OpenModelsParts): Promise<Machine> {
  const own = seenBy(engines);
  const [machine, others] = await Promise.all([probeMachine(gpuSeen(own)), residents?.others() ?? []]);
  return machineForFit(machine, own, others);
}

/** The models that are loaded or were, by which the GPU is known. */
function seenBy(engines: readonly EngineClient[]): Own[] {
  return engines.flatMap(({ state, loadedSince }) =>
    state.kind === 'ready' || state.kind === 'unloaded'
      ? [{ model: state.model, loaded: state.kind === 'ready', since: loadedSince }]
      : [],
  );
}

function gpuSeen(own: readonly Own[]): ProbedGpu | null {
  return own.map(({ model }) => gpuOf(model)).find((one) => one !== null) ?? null;
}

/** Null for a small model and the starter, which say nothing of larger ones. */
async function measured(
  { engines: [engine], settings }: OpenModelsParts,
  signal: AbortSignal | undefined,
): Promise<Measurement | null> {
  const file = settings().files.completion;
  if (engine === undefined || file === null) return null;
  try {
    if ((await stat(file)).size < tellingBytes) return null;
    const speed = await engine.measure(signal === undefined ? {} : { signal });
    const { state } = engine;
    if (state.kind !== 'ready') return null;
    const { stamp, backend } = state.model;
    return { stamp, ...measuredSpeed(speed, backend) };
  } catch {
    // The machine is measured then with a model that is made up for it.
    return null;
  }
}
