import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { queryWords, searchText } from '../../../../src/core/chat/searchText.ts';

const search = (query: string, title: string, ...texts: string[]): string | null =>
  searchText(queryWords(query), title, texts);

describe('searchText', () => {
  it('finds all words, whatever their case, in the title and in any of the texts', () => {
    assert.equal(search('PARSER error', 'The parser', 'no', 'An Error here'), 'An Error here');
    assert.equal(search('parser missing', 'The parser', 'An error here'), null);
    assert.equal(search('ÜBER', 'x', 'Etwas über nichts'), 'Etwas über nichts');
    assert.equal(search('"quoted\\', 'x', 'a "quoted\\ word'), 'a "quoted\\ word');
  });

  it('says where the title alone has them, and finds everything for no words', () => {
    assert.equal(search('parser', 'The parser', 'text'), '');
    assert.equal(search('  ', 'The parser', 'text'), '');
  });

  it('shows the text around the first place on one line, cut at words', () => {
    const text = `${'before '.repeat(20)}\n  the needle stands here ${'after '.repeat(30)}`;
    const excerpt = search('needle', 'x', text) ?? '';
    assert.match(excerpt, /^…before (before )*the needle stands here (after )+after…$/);
    assert.ok(excerpt.length < 150);
    assert.equal(search('İstanbul straße', 'x', 'In İstanbul, Straße 1'), 'In İstanbul, Straße 1');
  });

  it('finds any words of a text, and shows the first of them', () => {
    const word = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !/\s/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(), (words, at) => {
        const wanted = words[at % words.length] ?? '';
        const excerpt = search(wanted, '', words.join(' '));
        assert.ok(excerpt !== null && excerpt !== '');
      }),
    );
  });
});
