import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refactorRecipes } from '../../../../src/core/refactor/kinds.ts';
import { refactorStates } from '../../../../src/core/refactor/lifecycle.ts';
import { changedText, plainTitle, previewTitle } from '../../../../src/vscode/refactor/changeText.ts';
import { isWorking, progressText } from '../../../../src/vscode/refactor/progressText.ts';

describe('what a refactor is called', () => {
  it('has no mark of a question within a sentence', () => {
    assert.equal(plainTitle(refactorRecipes.rewrite), 'Rewrite');
    assert.equal(plainTitle(refactorRecipes['add-docs']), 'Add Documentation');
    assert.equal(plainTitle({ title: 'Use our logger...' }), 'Use our logger');
  });

  it('stands behind the name of its file, with what became of it', () => {
    const { simplify } = refactorRecipes;
    assert.equal(previewTitle(simplify, 'shop.ts', 'ready'), 'shop.ts (Hearth: Simplify)');
    assert.equal(previewTitle(simplify, 'shop.ts', 'failed'), 'shop.ts (Hearth: Simplify, refused)');
    assert.equal(previewTitle(simplify, null, 'failed'), 'Hearth: Simplify, refused');
  });

  it('says how much it changed', () => {
    const { simplify, convert } = refactorRecipes;
    assert.equal(changedText(simplify, 1, 1), 'Simplify changed 1 line');
    assert.equal(changedText(convert, 12, 3), 'Convert changed 12 lines in 3 files');
  });
});

describe('the progress of a refactor', () => {
  const said = (
    state: (typeof refactorStates)[number],
    progress: Parameters<typeof progressText>[0]['progress'] = null,
    message: string | null = null,
  ): string => progressText({ state, progress, message });

  it('says how much of the prompt is read', () => {
    assert.equal(said('waiting'), 'Waiting for the model');
    assert.equal(said('waiting', { kind: 'prefill', done: 410, total: 1000 }), 'Reading 41 %');
    assert.equal(said('waiting', { kind: 'prefill', done: 0, total: 0 }), 'Waiting for the model');
    assert.equal(said('waiting', { kind: 'prefill', done: 1200, total: 1000 }), 'Reading 100 %');
  });

  it('says why it is tried once more', () => {
    const reason = 'The answer has a syntax error in line 3.';
    assert.equal(said('repairing', null, reason), `Trying once more: ${reason}`);
    assert.equal(said('repairing'), 'Trying once more');
  });

  it('says something in each state in which somebody works, and in no other', () => {
    for (const state of refactorStates) assert.equal(said(state) !== '', isWorking(state), state);
  });
});
