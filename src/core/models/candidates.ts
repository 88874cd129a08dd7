import { choicesOf, sizeOf, type CatalogueModel, type ModelChoice } from './catalogue.ts';
import type { MemoryFit } from './fit.ts';
import { parseQuantization } from './quantization.ts';
import type { ModelRole } from './roles.ts';
import {
  chatPace,
  predictSpeed,
  suggestionPace,
  type MachineSpeed,
  type Pace,
  type SpeedPrediction,
} from './speed.ts';

/** What a choice needs on this machine for a role, with a context of so many tokens. */
export type FitFunction = (choice: ModelChoice, contextTokens: number, role: ModelRole) => MemoryFit;

/** A choice that was looked at for a role on a machine. */
export interface Candidate {
  readonly choice: ModelChoice;
  readonly role: ModelRole;
  readonly contextTokens: number;
  readonly fit: MemoryFit;
  readonly speed: SpeedPrediction;
  readonly pace: Pace;
  /** The model's strength in the role, less what its quantisation loses. */
  readonly quality: number;
}

/** Contexts to try, the best first: a suggestion has no use for more, a chat takes files along. */
const contexts: Readonly<Record<ModelRole, readonly number[]>> = {
  completion: [4096, 2048],
  chat: [16_384, 8192, 4096],
};

/**
 * What quantisations lose, in points of strength, by bits per weight. Perplexity of Llama 3 8B grows by 0.003 at 8
 * bits, by 0.18 at 4 (Q4_K_M), 0.66 at 3 and 3.5 at 2 (llama.cpp, tools/quantize): hardly anything down to 4 bits, then
 * a lot.
 */
const losses: readonly (readonly [fromBits: number, points: number])[] = [
  [6, 0],
  [5, 1],
  [4.2, 2],
  [3.2, 9],
  [0, 30],
];

/**
 * Every choice of the models that have a strength in this role, with what it needs and how fast it is: once for each
 * context that fits.
 */
export function candidatesFor(
  role: ModelRole,
  models: readonly CatalogueModel[],
  fit: FitFunction,
  machine: MachineSpeed,
): Candidate[] {
  const suited = models.filter(
    ({ roles, strength, fillInTheMiddle, quantizations }) =>
      roles.includes(role) &&
      strength?.[role] !== undefined &&
      (role !== 'completion' || fillInTheMiddle) &&
      // What ships with Hearth is there anyway: it is what remains when nothing can be recommended.
      quantizations.every(({ bundled }) => bundled === undefined),
  );
  return suited
    .flatMap(choicesOf)
    .flatMap((choice) => fits(choice, role, fit).map((one) => candidate(choice, role, one, machine)));
}

function candidate(choice: ModelChoice, role: ModelRole, fit: MemoryFit, machine: MachineSpeed): Candidate {
  const { model, quantization } = choice;
  const { parameters } = model;
  const weightBytes = sizeOf(quantization).bytes;
  const speed = predictSpeed({ weightBytes, parameters, gpuShare: gpuShare(choice, fit) }, machine);
  const pace =
    role === 'completion' ? suggestionPace(speed.suggestion.expected) : chatPace(speed.decode.expected);
  const bits = parseQuantization(quantization.name)?.bitsPerWeight ?? 0;
  const lost = losses.find(([from]) => bits >= from)?.[1] ?? 0;
  const quality = Math.max(0, (model.strength?.[role] ?? 0) - lost);
  return { choice, role, contextTokens: fit.contextTokens, fit, speed, pace, quality };
}

/** The fits with every context that is worth a try and fits; where none does, with the smallest. */
function fits(choice: ModelChoice, role: ModelRole, fit: FitFunction): MemoryFit[] {
  const trained = choice.model.contextTokens;
  const sizes = [...new Set(contexts[role].map((size) => Math.min(size, trained)))];
  const all = sizes.map((size) => fit(choice, size, role));
  const fitting = all.filter(({ verdict }) => verdict !== 'does-not-fit');
  return fitting.length > 0 ? fitting : all.slice(-1);
}

/** The part of the weights that lies where the machine is fast: its GPU, or all of it where there is none. */
function gpuShare({ model }: ModelChoice, { gpuLayers, device, total, verdict }: MemoryFit): number {
  if (gpuLayers === null || verdict === 'fits-well') return 1;
  // The output layer counts as one more.
  if (model.shape !== undefined) return Math.min(1, gpuLayers / (model.shape.layers + 1));
  return device === null ? 1 : Math.min(1, device.needed / total);
}

/** Whether a person would want to use it: it fits with room to spare, and keeps up. */
export function isGood({ fit, pace }: Candidate): boolean {
  return fit.verdict === 'fits-well' && (pace === 'instant' || pace === 'comfortable');
}

/** Whether it can be used at all. */
export function isUsable({ fit, pace }: Candidate): boolean {
  return fit.verdict !== 'does-not-fit' && pace !== 'too-slow';
}

/** By memory, the least first, then by name: an order without a tie. */
export function byMemory(a: Candidate, b: Candidate): number {
  return a.fit.total - b.fit.total || compare(nameOf(a.choice), nameOf(b.choice));
}

/** Names a choice as a person types it: `qwen2.5-coder-7b:Q4_K_M`. */
export function nameOf({ model, quantization }: ModelChoice): string {
  return `${model.id}:${quantization.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
