import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Rejections } from '../../../../src/core/completion/rejections.ts';
import type { Place } from '../../../../src/core/completion/stages.ts';

const at = (prefix: string, document = 'a') =>
  ({ query: { document }, cursor: { prefix, suffix: '' } }) as unknown as Place;

describe('Rejections', () => {
  it('knows what was turned down by the text that it would make', () => {
    const rejections = new Rejections();
    rejections.add(at('first\n  x = '), 'one();');
    const table: [prefix: string, text: string, known: boolean, document?: string][] = [
      ['first\n  x = ', 'one();', true],
      ['first\n  x = o', 'ne();', true],
      ['first\n  x', ' = one();  ', true],
      ['fir', 'st\n  x = one();', true],
      ['second\n  x = ', 'one();', false],
      ['first\n  y = ', 'one();', false],
      ['first\n  x = ', 'two();', false],
      ['first\n  x = ', 'one();', false, 'b'],
    ];
    for (const [prefix, text, known, document] of table) {
      assert.equal(rejections.has(at(prefix, document), text), known, `${prefix}█${text}`);
    }
  });

  it('forgets the oldest beyond its limit', () => {
    const rejections = new Rejections(2);
    for (const text of ['a', 'b', 'a', 'c']) rejections.add(at('x'), text);
    assert.deepEqual(
      ['a', 'b', 'c'].map((text) => rejections.has(at('x'), text)),
      [true, false, true],
    );
    assert.equal(rejections.size, 2);
    rejections.clear();
    assert.equal(rejections.size, 0);
  });
});
