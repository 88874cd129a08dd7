import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { identifiersIn, termIndex, termsOf } from '../../../../src/core/index/chunks.ts';
import { NameTable } from '../../../../src/core/index/nameTable.ts';

const lines = (count: number, of: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => of(index)).join('\n');

/** How often each chunk holds a name. */
function countsOf(text: string, name: string): Record<number, number> {
  const names = new NameTable();
  const terms = termsOf(text, names);
  const at = termIndex(terms, names.find(name) ?? -1);
  const counts: Record<number, number> = {};
  if (at === -1) return counts;
  for (let entry = terms.starts[at] ?? 0; entry < (terms.starts[at + 1] ?? 0); entry += 1) {
    counts[terms.chunks[entry] ?? -1] = terms.counts[entry] ?? 0;
  }
  return counts;
}

describe('identifiersIn', () => {
  const rows: [text: string, names: string[]][] = [
    ['const a1 = b_2($c);', ['const', 'a1', 'b_2', '$c']],
    ['größe.naïve ключ', ['größe', 'naïve', 'ключ']],
    ['1a 2.5e3 #x @y', ['a', 'e3', 'x', 'y']],
    ['', []],
    ['\u{1D4D0}bc \uD800d', ['\u{1D4D0}bc', 'd']],
  ];
  for (const [text, names] of rows)
    it(JSON.stringify(text), () => assert.deepEqual(identifiersIn(text), names));
});

describe('termsOf', () => {
  it('begins a chunk every ten lines that hold something', () => {
    const names = new NameTable();
    const text = lines(60, (index) => (index % 2 === 0 ? `name${index}` : '   '));
    assert.deepEqual([...termsOf(text, names).lines], [1, 21, 41]);
    assert.deepEqual([...termsOf(`\n\n${text}`, names).lines], [3, 23, 43]);
    assert.deepEqual([...termsOf(text.replaceAll('\n', '\r\n'), names).lines], [1, 21, 41]);
    assert.deepEqual([...termsOf('\n \n', names).lines], []);
  });

  it('counts a name in each chunk, up to 255', () => {
    const text = lines(11, (index) => (index === 10 ? 'add '.repeat(300) : index === 3 ? 'add(add)' : 'x'));
    assert.deepEqual(countsOf(text, 'add'), { 0: 2, 1: 255 });
  });

  it('leaves out names of one letter, and of more than 64', () => {
    assert.deepEqual(countsOf('x ab', 'x'), {});
    assert.deepEqual(countsOf('x ab', 'ab'), { 0: 1 });
    assert.deepEqual(countsOf('n'.repeat(65), 'n'.repeat(65)), {});
    assert.deepEqual(countsOf('n'.repeat(64), 'n'.repeat(64)), { 0: 1 });
  });

  it('holds every name of a text once, ascending, as often as it occurs', () => {
    const text = fc.array(fc.constantFrom('ab', 'cd', 'ef', ' ', '\n', '\r\n', '(', 'é', 'constructor'), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const source = parts.join('');
        const names = new NameTable();
        names.intern('cd');
        const terms = termsOf(source, names);
        assert.deepEqual(
          [...terms.names],
          [...new Set(terms.names)].sort((a, b) => a - b),
        );
        const expected = new Map<string, number>();
        for (const one of identifiersIn(source)) {
          if (one.length > 1) expected.set(one, (expected.get(one) ?? 0) + 1);
        }
        const found = new Map<string, number>();
        terms.names.forEach((name, index) => {
          let sum = 0;
          for (let at = terms.starts[index] ?? 0; at < (terms.starts[index + 1] ?? 0); at += 1)
            sum += terms.counts[at] ?? 0;
          found.set(names.nameOf(name), sum);
        });
        assert.deepEqual(found, expected);
        const total = [...expected.values()].reduce((sum, count) => sum + count, 0);
        assert.equal(
          terms.lengths.reduce((sum, length) => sum + length, 0),
          total,
        );
        assert.equal(terms.lines.length, terms.lengths.length);
      }),
    );
  });
});
