import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pathDistance } from '../../../../src/core/index/pathDistance.ts';
import { PathTable } from '../../../../src/core/index/pathTable.ts';

const name = fc.constantFrom('a', 'b', 'B', 'é', 'a.b');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

const folderOf = (file: string): string => file.split('/').slice(0, -1).join('/');
const nameOf = (file: string): string => file.split('/').at(-1) ?? '';
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

describe('PathTable', () => {
  it('finds by folder, by name, and folders by theirs, what a search through all paths finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ path, add: fc.boolean() }), { maxLength: 40 }),
        path,
        (steps, asked) => {
          const [table, all] = [new PathTable(), new Set<string>()];
          for (const step of steps) {
            table[step.add ? 'add' : 'delete'](step.path);
            all[step.add ? 'add' : 'delete'](step.path);
          }
          const paths = [...all];
          assert.equal(table.has(asked), all.has(asked));
          assert.deepEqual(table.filesIn(asked), sorted(paths.filter((one) => folderOf(one) === asked)));
          assert.deepEqual(table.filesIn(''), sorted(paths.filter((one) => !one.includes('/'))));
          assert.deepEqual(
            table.named(nameOf(asked)),
            sorted(paths.filter((one) => nameOf(one) === nameOf(asked))),
          );
          const folders = paths.map(folderOf).filter((one) => nameOf(one) === nameOf(asked));
          assert.deepEqual(table.foldersNamed(nameOf(asked)), sorted(folders));
          assert.equal(
            table.hasFolder(asked),
            paths.some((one) => one.startsWith(`${asked}/`)),
          );
        },
      ),
    );
  });

  it('orders by code units', () => {
    const table = new PathTable();
    for (const one of ['src/é.ts', 'src/a.ts', 'src/Z.ts', 'src/a/x.ts']) table.add(one);
    assert.deepEqual(table.filesIn('src'), ['src/Z.ts', 'src/a.ts', 'src/é.ts']);
  });
});

describe('pathDistance', () => {
  const rows: [a: string, b: string, folders: number][] = [
    ['a.ts', 'b.ts', 0],
    ['a.ts', 'a.ts', 0],
    ['src/a.ts', 'src/b.ts', 0],
    ['a.ts', 'src/b.ts', 1],
    ['src/a.ts', 'test/a.ts', 2],
    ['src/x/a.ts', 'src/y/z/a.ts', 3],
    ['src/a', 'src/a/b', 1],
  ];
  for (const [a, b, folders] of rows) {
    it(`${a} and ${b}: ${folders}`, () => {
      assert.equal(pathDistance(a, b), folders);
      assert.equal(pathDistance(b, a), folders);
    });
  }
});
