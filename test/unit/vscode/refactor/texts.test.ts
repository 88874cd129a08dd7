import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { refactorRecipes } from '../../../../src/core/refactor/kinds.ts';
import { isWorking, refactorStates } from '../../../../src/core/refactor/lifecycle.ts';
import {
  changedText,
  lateText,
  lostText,
  plainTitle,
  previewTitle,
} from '../../../../src/vscode/refactor/changeText.ts';
import { progressText } from '../../../../src/vscode/refactor/progressText.ts';
import { plain } from '../../../../src/vscode/refactor/said.ts';

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

describe('an answer that comes too late', () => {
  it('is told what became of the change, and what can be done', () => {
    assert.match(lateText('accepted'), /was kept meanwhile: take it back with Undo of the editor/);
    assert.match(lateText('undone'), /taken back already/);
    assert.match(lateText('abandoned'), /ended meanwhile: ask for it again/);
    assert.match(lateText('gathering'), /has gone on since this message: run "Hearth: Show Refactor"/);
  });
});

describe('a refactor whose document is gone', () => {
  it('says of which file nothing was changed', () => {
    assert.equal(
      lostText('shop.ts'),
      'shop.ts was closed or deleted, so nothing was changed: open it and ask again.',
    );
  });
});

describe('a sentence in a notification', () => {
  /** How VS Code finds links in messages. */
  const link = /\[([^\]]+)\]\(((?:https?:|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

  it('makes no links of what somebody wrote', () => {
    const said = 'The name [Undo](command:workbench.action.quit) is taken, see [this](https://a.example/b).';
    assert.match(said, link);
    assert.doesNotMatch(plain(said), link);
    assert.equal(plain('a[0](b)'), 'a[0] (b)');
  });

  it('loses no character', () => {
    const words = fc.array(fc.constantFrom('[', ']', '(', ')', 'command:a', ' ', 'x'), { maxLength: 12 });
    fc.assert(
      fc.property(words, (parts) => {
        const said = parts.join('');
        assert.doesNotMatch(plain(said), link);
        assert.equal(plain(said).replaceAll(' ', ''), said.replaceAll(' ', ''));
      }),
    );
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
