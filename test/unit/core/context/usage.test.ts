import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calleeAt, findUsage, usageItem } from '../../../../src/core/context/usage.ts';
import { placeAt } from '../../../support/contextPlace.ts';
import { indexOf } from '../../../support/madeUpLanguage.ts';

describe('calleeAt', () => {
  const rows: [picture: string, callee: string | null][] = [
    ['render(page, █', 'render'],
    ['a.b.render(█)', 'render'],
    ['render(\n  page,\n  █', 'render'],
    ['render(f(g(x)), █', 'render'],
    ['render(f(█', 'f'],
    ['create<Item, Cart>(█', 'create'],
    ['render({ page: █', 'render'],
    ['render({ page: [1, █', 'render'],
    ['render({ page: { a: f(b), █', 'render'],
    ['render([█', 'render'],
    ['render (█', 'render'],
    ['render(page)█', null],
    ['render(page);\n█', null],
    ['f(a); g(█', 'g'],
    ['█render(page)', null],
    ['function render(page) {\n  █', null],
    ['if (page) {\n  █', null],
    ['test("it", () => {\n  █', null],
    ['const a = {\n  b: █', null],
    ['if (█', null],
    ['while (x && █', null],
    ['return (█', null],
    ['(█', null],
    ['a = [f(x), █', null],
    ['', null],
  ];
  for (const [picture, callee] of rows) {
    if (picture !== '') it(JSON.stringify(picture), () => assert.equal(calleeAt(placeAt(picture)), callee));
  }
});

const filler = (name: string): string => Array.from({ length: 10 }, (_, line) => `${name}${line}`).join('\n');

describe('findUsage', () => {
  const index = indexOf({
    'lib/render.ts': 'pub def render(page, options)\n  draw(page)',
    'src/near.ts': `${filler('p')}\nrender(page, fast)\nstore(invoice)\n${filler('q')}`,
    'src/far.ts': `render(tree, slow)\n${filler('r')}`,
    'src/here.ts': 'render(page, fast, invoice)',
  });

  it('finds the call whose surroundings are most like those of the cursor, elsewhere', () => {
    const place = placeAt('store(invoice, fast)\nrender(█');
    assert.deepEqual(findUsage(index, place, 'render'), {
      path: 'src/near.ts',
      name: 'render',
      startLine: 11,
      endLine: 21,
    });
  });

  it('is no definition, and nothing where nobody calls it', () => {
    const only = indexOf({ 'a.ts': 'pub def render(page)\n  render(page)', 'b.ts': 'def store(x)' });
    assert.equal(findUsage(only, placeAt('render(█'), 'render'), null);
    assert.equal(findUsage(only, placeAt('nothing(█'), 'nothing'), null);
  });

  it('looks no further than the file itself says', () => {
    const alone = indexOf({ 'src/here.ts': 'render(a)' });
    assert.equal(findUsage(alone, placeAt('render(█'), 'render'), null);
  });
});

describe('usageItem', () => {
  const usage = { path: 'a.ts', name: '$add', startLine: 2, endLine: 6 };
  const item = (text: string) => {
    const found = usageItem(usage, text);
    return found === null ? null : `${found.startLine}-${found.endLine} ${found.text}`;
  };

  it('is the call in its lines, without those around', () => {
    assert.equal(item('$add(1)\nx\n  $add(a, b);\ny'), '3-3   $add(a, b);');
    assert.equal(item('\r\n$add(\r\n  a,\r\n  b\r\n);\r\nmore'), '2-5 $add(\n  a,\n  b\n);');
    assert.equal(item('\n$add<T>((x) => x)\n'), '2-2 $add<T>((x) => x)');
  });

  it('takes no more than four lines, of at most 160 units', () => {
    assert.equal(item('\n$add(\n1,\n2,\n3,\n4,\n5)'), '2-5 $add(\n1,\n2,\n3,');
    assert.equal(usageItem(usage, `\n$add(${'x'.repeat(300)}`)?.text.length, 160);
  });

  it('is null where the call is gone, or only part of another name', () => {
    assert.equal(item('$add(1)\nx'), null);
    assert.equal(item('\nx$add(1)\n$adds(1)\n$add = 1'), null);
    assert.equal(item('\n1\n2\n3\n4\n$add(1)'), null);
    assert.equal(item(''), null);
  });
});
