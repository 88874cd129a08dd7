import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelRow, PullRow } from '../../../../src/host/models/modelRows.ts';
import { groupOf, ModelTree } from '../../../../src/vscode/models/modelTree.ts';
import { installedRow, modelRow, pullRow } from '../../../support/modelRows.ts';

function treeOf(rows: readonly ModelRow[], pulls: Readonly<Record<string, PullRow>> = {}): ModelTree {
  const tree = new ModelTree();
  tree.setRows(rows, new Map(Object.entries(pulls)));
  return tree;
}

/** The tree as a picture: each part with the keys of its rows. */
function picture(tree: ModelTree): Record<string, string[]> {
  return Object.fromEntries(
    tree.groups.map((group) => [group.id, tree.children(group).map(({ key }) => key)]),
  );
}

const inUse = installedRow('/a.gguf', { inUse: ['completion'] });
const installed = installedRow('/b.gguf');
const available = modelRow({ key: 'c:Q4' });
const fetched = modelRow({ key: 'd:Q4', pull: pullRow() });

describe('the parts of the list', () => {
  it('hold each row once, and keep the order of the service', () => {
    const other = modelRow({ key: 'a:Q8' });
    assert.deepEqual(picture(treeOf([inUse, installed, available, other, fetched])), {
      'in-use': ['/a.gguf'],
      installed: ['/b.gguf'],
      downloads: ['d:Q4'],
      available: ['c:Q4', 'a:Q8'],
    });
  });

  it('are shown only where there is something in them', () => {
    assert.deepEqual(picture(treeOf([inUse])), { 'in-use': ['/a.gguf'] });
    assert.deepEqual(picture(treeOf([])), {});
  });

  it('show what is in use there, even while it is fetched anew', () => {
    assert.equal(groupOf({ ...inUse, pull: pullRow() }), 'in-use');
  });
});

describe('the tree', () => {
  it('keeps the nodes of rows that stay where they are', () => {
    const tree = treeOf([inUse, available]);
    const before = tree.node('c:Q4');
    tree.setRows([inUse, { ...available, speed: null }], new Map());
    assert.equal(tree.node('c:Q4'), before);
    tree.setRows([inUse, { ...available, pull: pullRow() }], new Map());
    assert.notEqual(tree.node('c:Q4'), before, 'it has another parent now');
  });

  it('says which node shows the progress of a download', () => {
    const tree = treeOf([inUse, fetched]);
    assert.equal(tree.setPull('d:Q4', pullRow({ bytes: 2e9 })), tree.node('d:Q4'));
    assert.equal(tree.row('d:Q4')?.pull?.bytes, 2e9);
  });

  it('is shown anew as a whole when a download begins', () => {
    const tree = treeOf([inUse, available]);
    assert.equal(tree.setPull('c:Q4', pullRow()), 'all');
    assert.deepEqual(picture(tree), { 'in-use': ['/a.gguf'], downloads: ['c:Q4'] });
  });

  it('knows nothing of a row that it was not given', () => {
    const tree = treeOf([inUse]);
    assert.equal(tree.setPull('c:Q4', pullRow()), null);
    assert.equal(tree.node('c:Q4'), undefined);
  });

  it('takes what is known of downloads here over what the service says', () => {
    const tree = treeOf([available, fetched], { 'd:Q4': pullRow({ bytes: 3e9 }) });
    assert.equal(tree.row('d:Q4')?.pull?.bytes, 3e9);
    assert.equal(tree.row('c:Q4')?.pull, null);
  });
});
