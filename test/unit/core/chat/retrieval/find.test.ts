import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { byMatch, findPaths } from '../../../../../src/core/chat/retrieval/findPaths.ts';
import { bySymbolMatch, findSymbols } from '../../../../../src/core/chat/retrieval/findSymbols.ts';
import { fuse } from '../../../../../src/core/chat/retrieval/fuse.ts';
import { fuzzyScore } from '../../../../../src/core/chat/retrieval/fuzzy.ts';
import { finished } from '../../../../../src/core/index/finished.ts';
import { indexOf } from '../../../../support/madeUpLanguage.ts';

describe('fuzzyScore', () => {
  it('needs all characters in their order, whatever the case', () => {
    for (const [query, text] of [
      ['abc', 'acb'],
      ['aa', 'a'],
      ['', 'a'],
    ] as const)
      assert.equal(fuzzyScore(query, text), null);
    assert.notEqual(fuzzyScore('wi', 'workspaceIndex'), null);
  });

  for (const [query, better, worse] of [
    ['wi', 'workspaceIndex', 'unwiring'],
    ['wi', 'workspace_index', 'drawing_items'],
    ['abc', 'abc', 'abcd'],
    ['co', 'core', 'bacon'],
  ] as const) {
    it(`${query} means ${better} rather than ${worse}`, () =>
      assert.ok((fuzzyScore(query, better) ?? 0) > (fuzzyScore(query, worse) ?? 0)));
  }

  it('finds what has the characters, and only that', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab/]{1,4}$/), fc.stringMatching(/^[aAbB/_]{0,12}$/), (query, text) => {
        const pattern = new RegExp([...query].join('.*'), 'i');
        assert.equal(fuzzyScore(query, text) !== null, pattern.test(text));
      }),
    );
  });
});

describe('findPaths', () => {
  const index = indexOf(
    Object.fromEntries(
      [
        'README.md',
        'src/core/index/pathTable.ts',
        'src/core/index/search.ts',
        'src/index.ts',
        'src/workspace/workspaceIndex.ts',
        'docs/table.md',
        'test/pathTable.test.ts',
      ].map((path) => [path, '']),
    ),
  );
  const found = (query: string, prefix = ''): string[] =>
    finished(findPaths({ index, prefix, owns: () => true }, query, 1_000))
      .sort(byMatch)
      .map(({ path }) => path);

  for (const [query, first] of [
    ['index.ts', 'src/index.ts'],
    ['index', 'src/index.ts'],
    ['pathT', 'src/core/index/pathTable.ts'],
    ['pt', 'src/core/index/pathTable.ts'],
    ['wi', 'src/workspace/workspaceIndex.ts'],
    ['core/sea', 'src/core/index/search.ts'],
    ['src/index.ts', 'src/index.ts'],
    ['core', 'src/core/'],
    ['core/index/', 'src/core/index/'],
    ['readme', 'README.md'],
    ['table', 'docs/table.md'],
    ['.\\docs\\ta', 'docs/table.md'],
  ] as const) {
    it(`finds ${first} for ${query}`, () => assert.equal(found(query)[0], first));
  }

  it('finds nothing that does not match, and for nothing typed what is least deep first', () => {
    assert.deepEqual(found('xyz'), []);
    assert.deepEqual(found('').slice(0, 2), ['README.md', 'src/']);
    assert.equal(found('').length, 13);
  });

  it('has the folder’s name first where there are several', () => {
    assert.equal(found('index.ts', 'app/')[0], 'app/src/index.ts');
    assert.equal(found('app', 'app/')[0], 'app/');
  });
});

describe('findSymbols', () => {
  const index = indexOf({
    'src/a.ts': 'pub type PathTable\n  def add(path)\n  const paths\npub def addPath(table)\n  def inner()',
    'src/b.ts': 'pub def searchChunks(index)\npub type Search\n  def add(x)',
    'test/a.test.ts': 'pub def addPath(test)',
  });
  const found = (name: string): string[] =>
    finished(findSymbols({ index, prefix: '', owns: () => true }, name, 1_000))
      .sort(bySymbolMatch)
      .map(({ symbol: { path, startLine, name: own, container } }) => {
        return `${path}:${startLine} ${container === null ? '' : `${container}.`}${own}`;
      });

  for (const [name, wanted] of [
    ['PathTable', ['src/a.ts:1 PathTable']],
    ['pathtable', ['src/a.ts:1 PathTable']],
    ['Search', ['src/b.ts:2 Search', 'src/b.ts:1 searchChunks']],
    ['addPath', ['src/a.ts:4 addPath', 'test/a.test.ts:1 addPath']],
    ['PathTable.add', ['src/a.ts:2 PathTable.add']],
    ['Search::add()', ['src/b.ts:3 Search.add']],
    ['PathTable.', ['src/a.ts:2 PathTable.add', 'src/a.ts:3 PathTable.paths']],
    ['tablePaths', ['src/a.ts:1 PathTable']],
    ['sc', ['src/b.ts:1 searchChunks', 'src/b.ts:2 Search']],
    ['nothing', []],
    ['', []],
    [' ', []],
  ] as const) {
    it(`finds ${wanted.join(', ') || 'nothing'} for ${name}`, () => {
      const all = found(name);
      assert.deepEqual(all, wanted);
    });
  }
});

describe('fuse', () => {
  it('adds up reciprocal places, which equals share', () => {
    const entries = (...all: [string, number][]) => all.map(([key, score]) => ({ key, score }));
    const fused = fuse([
      { weight: 1, entries: entries(['a', 3], ['b', 2], ['b', 1], ['c', 0.5]) },
      { weight: 0.5, entries: entries(['c', 1]) },
    ]);
    assert.deepEqual(
      [...fused],
      [
        ['a', 1 / 61],
        ['b', 1 / 62],
        ['c', 1 / 63 + 0.5 / 61],
      ],
    );
  });
});
