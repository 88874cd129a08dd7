import { shapeOfChoice } from '../../core/models/choiceFit.ts';
import type { ModelChoice } from '../../core/models/catalogue.ts';
import type { CacheType, MemoryFit } from '../../core/models/fit.ts';
import type { Machine } from '../../core/models/machine.ts';
import { engineMemoryOptions, type MemoryOptions } from '../../core/models/memoryEstimate.ts';
import { fitOf } from '../../core/models/memoryFit.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import type { ModelShape } from '../../core/models/shape.ts';
import type { LoadedModel } from '../../engine/protocol.ts';
import type { ProbedGpu } from '../../models/machine.ts';

/** The engine's options that memory depends on. */
export interface FitSettings {
  readonly contextTokens: number;
  /** Tokens of the context of chat, where these are not as many. */
  readonly chatContextTokens?: number;
  readonly cacheType: CacheType;
  readonly batchTokens: number;
  readonly flashAttention: 'auto' | 'on' | 'off';
  /** Null: as many as fit. */
  readonly gpuLayers: number | null;
}

/** What a model of another window or program holds, in bytes. */
export interface Held {
  readonly mappedBytes: number;
  readonly deviceBytes: number;
  /** When it was loaded, in milliseconds since 1970. */
  readonly since: number;
}

/** A model that this window has loaded, or had and gave up; what was seen of the GPU then is still known. */
export interface Own {
  readonly model: LoadedModel;
  readonly loaded: boolean;
  /** When it was loaded, in milliseconds since 1970. */
  readonly since: number;
}

/** What the fit takes into account of the engine's options. */
export function memoryOptions(settings: FitSettings): MemoryOptions {
  const { contextTokens, cacheType, batchTokens, flashAttention, gpuLayers } = settings;
  return {
    ...engineMemoryOptions,
    contextTokens,
    cacheTypeK: cacheType,
    cacheTypeV: cacheType,
    batchTokens,
    flashAttention: flashAttention !== 'off',
    gpuLayers,
  };
}

/** The GPU as the engine saw it when it had loaded a model; null where none is in use. */
export function gpuOf(loaded: LoadedModel | null): ProbedGpu | null {
  const vram = loaded?.vram ?? null;
  if (vram === null) return null;
  const { backend, total, free, unifiedSize } = vram;
  if (backend !== 'metal' && backend !== 'cuda' && backend !== 'vulkan') return null;
  return { backend, total, free, unified: unifiedSize > 0 };
}

/**
 * The machine as it is for a model that takes the place of our own: with what that holds, and without what models of
 * other windows do. The system counts their mapped weights as free, though without them they would stand still. The
 * GPU was looked at when our own model was loaded: what others have loaded since is not free any more.
 */
export function machineForFit(machine: Machine, own: readonly Own[], others: readonly Held[]): Machine {
  const { ram, gpu } = machine;
  const device = (models: readonly Own[]): number =>
    sum(models.map(({ model }) => model.memory?.device ?? 0));
  const loaded = own.filter((one) => one.loaded);
  const back = sum(loaded.map(({ model: { memory } }) => (memory?.kvCache ?? 0) + (memory?.compute ?? 0)));
  const mapped = sum(others.map(({ mappedBytes }) => mappedBytes));
  // On a GPU with memory of its own, none of this was taken from the machine's.
  const elsewhere = device(loaded) > 0 && gpu?.unified !== true;
  // Where the memory is shared, what others took of it is missing from the machine's.
  const looked = gpu?.unified === true ? Infinity : Math.max(...own.map(({ since }) => since));
  const later = sum(others.filter(({ since }) => since > looked).map(({ deviceBytes }) => deviceBytes));
  return {
    ...machine,
    ram: { ...ram, free: between(ram.free + (elsewhere ? 0 : back) - mapped, ram.total) },
    gpu: gpu === null ? null : { ...gpu, free: between(gpu.free + device(own) - later, gpu.total) },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function between(bytes: number, total: number): number {
  return Math.max(0, Math.min(bytes, total));
}

/**
 * The fit of a file that is here, for the roles that it is to have, with contexts of at most what it was trained for. A
 * model of both roles has two contexts, which are both reckoned as large as the larger one.
 */
export function fitOfShape(
  shape: ModelShape,
  machine: Machine,
  settings: FitSettings,
  roles: readonly ModelRole[] = ['completion'],
): MemoryFit {
  const { contextTokens, chatContextTokens = contextTokens } = settings;
  const sizes = roles.map((role) => (role === 'chat' ? chatContextTokens : contextTokens));
  const largest = Math.max(...sizes);
  const options = memoryOptions({
    ...settings,
    contextTokens: tokensFor(shape, { ...settings, contextTokens: largest }),
  });
  return fitOf(shape, machine, { ...options, contexts: sizes.length });
}

/** The fit of a choice of the catalogue, before its file is here. */
export function fitOfOffer(choice: ModelChoice, machine: Machine, settings: FitSettings): MemoryFit {
  return fitOfShape(shapeOfChoice(choice), machine, settings);
}

function tokensFor({ trainedContext }: ModelShape, { contextTokens }: FitSettings): number {
  return trainedContext === null ? contextTokens : Math.min(contextTokens, trainedContext);
}
