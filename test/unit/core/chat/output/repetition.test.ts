import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Repetition } from '../../../../../src/core/chat/output/repetition.ts';

/** Units after which it is noticed; null for never. */
function noticed(text: string, piece = 7): number | null {
  const repetition = new Repetition();
  for (let at = 0; at < text.length; at += piece) {
    if (repetition.push(text.slice(at, at + piece))) return at + piece;
  }
  return null;
}

const words = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `w${String((index + from) * 7919)}`).join(' ');

describe('repetition', () => {
  const loops: [string, string][] = [
    ['one line', 'I will now look at the file.\n'],
    ['one character', '-'],
    ['blanks', ' \n'],
    ['a paragraph', `${words(80)}\n\n`],
    ['a stretch of 4000 characters', words(1000).slice(0, 4000)],
    [
      'a stretch in which something stands twice',
      `${'-'.repeat(60)}\na\n${'-'.repeat(60)}\nb\n${'-'.repeat(60)}\n`,
    ],
  ];
  for (const [name, stretch] of loops) {
    it(`notices ${name}`, () => {
      const before = words(400, 5000);
      const at = noticed(before + stretch.repeat(Math.ceil(30_000 / stretch.length)));
      assert.ok(at !== null, 'it was noticed');
      const needed = Math.max(2000, 4 * stretch.length);
      assert.ok(at > before.length + 1900, 'not too early');
      assert.ok(
        at < before.length + needed + stretch.length + 600,
        `${String(at - before.length)} is too late`,
      );
    });
  }

  const wanted: [string, string][] = [
    ['prose', words(5000)],
    [
      'rows that differ',
      Array.from({ length: 500 }, (_, row) => `| ${String(row)} | 0 | 0 | 0 |`).join('\n'),
    ],
    ['20 equal rows', `${words(300)}\n${'| 0 | 0 | 0 | 0 | 0 | 0 |\n'.repeat(20)}${words(300)}`],
    ['closing braces', Array.from({ length: 60 }, (_, depth) => `${'  '.repeat(60 - depth)}}\n`).join('')],
    ['a ruler', `${words(300)}\n${'-'.repeat(200)}\n${words(300)}`],
    ['a paragraph said three times', `${`${words(150)}\n`.repeat(3)}${words(900, 3000)}`],
    [
      'similar functions',
      Array.from(
        { length: 80 },
        (_, n) => `it('case ${String(n)}', () => {\n  assert.ok(run());\n});\n`,
      ).join(''),
    ],
  ];
  for (const [name, text] of wanted) it(`lets ${name} pass`, () => assert.equal(noticed(text), null));

  it('does not depend on the pieces', () => {
    const text = words(200) + 'again and again, '.repeat(300);
    const whole = new Repetition();
    assert.equal(whole.push(text), true);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (piece) => {
        const at = noticed(text, piece);
        const first = noticed(text, 1);
        assert.ok(at !== null && first !== null && at >= first && at < first + piece);
      }),
      { numRuns: 20 },
    );
  });
});
