import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyStopRule, stopSpec } from '../../../../src/core/completion/stop.ts';
import { parseCursor } from '../../../support/cursor.ts';

/** Where the rule stops `text`, as `kept│rest`; without a stop, `kept…` and what is held back. */
function stopped(
  picture: string,
  text: string,
  multiline: boolean,
  ended = false,
  maxLines?: number,
): string {
  const result = applyStopRule(stopSpec(parseCursor(picture), { multiline }, maxLines), text, ended);
  assert.ok(text.startsWith(result.text), 'what is kept is a beginning of the text');
  return result.text + (result.stop ? '│' : '…') + text.slice(result.text.length);
}

describe('stopSpec', () => {
  const table: [string, string, string][] = [
    ['const a█b\n\n  next();\n', 'const a', '  next();'],
    ['x\n  █\n', '  ', ''],
    ['█ y\n\t}\nz', '', '\t}'],
  ];
  for (const [picture, linePrefix, nextLine] of table) {
    it(picture, () => {
      const expected = { multiline: true, mayOpen: false, maxLines: 12, linePrefix, nextLine };
      assert.deepEqual(stopSpec(parseCursor(picture), { multiline: true }), expected);
    });
  }
});

describe('a single-line completion', () => {
  const table: [string, string, string, string][] = [
    ['ends with its line', 'const x = █', ' 1;\ny', ' 1;│\ny'],
    ['is shown while it grows', 'const x = █', ' 1;', ' 1;…'],
    ['starts with a line end on a blank line: nothing', 'a\n  █', '\nfoo\n', '│\nfoo\n'],
    ['blanks, then a line end on a blank line: nothing', '█', '  \nfoo', '│  \nfoo'],
    ['shows nothing while only blank', '█', '  ', '…  '],
    ['may be the next line', 'a();█', '\nb();\nc();', '\nb();│\nc();'],
    ['may follow one blank line', '}█', '\n\nfoo()\n', '\n\nfoo()│\n'],
    ['does not follow two', '}█', '\n\n\nfoo()', '│\n\n\nfoo()'],
    [
      'goes on where its line opens a block',
      '  █',
      'if (a) {\n    b();\n  }\n  c();',
      'if (a) {\n    b();\n  }│\n  c();',
    ],
    ['goes on into a body by its indentation', '█', 'if a:\n    b()\nc()\n', 'if a:\n    b()│\nc()\n'],
    ['is one line before closers of others', 'f(█) + 1', '() => {\n  a', '() => {│\n  a'],
    ['holds back half a pair', 'const x = "█', '\u{1f525}\ud83d', '\u{1f525}…\ud83d'],
  ];
  for (const [name, picture, text, expected] of table) {
    it(name, () => assert.equal(stopped(picture, text, false), expected));
  }
});

