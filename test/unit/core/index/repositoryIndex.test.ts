import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RepositoryIndex } from '../../../../src/core/index/repositoryIndex.ts';
import { answersOf } from '../../../support/indexQueries.ts';
import { indexOf, madeUpFile, madeUpPath, madeUpText } from '../../../support/madeUpLanguage.ts';

/** `path:line kind container.name …` of a name's definitions. */
function definitions(index: RepositoryIndex, name: string): string[] {
  return index.definitionsOf(index.names.find(name) ?? -1).map(({ file, symbol }) => {
    const container = symbol.container === -1 ? '' : `${index.names.nameOf(symbol.container)}.`;
    return `${file.path}:${symbol.startLine} ${symbol.kind} ${container}${name}`;
  });
}

describe('RepositoryIndex', () => {
  it('finds the definitions of a name by path and line', () => {
    const index = indexOf({
      'b.ts': 'pub def add(a)\n\npub type Cart\n  def add(item)',
      'a.ts': 'def add(b)',
      'Z.ts': 'add(1)',
    });
    assert.deepEqual(definitions(index, 'add'), [
      'a.ts:1 function add',
      'b.ts:1 function add',
      'b.ts:4 method Cart.add',
    ]);
    assert.equal(index.definerCount(index.names.find('add') ?? -1), 2);
    assert.equal(index.fileCountOf(index.names.find('add') ?? -1), 3);
    assert.deepEqual(definitions(index, 'nothing'), []);
  });

  it('knows nothing of what functions define inside, but attributes that a constructor makes', () => {
    const index = indexOf({
      'a.ts': 'type Cart\n  def make()\n    const total\n    def inner()\ndef after()',
    });
    assert.deepEqual(definitions(index, 'inner'), []);
    assert.deepEqual(definitions(index, 'total'), ['a.ts:3 property Cart.total']);
    assert.deepEqual(definitions(index, 'after'), ['a.ts:5 function after']);
  });

  it('knows nothing of what data defines', () => {
    const index = new RepositoryIndex();
    index.set(madeUpFile('a.json', 'const key', { code: false }));
    assert.deepEqual(definitions(index, 'key'), []);
    assert.equal(index.get('a.json')?.symbols[0]?.local, true);
  });

  it('puts a file in the place of what was at its path, and takes it out', () => {
    const index = indexOf({ 'a.ts': 'def add(a)', 'b.ts': 'def sub(a)' });
    const before = index.generation;
    index.set(madeUpFile('a.ts', 'def more(a)'));
    assert.ok(index.generation > before);
    assert.deepEqual(definitions(index, 'add'), []);
    assert.deepEqual(definitions(index, 'more'), ['a.ts:1 function more']);
    assert.equal(index.remove('a.ts'), true);
    const generation = index.generation;
    assert.equal(index.remove('a.ts'), false);
    assert.equal(index.generation, generation);
    assert.deepEqual(
      index.files().map(({ path }) => path),
      ['b.ts'],
    );
    assert.equal(index.get('a.ts'), undefined);
  });

  it('answers after any changes as an index made afresh of the same files', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ path: madeUpPath, text: madeUpText }) },
      { weight: 1, arbitrary: fc.record({ path: madeUpPath, text: fc.constant(null) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), fc.boolean(), (steps, reversed) => {
        const changed = new RepositoryIndex();
        const files = new Map<string, string>();
        for (const { path, text } of steps) {
          if (text === null) {
            assert.equal(changed.remove(path), files.delete(path));
          } else {
            changed.set(madeUpFile(path, text));
            files.set(path, text);
          }
        }
        const fresh = new RepositoryIndex();
        const order = reversed ? [...files].reverse() : [...files].sort();
        for (const [path, text] of order) fresh.set(madeUpFile(path, text));
        assert.deepEqual(answersOf(changed), answersOf(fresh));
      }),
    );
  });
});
