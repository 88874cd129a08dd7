import { Parsers } from '../../src/workspace/parsers.ts';
import { analyse, type Analysis } from './analysis.ts';
import type { Counted } from './bootstrap.ts';
import { groundTruth, nameClasses, type GroundTruth, type NameClass } from './groundTruth.ts';
import type { Context, ContextMethod } from './methods/method.ts';
import { recall } from './recall.ts';
import type { Repository } from './repository.ts';

/** Budgets of context, in tokens. */
export const budgets = [256, 512, 1024, 2048] as const;
export const measures = ['identifiers', 'definitions'] as const;
export type Measure = (typeof measures)[number];

/** What a repository gave to measure with. */
export interface MeasuredRepository {
  readonly name: string;
  readonly language: string;
  readonly heldOut: boolean;
  readonly files: number;
  readonly lines: number;
  readonly units: number;
  /** Lines that need a name of the class, and how many of them were drawn. */
  readonly available: GroundTruth['available'];
  readonly drawn: Readonly<Record<NameClass, number>>;
}

/** What was counted on every line, and milliseconds a line for each method. */
export interface Measured {
  readonly methods: readonly string[];
  readonly repositories: readonly MeasuredRepository[];
  counted(of: { class: NameClass; measure: Measure; budget: number }): readonly Counted[];
  readonly milliseconds: readonly number[];
}

/** Asks every method for the context of every held-out line, and counts what is in it. */
export async function measure(
  repositories: readonly Repository[],
  methods: readonly ContextMethod[],
  options: { seed: number; lines: number; grammars: string },
): Promise<Measured> {
  const parsers = new Parsers(options.grammars, (message) => {
    throw new Error(message);
  });
  const all: MeasuredRepository[] = [];
  const counted = new Map<string, Counted[]>();
  const milliseconds = methods.map(() => 0);
  let asked = 0;
  try {
    for (const repository of repositories) {
      const analysis = await analyse(repository, parsers);
      const truth = await groundTruth(analysis, parsers, { seed: options.seed, count: options.lines });
      const contexts: Context[][][] = [];
      for (const [index, method] of methods.entries()) {
        const began = performance.now();
        contexts.push(await method.contexts(analysis, truth.lines, budgets, parsers));
        milliseconds[index] = (milliseconds[index] ?? 0) + performance.now() - began;
      }
      asked += truth.lines.length;
      all.push(described(analysis, truth));
      count(counted, repository.name, truth, contexts);
    }
  } finally {
    await parsers.dispose();
  }
  return {
    methods: methods.map(({ name }) => name),
    repositories: all,
    counted: (of) => counted.get(keyOf(of)) ?? [],
    milliseconds: milliseconds.map((sum) => sum / Math.max(1, asked)),
  };
}

function keyOf(of: { class: NameClass; measure: Measure; budget: number }): string {
  return `${of.class} ${of.measure} ${of.budget}`;
}

/** Adds what each line's contexts have of what it needs; `contexts` by method, line and budget. */
function count(
  counted: Map<string, Counted[]>,
  stratum: string,
  { lines, drawn }: GroundTruth,
  contexts: readonly (readonly (readonly Context[])[])[],
): void {
  for (const wanted of nameClasses) {
    for (const index of drawn[wanted === 'absent' ? 'unseen' : wanted]) {
      const line = lines[index];
      if (line === undefined) continue;
      for (const [at, budget] of budgets.entries()) {
        const recalled = contexts.map((ofMethod) => recall(line, wanted, ofMethod[index]?.[at] ?? []));
        const total = recalled[0]?.needed ?? 0;
        if (total === 0) continue;
        for (const one of measures) {
          const key = keyOf({ class: wanted, measure: one, budget });
          const rows = counted.get(key) ?? [];
          counted.set(key, rows);
          rows.push({ stratum, total, hits: recalled.map((found) => found[one]) });
        }
      }
    }
  }
}

function described(
  { repository, files }: Analysis,
  { lines, drawn, available }: GroundTruth,
): MeasuredRepository {
  const { name, language, heldOut } = repository;
  const texts = [...files.values()];
  return {
    name,
    language,
    heldOut,
    files: texts.length,
    lines: texts.reduce((sum, file) => sum + file.lines.length, 0),
    units: texts.reduce((sum, file) => sum + file.text.length, 0),
    available,
    drawn: {
      seen: drawn.seen.length,
      unseen: drawn.unseen.length,
      absent: drawn.unseen.filter((at) => lines[at]?.needed.some(({ absent }) => absent) === true).length,
    },
  };
}
