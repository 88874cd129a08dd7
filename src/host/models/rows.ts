import { nameOf } from '../../core/models/candidates.ts';
import { sizeOf, type ModelChoice } from '../../core/models/catalogue.ts';
import { shapeOfChoice } from '../../core/models/choiceFit.ts';
import type { MemoryFit } from '../../core/models/fit.ts';
import type { Machine } from '../../core/models/machine.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import { predictSpeed, type MachineSpeed } from '../../core/models/speed.ts';
import type { InstalledModel } from '../../models/types.ts';
import { fitOfOffer, fitOfShape, type FitSettings } from './fits.ts';
import type { ModelRow, PullRow, SpeedRow } from './modelRows.ts';
import { fileNameOf } from './pullPlan.ts';
import type { MeasuredSpeed } from './speedBook.ts';

/** What rows are made with. */
export interface RowWorld {
  readonly machine: Machine;
  readonly settings: FitSettings;
  /** What predictions rest on; null where nothing was measured. */
  readonly speed: MachineSpeed | null;
  /** Speeds that were measured, by the stamp of the file. */
  readonly measured: ReadonlyMap<string, MeasuredSpeed>;
  readonly inUse: (path: string) => readonly ModelRole[];
  readonly pulls: ReadonlyMap<string, PullRow>;
}

/** The row of a model that lies on this machine; `choice` is what the catalogue says of it, if it is from there. */
export function installedRow(
  model: InstalledModel,
  choice: ModelChoice | undefined,
  world: RowWorld,
): ModelRow {
  const { shape, problem } = model;
  const inUse = world.inUse(model.path);
  const roles: readonly ModelRole[] = inUse.length > 0 ? inUse : model.roles.slice(0, 1);
  const fit =
    shape === null
      ? null
      : fitOfShape(shape, world.machine, world.settings, roles.length > 0 ? roles : ['completion']);
  return {
    key: model.path,
    name: choice?.model.name ?? model.title ?? model.name,
    source: model.source,
    roles: model.roles,
    inUse,
    installed: true,
    path: model.path,
    quantization: model.quantization,
    bytes: model.bytes,
    bytesAreApproximate: false,
    parameters: model.parameters,
    trainedContext: model.trainedContext,
    licence: model.licence ?? choice?.model.licence.name ?? null,
    fit,
    speed: speedOf(model, fit, world),
    pull: null,
    host: null,
    deletable: model.removable,
    sha256: model.sha256,
    problem,
    description: choice?.model.summary ?? ([...model.notes].join(' ') || null),
  };
}

/** The row of a model that could be fetched. */
export function offerRow(choice: ModelChoice, world: RowWorld): ModelRow {
  const { model, quantization } = choice;
  const key = nameOf(choice);
  const { bytes, exact } = sizeOf(quantization);
  const fit = fitOfOffer(choice, world.machine, world.settings);
  return {
    key,
    name: model.name,
    source: 'catalogue',
    roles: model.roles,
    inUse: [],
    installed: false,
    path: null,
    quantization: quantization.name,
    bytes,
    bytesAreApproximate: !exact,
    parameters: model.parameters.total,
    trainedContext: model.contextTokens,
    licence: model.licence.name,
    fit,
    speed: expectedSpeed(world, bytes, model.parameters, fit, shapeOfChoice(choice).layers.length),
    pull: world.pulls.get(key) ?? null,
    host: hostOf(quantization.files[0]?.address),
    deletable: false,
    sha256: null,
    problem: null,
    description: model.summary,
  };
}

/** The row of a fetch from an address that is in no catalogue. */
export function pullOnlyRow(key: string, address: string, pull: PullRow): ModelRow {
  return {
    key,
    name: fileNameOf(address),
    source: 'hearth',
    roles: [],
    inUse: [],
    installed: false,
    path: null,
    quantization: null,
    bytes: pull.total,
    bytesAreApproximate: false,
    parameters: null,
    trainedContext: null,
    licence: null,
    fit: null,
    speed: null,
    pull,
    host: hostOf(address),
    deletable: false,
    sha256: null,
    problem: null,
    description: null,
  };
}

function hostOf(address: string | undefined): string | null {
  return address === undefined ? null : new URL(address).hostname;
}

function speedOf(model: InstalledModel, fit: MemoryFit | null, world: RowWorld): SpeedRow | null {
  const measured = world.measured.get(model.stamp);
  if (measured !== undefined) {
    const { promptTokensPerSecond, decodeTokensPerSecond } = measured;
    return { promptTokensPerSecond, decodeTokensPerSecond, measured: true };
  }
  const { shape } = model;
  if (shape === null || fit === null || shape.parameters === null) return null;
  const { total, active } = shape.parameters;
  return expectedSpeed(world, fit.weights, { total, active: active ?? total }, fit, shape.layers.length);
}

/** What the machine's measurement leads to expect; null where nothing was measured, or the model does not fit. */
function expectedSpeed(
  { speed }: RowWorld,
  weightBytes: number,
  parameters: { readonly total: number; readonly active: number },
  { gpuLayers, verdict }: MemoryFit,
  layers: number,
): SpeedRow | null {
  if (speed === null || verdict === 'does-not-fit') return null;
  // The output counts as one more layer.
  const gpuShare = gpuLayers === null || verdict === 'fits-well' ? 1 : Math.min(1, gpuLayers / (layers + 1));
  const { prompt, decode } = predictSpeed({ weightBytes, parameters, gpuShare }, speed);
  return {
    promptTokensPerSecond: prompt.expected,
    decodeTokensPerSecond: decode.expected,
    measured: false,
  };
}
