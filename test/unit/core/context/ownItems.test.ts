import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ownItems } from '../../../../src/core/context/ownItems.ts';
import { placeAt } from '../../../support/contextPlace.ts';
import { madeUpFile } from '../../../support/madeUpLanguage.ts';

const text = `const top
type Cart
  def add(item)
    const total
    def inner()
  def remove(item)
    x
    y
    z
  def clear()
def after(top)
`;
const { definitions } = madeUpFile('src/here.ts', text);

/** The items beside lines `from` to `to`, with the cursor in line `at`, as `line text: why`. */
function items(from: number, to: number, at: number): string[] {
  const lines = text.split('\n').slice(from - 1, to);
  lines[at - from] += '█';
  return ownItems(placeAt(lines.join('\n'), 'src/here.ts', from), definitions).map(
    ({ startLine, text: own, why }) => `${startLine} ${own}: ${why}`,
  );
}

describe('ownItems', () => {
  it('are the definitions that the prompt does not show, but not what functions define inside', () => {
    assert.deepEqual(items(7, 9, 8), [
      '1 const top: elsewhere in this file',
      '2 type Cart: around the cursor',
      '3 Cart.add(item): in the type around the cursor',
      '4 Cart.total: in the type around the cursor',
      '6 Cart.remove(item): around the cursor',
      '10 Cart.clear(): in the type around the cursor',
      '11 def after(top): elsewhere in this file',
    ]);
  });

  it('are more likely the nearer they are named', () => {
    assert.deepEqual(items(10, 11, 11), [
      '1 const top: named nearby, elsewhere in this file',
      '2 type Cart: elsewhere in this file',
      '3 Cart.add(item): elsewhere in this file',
      '4 Cart.total: elsewhere in this file',
      '6 Cart.remove(item): elsewhere in this file',
    ]);
    const scoreOf = (picture: string): number | undefined =>
      ownItems(placeAt(picture, 'src/here.ts', 20), definitions).find(({ name }) => name === 'top')?.score;
    assert.ok((scoreOf('top█') ?? 0) > (scoreOf('top\n\n\n█') ?? 0));
    assert.ok((scoreOf('top\n\n\n█') ?? 0) > (scoreOf('█') ?? 0));
  });

  it('are none where all is shown, and none of headings and of names that are missing', () => {
    assert.deepEqual(items(1, 12, 5), []);
    const [made] = definitions;
    assert.ok(made !== undefined);
    const odd = [
      { ...made, kind: 'heading' },
      { ...made, name: '' },
    ];
    assert.deepEqual(ownItems(placeAt('█', 'src/here.ts', 50), odd), []);
  });
});
