import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NameTable } from '../../../../src/core/index/nameTable.ts';

describe('NameTable', () => {
  it('numbers names from 0 in the order of their first use', () => {
    const names = new NameTable();
    assert.deepEqual(
      ['b', 'a', 'b', '__proto__', 'constructor'].map((name) => names.intern(name)),
      [0, 1, 0, 2, 3],
    );
    assert.deepEqual(
      [0, 1, 2, 3].map((id) => names.nameOf(id)),
      ['b', 'a', '__proto__', 'constructor'],
    );
    assert.equal(names.size, 4);
  });

  it('finds only what was seen, and gives a new number to nothing by it', () => {
    const names = new NameTable();
    names.intern('a');
    assert.equal(names.find('a'), 0);
    assert.equal(names.find('toString'), undefined);
    assert.equal(names.size, 1);
  });

  it('has no name for a number that it did not give', () => {
    assert.throws(() => new NameTable().nameOf(0), RangeError);
    assert.throws(() => new NameTable().nameOf(-1), RangeError);
  });
});
