import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linesInStrings } from '../../../../src/core/refactor/stringLines.ts';

describe('linesInStrings', () => {
  const table: [why: string, language: string, text: string, inside: string][] = [
    ['a docstring', 'python', 'def f():\n    """a\n    b\n    """\n    c', '..xx.'],
    ['one on one line', 'python', 'a = """b"""\nc', '..'],
    ['the other quotes', 'python', "a = '''b\nc'''\nd", '.x.'],
    ['quotes in a comment', 'python', 'a  # """\nb', '..'],
    ['quotes in a string', 'python', 'a = \'"""\'\nb', '..'],
    ['an escaped mark', 'typescript', 'a = `b\\`\nc`\nd', '.x.'],
    ['a backtick in a comment', 'typescript', '// don`t\na\n/* ` */ b\nc', '....'],
    ['a backtick in a string', 'typescript', "a = '`'\nb", '..'],
    ['a comment of several lines', 'typescript', '/* `\n` ` */\na', '...'],
    ['an apostrophe that opens nothing', 'go', "x := 'a\ny := `b\nc`", '..x'],
    ['a language without such strings', 'c', 'a = `b\nc`', '..'],
  ];
  for (const [why, language, text, inside] of table)
    it(why, () => {
      const lines = linesInStrings(text.split('\n'), language);
      assert.equal(lines.map((one) => (one ? 'x' : '.')).join(''), inside);
    });
});
