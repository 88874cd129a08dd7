import { formatBytes } from '../text/bytes.ts';
import { byMemory, isGood, isUsable, type Candidate } from './candidates.ts';
import type { MemoryFit, Room } from './fit.ts';
import { describeQuantization, parseQuantization } from './quantization.ts';
import type { ModelRole } from './roles.ts';
import type { Range } from './speed.ts';

/** What the sentences need to know besides the candidates. */
export interface TextContext {
  readonly basis: 'measured' | 'guessed';
  /** Whether the pick does for both roles. */
  readonly shared: boolean;
  /** Whether no other model has to fit beside it. */
  readonly alone: boolean;
}

/** Why this one, in plain sentences: what it is, what it needs, how fast it is, and what speaks against better ones. */
export function whyThis(pick: Candidate, all: readonly Candidate[], context: TextContext): string {
  const { model } = pick.choice;
  const quantization = parseQuantization(pick.choice.quantization.name);
  const stored = quantization === null ? '' : `, stored as ${describeQuantization(quantization)}`;
  // What people want to know first comes first: lists show the beginning.
  const sentences = [expected(pick, context.basis), `${model.name}${stored}, ${needs(pick)}`];
  if (context.shared) sentences.push('It does for completions and for chat, and is loaded once.');
  if (!isGood(pick)) sentences.push('It is the smallest of those that can be used here.');
  sentences.push(againstBetter(pick, all, context));
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** Why there is none. `picks` are what other roles got. */
export function whyNothing(
  role: ModelRole,
  all: readonly Candidate[],
  picks: Readonly<Partial<Record<ModelRole, Candidate>>>,
): string {
  const rest = role === 'completion' ? ' The starter model, which ships with Hearth, stays in use.' : '';
  if (all.length === 0) return `The catalogue has no model for this.${rest}`;
  const other = Object.values(picks)[0];
  if (other !== undefined && all.some(isUsable)) {
    return `Beside ${other.choice.model.name}, no other model has room in memory.${rest}`;
  }
  const smallest = [...all].sort(byMemory)[0];
  if (smallest === undefined || smallest.fit.verdict !== 'does-not-fit') {
    return `Every model of the catalogue that fits would be too slow here.${rest}`;
  }
  const { name } = smallest.choice.model;
  const { needed, available } = roomOf(smallest.fit);
  return `No model of the catalogue fits: the smallest, ${name}, needs ${formatBytes(needed)}, and ${formatBytes(available)} are free.${rest}`;
}

/** The speed of a candidate in its role: `about 35 tokens a second (28 to 44)`. */
export function speedText({ role, speed }: Candidate): string {
  const tokens = `about ${rounded(speed.decode.expected)} tokens a second (${between(speed.decode)})`;
  if (role === 'chat') return tokens;
  const { expected, low, high } = speed.suggestion;
  return `a suggestion in about ${seconds(expected)} (${seconds(low)} to ${seconds(high)}), at ${tokens}`;
}

function needs({ fit, contextTokens }: Candidate): string {
  const how = { 'fits-well': 'fits well', tight: 'fits, but only just', 'does-not-fit': 'does not fit' };
  const context = contextTokens.toLocaleString('en-US');
  const { needed, available } = roomOf(fit);
  return `${how[fit.verdict]}: with a context of ${context} tokens it needs ${formatBytes(needed)} of ${formatBytes(available)} free.`;
}

/** The memory that decides: the one of which it takes the largest part. */
function roomOf({ device, host }: MemoryFit): Room {
  const part = ({ needed, available }: Room): number => needed / Math.max(1, available);
  return device !== null && part(device) >= part(host) ? device : host;
}

function expected(pick: Candidate, basis: TextContext['basis']): string {
  const source =
    basis === 'measured' ? 'going by what was measured here' : 'which is a guess from the kind of machine';
  const slow = pick.pace === 'slow' ? 'It will be slow: expect' : 'Expect';
  return `${slow} ${speedText(pick)}, ${source}.`;
}

/** What keeps the next better models from being picked. */
function againstBetter(pick: Candidate, all: readonly Candidate[], { alone }: TextContext): string {
  const strength = ({ choice, role }: Candidate) => choice.model.strength?.[role] ?? 0;
  const better = all.filter((one) => strength(one) > strength(pick));
  if (better.length === 0) return 'It is the best of the catalogue for this.';
  if (!better.some(({ fit }) => fit.verdict === 'fits-well')) return 'Better ones would not fit well.';
  if (!better.some(isGood)) {
    return pick.role === 'completion'
      ? 'Better ones would be too slow to type with, or not fit well.'
      : 'Better ones would write more slowly than one reads, or not fit well.';
  }
  return alone ? '' : 'Better ones would leave too little memory for the other model.';
}

function between({ low, high }: Range): string {
  return `${rounded(low)} to ${rounded(high)}`;
}

function rounded(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
