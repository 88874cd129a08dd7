import { sizeOf, type CatalogueModel } from './catalogue.ts';
import {
  candidatesFor,
  byMemory,
  isGood,
  isUsable,
  nameOf,
  type Candidate,
  type FitFunction,
} from './candidates.ts';
import type { MemoryFit } from './fit.ts';
import type { Machine } from './machine.ts';
import { whyNothing, whyThis } from './recommendationText.ts';
import { modelRoles, type ModelRole } from './roles.ts';
import { machineSpeed, type SpeedMeasurement } from './speed.ts';

/** What a recommendation is made from. */
export interface RecommendationInput {
  readonly machine: Machine;
  /** Null: nothing was measured, and the speed is a guess. */
  readonly measurement: SpeedMeasurement | null;
  readonly models: readonly CatalogueModel[];
  /** Called with the machine as it is when no other model is loaded. */
  readonly fit: FitFunction;
  /** Roles that are wanted; a model for one of them alone may take all of the memory. Default: all. */
  readonly roles?: readonly ModelRole[];
  /** Whether models may be recommended whose licence forbids paid work. Default: no. */
  readonly allowNonCommercial?: boolean;
}

/** What is recommended for one role. */
export interface RoleRecommendation {
  /** Null where nothing but the starter model can be recommended. */
  readonly pick: Candidate | null;
  /** In plain sentences. */
  readonly why: string;
  /** The best of those that are clearly smaller and faster, if any. */
  readonly smaller: Candidate | null;
  /** The next better one that can be used at all: slower, or with less memory to spare. */
  readonly larger: Candidate | null;
}

/** What is recommended for a machine. */
export interface Recommendation {
  readonly roles: Readonly<Partial<Record<ModelRole, RoleRecommendation>>>;
  /** Whether one loaded model does for both roles. */
  readonly shared: boolean;
  /** The weighted sum of the picks' qualities: grows with memory and speed, never falls. */
  readonly quality: number;
  /** Whether the speeds rest on a measurement. */
  readonly basis: 'measured' | 'guessed';
}

/** Part of each memory that two models may take together, as one alone may where it fits well. */
const pairShare = 0.85;

/** What a point of quality is worth: a completion is there with every pause of the hand, a chat now and then. */
const roleWeights: Readonly<Record<ModelRole, number>> = { completion: 1.5, chat: 1 };

interface Plan {
  readonly picks: Readonly<Partial<Record<ModelRole, Candidate>>>;
  readonly shared: boolean;
  readonly quality: number;
  readonly contextTokens: number;
  readonly bytes: number;
  readonly name: string;
}

/**
 * The models to use on this machine: of all that fit together with room to spare and are fast enough for their role,
 * those with the highest quality, and then with the longest contexts. Where none is, the smallest that can be used at
 * all. The same input always gives the same answer.
 */
export function recommend(input: RecommendationInput): Recommendation {
  const { machine, measurement, models, fit, allowNonCommercial = false } = input;
  const roles = modelRoles.filter((role) => (input.roles ?? modelRoles).includes(role));
  const speed = machineSpeed(machine, measurement);
  const free = models.filter(({ licence }) => allowNonCommercial || licence.nonCommercial !== true);
  const candidates = new Map(roles.map((role) => [role, candidatesFor(role, free, fit, speed)]));
  const plan = bestPlan(roles.map((role) => [role, eligible(candidates.get(role) ?? [])]));
  const recommended = roles.map((role): [ModelRole, RoleRecommendation] => {
    const all = candidates.get(role) ?? [];
    const pick = plan.picks[role] ?? null;
    const alone = roles.length === 1 || plan.shared;
    const context = { basis: speed.basis, shared: plan.shared, alone };
    if (pick === null) {
      const why = whyNothing(role, all, plan.picks);
      return [role, { pick, why, smaller: null, larger: null }];
    }
    const larger = largerThan(pick, all);
    return [role, { pick, why: whyThis(pick, all, context), smaller: smallerThan(pick, all), larger }];
  });
  return {
    roles: Object.fromEntries(recommended),
    shared: plan.shared,
    quality: plan.quality,
    basis: speed.basis,
  };
}

/**
 * What may be picked for a role: what is good; where nothing is, the smallest that can be used. The smallest, since it
 * is the first to become good when memory or speed grow: so that with more of them the recommendation never falls. It
 * counts half, since it will be slow or leave little memory.
 */
function eligible(candidates: readonly Candidate[]): Candidate[] {
  const good = candidates.filter(isGood);
  if (good.length > 0) return good;
  const smallest = candidates.filter(isUsable).sort(byMemory)[0];
  return smallest === undefined ? [] : [{ ...smallest, quality: smallest.quality / 2 }];
}

