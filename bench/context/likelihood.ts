import { Parsers } from '../../src/workspace/parsers.ts';
import { round } from '../statistics.ts';
import { analyse } from './analysis.ts';
import { bootstrapMean, type Estimate } from './bootstrap.ts';
import { groundTruth } from './groundTruth.ts';
import type { Context, ContextMethod } from './methods/method.ts';
import type { Repository } from './repository.ts';
import { StarterScorer } from './starterScorer.ts';

/** The budget of context, in tokens of 3.6 units. */
const budget = 256;
/** A line counts as made worse when it becomes less likely by more than this, in nats a byte. */
const harm = 0.05;

/** How a method's context changes the likelihood of held-out lines. */
export interface LikelihoodRow {
  readonly method: string;
  /** Mean change in nats a byte with its 95 % interval: below 0 the lines become likelier. */
  readonly change: readonly [value: number, low: number, high: number];
  /** Share of the lines made worse by more than 0.05 nats a byte, in per cent. */
  readonly worse: number;
}

export interface LikelihoodTable {
  readonly title: string;
  readonly lines: number;
  /** Mean nats a byte without context. */
  readonly without: number;
  readonly rows: readonly LikelihoodRow[];
}

export interface LikelihoodResult {
  readonly budget: number;
  readonly tables: readonly LikelihoodTable[];
}

/** Nats a byte of one line: without context, and with each method's. */
interface Scored {
  readonly repository: Repository;
  readonly without: number;
  readonly with: readonly number[];
}

/** Languages that the starter model was trained on. */
const known: ReadonlySet<string> = new Set(['TypeScript', 'Python']);

/**
 * How likely the starter model finds `lines` held-out lines a repository, half of them with unseen names, with 256 tokens
 * of each method's context and without any. The file's own text has the same room in both.
 */
export async function likelihood(
  repositories: readonly Repository[],
  methods: readonly ContextMethod[],
  options: { seed: number; lines: number; grammars: string },
): Promise<LikelihoodResult> {
  const parsers = new Parsers(options.grammars, (message) => {
    throw new Error(message);
  });
  const scorer = await StarterScorer.load();
  const scored: Scored[] = [];
  try {
    for (const repository of repositories) {
      const analysis = await analyse(repository, parsers);
      const truth = await groundTruth(analysis, parsers, { ...options, count: Math.ceil(options.lines / 2) });
      const contexts: Context[][][] = [];
      for (const method of methods)
        contexts.push(await method.contexts(analysis, truth.lines, [budget], parsers));
      for (const [index, line] of truth.lines.entries()) {
        const with_: number[] = [];
        for (const ofMethod of contexts)
          with_.push(await scorer.natsPerByte(line, ofMethod[index]?.[0] ?? []));
        scored.push({ repository, without: await scorer.natsPerByte(line, []), with: with_ });
      }
    }
  } finally {
    await scorer.dispose();
    await parsers.dispose();
  }
  return { budget, tables: tablesOf(scored, methods, options.seed) };
}

function tablesOf(
  scored: readonly Scored[],
  methods: readonly ContextMethod[],
  seed: number,
): LikelihoodTable[] {
  const groups: [string, (repository: Repository) => boolean][] = [
    ['for tuning, languages of the model', ({ heldOut, language }) => !heldOut && known.has(language)],
    ['for tuning, other languages', ({ heldOut, language }) => !heldOut && !known.has(language)],
    ['held out', ({ heldOut }) => heldOut],
  ];
  const names = [...new Set(scored.map(({ repository }) => repository.name))];
  for (const name of names) groups.push([name, (repository) => repository.name === name]);
  return groups.flatMap(([title, belongs]) => {
    const own = scored.filter(({ repository }) => belongs(repository));
    return own.length === 0 ? [] : [tableOf(title, own, methods, seed)];
  });
}

function tableOf(
  title: string,
  scored: readonly Scored[],
  methods: readonly ContextMethod[],
  seed: number,
): LikelihoodTable {
  const rows = methods.map(({ name }, at): LikelihoodRow => {
    const changes = scored.map((one) => ({
      stratum: one.repository.name,
      value: (one.with[at] ?? NaN) - one.without,
    }));
    const worse = changes.filter(({ value }) => value > harm).length / changes.length;
    return { method: name, change: rounded(bootstrapMean(changes, seed)), worse: round(100 * worse) };
  });
  const without = scored.reduce((sum, one) => sum + one.without, 0) / scored.length;
  return { title, lines: scored.length, without: round(without, 3), rows };
}

function rounded({ value, low, high }: Estimate): [number, number, number] {
  return [round(value, 3), round(low, 3), round(high, 3)];
}

/** The tables as text. */
export function printLikelihood({ budget: tokens, tables }: LikelihoodResult): string {
  const lines = [`Change of the held-out line's likelihood with ${tokens} tokens of context, nats a byte`];
  for (const { title, lines: count, without, rows } of tables) {
    lines.push('', `  ${title}: ${count} lines, ${without.toFixed(3)} without context`);
    for (const { method, change, worse } of rows) {
      const [value, low, high] = change.map((one) => one.toFixed(3));
      lines.push(`    ${method.padEnd(20)} ${value} [${low}, ${high}], worse ${worse.toFixed(1)} %`);
    }
  }
  return lines.join('\n');
}
