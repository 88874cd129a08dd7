import type { MemoryFit, Room, Verdict } from './fit.ts';
import type { GpuMemory, Machine } from './machine.ts';
import {
  contextStep,
  engineMemoryOptions,
  estimateMemory,
  paddedContext,
  type MemoryEstimate,
  type MemoryOptions,
} from './memoryEstimate.ts';
import { shapeFromFacts, type ModelShape, type ShapeFacts } from './shape.ts';

/**
 * What the engine's process takes beside the model: Node, llama.cpp and the vocabulary; 130 to 330 MB were measured,
 * the most with a vocabulary of 150,000 tokens.
 */
const processBytes = 330_000_000;

/** Share of a memory that may be used for the model to fit well: beyond it, other programs are soon swapped out. */
const comfortableShare = 0.85;

/** The largest context that is looked for where a model does not say what it was trained for. */
const unknownTrainedContext = 131_072;

/**
 * How a model suits what a machine has free at present, the layers placed as well as they can be: as many on the GPU
 * as there is room for (or `gpuLayers` of them), the others in the machine's memory. It fits well where everything
 * wanted is on the GPU, if there is one, and 15 % of each memory stay free.
 */
export function fitOf(
  shape: ModelShape,
  machine: Machine,
  options: MemoryOptions = engineMemoryOptions,
): MemoryFit {
  const placement = place(shape, machine, options);
  const { estimate, host, device } = placement;
  const sum = ({ host: inHost, device: onDevice }: { host: number; device: number }): number =>
    inHost + onDevice;
  const contextTokens = paddedContext(shape, options.contextTokens);
  return {
    contextTokens,
    weights: sum(estimate.weights),
    kvCache: sum(estimate.kvCache),
    compute: sum(estimate.compute),
    process: processBytes,
    total: estimate.total + processBytes,
    available: availableFor(machine, placement),
    verdict: placement.verdict,
    largestContext: largestContext(shape, machine, options),
    gpuLayers: machine.gpu === null ? null : placement.gpuLayers,
    host,
    device,
  };
}

/** `fitOf` for a model whose file is not here: from what a catalogue knows of it. */
export function fitOfShapeFacts(facts: ShapeFacts, machine: Machine, options?: MemoryOptions): MemoryFit {
  return fitOf(shapeFromFacts(facts), machine, options);
}

/**
 * Bytes of the GPU's memory that node-llama-cpp keeps free when it chooses what to put there (its `vramPadding`): 8 %,
 * at most 1.6 GiB. What is planned beyond it is not loaded.
 */
export function devicePadding(total: number): number {
  return Math.floor(Math.min(total * 0.08, 1.6 * 1024 ** 3));
}

interface Placement {
  readonly gpuLayers: number;
  readonly estimate: MemoryEstimate;
  readonly host: Room;
  readonly device: Room | null;
  readonly verdict: Verdict;
}

/** The best placement of the layers: the one with the most of them on the GPU that fits, else with none there. */
function place(shape: ModelShape, machine: Machine, options: MemoryOptions): Placement {
  const all = shape.layers.length + 1;
  if (machine.gpu === null) return placed(shape, machine, options, 0, 0);
  const wanted = Math.min(options.gpuLayers ?? all, all);
  const whole = placed(shape, machine, options, wanted, wanted);
  if (whole.verdict !== 'does-not-fit' || options.gpuLayers !== null) return whole;
  // What the GPU needs grows with its layers, so the most that fit are found by halving.
  let [most, tooMany] = [0, wanted];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    const { device } = placed(shape, machine, options, middle, wanted);
    if (device !== null && device.needed <= device.available) most = middle;
    else tooMany = middle;
  }
  return placed(shape, machine, options, most, wanted);
}

function placed(
  shape: ModelShape,
  machine: Machine,
  options: MemoryOptions,
  gpuLayers: number,
  wanted: number,
): Placement {
  const estimate = estimateMemory(shape, { ...options, gpuLayers });
  const needs = [estimate.weights, estimate.kvCache, estimate.compute];
  const onDevice = needs.reduce((sum, need) => sum + need.device, 0);
  const inHost = processBytes + needs.reduce((sum, need) => sum + need.host, 0);
  const shared = machine.gpu?.unified === true;
  const host = { needed: shared ? inHost + onDevice : inHost, available: machine.ram.free };
  const device = machine.gpu === null ? null : { needed: onDevice, available: deviceRoom(machine.gpu) };
  const rooms = device === null ? [host] : [host, device];
  const within = (share: number): boolean =>
    rooms.every(({ needed, available }) => needed <= available * share);
  const fits = within(1);
  const well = gpuLayers === wanted && within(comfortableShare);
  return {
    gpuLayers,
    estimate,
    host,
    device,
    verdict: well ? 'fits-well' : fits ? 'tight' : 'does-not-fit',
  };
}

function deviceRoom(gpu: GpuMemory): number {
  return Math.max(0, gpu.free - devicePadding(gpu.total));
}

/** What the total is to be compared with: memory that the GPU shares counts once. */
function availableFor({ ram, gpu }: Machine, { device }: Placement): number {
  return gpu === null || gpu.unified || device === null ? ram.free : ram.free + device.available;
}

/** The largest context that fits, in tokens, by halving; 0 where not even the smallest does. */
function largestContext(shape: ModelShape, machine: Machine, options: MemoryOptions): number {
  const fits = (contextTokens: number): boolean =>
    place(shape, machine, { ...options, contextTokens }).verdict !== 'does-not-fit';
  const trained = shape.trainedContext ?? unknownTrainedContext;
  const steps = Math.max(1, Math.floor(trained / contextStep));
  if (!fits(contextStep)) return 0;
  let [most, tooMany] = [1, steps + 1];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle * contextStep)) most = middle;
    else tooMany = middle;
  }
  return most * contextStep;
}
