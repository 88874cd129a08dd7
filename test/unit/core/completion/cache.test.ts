import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CompletionCache, type CachedAnswer } from '../../../../src/core/completion/cache.ts';
import type { Place } from '../../../../src/core/completion/stages.ts';
import { cutWindow } from '../../../../src/core/text/window.ts';

function placeOf(picture: string, document = 'file:///a.ts', multiline = false): Place {
  const [before = '', after = ''] = picture.split('█');
  const window = cutWindow(before + after, before.length, { before: 1e6, after: 1e6 });
  const query = {
    document,
    version: 1,
    offset: before.length,
    languageId: 'typescript',
    path: null,
    repository: null,
    manual: false,
    multiline: 'auto' as const,
    maxTokens: 9,
    deadlineMs: 0,
  };
  return { query, window, cursor: { prefix: window.prefix, suffix: window.suffix }, multiline };
}

const answer = (text: string | null, multiline = false): CachedAnswer => ({
  text,
  reason: text === null ? 'empty' : 'shown',
  multiline,
});

describe('CompletionCache', () => {
  it('prefers the answer to the latest place that was typed along', () => {
    const cache = new CompletionCache();
    cache.set(placeOf('a█'), [answer('bcd')]);
    cache.set(placeOf('ab█'), [answer('cx')]);
    assert.equal(cache.find(placeOf('abc█'))?.text, 'x');
    assert.equal(cache.find(placeOf('abcd█')), null);
    assert.equal(cache.find(placeOf('b█')), null);
  });

  it('finds a second answer where the first does not agree', () => {
    const cache = new CompletionCache();
    cache.set(placeOf('a█'), [answer('one'), answer('two')]);
    assert.equal(cache.find(placeOf('at█'))?.text, 'wo');
    assert.deepEqual(
      cache.at(placeOf('a█')).map(({ text }) => text),
      ['one', 'two'],
    );
  });

  it('says "nothing" for exactly its place, and not for a question about more lines', () => {
    const cache = new CompletionCache();
    cache.set(placeOf('a█'), [answer(null)]);
    assert.equal(cache.find(placeOf('a█'))?.reason, 'empty');
    assert.equal(cache.find(placeOf('ab█')), null);
    assert.equal(cache.find(placeOf('a█', 'file:///a.ts', true)), null);
  });

  it('keeps within its bounds, and forgets what was used longest ago', () => {
    const cache = new CompletionCache({ entries: 3 });
    for (const name of ['a', 'b', 'c']) cache.set(placeOf(`${name}█`), [answer('x')]);
    cache.find(placeOf('a█'));
    cache.set(placeOf('d█'), [answer('x')]);
    assert.equal(cache.size, 3);
    assert.equal(cache.find(placeOf('b█')), null);
    assert.equal(cache.find(placeOf('a█'))?.text, 'x');
  });

  it('never holds more than it may, whatever is put in, and finds nothing that does not agree', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
    const step = fc.record({ prefix: word, suffix: fc.constantFrom('', '\n', ')'), text: word });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = new CompletionCache({ entries: 8, units: 400 });
        for (const { prefix, suffix, text } of steps) {
          cache.set(placeOf(`${prefix}█${suffix}`), [answer(text)]);
          assert.ok(cache.size <= 8 && cache.units <= 400);
          const found = cache.find(placeOf(`${prefix}a█${suffix}`));
          if (found?.text == null) continue;
          const rest = found.text;
          assert.ok(
            steps.some(
              (other) => (other.prefix + other.text).endsWith(`a${rest}`) || other.text.endsWith(rest),
            ),
          );
          assert.notEqual(rest, '');
        }
        cache.clear();
        assert.deepEqual([cache.size, cache.units], [0, 0]);
      }),
    );
  });
});
