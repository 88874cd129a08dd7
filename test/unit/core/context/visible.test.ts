import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { visibleLines } from '../../../../src/core/context/visible.ts';
import { cutWindow, windowLimits } from '../../../../src/core/text/window.ts';

describe('visibleLines', () => {
  const text = Array.from({ length: 1000 }, (_, line) => `line ${line + 1} of it`).join('\n');
  const limits = windowLimits(512);

  it('are all lines of a text that fits', () => {
    const some = text.split('\n').slice(0, 20).join('\n');
    assert.deepEqual(visibleLines(cutWindow(some, 100, limits), limits), { startLine: 1, endLine: 20 });
  });

  it('are within the window, around the cursor, more before it than behind it', () => {
    for (const offset of [0, 100, text.length / 2, text.length]) {
      const window = cutWindow(text, Math.floor(offset), limits);
      const { startLine, endLine } = visibleLines(window, limits);
      assert.ok(startLine >= window.startLine && startLine <= window.cursorLine, `${startLine}`);
      assert.ok(endLine <= window.endLine && endLine >= window.cursorLine, `${endLine}`);
      const shown = text
        .split('\n')
        .slice(startLine - 1, endLine)
        .join('\n');
      assert.ok(shown.length < 512 * 3.6 * 0.75, `${shown.length}`);
    }
    const middle = visibleLines(cutWindow(text, text.length / 2, limits), limits);
    const { cursorLine } = cutWindow(text, text.length / 2, limits);
    assert.ok(cursorLine - middle.startLine > middle.endLine - cursorLine);
  });
});
