/** A weighted graph: edge `n` leads from node `from[n]` to node `to[n]`. */
export interface WeightedEdges {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly weight: readonly number[];
}

const damping = 0.85;
/** Change of all ranks together below which they count as found, and rounds by which they are anyhow. */
const tolerance = 1e-8;
const mostRounds = 200;
/** Edges that are followed between two pauses. */
const edgesAtOnce = 50_000;

/**
 * Personalised PageRank (Brin and Page 1998) by power iteration: `restart`, which sums to 1, says where a walk starts
 * anew, and where it goes from a node without edges. The ranks sum to 1. Pauses after each round, and after every few edges.
 */
export function* pageRank(
  { from, to, weight }: WeightedEdges,
  restart: Float64Array,
): Generator<void, Float64Array, void> {
  const size = restart.length;
  const totals = new Float64Array(size);
  for (const [edge, node] of from.entries()) totals[node] = (totals[node] ?? 0) + (weight[edge] ?? 0);
  let ranks = Float64Array.from(restart);
  for (let round = 0; round < mostRounds; round += 1) {
    const next = new Float64Array(size);
    for (let edge = 0; edge < from.length; edge += 1) {
      if (edge % edgesAtOnce === edgesAtOnce - 1) yield;
      const node = from[edge] ?? 0;
      const target = to[edge] ?? 0;
      const total = totals[node] ?? 0;
      if (total > 0) next[target] = (next[target] ?? 0) + ((ranks[node] ?? 0) * (weight[edge] ?? 0)) / total;
    }
    let loose = 0;
    for (let node = 0; node < size; node += 1) if (totals[node] === 0) loose += ranks[node] ?? 0;
    let change = 0;
    for (let node = 0; node < size; node += 1) {
      const start = restart[node] ?? 0;
      const rank = damping * ((next[node] ?? 0) + loose * start) + (1 - damping) * start;
      change += Math.abs(rank - (ranks[node] ?? 0));
      next[node] = rank;
    }
    ranks = next;
    if (change < tolerance) break;
    yield;
  }
  return ranks;
}