describe('a multi-line completion', () => {
  const f = 'function f() {█';
  const table: [string, string, string, string][] = [
    ['keeps the closer of the cursor line, then stops', f, '\n  a();\n}\nb();', '\n  a();\n}│\nb();'],
    ['keeps a closer with punctuation', 'call(() => {█', '\n  a();\n});\nb();', '\n  a();\n});│\nb();'],
    [
      'keeps the closer of a block that it opened',
      '  █',
      'if (a) {\n    b();\n  }\n  c',
      'if (a) {\n    b();\n  }│\n  c',
    ],
    ['keeps `end`', 'def f█', '\n  a\nend\nb', '\n  a\nend│\nb'],
    ['keeps a closing tag', '<ul>█', '\n  <li>\n</ul>\n<p>', '\n  <li>\n</ul>│\n<p>'],
    ['drops a closer of what stood before', '█', 'a();\n}\n', 'a();│\n}\n'],
    [
      'goes on behind a closer that opens again',
      'if (a) {█',
      '\n  b\n} else {\n  c\n}\nd',
      '\n  b\n} else {\n  c\n}│\nd',
    ],
    ['ends left of its line', '    █', 'return 1\ndef g():\n', 'return 1│\ndef g():\n'],
    ['sees that before the line is complete', '    █', 'return 1\nd', 'return 1│\nd'],
    ['counts a tab as four columns', '    █', 'a\n\tb\n  c\n', 'a\n\tb│\n  c\n'],
    [
      'takes the column of its first line on an empty line',
      '{\n█',
      '    a\n    b\n  c\n',
      '    a\n    b│\n  c\n',
    ],
    ['stops before the next line', 'a {█\n  z();', '\n  b();\n  z();\n', '\n  b();│\n  z();\n'],
    [
      'stops before the next line, whatever its column',
      'a {█\n    z();',
      '\n  b();\n  z();\n',
      '\n  b();│\n  z();\n',
    ],
    ['is empty where it starts with the next line', '█\nz();', 'z();\n', '│z();\n'],
    ['may end the cursor line as the next line is', 'f(█\na);', 'a);\nb\n', 'a);\nb…\n'],
    ['may make the cursor line what the next line is', 'f(█\nf(a);', 'a);\nb\n', 'a);\nb…\n'],
    ['leaves the closer that is there', f + '\n}', '\n  a();\n}\n', '\n  a();│\n}\n'],
    ['keeps a closer at another column', '  if (a) {█\n}', '\n    b\n  }\n}\n', '\n    b\n  }│\n}\n'],
    ['keeps the closer of its own block', '█\n}', 'if (a) {\n  b\n}\nc', 'if (a) {\n  b\n}│\nc'],
    ['stops at two blank lines', 'x█', '\na\n\n \nb', '\na│\n\n \nb'],
    ['goes on after one', 'x█', '\na\n\nb\nc', '\na\n\nb…\nc'],
    ['holds back a blank line', 'x█', '\na\n\n', '\na…\n\n'],
    [
      'stops at a blank line once its block is closed',
      'do {█',
      '\n  a\n} while (b);\n\nc',
      '\n  a\n} while (b);│\n\nc',
    ],
    ['keeps two blank lines in its block', f, '\n  a\n\n\n  b\n}\n', '\n  a\n\n\n  b\n}│\n'],
    ['keeps a blank line in its block', f, '\n  a\n\n  b\n', '\n  a\n\n  b…\n'],
    ['ends with a Python block', 'def f():█', '\n    a\n\ndef g():\n', '\n    a│\n\ndef g():\n'],
    [
      'goes on with its other branches',
      'if a:█',
      '\n    b\nelse:\n    c\nd\n',
      '\n    b\nelse:\n    c│\nd\n',
    ],
    ['keeps one round of a loop', 'x█', '\na\na\na\n', '\na│\na\na\n'],
    ['keeps one, blank lines between or not', 'x█', '\na\n\na\n\na\n', '\na│\n\na\n\na\n'],
    ['holds back what may be a loop', 'x█', '\na\na\n', '\na…\na\n'],
    ['keeps two equal lines', 'x█', '\na\na\nb\n', '\na\na\nb…\n'],
    ['equal closers are no loop', 'x█', '\n  }\n }\n}\n', '\n  }\n }│\n}\n'],
    ['holds back an unfinished line', f, '\n  a();\n  b', '\n  a();…\n  b'],
  ];
  for (const [name, picture, text, expected] of table) {
    it(name, () => assert.equal(stopped(picture, text, true), expected));
  }

  it('has at most so many lines', () => {
    assert.equal(stopped('x█', '\na\nb\nc\n', true, false, 3), '\na\nb│\nc\n');
    assert.equal(stopped('x█', '\na\n\nc\n', true, false, 3), '\na│\n\nc\n');
    const lines = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('');
    assert.equal(
      applyStopRule(stopSpec(parseCursor('x█'), { multiline: true }), lines).text.split('\n').length,
      12,
    );
  });
});

describe('the end of the text completes its last line', () => {
  const table: [string, string, string, string][] = [
    ['a closer', 'function f() {█', '\n  a();\n}', '\n  a();\n}│'],
    ['a statement', 'function f() {█', '\n  a();\n  b();', '\n  a();\n  b();…'],
    ['the next line', 'a {█\nz();', '\n  b();\n  z();', '\n  b();│\n  z();'],
    ['two equal lines', 'x█', '\na\na', '\na\na…'],
    ['blank lines', 'x█', '\na\n', '\na…\n'],
  ];
  for (const [name, picture, text, expected] of table) {
    it(name, () => assert.equal(stopped(picture, text, true, true), expected));
  }
});

describe('the stop rule over a stream', () => {
  const places = [
    '█',
    '  █',
    'x = █',
    '  if (a) {█\n  }',
    'def f():█\n  b',
    '{\n█\n}',
    '  f(█)\n  b',
    '    █\n\n\tb',
  ];
  const token = fc.constantFrom(
    '\n',
    '\n',
    '\n',
    ' ',
    '  ',
    '\t',
    'a',
    'b',
    '}',
    ')',
    '{',
    '(',
    'if a:',
    'else:',
    'end',
    '\u{1f525}',
  );
  const request = fc.record({
    spec: fc
      .tuple(fc.constantFrom(...places), fc.boolean(), fc.integer({ min: 1, max: 6 }))
      .map(([picture, multiline, maxLines]) => stopSpec(parseCursor(picture), { multiline }, maxLines)),
    text: fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join('')),
  });
  const runs = { numRuns: 2000 };

  it('gives the same text whatever the chunks', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(request, sizes, ({ spec, text }, chunks) => {
        let end = 0;
        let result = applyStopRule(spec, '');
        for (let index = 0; !result.stop && end < text.length; index++) {
          end += chunks[index % chunks.length] ?? 1;
          result = applyStopRule(spec, text.slice(0, end));
        }
        const streamed = result.stop ? result : applyStopRule(spec, text, true);
        assert.equal(streamed.text, applyStopRule(spec, text, true).text);
      }),
      runs,
    );
  });

  it('never changes its mind, and never takes back what it showed', () => {
    fc.assert(
      fc.property(request, ({ spec, text }) => {
        const final = applyStopRule(spec, text, true);
        for (let end = 0; end <= text.length; end++) {
          const early = applyStopRule(spec, text.slice(0, end));
          assert.ok(final.text.startsWith(early.text), `${JSON.stringify(early.text)} was shown`);
          if (!early.stop) continue;
          assert.deepEqual(applyStopRule(spec, text), early);
          assert.equal(final.text, early.text);
        }
      }),
      runs,
    );
  });
});
