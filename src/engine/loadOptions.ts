import path from 'node:path';
import * as v from 'valibot';
import { cacheTypes } from '../core/models/fit.ts';

export const formatChoice = v.picklist(['prefix-suffix-middle', 'suffix-prefix-middle', 'prefix-only']);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const scores = v.object({
  'prefix-suffix-middle': v.number(),
  'suffix-prefix-middle': v.number(),
  'prefix-only': v.number(),
});
export const selfTestResult = v.object({ format: formatChoice, scores });
export type SelfTestResult = v.InferOutput<typeof selfTestResult>;

const file = v.pipe(v.string(), v.minLength(1));
/** Tokens of the smallest context. */
const leastContext = 256;

/** Parameters of the request `load`. */
export const loadParams = v.object({
  modelPath: file,
  /** `auto`: the best device found; `cpu`: no GPU even where there is one. */
  device: v.picklist(['auto', 'cpu']),
  /** Layers that the GPU gets, the output layer included: as many as it has room for, or at most so many. */
  gpuLayers: v.union([v.literal('auto'), v.pipe(count, v.maxValue(10_000))]),
  /** Tokens of the completion context; it is never larger than what the model was trained for. */
  contextTokens: v.pipe(count, v.minValue(leastContext), v.maxValue(1_048_576)),
  /** Tokens of the context of chat, which is made when somebody chats first; never more than trained for either. */
  chatContextTokens: v.pipe(count, v.minValue(leastContext), v.maxValue(1_048_576)),
  /** How the KV cache stores its numbers, keys and values alike. */
  cacheType: v.picklist(cacheTypes),
  /** `auto`: where the model and the device can. */
  flashAttention: v.picklist(['auto', 'on', 'off']),
  /** Most tokens that are evaluated at once; the compute buffers grow with it. */
  batchTokens: v.pipe(count, v.minValue(32), v.maxValue(4096)),
  /** 0: chosen from the machine. */
  threads: v.pipe(count, v.maxValue(256)),
  /** A self-test result remembered for this model's fingerprint, looked up by the engine itself. */
  remembered: v.record(v.string(), selfTestResult),
  /** Stamps of large files whose full digest was found right before. */
  verified: v.array(v.string()),
  /** Folder for what may speed up the next start (`warm/` in it holds evaluated preambles), or null for none. */
  stateFolder: v.nullable(file),
  /** A small model with the same vocabulary that guesses tokens ahead, or null for none. */
  draftModelPath: v.nullable(file),
  /**
   * Folder of binary packages of llama.cpp beside those that came with Hearth (`linux-x64-cuda/package.json` and its
   * `bins/` in it), or null for none.
   */
  backendFolder: v.nullable(file),
});
export type LoadParams = v.InferOutput<typeof loadParams>;
/** How a model is to be loaded, without what is remembered about models. */
export type LoadSettings = Omit<LoadParams, 'remembered' | 'verified'>;

/** The options that suit most machines. */
export const loadDefaults = {
  chatContextTokens: 8192,
  gpuLayers: 'auto',
  cacheType: 'f16',
  flashAttention: 'auto',
  batchTokens: 512,
  backendFolder: null,
} as const;

/** The same for a process that only chats: its completion context is as small as can be. */
export function chatOnly(settings: LoadSettings): LoadSettings {
  return { ...settings, contextTokens: leastContext };
}

/** Whether both name the same file, however it is loaded. */
export function sameModel(a: LoadSettings, b: LoadSettings): boolean {
  return path.resolve(a.modelPath) === path.resolve(b.modelPath);
}

/** Whether a model would be loaded in the same way from the same file. */
export function sameSettings(a: LoadSettings, b: LoadSettings): boolean {
  const keys = Object.keys({ ...a, ...b }) as (keyof LoadSettings)[];
  return keys.every((key) => a[key] === b[key]);
}

/** What a start goes through, in this order; some are left out. */
export const loadPhases = [
  /** The process. */
  'starting',
  /** The file's header and samples of it. */
  'reading',
  /** Its full digest, where one is known. */
  'verifying',
  /** llama.cpp and its backend. */
  'library',
  'weights',
  /** The KV cache and the compute buffers. */
  'context',
  /** The prompt order. */
  'testing',
] as const;
export type LoadPhase = (typeof loadPhases)[number];

/** How far a start is. */
export interface LoadProgress {
  readonly phase: LoadPhase;
  /** Of this phase, from 0 to 1. */
  readonly fraction: number;
}
