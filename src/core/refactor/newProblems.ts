/** A problem that a language server or a linter reports, as far as it can be told from others. */
export interface ReportedProblem {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** Who reports it, such as `ts`; null where it is not said. */
  readonly source: string | null;
  /** Its kind, as its source names it; null for none. */
  readonly code: string | null;
  readonly message: string;
  /** Where it is reported: the file's address, and the line that it begins in, from 1. */
  readonly file: string;
  readonly line: number;
  /** The text of that line, as it is now. */
  readonly lineText: string;
}

/**
 * The errors and warnings that were not reported before, in their order. One is known by the text of its line, wherever
 * that stands and with whichever indentation: code that moved takes its problems along. It is known by its place too:
 * until a file is looked at again, what was reported of it stays in the line that it had, though that has another text by
 * now. Each from before makes one known, and they make as many known as they can.
 */
export function newProblems<T extends ReportedProblem>(
  before: readonly ReportedProblem[],
  after: readonly T[],
): T[] {
  const grave = after.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const groups = likenesses.map((keyOf) => indicesBy(before, keyOf));
  const alike = grave.map((problem) =>
    likenesses.map((keyOf, way) => groups[way]?.get(keyOf(problem)) ?? []),
  );
  const pairs = new Pairs(alike);
  // Who is surely an old one goes first: what finds none any more is new.
  for (const way of likenesses.keys())
    for (const [at, own] of alike.entries())
      if (own.findIndex((olds) => olds.length > 0) === way) pairs.add(at);
  return grave.filter((_, at) => !pairs.has(at));
}

type Likeness = (problem: ReportedProblem) => string;

/** What two problems have in common that may be the same one; the surest first. */
const likenesses: readonly Likeness[] = [
  (problem) => JSON.stringify([whatOf(problem), textOf(problem), placeOf(problem)]),
  (problem) => JSON.stringify([whatOf(problem), textOf(problem)]),
  (problem) => JSON.stringify([whatOf(problem), placeOf(problem)]),
];

function whatOf({ severity, source, code, message }: ReportedProblem): readonly (string | null)[] {
  return [severity, source, code, message];
}

function textOf({ lineText }: ReportedProblem): string {
  return lineText.trim().replace(/\s+/g, ' ');
}

function placeOf({ file, line }: ReportedProblem): readonly (string | number)[] {
  return [file, line];
}

function indicesBy(problems: readonly ReportedProblem[], keyOf: Likeness): ReadonlyMap<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [at, problem] of problems.entries()) {
    const key = keyOf(problem);
    const same = found.get(key);
    if (same === undefined) found.set(key, [at]);
    else same.push(at);
  }
  return found;
}

/** The largest matching of problems with those before (augmenting paths), each by its index. */
class Pairs {
  /** Those from before that each may be, in lists that many have in common. */
  readonly #alike: readonly (readonly (readonly number[])[])[];
  readonly #oldOf = new Map<number, number>();
  readonly #newOf = new Map<number, number>();
  /** Those from before that a search without success has reached: none of them is ever free again. */
  readonly #spent = new Set<number>();

  constructor(alike: readonly (readonly (readonly number[])[])[]) {
    this.#alike = alike;
  }

  has(problem: number): boolean {
    return this.#oldOf.has(problem);
  }

  /** Finds one from before for a problem, for which others may have to take another one; none is left without. */
  add(problem: number): void {
    const reachedBy = new Map<number, number>();
    const queue = [problem];
    for (const one of queue)
      for (const old of this.#alike[one]?.flat() ?? []) {
        if (reachedBy.has(old) || this.#spent.has(old)) continue;
        reachedBy.set(old, one);
        const holder = this.#newOf.get(old);
        if (holder === undefined) {
          this.#handOver(old, reachedBy);
          return;
        }
        queue.push(holder);
      }
    for (const old of reachedBy.keys()) this.#spent.add(old);
  }

  #handOver(free: number, reachedBy: ReadonlyMap<number, number>): void {
    for (let old: number | undefined = free; old !== undefined;) {
      const taker = reachedBy.get(old);
      if (taker === undefined) return;
      const left = this.#oldOf.get(taker);
      this.#oldOf.set(taker, old);
      this.#newOf.set(old, taker);
      old = left;
    }
  }
}
