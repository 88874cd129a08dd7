import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pathDistance } from '../../../../src/core/index/pathDistance.ts';

describe('pathDistance', () => {
  const cases: [string, string, number][] = [
    ['a.ts', 'b.ts', 0],
    ['src/a.ts', 'src/b.ts', 0],
    ['src/a.ts', 'a.ts', 1],
    ['src/a/x.ts', 'src/ab/x.ts', 2],
    ['src/a', 'src/a/b', 1],
    ['one/two/x.ts', 'three/x.ts', 3],
  ];
  for (const [a, b, distance] of cases) {
    it(`is ${distance} between ${a} and ${b}`, () => assert.equal(pathDistance(a, b), distance));
  }

  it('counts the folders that one goes up and down', () => {
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'a.b'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(path, path, (a, b) => {
        const [up, down] = [a.slice(0, -1), b.slice(0, -1)];
        let common = 0;
        while (common < Math.min(up.length, down.length) && up[common] === down[common]) common += 1;
        assert.equal(pathDistance(a.join('/'), b.join('/')), up.length + down.length - 2 * common);
      }),
    );
  });
});
