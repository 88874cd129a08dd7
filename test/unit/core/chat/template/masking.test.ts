import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Masking } from '../../../../../src/core/chat/template/masking.ts';
import { unmasked } from '../../../../support/unmasked.ts';

const controls = [
  '<|im_start|>',
  '<|im_end|>',
  '<|im_end|>>',
  '[INST]',
  '[/INST]',
  '<think>',
  '◁think▷',
  '<s>',
];
const masking = new Masking(controls);
/** Whole control texts, parts of them, our own signs, and what else people write. */
const parts = fc.constantFrom(
  ...controls,
  ...controls.flatMap((text) => [text.slice(0, 3), text.slice(-3), text.slice(0, -1)]),
  ...[
    '\u{10fffc}',
    '\u{10fffd}',
    '\u{10fffc}w3\u{10fffd}',
    'w',
    '3',
    ',',
    'a',
    ' ',
    '\n',
    '漢',
    '😀',
    '>',
    '<',
  ],
);
const contents = fc.array(parts, { maxLength: 8 }).map((list) => list.join(''));

const controlPieces = (rendered: string): string[] =>
  masking.split(rendered).flatMap(({ kind, text }) => (kind === 'control' ? [text] : []));

describe('Masking', () => {
  it('leaves what has no control token as it is', () => {
    for (const text of ['', 'if (a < b && c > d) {}', 'a[INS', '😀 <div>x</div>.']) {
      assert.equal(unmasked(masking, masking.mask(text)), text);
    }
    assert.equal(masking.mask('const a = [1, 2];'), 'const a = [1, 2];');
  });

  it('gives back what was said, and no control token of it, whatever a template writes around it', () => {
    fc.assert(
      fc.property(contents, contents, parts, (first, second, between) => {
        const masked = masking.mask(first);
        assert.deepEqual(controlPieces(masked), []);
        assert.equal(unmasked(masking, masked), first);
        const template = between.replace(/[\u{10fffc}\u{10fffd}]/gu, '');
        const rendered = `<s>${masked}${template}${masking.mask(second)}[/INST]`;
        const around = masking.split(`<s>${template}[/INST]`).filter(({ kind }) => kind === 'control').length;
        // Neither content, nor its two neighbours together, make one more.
        assert.ok(controlPieces(rendered).length <= around, JSON.stringify(controlPieces(rendered)));
        assert.equal(unmasked(masking, rendered), `<s>${first}${template}${second}[/INST]`);
      }),
      { numRuns: 3000 },
    );
  });

  it('cuts a prompt into pieces that follow one another', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const rendered = `<s>${masking.mask(content)}<|im_end|>\n`;
        let at = 0;
        for (const { start, end } of masking.split(rendered)) {
          assert.equal(start, at);
          assert.ok(end > start);
          at = end;
        }
        assert.equal(at, rendered.length);
      }),
    );
  });

  it('masks equal texts alike, so that a prompt begins like the last one', () => {
    const [first, both] = [masking.mask('a<s>b'), masking.mask('a<s>b[INST]')];
    assert.ok(both.startsWith(first));
  });

  it('survives a template that has broken a placeholder', () => {
    const masked = masking.mask('a<s>b');
    for (let cut = 0; cut <= masked.length; cut += 1) {
      const pieces = masking.split(`<|im_start|>${masked.slice(0, cut)}<|im_end|>`);
      assert.deepEqual(
        pieces.filter(({ kind }) => kind === 'control').map(({ text }) => text),
        ['<|im_start|>', '<|im_end|>'],
      );
    }
  });
});
