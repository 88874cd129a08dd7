import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arrange, segmentsOf, textOf, tokensOf } from '../../../../src/core/context/arrange.ts';
import { countByUnits, type ContextItem } from '../../../../src/core/context/items.ts';
import { anyItem, itemAt } from '../../../support/contextItems.ts';

const shown = (items: readonly ContextItem[]): string => textOf(arrange(items));

const member = (place: string, name: string, container = 'Cart'): ContextItem =>
  itemAt(place, `${container}.${name}`, 0.5, { name, container, member: name });

describe('arrange', () => {
  it('orders by kind, path and line, not by score', () => {
    const items = [
      itemAt('src/b.ts:9', 'z()', 1),
      itemAt('src/b.ts:2', 'y()', 0.1),
      itemAt('src/b.ts:5', 'x()', 0.7),
      itemAt('src/B.ts:1', 'w()', 0.2),
      itemAt('src/here.ts:1', 'v()', 0.9, { kind: 'file' }),
    ];
    assert.equal(shown(items), 'src/here.ts\nv()\nsrc/\nw()\nsrc/b.ts\ny()\nx()\nz()\n');
  });

  it('puts fewer than three items of a file below their folder', () => {
    const two = [itemAt('src/a.ts:1', 'a()'), itemAt('src/b.ts:1', 'b()'), itemAt('a.ts:1', 'c()')];
    assert.equal(shown(two), '/\nc()\nsrc/\na()\nb()\n');
    assert.deepEqual(
      segmentsOf(arrange(two)).map(({ path, startLine, endLine }) => [path, startLine, endLine]),
      [
        ['/', 0, 0],
        ['src/', 0, 0],
      ],
    );
  });

  it('gives a file the lines that its items span', () => {
    const three = [3, 7, 5].map((line) => itemAt(`a.ts:${line}`, `f${line}()`));
    const [segment, ...more] = segmentsOf(arrange(three));
    assert.deepEqual(
      [segment?.path, segment?.startLine, segment?.endLine, segment?.text],
      ['a.ts', 3, 7, 'f3()\nf5()\nf7()'],
    );
    assert.deepEqual(more, []);
  });

  it('puts members of one type below its name, written once', () => {
    assert.equal(
      shown([member('a.ts:2', 'add()'), member('a.ts:3', 'sum()')]),
      '/\nCart\n  add()\n  sum()\n',
    );
    const cart = itemAt('a.ts:1', 'class Cart', 0.5, { name: 'Cart' });
    assert.equal(shown([cart, member('a.ts:2', 'add()')]), '/\nclass Cart\n  add()\n');
    assert.equal(shown([member('a.ts:2', 'add()')]), '/\nCart.add()\n');
    assert.equal(
      shown([member('a.ts:2', 'add()'), member('a.ts:3', 'price', 'Item'), member('a.ts:4', 'sum()')]),
      'a.ts\nCart.add()\nItem.price\nCart.sum()\n',
    );
    assert.equal(
      shown([member('a.ts:2', 'add()'), member('b.ts:3', 'sum()')]),
      '/\nCart.add()\nCart.sum()\n',
    );
  });

  it('gives the same for any order, every item once, and no header twice', () => {
    fc.assert(
      fc.property(
        fc.array(anyItem, { maxLength: 20 }).chain((all) => fc.tuple(fc.constant(all), shuffled(all))),
        ([one, other]) => {
          const groups = arrange(one);
          assert.equal(textOf(arrange(other)), textOf(groups));
          assert.deepEqual(segmentsOf(arrange(other)), segmentsOf(groups));
          const headers = groups.map(({ kind, path }) => `${kind} ${path}`);
          assert.equal(new Set(headers).size, headers.length);
          const sum = groups.reduce((total, { items }) => total + items.length, 0);
          assert.equal(sum, one.length);
          assert.ok(Math.abs(tokensOf(groups, countByUnits) - textOf(groups).length / 3.6) < 1e-9);
        },
      ),
    );
  });
});

function shuffled(items: readonly ContextItem[]): fc.Arbitrary<ContextItem[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
}
