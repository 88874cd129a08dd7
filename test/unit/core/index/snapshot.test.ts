import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RepositoryIndex } from '../../../../src/core/index/repositoryIndex.ts';
import { decodeSnapshot, encodeSnapshot, type LeftOut } from '../../../../src/core/index/snapshot.ts';
import { answersOf } from '../../../support/indexQueries.ts';
import { indexOf, madeUpFile, madeUpPath, madeUpText } from '../../../support/madeUpLanguage.ts';

const leftOut: LeftOut[] = [
  {
    path: 'big.js',
    bytes: 2 ** 40,
    mtimeMs: 1.25,
    exclusion: { reason: 'minified', detail: 'a line\nof \\n' },
  },
  { path: 'slow.ts', bytes: 0, mtimeMs: 1e15, exclusion: { reason: 'slow', detail: '' } },
];
const sample = encodeSnapshot({
  index: indexOf({
    'a.ts': 'pub type Cart\n  def add(item, price)\nuse ./b: Item, total',
    'src/b.ts': 'def total(cart)\n  add(1)\nconst käse',
  }),
  leftOut,
});

/** Decodes, and gives false where the bytes are no snapshot; fails on anything else. */
function isRead(bytes: Uint8Array): boolean {
  try {
    answersOf(decodeSnapshot(bytes).index);
    return true;
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    return false;
  }
}

describe('a snapshot of an index', () => {
  it('answers as the index did, whatever came and went before', () => {
    const step = fc.record({ path: madeUpPath, text: fc.option(madeUpText) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const index = new RepositoryIndex();
        for (const { path, text } of steps) {
          if (text === null) index.remove(path);
          else index.set(madeUpFile(path, text, { mtimeMs: text.length / 3, bytes: 2 ** 33 + text.length }));
        }
        const read = decodeSnapshot(encodeSnapshot({ index, leftOut }));
        assert.deepEqual(answersOf(read.index), answersOf(index));
        assert.deepEqual(read.leftOut, leftOut);
      }),
    );
  });

  it('keeps texts with line ends, backslashes, signs beyond UTF-16 and a byte order mark', () => {
    const path = '\uFEFFa\\n\n/b\\\n😀.ts';
    const index = new RepositoryIndex();
    index.set(madeUpFile(path, 'def add()\n'));
    const { index: read } = decodeSnapshot(encodeSnapshot({ index, leftOut: [] }));
    assert.deepEqual(
      read.files().map((file) => file.path),
      [path],
    );
  });

  it('goes on as an index: what is changed later is as in the first', () => {
    const files = { 'a.ts': 'def add()', 'b.ts': 'def total()\n  add()' };
    const index = indexOf(files);
    const { index: read } = decodeSnapshot(encodeSnapshot({ index, leftOut: [] }));
    for (const one of [index, read]) {
      one.set(madeUpFile('a.ts', 'type Item\n  def price()'));
      one.remove('b.ts');
      one.set(madeUpFile('src/a.ts', 'def user()'));
    }
    assert.deepEqual(answersOf(read), answersOf(index));
  });

  it('has the same bytes when what was read is written again', () => {
    const { index, leftOut: left } = decodeSnapshot(sample);
    assert.deepEqual(encodeSnapshot({ index, leftOut: left }).length, sample.length);
    assert.deepEqual(
      encodeSnapshot(decodeSnapshot(encodeSnapshot({ index, leftOut: left }))).length,
      sample.length,
    );
  });

  it('is no snapshot when it is cut anywhere', () => {
    for (let length = 0; length < sample.length; length += 1) {
      assert.equal(isRead(sample.slice(0, length)), false, `${length} of ${sample.length}`);
    }
    assert.equal(isRead(sample), true);
    assert.equal(isRead(Uint8Array.from([...sample, 0])), false);
  });

  it('fails with RangeError alone, whatever bytes are changed or made up', () => {
    const change = fc.record({ at: fc.nat(sample.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = sample.slice();
        for (const { at, byte } of changes) bytes[at] = byte;
        isRead(bytes);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void isRead(bytes)),
      { numRuns: 500 },
    );
  });

  it('believes no count that its bytes can not hold', () => {
    // 2^35 - 1, in every place where a number may stand.
    const huge = [0xff, 0xff, 0xff, 0xff, 0x7f];
    for (let at = 0; at < sample.length; at += 1) {
      assert.equal(isRead(Uint8Array.from([...sample.slice(0, at), ...huge])), false);
      isRead(Uint8Array.from([...sample.slice(0, at), ...huge, ...sample.slice(at + 1)]));
    }
  });

  it('refuses a file whose names share entries, or whose chunks are not there', () => {
    const { index } = decodeSnapshot(
      encodeSnapshot({ index: indexOf({ 'a.ts': 'add price\n' }), leftOut: [] }),
    );
    const file = index.get('a.ts');
    assert.ok(file !== undefined);
    const { terms } = file;
    const bad = [
      { ...terms, starts: Uint32Array.from([0, 2, 1]) },
      { ...terms, starts: Uint32Array.from([0, 2, 2, 2]) },
      { ...terms, starts: Uint32Array.from([0, 1, 1]) },
      { ...terms, chunks: Uint16Array.from([0, 1]) },
      { ...terms, names: Uint32Array.from([0, 0]) },
      { ...terms, lengths: new Uint16Array(2) },
    ];
    for (const broken of [terms, ...bad]) {
      const other = new RepositoryIndex(index.names);
      // The bad one is not counted, only written.
      other.restore({ ...file, terms });
      Object.assign(other.get('a.ts') ?? {}, { terms: broken });
      assert.equal(isRead(encodeSnapshot({ index: other, leftOut: [] })), broken === terms);
    }
  });
});
