import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FILTERS, applyFilters } from '../../../../../src/core/completion/filters/index.ts';
import { isBlank } from '../../../../../src/core/completion/indent.ts';
import { reasonSentences } from '../../../../../src/core/completion/reasons.ts';
import { parseCursor } from '../../../../support/cursor.ts';

describe('applyFilters', () => {
  const options = { multiline: true };

  it('has the filters in this order', () => {
    assert.deepEqual(
      FILTERS.map((filter) => filter.name),
      [
        'trim-trailing',
        'empty',
        'indentation',
        'repeats-suffix',
        'closes-twice',
        'repeats-prefix',
        'repeats-itself',
        'control',
        'secret',
      ],
    );
  });

  it('says what each one removed', () => {
    assert.deepEqual(applyFilters('\n  b\n  b\n  b\n}\n', parseCursor('a {█\n}'), options), {
      text: '\n  b',
      dropped: [
        { filter: 'trim-trailing', text: '\n' },
        { filter: 'repeats-suffix', text: '\n}' },
        { filter: 'repeats-itself', text: '\n  b\n  b' },
      ],
      reason: null,
    });
  });

  it('says what was mended', () => {
    assert.deepEqual(applyFilters('\n\tb;', parseCursor('f() {\n  a;\n}\ng() {█\n}'), options), {
      text: '\n    b;',
      dropped: [{ filter: 'indentation', text: '\n\tb;' }],
      reason: null,
    });
  });

  it('says what was refused, and why', () => {
    assert.deepEqual(applyFilters('a();', parseCursor('a();\n█'), options), {
      text: '',
      dropped: [{ filter: 'repeats-prefix', text: 'a();' }],
      reason: 'repeats-prefix',
    });
  });

  it('leaves a good completion alone', () => {
    assert.deepEqual(applyFilters(' 1;', parseCursor('x =█'), options), {
      text: ' 1;',
      dropped: [],
      reason: null,
    });
  });

  const piece = fc.constantFrom(
    ...[
      'a',
      'b',
      ' ',
      '  ',
      '\t',
      '\n',
      '\n',
      '}',
      '{',
      ')',
      '(',
      ':',
      'if a:',
      'a b c d ',
      '\u{1f525}',
      '\0',
    ],
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  it('only cuts the end and mends the blanks before lines, and has a reason for each refusal', () => {
    const shape = (lines: string) => lines.replace(/(^|\n)[ \t]+/g, '$1');
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (prefix, suffix, completion, multiline) => {
        const { text: kept, dropped, reason } = applyFilters(completion, { prefix, suffix }, { multiline });
        assert.ok(shape(completion).startsWith(shape(kept)), JSON.stringify(kept));
        assert.equal(isBlank(kept), reason !== null);
        if (reason !== null) assert.ok(reasonSentences[reason]);
        assert.equal(dropped.length > 0, kept !== completion || reason !== null);
        if (dropped.some(({ filter }) => filter === 'indentation')) return;
        const removed = dropped.map((part) => part.text).reverse();
        assert.equal([kept, ...removed].join(''), completion);
      }),
      { numRuns: 3000 },
    );
  });

  it('has nothing left to do the second time', () => {
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (prefix, suffix, completion, multiline) => {
        const once = applyFilters(completion, { prefix, suffix }, { multiline });
        if (once.reason !== null) return;
        const twice = applyFilters(once.text, { prefix, suffix }, { multiline });
        assert.deepEqual(twice, { text: once.text, dropped: [], reason: null });
      }),
      { numRuns: 3000 },
    );
  });
});
