import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { picture, readAnswer, templates, type Family } from './answers.ts';

const families = Object.keys(templates) as Family[];
const pieces = [
  ...[
    '<think>',
    '</think>',
    '[THINK]',
    '[/THINK]',
    '<tool_call>',
    '</tool_call>',
    '<function=f>',
    '</function>',
  ],
  ...['<parameter=a>', '</parameter>', '[TOOL_CALLS]', 'name[ARGS]', '<|python_tag|>', '<|tool_call|>'],
  ...[
    '<|channel|>',
    'analysis',
    'final',
    '<|message|>',
    '<|end|>',
    '<|start|>',
    'assistant',
    ' to=functions.f',
  ],
  ...[
    '<｜tool▁call▁begin｜>',
    '<｜tool▁sep｜>',
    '<｜tool▁call▁end｜>',
    '<|tool_call>call:f',
    '<tool_call|>',
    '<|"|>',
  ],
  ...[
    '{"name": "f", "arguments": {"a": 1}}',
    '{"name"',
    ':',
    '"f"',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ';',
    '<',
    '<|',
  ],
  ...['\n', ' ', '  \n\n', 'text', '```json\n', '<tool', 'é', '\u{1f525}'],
];
const written = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 25 })
  .map((parts) => parts.join(''));
const options = fc.record({ begunThinking: fc.boolean(), tools: fc.boolean() });

describe('any answer', () => {
  it('says the same wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...families),
        written,
        options,
        fc.array(fc.nat(60), { maxLength: 12 }),
        (family, text, given, cuts) => {
          const sorted = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].sort(
            (a, b) => a - b,
          );
          const parts = sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
          assert.deepEqual(readAnswer(family, parts, given), readAnswer(family, [text], given));
          assert.deepEqual(readAnswer(family, [...text], given), readAnswer(family, [text], given));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('gives no more text than was written, and in the order of the writing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...families), written, options, (family, text, given) => {
        let at = 0;
        for (const event of readAnswer(family, [text], given)) {
          if (event.kind !== 'text' && event.kind !== 'reasoning') continue;
          for (const unit of event.text) {
            const found = text.indexOf(unit, at);
            assert.notEqual(found, -1, `${event.text} is not in the text, or twice`);
            at = found + unit.length;
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('without a marker is text, unchanged', () => {
    // Every marker has one of these, and a call without one begins with a brace.
    const plain = fc
      .string({ maxLength: 80, unit: 'grapheme' })
      .map((text) => text.replace(/[<[{◁]|to=/g, ''));
    fc.assert(
      fc.property(fc.constantFrom(...families), plain, (family, text) => {
        assert.deepEqual(picture(readAnswer(family, [text])), text === '' ? [] : [text]);
      }),
    );
  });

  it('takes linear time, whatever it holds', () => {
    for (const family of families) {
      for (const unit of [
        '<tool_call>',
        '<think>',
        '{"name":',
        '<|channel|>',
        '[TOOL_CALLS]',
        '<｜tool▁call▁begin｜>',
        ' ',
        '"\\',
      ]) {
        const text = unit.repeat(200_000 / unit.length);
        const given = readAnswer(family, [text]);
        assert.ok(given.length <= 1 || family === 'harmony', `${family} ${unit}: ${String(given.length)}`);
      }
    }
  });
});
