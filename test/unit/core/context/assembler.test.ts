import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Assembler, segmentsLength } from '../../../../src/core/context/assembler.ts';
import type { Candidate } from '../../../../src/core/context/types.ts';

function candidate(place: string, score: number, text = `f(${place})`): Candidate {
  const [path = '', line = '1'] = place.split(':');
  return { kind: 'imports', path, startLine: Number(line), endLine: Number(line), text, score, why: 'test' };
}

/** `path text text | path text` */
function shown(assembler: Assembler, epoch: string, candidates: readonly Candidate[], budget = 1000): string {
  const segments = assembler.assemble(epoch, candidates, budget);
  return segments.map(({ path, text }) => [path, ...text.split('\n')].join(' ')).join(' | ');
}

describe('Assembler', () => {
  it('orders by path and line, not by score, and puts a file under one header', () => {
    const all = [candidate('b:9', 3), candidate('a:5', 1), candidate('b:2', 2), candidate('B:1', 0.5)];
    assert.equal(shown(new Assembler(), 'e', all), 'B f(B:1) | a f(a:5) | b f(b:2) f(b:9)');
  });

  it('takes the best that fit', () => {
    const all = [
      candidate('a:1', 1, 'x'.repeat(40)),
      candidate('b:1', 3),
      candidate('c:1', 2, 'y'.repeat(40)),
    ];
    assert.equal(shown(new Assembler(), 'e', all, 60), `b f(b:1) | c ${'y'.repeat(40)}`);
    assert.equal(shown(new Assembler(), 'e', all, 5), '');
  });

  it('gives a file the lines that its segment spans', () => {
    const [segment] = new Assembler().assemble('e', [candidate('a:9', 1), candidate('a:4', 1)], 100);
    assert.deepEqual([segment?.startLine, segment?.endLine], [4, 9]);
  });

  // A file takes 2 for its header and each of these texts 7.
  const [a, b, c] = [candidate('a:1', 1), candidate('a:2', 0.8), candidate('a:3', 0.9)];

  it('keeps its members within an epoch, whatever their scores become', () => {
    const assembler = new Assembler();
    shown(assembler, 'e', [a, b], 16);
    assert.equal(shown(assembler, 'e', [c, { ...a, score: 0 }], 16), 'a f(a:1) f(a:2)');
    assert.equal(shown(assembler, 'e', [], 16), 'a f(a:1) f(a:2)');
  });

  it('lets one join within an epoch if there is room and it beats the weakest by a quarter', () => {
    for (const [score, joins] of [
      [0.9, false],
      [1, false],
      [1.01, true],
    ] as const) {
      const assembler = new Assembler();
      shown(assembler, 'e', [a, b]);
      const text = shown(assembler, 'e', [a, b, { ...c, score }]);
      assert.equal(text, joins ? 'a f(a:1) f(a:2) f(a:3)' : 'a f(a:1) f(a:2)');
    }
  });

  it('chooses anew when the epoch ends, in favour of what is in', () => {
    const better = { ...c, score: 1.1 };
    const assembler = new Assembler();
    shown(assembler, 'e', [a, b], 16);
    assert.equal(shown(assembler, 'f', [a, b, c], 16), 'a f(a:1) f(a:2)');
    assert.equal(shown(assembler, 'g', [a, b, better], 16), 'a f(a:1) f(a:3)');
    assert.equal(shown(assembler, 'h', [c], 16), 'a f(a:3)');
  });

  it('drops whole segments when the budget shrinks', () => {
    const assembler = new Assembler();
    shown(assembler, 'e', [candidate('a:1', 1), candidate('b:1', 1)]);
    assert.equal(shown(assembler, 'e', [], 10), 'a f(a:1)');
  });

  const name = fc.constantFrom('a', 'b', 'src/c', 'é');
  const any: fc.Arbitrary<Candidate> = fc.record({
    kind: fc.constantFrom('file', 'imports'),
    path: name,
    startLine: fc.integer({ min: 1, max: 9 }),
    endLine: fc.integer({ min: 9, max: 12 }),
    text: fc.string({ maxLength: 30 }),
    score: fc.double({ min: 0, max: 2, noNaN: true }),
    why: fc.constant('test'),
  });
  const call = fc.tuple(fc.constantFrom('e', 'f'), fc.array(any, { maxLength: 12 }), fc.nat(200));

  it('never exceeds its budget, and gives the same for the same calls', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
        const [one, other] = [new Assembler(), new Assembler()];
        for (const [epoch, candidates, budget] of calls) {
          const segments = one.assemble(epoch, candidates, budget);
          assert.ok(segmentsLength(segments) <= budget);
          assert.deepEqual(other.assemble(epoch, structuredClone(candidates), budget), segments);
          const headers = segments.map(({ kind, path }) => `${kind} ${path}`);
          assert.equal(new Set(headers).size, headers.length);
        }
      }),
    );
  });

  it('does not depend on the order in which candidates come', () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), fc.nat(200), (candidates, budget) => {
        const lines = (of: readonly Candidate[]): string[] =>
          new Assembler().assemble('e', of, budget).map(({ path, text }) => `${path} ${text.length}`);
        assert.deepEqual(lines(candidates), lines([...candidates].reverse()));
      }),
    );
  });
});
