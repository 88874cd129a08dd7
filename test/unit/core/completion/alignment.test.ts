import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { typedSince } from '../../../../src/core/completion/alignment.ts';
import { cutWindow } from '../../../../src/core/text/window.ts';

function windowOf(picture: string, before = 10_000) {
  const [prefix = '', suffix = ''] = picture.split('█');
  return cutWindow(prefix + suffix, prefix.length, { before, after: 5000 });
}

describe('typedSince', () => {
  const table: [name: string, earlier: string, later: string, typed: string | null][] = [
    ['nothing', 'a = █', 'a = █', ''],
    ['a character', 'a = █\nb', 'a = 1█\nb', '1'],
    ['a line end', 'f {█\n}', 'f {\n  █\n}', '\n  '],
    ['a line end in a pair that stood there', 'f {█}\nb', 'f {\n  █\n}\nb', '\n  '],
    ['a line end before what is no closer', 'f {█b', 'f {\n  █\nb', null],
    ['a bracket that the editor closed', 'f█', 'f(█)', '('],
    ['inside it', 'f█\nb', 'f(a█)\nb', '(a'],
    ['past its end', 'f█\nb', 'f(a)█\nb', '(a)'],
    ['a quote in a bracket', 'f█', "f('█')", "('"],
    ['brackets, of which the inner was typed out', 'f█', 'f(g()█)', '(g()'],
    ['taken back', 'a = 1█', 'a = █', null],
    ['another way', 'a = 1█', 'a = 2█', null],
    ['behind the cursor', 'a = █\nb', 'a = 1█\nc', null],
    ['a closer of nobody', 'f█', 'f█)', null],
    ['a line above', 'a\nb█', 'a2\nb█', null],
  ];
  for (const [name, earlier, later, typed] of table) {
    it(name, () => assert.equal(typedSince(windowOf(earlier), windowOf(later)), typed));
  }

  it('is what was typed, wherever the windows start', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '\u{1f525}'), maxLength: 8 });
    const text = fc.array(line, { minLength: 1, maxLength: 30 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 20, max: 60 }), (before, typed, after, limit) => {
        fc.pre(typed.length < limit / 2);
        const earlier = windowOf(`${before}█\n${after}`, limit);
        const later = windowOf(`${before}${typed}█\n${after}`, limit);
        const found = typedSince(earlier, later);
        // A window that starts in the midst of a line, or behind all that the other has, can't be compared.
        assert.ok(found === typed || found === null);
        if (before.length + typed.length < limit) assert.equal(found, typed);
      }),
    );
  });
});
