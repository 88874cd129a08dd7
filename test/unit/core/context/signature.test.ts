import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { longestLine, memberLine, standaloneLine } from '../../../../src/core/context/signature.ts';

describe('a signature in a prompt', () => {
  const rows: [signature: string, name: string, container: string | null, alone: string, below: string][] = [
    [
      'export function add(a: number): void',
      'add',
      null,
      'function add(a: number): void',
      'function add(a: number): void',
    ],
    ['public static async run(a: A)', 'run', 'Job', 'Job.run(a: A)', 'run(a: A)'],
    ['def save(self, path)', 'save', 'Model', 'Model.save(self, path)', 'save(self, path)'],
    ['pub(crate) fn len(&self) -> usize', 'len', 'Rope', 'Rope.len(&self) -> usize', 'len(&self) -> usize'],
    [
      'func (c *Cart) Add(item Item)',
      'Add',
      'Cart',
      'func (c *Cart) Add(item Item)',
      'func (c *Cart) Add(item Item)',
    ],
    ['price: number;', 'price', 'Item', 'Item.price: number', 'price: number'],
    ['Red,', 'Red', 'Colour', 'Colour.Red', 'Red'],
    ['const short = 12', 'short', null, 'const short = 12', 'const short = 12'],
    [
      `const long: string[] = ${'x'.repeat(40)}`,
      'long',
      null,
      'const long: string[]',
      'const long: string[]',
    ],
    [
      `def f(a = ${'x'.repeat(40)})`,
      'f',
      null,
      `def f(a = ${'x'.repeat(40)})`,
      `def f(a = ${'x'.repeat(40)})`,
    ],
    ['type Same = Same2', 'Same', null, 'type Same = Same2', 'type Same = Same2'],
    ['Same2 Same()', 'Same', 'Box', 'Same2 Box.Same()', 'Same2 Same()'],
    ['$get(a)', '$get', '$Box', '$Box.$get(a)', '$get(a)'],
  ];
  for (const [signature, name, container, alone, below] of rows) {
    it(`${signature} ${container === null ? '' : `in ${container}`}`, () => {
      const parts = { signature, name, container };
      assert.equal(standaloneLine(parts), alone);
      assert.equal(memberLine(parts), below);
    });
  }

  it('ends, in one line of bounded length, whatever the parser made up', () => {
    const word = fc.constantFrom('', 'a', 'add', '$', 'x y', 'abc', '😀', 'static');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), word, fc.option(word), (words, name, container) => {
        const parts = { signature: words.join(' '), name, container };
        for (const line of [standaloneLine(parts), memberLine(parts)]) {
          assert.ok(line.length <= longestLine);
          assert.equal(line.isWellFormed(), true);
        }
      }),
    );
    assert.equal(standaloneLine({ name: '', signature: 'abc', container: 'A' }), 'A.abc');
  });
});
