/** Edges of one node: where they lead, and their weights. */
export interface Edges {
  readonly to: readonly number[];
  readonly weight: readonly number[];
}

const damping = 0.85;
const mostRounds = 100;
/** Change of a node's rank, on average, below which the ranks count as found. */
const tolerance = 1e-6;

/**
 * PageRank of a weighted graph (Brin and Page 1998; the power iteration of networkx): `edges` by node, and where a walk
 * starts anew, which is also where it goes from a node without edges. `restart` sums to 1, and so do the ranks.
 */
export function pageRank(edges: readonly Edges[], restart: Float64Array): Float64Array {
  const size = edges.length;
  let ranks = Float64Array.from(restart);
  const totals = edges.map(({ weight }) => weight.reduce((sum, one) => sum + one, 0));
  for (let round = 0; round < mostRounds; round += 1) {
    const next = new Float64Array(size);
    let loose = 0;
    for (const [node, { to, weight }] of edges.entries()) {
      const rank = ranks[node] ?? 0;
      const total = totals[node] ?? 0;
      if (total === 0) {
        loose += rank;
        continue;
      }
      for (let at = 0; at < to.length; at += 1) {
        const target = to[at] ?? 0;
        next[target] = (next[target] ?? 0) + (rank * (weight[at] ?? 0)) / total;
      }
    }
    let change = 0;
    for (let node = 0; node < size; node += 1) {
      const start = restart[node] ?? 0;
      const rank = damping * ((next[node] ?? 0) + loose * start) + (1 - damping) * start;
      change += Math.abs(rank - (ranks[node] ?? 0));
      next[node] = rank;
    }
    ranks = next;
    if (change < size * tolerance) break;
  }
  return ranks;
}
