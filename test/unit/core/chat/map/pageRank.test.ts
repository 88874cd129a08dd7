import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pageRank } from '../../../../../src/core/chat/map/pageRank.ts';
import { finished } from '../../../../../src/core/index/finished.ts';

const size = 6;
const node = fc.nat(size - 1);
const graph = fc.array(fc.tuple(node, node, fc.double({ min: 0.01, max: 5, noNaN: true })), {
  maxLength: 30,
});
const start = fc
  .array(fc.nat(9), { minLength: size, maxLength: size })
  .filter((all) => all.some((one) => one > 0));

function ranksOf(
  edges: readonly (readonly [number, number, number])[],
  restart: readonly number[],
): number[] {
  const whole = restart.reduce((sum, one) => sum + one, 0);
  const parts = {
    from: edges.map(([from]) => from),
    to: edges.map(([, to]) => to),
    weight: edges.map(([, , weight]) => weight),
  };
  return [
    ...finished(
      pageRank(
        parts,
        Float64Array.from(restart, (one) => one / whole),
      ),
    ),
  ];
}

describe('pageRank', () => {
  it('agrees with what can be worked out by hand', () => {
    // a -> b, and b goes back to the start: r(a) = 0.15 + 0.85 r(b), r(b) = 0.85 r(a).
    const [a = 0, b = 0, c = 1] = ranksOf([[0, 1, 2]], [1, 0, 0]);
    assert.ok(Math.abs(a - 1 / 1.85) < 1e-7 && Math.abs(b - 0.85 / 1.85) < 1e-7, `${a} ${b}`);
    assert.equal(c, 0);
  });

  it('sums to 1 and no longer changes', () => {
    fc.assert(
      fc.property(graph, start, (edges, restart) => {
        const ranks = ranksOf(edges, restart);
        assert.ok(Math.abs(ranks.reduce((sum, one) => sum + one, 0) - 1) < 1e-6);
        const whole = restart.reduce((sum, one) => sum + one, 0);
        const out = Array<number>(size).fill(0);
        for (const [from, , weight] of edges) out[from] = (out[from] ?? 0) + weight;
        const loose = ranks.reduce((sum, rank, at) => (out[at] === 0 ? sum + rank : sum), 0);
        for (let at = 0; at < size; at += 1) {
          const into = edges
            .filter(([, to]) => to === at)
            .reduce((sum, [from, , weight]) => sum + ((ranks[from] ?? 0) * weight) / (out[from] ?? 1), 0);
          const again = (restart[at] ?? 0) / whole;
          assert.ok(Math.abs((ranks[at] ?? 0) - (0.85 * (into + loose * again) + 0.15 * again)) < 1e-6);
        }
      }),
    );
  });

  it('bears a graph without nodes', () => {
    assert.deepEqual([...finished(pageRank({ from: [], to: [], weight: [] }, new Float64Array(0)))], []);
  });
});
