import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  freeTitle,
  isOwnTab,
  type OwnTab,
  type TabLook,
} from '../../../../src/vscode/refactor/previewTab.ts';

const right = (path: string, id: number): string => `hearth-refactor:/${path}?refactor%3D${id}`;
const comparison = (label: string, modified: string): TabLook => ({ label, modified });
/** Of the comparison of several files no address is told. */
const several = (label: string): TabLook => ({ label, modified: null });
const ofTwo = (...documents: string[]): OwnTab => ({ documents, title: '' });
const ofSeveral = (title: string): OwnTab => ({ documents: [right('a.ts', 7)], title });

describe('the tab of a preview', () => {
  it('is not that of another refactor with the same title', () => {
    const label = 'index.ts (Hearth: Rewrite)';
    const first = comparison(label, right('a/index.ts', 1));
    const inOtherFile = comparison(label, right('b/index.ts', 2));
    const inSameFile = comparison(label, right('a/index.ts', 3));
    const own = ofTwo(right('a/index.ts', 1));
    assert.deepEqual(
      [first, inOtherFile, inSameFile].map((tab) => isOwnTab(tab, own)),
      [true, false, false],
    );
  });

  it('is known by its documents, whatever its title has become', () => {
    assert.ok(
      isOwnTab(comparison('a.ts (Hearth: Rewrite, refused)', right('a.ts', 1)), ofTwo(right('a.ts', 1))),
    );
  });

  it('is known by its title where several files are compared', () => {
    const own = ofSeveral('Hearth: Convert, refused');
    assert.ok(isOwnTab(several('Hearth: Convert, refused (2 files)'), own));
    assert.ok(!isOwnTab(several('Hearth: Convert, refused 2 (2 files)'), own));
    assert.ok(!isOwnTab(several('Hearth: Convert, refused more'), own));
    assert.ok(!isOwnTab(comparison('Hearth: Convert, refused (2 files)', 'file:///a.ts'), own));
  });

  it('is none that only has a title, where two files are compared', () => {
    assert.ok(!isOwnTab(several('a.ts (Hearth: Rewrite)'), ofTwo(right('a.ts', 1))));
    assert.ok(!isOwnTab(several(''), ofTwo(right('a.ts', 1))));
  });
});

describe('a free title', () => {
  it('has a number where other tabs have it already', () => {
    const title = 'Hearth: Convert, refused';
    assert.equal(freeTitle(title, ['shop.ts', 'Hearth: Convert']), title);
    assert.equal(freeTitle(title, [`${title} (2 files)`]), `${title} 2`);
    assert.equal(freeTitle(title, [`${title} (2 files)`, `${title} 2 (3 files)`]), `${title} 3`);
  });
});
