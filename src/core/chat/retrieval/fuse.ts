/** The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009). */
const fusionConstant = 60;

/** One of the rankings that are put together: what it counts, and its keys with the best first. */
export interface Ranking {
  readonly weight: number;
  /** Keys of equal score share a place. */
  readonly entries: readonly { readonly key: string; readonly score: number }[];
}

/** Puts rankings together: each key gets the sum over the rankings of weight / (60 + place). */
export function fuse(rankings: readonly Ranking[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { weight, entries } of rankings) {
    const seen = new Set<string>();
    let place = 0;
    let last: number | null = null;
    for (const { key, score } of entries) {
      if (seen.has(key)) continue;
      seen.add(key);
      if (last === null || score < last) place = seen.size;
      last = score;
      sums.set(key, (sums.get(key) ?? 0) + weight / (fusionConstant + place));
    }
  }
  return sums;
}
