import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { titleOf } from '../../../../src/core/chat/title.ts';

describe('titleOf', () => {
  it('is the first line with words, without mentions and command', () => {
    const titles: [question: string, title: string][] = [
      ['Where is the parser?', 'Where is the parser?'],
      ['\n  What  does\tthis do?\nMore', 'What does this do?'],
      ['/explain @file:src/a.ts @selection the loop', 'the loop'],
      ['@file:"a b.ts"\nWhy is it slow?', 'Why is it slow?'],
      ['Ask me@home.org about @symbol:Parser and a/b', 'Ask me@home.org about Parser and a/b'],
      ['/dance @selection now', '/dance now'],
      ['/fix @problems', '/fix @problems'],
      ['  \n ', ''],
    ];
    for (const [question, title] of titles) assert.equal(titleOf(question), title);
  });

  it('ends a long line at a word, or within one that is very long', () => {
    const words = 'Where do we read the settings of the editor before the engine is started again?';
    assert.equal(titleOf(words), 'Where do we read the settings of the editor before the…');
    assert.equal(titleOf('x'.repeat(100)), `${'x'.repeat(59)}…`);
    assert.equal(titleOf(`${'x'.repeat(58)}😀 and more`), `${'x'.repeat(58)}…`);
    assert.equal(titleOf('x'.repeat(60)), 'x'.repeat(60));
  });

  it('is one line of at most 60 characters, and empty for no words only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (question) => {
        const title = titleOf(question);
        assert.ok(title.length <= 60 && !/[\n\r]/.test(title));
        assert.equal(title === '', question.trim() === '');
      }),
    );
  });
});
