import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { refactorRecipes } from '../../../../src/core/refactor/kinds.ts';
import {
  historyKey,
  mostInstructions,
  readHistory,
  withInstruction,
  withoutInstruction,
} from '../../../../src/vscode/refactor/instructionHistory.ts';

describe('the history of instructions', () => {
  it('has the newest first, each once, without the blanks around it', () => {
    let history = withInstruction({}, 'rewrite', ' shorter ');
    history = withInstruction(history, 'rewrite', 'use a map');
    history = withInstruction(history, 'rewrite', 'shorter');
    history = withInstruction(history, 'convert', 'async');
    assert.deepEqual(history, { rewrite: ['shorter', 'use a map'], convert: ['async'] });
  });

  it('keeps nothing that is empty', () => {
    assert.deepEqual(withInstruction({ rewrite: ['a'] }, 'rewrite', ' \n'), { rewrite: ['a'] });
  });

  it('forgets the oldest, and what is taken off', () => {
    const words = Array.from({ length: mostInstructions + 5 }, (_, at) => `instruction ${at}`);
    const history = words.reduce((kept, one) => withInstruction(kept, 'rewrite', one), {});
    const { rewrite = [] } = history as Record<string, string[]>;
    assert.equal(rewrite.length, mostInstructions);
    assert.deepEqual([rewrite[0], rewrite.at(-1)], ['instruction 24', 'instruction 5']);
    const less = withoutInstruction(history, 'rewrite', 'instruction 24');
    assert.equal(less['rewrite']?.[0], 'instruction 23');
    assert.deepEqual(withoutInstruction({}, 'rewrite', 'x'), { rewrite: [] });
  });

  it('tells refactors of the project from our own', () => {
    assert.equal(historyKey(refactorRecipes['add-docs']), 'add-docs');
    assert.equal(historyKey({ kind: 'rewrite', title: 'Use our logger' }), 'project: Use our logger');
  });

  it('reads back what it was, and nothing of what was never one', () => {
    const history = { rewrite: ['a', 'b'], convert: [] };
    assert.deepEqual(readHistory(JSON.parse(JSON.stringify(history))), history);
    assert.deepEqual(readHistory({ rewrite: ['a', 7, null], convert: 'x' }), { rewrite: ['a'], convert: [] });
    fc.assert(
      fc.property(fc.anything(), (kept) => {
        for (const list of Object.values(readHistory(kept)))
          assert.ok(list.every((one) => typeof one === 'string'));
      }),
    );
  });
});
