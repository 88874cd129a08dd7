import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bootstrap, bootstrapMean } from '../../../bench/context/bootstrap.ts';
import type { HeldOutLine } from '../../../bench/context/groundTruth.ts';
import { recall } from '../../../bench/context/recall.ts';
import type { Definition } from '../../../src/core/syntax/outline.ts';

function definition(name: string, signature: string): Definition {
  const place = { start: 0, end: 1, startLine: 1, endLine: 1 };
  return { ...place, name, kind: 'function', signature, container: null, exported: true };
}

function lineWith(...needed: [name: string, signature: string, seen: boolean][]): HeldOutLine {
  return {
    path: 'own.ts',
    line: 0,
    column: 0,
    text: '',
    removed: '',
    needed: needed.map(([name, signature, seen]) => ({
      name,
      definitions: [definition(name, signature)],
      seen,
      absent: !seen,
    })),
  };
}

describe('recall', () => {
  const line = lineWith(
    ['openDoor', 'export function openDoor(width: number): Promise<void>', true],
    ['closeDoor', 'export function closeDoor(): void', false],
  );

  it('counts names of the class that occur as identifiers, not within others or in paths', () => {
    const context = [{ path: 'closeDoor.ts', text: 'await openDoor(2);\nclosed(closeDoors);' }];
    assert.deepEqual(recall(line, 'seen', context), { needed: 1, identifiers: 1, definitions: 0 });
    assert.deepEqual(recall(line, 'unseen', context), { needed: 1, identifiers: 0, definitions: 0 });
  });

  it('counts a definition by the beginning of its signature, however it is broken and whoever may see it', () => {
    const context = [{ path: 'a.ts', text: 'function openDoor(width: number): Promise<\n  void\n>;' }];
    assert.equal(recall(line, 'seen', context).definitions, 1);
    const cut = [{ path: 'a.ts', text: 'function openDoor(…' }];
    assert.equal(recall(line, 'seen', cut).definitions, 0);
  });

  it('counts a definition from its name on only where that is no use of it', () => {
    const short = lineWith(['leave', 'func (h *House) leave()', true]);
    const one = short.needed[0]?.definitions[0];
    assert.ok(one !== undefined);
    const of = { ...short, needed: [{ ...short.needed[0], definitions: [{ ...one, container: 'House' }] }] };
    const shown = (text: string) => recall(of as HeldOutLine, 'seen', [{ path: 'a.go', text }]).definitions;
    assert.equal(shown('\tdoor.leave()'), 0);
    assert.equal(shown('House.leave()'), 1);
    assert.equal(shown('House\n  leave()'), 1);
    assert.equal(shown('func (h *House) leave() {'), 1);
    const long = lineWith(['open_door', 'def open_door(self, width: int) -> None', true]);
    assert.equal(
      recall(long, 'seen', [{ path: 'a.py', text: 'House.open_door(width: int) -> None' }]).definitions,
      1,
    );
    assert.equal(recall(long, 'seen', [{ path: 'a.py', text: 'house.open_door(2)' }]).definitions, 0);
  });

  it('finds nothing in nothing', () => {
    assert.deepEqual(recall(line, 'absent', []), { needed: 1, identifiers: 0, definitions: 0 });
  });
});

describe('bootstrap', () => {
  it('gives the share of all hits, whatever the lines', () => {
    const lines = [
      { stratum: 'a', total: 3, hits: [3, 0] },
      { stratum: 'b', total: 1, hits: [0, 1] },
    ];
    const { shares, lead } = bootstrap(lines, 1, 200);
    assert.deepEqual(
      shares.map(({ value }) => value),
      [0.75, 0.25],
    );
    assert.equal(lead[1]?.value, 0.5);
    // One line a repository is always drawn itself.
    assert.deepEqual([shares[0]?.low, shares[0]?.high], [0.75, 0.75]);
  });

  it('has intervals as wide as theory says', () => {
    // 400 lines of which half are hits: the standard error of the share is 0.025.
    const lines = Array.from({ length: 400 }, (_, at) => ({ stratum: 'a', total: 1, hits: [at % 2] }));
    const [share] = bootstrap(lines, 3).shares;
    assert.ok(Math.abs((share?.low ?? 0) - (0.5 - 1.96 * 0.025)) < 0.006, `${share?.low}`);
    assert.ok(Math.abs((share?.high ?? 0) - (0.5 + 1.96 * 0.025)) < 0.006, `${share?.high}`);
  });

  it('compares on the same lines: a method that finds one thing more on each line is surely ahead', () => {
    const lines = Array.from({ length: 50 }, (_, at) => ({
      stratum: 'a',
      total: 4,
      hits: [(at % 3) + 1, at % 3],
    }));
    const { lead } = bootstrap(lines, 5, 500);
    for (const bound of [lead[1]?.value, lead[1]?.low, lead[1]?.high]) {
      assert.ok(Math.abs((bound ?? NaN) - 0.25) < 1e-12, `${bound}`);
    }
  });

  it('gives the same for the same seed, and an interval around the value', () => {
    const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(numbers, fc.nat(), (values, seed) => {
        const lines = values.map((value) => ({ stratum: 'a', value }));
        const one = bootstrapMean(lines, seed, 100);
        assert.deepEqual(bootstrapMean(lines, seed, 100), one);
        assert.ok(one.low <= one.high);
        assert.ok(one.low >= Math.min(...values) - 1e-9 && one.high <= Math.max(...values) + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('has nothing to say of no lines', () => {
    assert.deepEqual(bootstrap([], 1, 10), { shares: [], lead: [] });
  });
});
