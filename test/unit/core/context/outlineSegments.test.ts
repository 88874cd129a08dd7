import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { identifiers, importedOutline, ownOutline } from '../../../../src/core/context/outlineSegments.ts';
import { visibleLines } from '../../../../src/core/context/visible.ts';
import type { Definition } from '../../../../src/core/syntax/outline.ts';
import { cutWindow, windowLimits } from '../../../../src/core/text/window.ts';

/** `kind name from-to [container]` of a file with lines of ten units. */
function definitions(...rows: string[]): Definition[] {
  return rows.map((row) => {
    const [kind = '', name = '', lines = '', container = null] = row.split(' ');
    const [startLine = 0, endLine = 0] = lines.split('-').map(Number);
    const place = { start: 10 * startLine, end: 10 * endLine + 9, startLine, endLine };
    return { kind, name, signature: `${kind} ${name}`, container, ...place };
  });
}

describe('ownOutline', () => {
  const all = definitions(
    'class A 1-40',
    'method a 5-9 A',
    'method b 20-30 A',
    'function f 50-60',
    'function g 52-53',
  );
  const request = { path: 'x', cursorLine: 25, visible: { startLine: 18, endLine: 32 } };

  it('gives what the prompt does not show, without what functions define inside', () => {
    const shown = ownOutline(request, all).map(({ text, startLine }) => `${startLine} ${text}`);
    assert.deepEqual(shown, ['1 class A', '5   method a', '50 function f']);
  });

  it('puts the definition around the cursor first', () => {
    const best = ownOutline(request, all).sort((a, b) => b.score - a.score)[0];
    assert.equal(best?.text, 'class A');
  });
});

describe('importedOutline', () => {
  it('puts what is imported by name and used before the rest', () => {
    const all = definitions(
      'function other 1-2',
      'function unused 3-4',
      'function used 5-6',
      'interface Type 7-8',
    );
    const order = importedOutline('x', all, ['used', 'unused', 'Type'], new Set(['used', 'Type', 'other']))
      .sort((a, b) => b.score - a.score)
      .map(({ text }) => text.split(' ')[1]);
    assert.deepEqual(order, ['Type', 'used', 'unused', 'other']);
  });

  it('counts members of what is named as named', () => {
    const all = definitions('class A 1-9', 'method a 2-3 A', 'class B 10-19', 'method b 11-12 B');
    const [, a, , b] = importedOutline('x', all, ['A'], new Set(['A', 'a', 'B', 'b']));
    assert.ok((a?.score ?? 0) > (b?.score ?? 0));
  });
});

describe('identifiers', () => {
  it('are words of any script', () => {
    assert.deepEqual([...identifiers('a_b = $c + größe("x1", 2e)')], ['a_b', '$c', 'größe', 'x1', 'e']);
  });
});

describe('visibleLines', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join('');
  const at = (tokens: number) => {
    const limits = windowLimits(tokens);
    return visibleLines(cutWindow(lines, lines.indexOf('line 500'), limits), limits);
  };

  it('are all of a file that fits', () => {
    assert.deepEqual(at(8000), { startLine: 1, endLine: 1001 });
  });

  it('are those near the cursor of a file that does not', () => {
    const { startLine, endLine } = at(768);
    assert.ok(startLine > 300 && startLine < 400, String(startLine));
    assert.ok(endLine > 540 && endLine < 600, String(endLine));
  });
});