function bestPlan(roles: readonly (readonly [ModelRole, readonly Candidate[]])[]): Plan {
  let best = plan({}, false, 0);
  for (const plan of plans(roles)) if (isBetter(plan, best)) best = plan;
  return best;
}

function* plans(roles: readonly (readonly [ModelRole, readonly Candidate[]])[]): Generator<Plan> {
  for (const [role, candidates] of roles) {
    for (const one of candidates) {
      yield plan({ [role]: one }, false, one.fit.total);
    }
  }
  const [first, second] = roles;
  if (first === undefined || second === undefined) return;
  for (const a of first[1]) {
    for (const b of second[1]) {
      const shared = a.choice.model.id === b.choice.model.id;
      // One model of two quantisations would be loaded twice for nothing.
      if (shared && nameOf(a.choice) !== nameOf(b.choice)) continue;
      if (!fitTogether(a.fit, b.fit, shared)) continue;
      const bytes = a.fit.total + b.fit.total - (shared ? a.fit.weights : 0);
      yield plan({ [first[0]]: a, [second[0]]: b }, shared, bytes);
    }
  }
}

/** Whether each memory has room for both; of a shared model the weights are needed once. */
function fitTogether(a: MemoryFit, b: MemoryFit, shared: boolean): boolean {
  // One model is one process; two have one each.
  const hostBytes = a.host.needed + b.host.needed - (shared ? Math.min(a.process, b.process) : 0);
  const onDevice = a.device !== null && b.device !== null;
  const saved = shared ? Math.min(a.weights, b.weights) : 0;
  // On a GPU that shares the machine's memory, the host's needs include the GPU's.
  const hostSaved = !onDevice || a.host.needed >= a.device.needed ? saved : 0;
  const host = hostBytes - hostSaved <= pairShare * Math.min(a.host.available, b.host.available);
  if (!onDevice) return host;
  const deviceBytes = a.device.needed + b.device.needed - saved;
  return host && deviceBytes <= pairShare * Math.min(a.device.available, b.device.available);
}

function plan(picks: Plan['picks'], shared: boolean, bytes: number): Plan {
  const all = Object.values(picks);
  const sum = (of: (one: Candidate) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    picks,
    shared,
    quality: sum(({ quality, role }) => quality * roleWeights[role]),
    contextTokens: sum(({ contextTokens }) => contextTokens),
    bytes,
    name: all.map(({ choice }) => nameOf(choice)).join(' '),
  };
}

/** More quality, then more roles, one model for both, longer contexts, less memory, and by name. */
function isBetter(a: Plan, b: Plan): boolean {
  if (a.quality !== b.quality) return a.quality > b.quality;
  const filled = Object.keys(a.picks).length - Object.keys(b.picks).length;
  if (filled !== 0) return filled > 0;
  if (a.shared !== b.shared) return a.shared;
  if (a.contextTokens !== b.contextTokens) return a.contextTokens > b.contextTokens;
  return a.bytes !== b.bytes ? a.bytes < b.bytes : a.name < b.name;
}

/** The best with at most four fifths of the pick's weights, and faster. */
function smallerThan(pick: Candidate, candidates: readonly Candidate[]): Candidate | null {
  const { bytes } = sizeOf(pick.choice.quantization);
  const smaller = candidates.filter(
    (one) =>
      isUsable(one) &&
      sizeOf(one.choice.quantization).bytes <= 0.8 * bytes &&
      one.speed.suggestion.expected < pick.speed.suggestion.expected,
  );
  return smaller.sort((a, b) => b.quality - a.quality || byContext(a, b))[0] ?? null;
}

/** The next better one of another model, of those that no other beats in everything. */
function largerThan(pick: Candidate, candidates: readonly Candidate[]): Candidate | null {
  const better = candidates.filter(
    (one) =>
      isUsable(one) && one.choice.model.id !== pick.choice.model.id && strengthOf(one) > strengthOf(pick),
  );
  const beaten = (one: Candidate) =>
    better.some(
      (other) =>
        strengthOf(other) > strengthOf(one) &&
        other.speed.suggestion.expected <= one.speed.suggestion.expected &&
        sizeOf(other.choice.quantization).bytes <= sizeOf(one.choice.quantization).bytes,
    );
  const worth = better.filter((one) => !beaten(one));
  return worth.sort((a, b) => strengthOf(a) - strengthOf(b) || byContext(a, b))[0] ?? null;
}

/** What fits well first, then the longer context, then less memory. */
function byContext(a: Candidate, b: Candidate): number {
  const well = ({ fit }: Candidate) => (fit.verdict === 'fits-well' ? 1 : 0);
  return well(b) - well(a) || b.contextTokens - a.contextTokens || byMemory(a, b);
}

function strengthOf({ choice, role }: Candidate): number {
  return choice.model.strength?.[role] ?? 0;
}
