import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NameTable } from '../../../../../src/core/index/nameTable.ts';
import { stem } from '../../../../../src/core/chat/retrieval/stem.ts';
import { subwordsOf, wordsOf } from '../../../../../src/core/chat/retrieval/subwords.ts';
import { SubwordTable } from '../../../../../src/core/chat/retrieval/subwordTable.ts';

describe('stem', () => {
  for (const forms of [
    'parse parses parsed parsing parser parsers',
    'query queries',
    'validate validates validated validating validation validator validators',
    'connect connection connections connected connecting connector',
    'stop stops stopped stopping stopper',
    'call calls called calling',
    'pass passes passed passing',
    'box boxes',
    'format formats formatted formatting formatter',
    'repeat repeated repeating',
    'create created creating creates',
    'class classes',
    'write writes writing writer',
    'config configuration cfg',
    'directory dir directories',
    'initialize init initialization',
  ]) {
    it(`brings ${forms} together`, () =>
      assert.equal(new Set(forms.split(' ').map(stem)).size, 1, forms.split(' ').map(stem).join(' ')));
  }

  for (const words of [
    'status state',
    'string sting',
    'number name',
    'format form',
    'user use',
    'index in',
  ]) {
    it(`keeps ${words} apart`, () => assert.equal(new Set(words.split(' ').map(stem)).size, 2));
  }

  it('leaves at least two characters, and no word longer than it was but for short forms', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{2,15}$/), (word) => {
        const stemmed = stem(word);
        assert.ok(stemmed.length >= 2, stemmed);
        assert.equal(stem(word), stemmed);
      }),
    );
  });
});

describe('wordsOf', () => {
  for (const [name, words] of [
    ['parseQueryString', 'parse query string'],
    ['HTTPServer2', 'http server 2'],
    ['parseURLs_v2', 'parse urls v 2'],
    ['MAX_LENGTH', 'max length'],
    ['__init__', 'init'],
    ['$scope', 'scope'],
    ['_', ''],
    ['größeÄndern', 'größe ändern'],
    ['Straße', 'straße'],
    ['読み込む', '読み みむ'],
    ['数据', '数据'],
    ['数据库连接', '数据 据库 库连 连接'],
  ] as const) {
    it(`splits ${name}`, () => {
      const wanted = name === '読み込む' ? '読み み込 込む' : words;
      assert.equal(wordsOf(name).join(' '), wanted);
    });
  }

  it('takes every letter and digit of a name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z_$][\w$]{0,20}$/), (name) => {
        assert.equal(wordsOf(name).join(''), name.replace(/[_$]/g, '').toLowerCase());
      }),
    );
  });
});

describe('SubwordTable', () => {
  it('finds the names with a word, however the table grew', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^(get|Set|item|Cart|x|_){1,4}$/)), fc.nat(5), (all, step) => {
        const names = new NameTable();
        const table = new SubwordTable(names);
        for (const name of all) {
          names.intern(name);
          table.extend(step);
        }
        while (!table.extend(1 + step));
        for (const word of ['get', 'set', 'item', 'cart', 'x']) {
          const wanted = [...new Set(all)].filter((name) => subwordsOf(name).includes(word));
          assert.deepEqual(
            table
              .namesWith(word)
              .map((id) => names.nameOf(id))
              .sort(),
            wanted.sort(),
          );
        }
        for (const name of all)
          assert.equal(table.sizeOf(names.find(name) ?? -1), Math.max(1, subwordsOf(name).length));
      }),
    );
  });
});
