import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { languageIdentifier } from '../../../../src/vscode/chat/blockLanguage.ts';
import { insertedText } from '../../../../src/vscode/chat/insertedText.ts';

describe('a block that is inserted', () => {
  const table: readonly [name: string, block: string, indentation: string, expected: string][] = [
    ['takes the indentation of the line', 'if (a) {\n  b();\n}\n', '    ', 'if (a) {\n      b();\n    }'],
    ['loses what all its lines are indented by', '    a();\n      b();\n', '\t', 'a();\n\t  b();'],
    ['keeps blank lines empty', 'a();\n\n   \nb();', '  ', 'a();\n\n\n  b();'],
    ['of one line is that line', '  x = 1\n', '    ', 'x = 1'],
    ['has plain line ends', 'a\r\nb\r\n', '', 'a\nb'],
    ['keeps tabs below blanks', '  a\n\tb', '', '  a\n\tb'],
    ['that is empty inserts nothing', '', '  ', ''],
  ];
  for (const [name, block, indentation, expected] of table)
    it(name, () => assert.equal(insertedText(block, indentation), expected));

  it('at the margin is itself, less common indentation', () => {
    const line = fc.tuple(fc.nat(4), fc.constantFrom('a', 'b c', '}')).map(([n, t]) => ' '.repeat(n) + t);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.nat(6), (lines, deeper) => {
        const block = lines.map((text) => ' '.repeat(deeper) + text).join('\n');
        assert.equal(insertedText(block, ''), insertedText(lines.join('\n'), ''));
        const words = (text: string): string => text.replace(/[ \n]+/g, ' ').trim();
        assert.equal(words(insertedText(block, '  ')), words(block));
      }),
    );
  });
});

describe('the language of a block', () => {
  const known = new Set(['typescript', 'shellscript', 'python', 'go', 'cpp']);
  for (const [name, expected] of [
    ['ts', 'typescript'],
    ['TypeScript', 'typescript'],
    ['bash', 'shellscript'],
    ['go', 'go'],
    ['c++', 'cpp'],
    ['klingon', 'plaintext'],
    ['', 'plaintext'],
    ['rust', 'plaintext'],
  ] as const)
    it(`${name || 'none'} is ${expected}`, () => assert.equal(languageIdentifier(name, known), expected));
});
