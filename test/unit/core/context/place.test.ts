import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearNames, subwords, visibleNames } from '../../../../src/core/context/place.ts';
import { placeAt } from '../../../support/contextPlace.ts';

describe('visibleNames', () => {
  it('counts mentions, and the lines to the nearest; below the cursor each counts twice', () => {
    const names = visibleNames(placeAt('a(b)\n\nb(c█)\nd(a)\n\ne b'));
    assert.deepEqual(Object.fromEntries(names), {
      a: { distance: 2, mentions: 2 },
      b: { distance: 0, mentions: 3 },
      c: { distance: 0, mentions: 1 },
      d: { distance: 2, mentions: 1 },
      e: { distance: 6, mentions: 1 },
    });
  });
});

describe('nearNames', () => {
  it('weighs 1 on the line and a half at the edge, of twelve lines before and seven behind', () => {
    const lines = Array.from({ length: 30 }, (_, line) => `n${line}`);
    const names = nearNames(placeAt([...lines.slice(0, 15), 'n15█', ...lines.slice(16)].join('\n')));
    assert.equal(names.size, 20);
    assert.deepEqual(
      ['n2', 'n3', 'n9', 'n15', 'n22', 'n23'].map((name) => names.get(name)),
      [undefined, 0.5, 0.75, 1, 0.5, undefined],
    );
  });

  it('takes the nearest mention', () => {
    assert.equal(nearNames(placeAt('add\n\n\nadd█')).get('add'), 1);
  });
});

describe('subwords', () => {
  const rows: [name: string, parts: string[]][] = [
    ['getUserName', ['get', 'user', 'name']],
    ['HTTPServer2', ['http', 'server', '2']],
    ['snake_case', ['snake', 'case']],
    ['MAX_SIZE', ['max', 'size']],
    ['größeÄndern', ['größe', 'ändern']],
    ['_', []],
  ];
  for (const [name, parts] of rows) it(name, () => assert.deepEqual(subwords(name), parts));
});
