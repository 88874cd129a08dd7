import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { tokensOf } from '../../../../src/core/context/arrange.ts';
import { Assembler } from '../../../../src/core/context/assembler.ts';
import type { ContextItem, TokenCount } from '../../../../src/core/context/items.ts';
import { tokensOfSegments } from '../../../../src/core/context/edits.ts';
import { anyItem, itemAt, wordsAndSeams } from '../../../support/contextItems.ts';

const count: TokenCount = (text) => text.length;
const everything = (): boolean => true;

function shown(
  assembler: Assembler,
  epoch: string,
  items: readonly ContextItem[],
  { budget = 1000, isThere = everything }: { budget?: number; isThere?: (item: ContextItem) => boolean } = {},
): string {
  const segments = assembler.assemble(epoch, items, { budget, count }, isThere);
  return segments.map(({ path, text }) => [path, ...text.split('\n')].join(' ')).join(' | ');
}

/** Items that may not be looked at. */
const unseen = new Proxy<ContextItem[]>([], {
  get: () => assert.fail('The candidates were looked at.'),
});

describe('Assembler', () => {
  // Each of these takes 4, the folder's header 2, and 5 are reckoned for a file's: two fit into 15, one into 9.
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => itemAt(`${name}.ts:1`, `${name}()`, 0.4)) as [
    ContextItem,
    ContextItem,
    ContextItem,
    ContextItem,
  ];
  const two = { budget: 15 };

  it('gives the same array within an epoch, and does not look at candidates', () => {
    const assembler = new Assembler();
    const first = assembler.assemble('e', [a, b], { budget: 15, count }, everything);
    assert.equal(assembler.isNew('e', { budget: 15, count }), false);
    assert.equal(assembler.assemble('e', unseen, { budget: 15, count }, everything), first);
    assert.equal(assembler.isNew('f', { budget: 15, count }), true);
  });

  it('gives the same array in the next epoch where nothing better comes', () => {
    const assembler = new Assembler();
    const first = assembler.assemble('e', [a, b], { budget: 15, count }, everything);
    const next = [{ ...a, score: 0.41 }, b, { ...c, score: 0.45 }];
    assert.equal(assembler.assemble('f', next, { budget: 15, count }, everything), first);
  });

  it('keeps its members unless others are worth a quarter more together', () => {
    const rows: [score: number, shows: string][] = [
      [0.4, '/ a() b()'],
      [0.5, '/ a() b()'],
      [0.59, '/ a() b()'],
      [0.61, '/ a() c()'],
    ];
    for (const [score, shows] of rows) {
      const assembler = new Assembler();
      shown(assembler, 'e', [a, b], two);
      assert.equal(shown(assembler, 'f', [a, { ...b, score: 0.4 }, { ...c, score }], two), shows, `${score}`);
    }
  });

  it('chooses in favour of what is in, even where it chooses anew', () => {
    const assembler = new Assembler();
    shown(assembler, 'e', [a, b], two);
    // One goes for something much better; the other stays although something slightly better is there.
    const items = [
      { ...a, score: 0.4 },
      { ...b, score: 0 },
      { ...c, score: 0.45 },
      { ...d, score: 0.9 },
    ];
    assert.equal(shown(assembler, 'f', items, two), '/ a() d()');
  });

  it('counts what is no candidate any more for nothing', () => {
    const assembler = new Assembler();
    shown(assembler, 'e', [a, b], two);
    assert.equal(shown(assembler, 'f', [{ ...c, score: 0.01 }], two), '/ c()');
    assert.equal(shown(assembler, 'g', [], two), '');
  });

  it('lets go at once of what is not there any more, also where nothing takes its place', () => {
    const assembler = new Assembler();
    shown(assembler, 'e', [a, b]);
    const isThere = ({ text }: ContextItem): boolean => text !== 'b()';
    assert.equal(shown(assembler, 'f', [a], { isThere }), '/ a()');
    assert.equal(shown(assembler, 'g', [], { isThere: () => false }), '');
  });

  it('chooses anew within an epoch when the budget shrinks below what is in', () => {
    const assembler = new Assembler();
    shown(assembler, 'e', [a, { ...b, score: 0.3 }]);
    assert.equal(shown(assembler, 'e', [a, b], { budget: 9 }), '/ a()');
    assert.equal(shown(assembler, 'e', [a, b], { budget: 1 }), '');
  });

  it('takes more into room that is left when that is worth it', () => {
    const assembler = new Assembler();
    shown(assembler, 'e', [a]);
    assert.equal(shown(assembler, 'f', [a, b]), '/ a() b()');
  });

  const call = fc.record({
    epoch: fc.constantFrom('e', 'f'),
    items: fc.array(anyItem, { maxLength: 12 }),
    budget: fc.nat(120),
    gone: fc.constantFrom('a.ts', 'b.ts', 'none'),
  });

  it('never exceeds its budget, keeps nothing that is gone, and gives the same for the same calls', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
        const [one, other] = [new Assembler(), new Assembler()];
        for (const { epoch, items, budget, gone } of calls) {
          const options = { budget, count: wordsAndSeams };
          const isThere = ({ path }: ContextItem): boolean => path !== gone;
          const candidates = items.filter(isThere);
          const isNew = one.isNew(epoch, options);
          const segments = one.assemble(epoch, candidates, options, isThere);
          assert.ok(tokensOf(one.groups, wordsAndSeams) <= budget);
          assert.ok(tokensOfSegments(segments, wordsAndSeams) <= budget);
          if (isNew) assert.ok(one.groups.every((group) => group.items.every(isThere)));
          const reversed = [...candidates].reverse();
          assert.deepEqual(other.assemble(epoch, reversed, options, isThere), segments);
        }
      }),
    );
  });
});
