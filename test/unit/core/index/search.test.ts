import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RepositoryIndex } from '../../../../src/core/index/repositoryIndex.ts';
import {
  chunkAtLine,
  namesOfChunk,
  searchChunks,
  type SearchOptions,
} from '../../../../src/core/index/search.ts';
import { indexOf, madeUpPath, madeUpText } from '../../../support/madeUpLanguage.ts';

/** The chunks found for words of equal weight, as `path#chunk`. */
function found(index: RepositoryIndex, words: string, options: Partial<SearchOptions> = {}): string[] {
  const query = new Map(
    words.split(' ').flatMap((word) => {
      const id = index.names.find(word);
      return id === undefined ? [] : [[id, 1] as const];
    }),
  );
  return searchChunks(index, query, { limit: 10, ...options }).map(
    ({ file, chunk }) => `${file.path}#${chunk}`,
  );
}

/** Ten lines of other words, none of which another filler has. */
const filler = (name: string): string =>
  Array.from({ length: 10 }, (_, line) => `${name}${line}(${name}rest${line})`).join('\n');

describe('searchChunks', () => {
  const index = indexOf({
    'a.ts': `${filler('one')}\ncart price total\n${filler('two')}`,
    'b.ts': `cart price\n${filler('three')}`,
    'c.ts': `cart\n${filler('four')}\n${filler('five')}`,
    'd.ts': filler('six'),
  });

  it('gives first what shares most and what is rarest', () => {
    assert.deepEqual(found(index, 'cart price total'), ['a.ts#1', 'b.ts#0', 'c.ts#0']);
    assert.deepEqual(found(index, 'total'), ['a.ts#1']);
    assert.deepEqual(found(index, 'unknown words'), []);
  });

  it('gives equals by path and chunk', () => {
    const same = indexOf({ 'z.ts': 'cart', 'a.ts': 'cart', 'm.ts': 'cart' });
    assert.deepEqual(found(same, 'cart'), ['a.ts#0', 'm.ts#0', 'z.ts#0']);
  });

  it('gives no more than its limit, and weighs and leaves out as it is told', () => {
    assert.deepEqual(found(index, 'cart price total', { limit: 2 }), ['a.ts#1', 'b.ts#0']);
    assert.deepEqual(found(index, 'cart', { limit: 0 }), []);
    const weightOf = ({ path }: { path: string }): number => ({ 'a.ts': 0, 'c.ts': 9 })[path] ?? 1;
    assert.deepEqual(found(index, 'cart price total', { weightOf }), ['c.ts#0', 'b.ts#0']);
    assert.deepEqual(found(index, 'cart', { skip: ({ path }) => path !== 'b.ts' }), ['b.ts#0']);
  });

  it('ignores names that stand in more than an eighth of all chunks', () => {
    const words = Array.from({ length: 40 }, (_, at) => [`f${at}.ts`, at < 6 ? 'self rare' : 'self']);
    const common = indexOf(Object.fromEntries(words) as Record<string, string>);
    assert.deepEqual(found(common, 'self'), []);
    assert.equal(found(common, 'self rare').length, 0);
    const fewer = indexOf(
      Object.fromEntries(words.map(([path, text], at) => [path, at < 5 ? text : 'self'])) as Record<
        string,
        string
      >,
    );
    assert.equal(found(fewer, 'self rare').length, 5);
  });

  it('gives the best of all hits, in one order, however many there are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[a-z]{1,3}$/),
          fc.constantFrom('cart', 'cart cart', 'cart x y', 'cart price'),
          {
            maxKeys: 60,
          },
        ),
        fc.nat(8),
        (files, limit) => {
          const some = indexOf(files);
          assert.deepEqual(
            found(some, 'cart price', { limit }),
            found(some, 'cart price', { limit: 1000 }).slice(0, limit),
          );
        },
      ),
    );
  });
});

describe('chunks of a file', () => {
  it('hold the names that occur in them', () => {
    fc.assert(
      fc.property(madeUpPath, madeUpText, (path, text) => {
        const index = indexOf({ [path]: text });
        const file = index.get(path);
        assert.ok(file !== undefined);
        const lines = text.split('\n');
        const { lines: starts } = file.terms;
        starts.forEach((start, chunk) => {
          const end = starts[chunk + 1] ?? lines.length + 1;
          const own = lines.slice(start - 1, end - 1).join('\n');
          const names = (own.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []).filter((name) => name.length > 1);
          const held = namesOfChunk(file, chunk).map((id) => index.names.nameOf(id));
          assert.deepEqual(held.sort(), [...new Set(names)].sort());
          for (let line = start; line < end; line += 1) assert.equal(chunkAtLine(file, line), chunk);
        });
        assert.equal(chunkAtLine(file, 0), -1);
      }),
    );
  });
});
