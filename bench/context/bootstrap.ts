import { mulberry32 } from '../traceMaker.ts';

/** A share with its 95 % interval, all from 0 to 1; NaN where there was nothing to count. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What was counted on one line: `total` things, of which each method has found `hits`. */
export interface Counted {
  /** The repository that the line is from: lines are drawn anew within it. */
  readonly stratum: string;
  readonly total: number;
  readonly hits: readonly number[];
}

export const resamples = 10_000;
const confidence = 0.95;

/** Estimates of shares from the same lines. */
export interface Estimates {
  /** Of each method, in the order of the hits. */
  readonly shares: readonly Estimate[];
  /** Of the first method's share less each method's, drawn on the same lines for both. */
  readonly lead: readonly Estimate[];
}

/**
 * Shares of hits among all that was counted (a micro-average), and by how much the first method is ahead of each, with
 * percentile intervals by a paired bootstrap: lines are drawn with replacement within their repository, `count` times.
 * The same seed gives the same intervals.
 */
export function bootstrap(lines: readonly Counted[], seed: number, count = resamples): Estimates {
  const methods = lines[0]?.hits.length ?? 0;
  const random = mulberry32(seed);
  const strata = [...Map.groupBy(lines, ({ stratum }) => stratum).values()];
  const drawn = Array.from({ length: methods }, () => new Float64Array(count));
  const hits = new Float64Array(methods);
  for (let round = 0; round < count; round += 1) {
    hits.fill(0);
    let total = 0;
    for (const stratum of strata) {
      for (let draw = 0; draw < stratum.length; draw += 1) {
        const line = stratum[Math.floor(random() * stratum.length)];
        if (line === undefined) continue;
        total += line.total;
        for (let method = 0; method < methods; method += 1) {
          hits[method] = (hits[method] ?? 0) + (line.hits[method] ?? 0);
        }
      }
    }
    for (const [method, shares] of drawn.entries()) shares[round] = (hits[method] ?? 0) / total;
  }
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  const values = drawn.map(
    (_, method) => lines.reduce((sum, line) => sum + (line.hits[method] ?? 0), 0) / total,
  );
  const [first = new Float64Array(0)] = drawn;
  return {
    shares: drawn.map((shares, method) => estimate(values[method] ?? NaN, shares)),
    lead: drawn.map((shares, method) =>
      estimate(
        (values[0] ?? NaN) - (values[method] ?? NaN),
        first.map((share, round) => share - (shares[round] ?? 0)),
      ),
    ),
  };
}

/** The mean of numbers with its interval, by the same bootstrap. */
export function bootstrapMean(
  numbers: readonly { readonly stratum: string; readonly value: number }[],
  seed: number,
  count = resamples,
): Estimate {
  const lines = numbers.map(({ stratum, value }) => ({ stratum, total: 1, hits: [value] }));
  return bootstrap(lines, seed, count).shares[0] ?? { value: NaN, low: NaN, high: NaN };
}

function estimate(value: number, drawn: Float64Array): Estimate {
  const sorted = Float64Array.from(drawn).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  const tail = (1 - confidence) / 2;
  return { value, low: at(tail), high: at(1 - tail) };
}
