import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repeatsItself } from '../../../../../src/core/completion/filters/repeatsItself.ts';
import { filterTable, filtered } from '../../../../support/filterTable.ts';

filterTable(repeatsItself, [
  ['one line over and over', '█', 'x\na();\na();\na();', 'x\na();│\na();\na();'],
  ['with the left of the cursor', '  █', 'a();\n  a();\n  a();', 'a();│\n  a();\n  a();'],
  ["the cursor's line over and over", 'a();█', '\na();\na();', 'repeats-itself'],
  ['two lines over and over', '█', 'a\nb\na\nb\na\nb', 'a\nb│\na\nb\na\nb'],
  ['and broken off', '█', 'foo\nbar\nfoo\nbar\nfoo\nbar\nfo', 'foo\nbar│\nfoo\nbar\nfoo\nbar\nfo'],
  ['blank lines between', '█', 'a();\n\na();\n\na();', 'a();│\n\na();\n\na();'],
  ['twice is fine', '█', 'a();\na();', 'a();\na();'],
  ['twice and a beginning is fine', '█', 'foo();\nfoo();\nfoo(', 'foo();\nfoo();\nfoo('],
  ['not at the end', '█', 'a\na\na\nb', 'a\na\na\nb'],
  ['closers at different columns', '█', '    }\n  }\n}', '    }\n  }\n}'],
  [
    'four words over and over in one line',
    '// █',
    'go to the bar go to the bar go to the bar',
    'repeats-itself',
  ],
  [
    'four words over and over in the last of several lines',
    '█',
    'a();\n// go to the bar go to the bar go to the bar',
    'a();\n// go to the bar│ go to the bar go to the bar',
  ],
  ['three words are too few', '// █', 'to be or to be or to be or not', 'to be or to be or to be or not'],
  ['a short piece over and over', 'x = █', 'a.a.a.a.a.a', 'repeats-itself'],
  ['a call over and over', 'x = █', 'f(f(f(f(f(f(f(f(', 'repeats-itself'],
  ['one character over and over', 'x = █', 'a'.repeat(30), 'repeats-itself'],
  ['a short list', 'x = █', '[0, 0, 0, 0]', '[0, 0, 0, 0]'],
  ['a round number', 'x = █', '1000000000', '1000000000'],
  ['a mask', 'x = █', '0xFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFF'],
  ['a ruler', '// █', '-'.repeat(60), '-'.repeat(60)],
  ['a ruler of two characters', '// █', '-='.repeat(20), '-='.repeat(20)],
  ['blanks for alignment', 'x█', ' '.repeat(30) + '= 1', ' '.repeat(30) + '= 1'],
  [
    'a longer line with such a piece',
    'x = █',
    'parse(address, defaults) ?? 1.1.1.1.1.1',
    'parse(address, defaults) ?? 1.1.1.1.1.1',
  ],
  ['ordinary text', '// █', 'reads the file and returns its lines', 'reads the file and returns its lines'],
]);

describe('repeats-itself in a single-line completion', () => {
  it('looks at a line that begins below the cursor', () => {
    const loop = '\na.a.a.a.a.a';
    assert.equal(filtered(repeatsItself, 'x;█', loop, { multiline: false }), 'repeats-itself');
    assert.equal(filtered(repeatsItself, 'x;█', loop, { multiline: true }), loop);
  });
});
