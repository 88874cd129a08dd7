import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { judgedText } from '../../../../src/core/syntax/completionEnd.ts';
import { Syntax } from '../../../../src/workspace/syntax.ts';
import { shippedParsers } from '../../../support/grammars.ts';

const parsers = shippedParsers();
const syntax = new Syntax(parsers);
after(async () => {
  syntax.dispose();
  await parsers.dispose();
});

let documents = 0;

/** The judge of one completion, asked again and again as its text grows. */
function judgeAt(languageId: string, prefix: string) {
  const text = `${prefix}\nrest of the file (`;
  documents += 1;
  const document = { document: `file:///${documents}`, version: 1, languageId, text };
  return async (written: string, ended: boolean) => {
    const answer = await syntax.end(document, { offset: prefix.length }, written, ended);
    assert.ok(answer);
    return answer;
  };
}

/**
 * What stays of the text right of `█`, written token by token, with `⟧` where the judge said to stop; without it the
 * text ended first. What was kept once must stay.
 */
async function endOf(languageId: string, picture: string): Promise<string> {
  const [prefix = '', written = ''] = picture.split('█');
  const judge = judgeAt(languageId, prefix);
  let kept = 0;
  for (let length = 1; length <= written.length; length += 1) {
    if (!/[\s(){};:]/.test(written[length - 1] ?? '')) continue;
    const { keep, stop } = await judge(written.slice(0, length), false);
    assert.ok(keep >= kept, `took ${JSON.stringify(written.slice(keep, kept))} back`);
    kept = keep;
    if (stop) return `${prefix}█${written.slice(0, keep)}⟧`;
  }
  const { keep, stop } = await judge(written, true);
  return `${prefix}█${written.slice(0, keep)}${stop ? '⟧' : ''}`;
}

/** `⟧` marks the end that is expected; what follows is more text that the model would write. */
const rules: Record<string, Record<string, string[]>> = {
  typescript: {
    'a block ends with its brace': ['function f() {█', '  return 1;', '}⟧', 'function g() {}', ''],
    'a method ends within its class': ['class A {', '  f() {█', '    g();', '  }⟧', '', '  h() {}', ''],
    'a blank line inside a block ends nothing': [
      'f(() => {█',
      '  a();',
      '',
      '',
      '  b();',
      '});⟧',
      'c();',
      '',
    ],
    '`else` on the closing line goes on': ['if (a) {█', '  b();', '} else {', '  c();', '}⟧', 'd();', ''],
    '`else` of the cursor ends with the statement': ['if (a) {', '} else {█', '  b();', '}⟧', 'c();', ''],
    '`catch` on the closing line goes on': ['try {█', '  a();', '} catch {', '  b();', '}⟧', 'c();', ''],
    'a chain goes on': ['a', '  .then(() => {█', '    b();', '  })', '  .catch(c)⟧', 'd();', ''],
    'a binary operator goes on': ['█const a =', '  b +', '  c;⟧', 'const d = 1;', ''],
    'an operator on the next line goes on': ['const a = █b', '  && c⟧', 'const d = 1;', ''],
    'an open argument list goes on': ['█f(', '  a,', '  b,', ');⟧', 'g();', ''],
    'without semicolons the next statement ends it': ['█const a = 1⟧', 'const b = 2', ''],
    'a leading comment belongs to the statement': ['█// why', 'const a = 1;⟧', '// next', 'const b = 2;', ''],
    'a documentation comment, too': ['█/**', ' * Why {', ' */', 'function f() {', '  a();', '}⟧', 'b();', ''],
    'a decorator belongs to what follows': [
      'class A {',
      '  █@b()',
      '  c() {',
      '    d();',
      '  }⟧',
      '  e() {}',
      '',
    ],
    'strings hide brackets': ['function f() {█', '  return \'}\' + "{";', '}⟧', 'a();', ''],
    'templates hide brackets': [
      'function f() {█',
      '  return `}',
      '}${a({ b: `}` })}',
      '`;',
      '}⟧',
      'a();',
      '',
    ],
    'comments hide brackets': ['function f() {█', '  // }', '  /* }', '  } */', '  a();', '}⟧', 'b();', ''],
    'regular expressions hide brackets': ['function f() {█', '  return /[}/]}"/.test(a);', '}⟧', 'b();', ''],
    'a dedent below the block ends it': ['function f() {', '  █a(b);⟧', '}', 'c();', ''],
    'a case ends at the next one': [
      'switch (a) {',
      '  case 1:█',
      '    b();',
      '    break;⟧',
      '  case 2:',
      '    c();',
      '',
    ],
    'a type ends with its brace': ['interface A {█', '  b: string;', '  c(): void;', '}⟧', 'type D = 1;', ''],
    'an object literal goes on to its end': ['const a = {█', '  b: 1,', '  c: { d: 2 },', '};⟧', 'e();', ''],
    'the text may end first': ['function f() {█', '  a();', '  b()'],
  },
  tsx: {
    'an element ends with its tag': ['const a = (', '  <ul>█', '    <li>{b({})}</li>', '  </ul>⟧', ');', ''],
    'a component ends with its brace': [
      'function A() {█',
      '  return (',
      '    <b title="}">',
      '      } text',
      '    </b>',
      '  );',
      '}⟧',
      'a();',
      '',
    ].filter((line) => !line.includes('} text')),
  },
  javascript: {
    'an `else` below the brace is waited for where the file writes it so': [
      'if (a) {',
      '}',
      'else {',
      '}',
      'if (b) {█',
      '  c();',
      '}',
      'else {',
      '  d();',
      '}⟧',
      'e();',
      '',
    ],
    'a closing bracket of an outer call stays on its line': [
      'f(a, function () {█',
      '  b();',
      '});⟧',
      'c();',
      '',
    ],
    'an arrow function without semicolons': ['const f = () => {█', '  a()', '}⟧', 'const b = 1', ''],
  },
  python: {
    'a block ends with the dedent': ['def f():█', '    a()', '', '    return b⟧', '', 'c()', ''],
    'a method ends within its class': [
      'class A:',
      '    def f(self):█',
      '        a()⟧',
      '',
      '    def g(self):',
      '        pass',
      '',
    ],
    '`else` continues the statement': [
      'if a:█',
      '    b()',
      'elif c:',
      '    d()',
      'else:',
      '    e()⟧',
      'f()',
      '',
    ],
    "another statement's `else` does not": ['if a:', '    while b:█', '        c()⟧', 'else:', '    d()', ''],
    '`except` and `finally` continue it': [
      'try:█',
      '    a()',
      'except B:',
      '    c()',
      'finally:',
      '    d()⟧',
      'e()',
      '',
    ],
    'a header over several lines': ['def f(a,', '      b):█', '    c()', '    return d⟧', 'e()', ''],
    'strings hide dedents': [
      'def f():█',
      '    a = """',
      'not (',
      '    the end',
      '"""',
      '    return a⟧',
      'b()',
      '',
    ],
    'brackets hide dedents': ['def f():█', '    a = [', '1,', '    ]', '    return a⟧', 'b()', ''],
    'comments in the block belong to it': ['def f():█', '    a()', '    # why⟧', '# next', 'b()', ''],
    'a leading comment belongs to the statement': ['█# why (', 'a = 1⟧', '# next', 'b = 2', ''],
    'a decorator belongs to what follows': ['█@a', 'def f():', '    b()⟧', '', 'c()', ''],
    'an open argument list goes on': ['█f(', '    a,', ')⟧', 'g()', ''],
    'a backslash goes on': ['█a = b + \\', '    c⟧', 'd = 1', ''],
    'a statement in a block ends before the dedent': ['try:', '    █a()⟧', 'except B:', '    c()', ''],
  },
  go: {
    'a block ends with its brace': [
      'package a',
      'func f() {█',
      '\ta()',
      '',
      '\tb()',
      '}⟧',
      '',
      'func g() {}',
      '',
    ],
    '`else` on the closing line goes on': [
      'package a',
      'func f() {',
      '\tif a {█',
      '\t\tb()',
      '\t} else {',
      '\t\tc()',
      '\t}⟧',
      '\td()',
      '',
    ],
    'a statement ends with its line': ['package a', 'func f() {', '\t█a := b()⟧', '\tc()', ''],
    'a chain goes on': ['package a', 'func f() {', '\t█a.b().', '\t\tc().', '\t\td()⟧', '\te()', ''],
    'raw strings and runes hide brackets': [
      'package a',
      'func f() {█',
      '\ta(`}',
      "}`, '}')",
      '}⟧',
      'func g() {}',
      '',
    ],
    'a struct ends with its brace': ['package a', 'type A struct {█', '\tB int', '}⟧', '', 'type C int', ''],
    'a case ends at the next one': [
      'package a',
      'func f() {',
      '\tswitch a {',
      '\tcase 1:█',
      '\t\tb()⟧',
      '\tcase 2:',
      '\t\tc()',
      '',
    ],
  },
  rust: {
    'a block ends with its brace': ['fn f() {█', '    a();', '', '    b()', '}⟧', '', 'fn g() {}', ''],
    '`else` on the closing line goes on': [
      'fn f() {',
      '    if a {█',
      '        b();',
      '    } else {',
      '        c();',
      '    }⟧',
      '    d();',
      '',
    ],
    'a chain goes on': ['fn f() {', '    █a', '        .b()', '        .c();⟧', '    d();', ''],
    'a match ends with its brace': [
      'fn f() {',
      '    match a {█',
      "        '}' => b,",
      '        _ => c,',
      '    }⟧',
      '}',
      '',
    ],
    'a bound match ends with its semicolon': [
      'fn f() {',
      '    let a = match b {█',
      '        _ => c,',
      '    };⟧',
      '    d();',
      '',
    ],
    'strings and lifetimes hide nothing else': [
      "fn f<'a>(b: &'a str) -> bool {█",
      '    b == "}" || b == r#"}"#',
      '}⟧',
      'fn g() {}',
      '',
    ],
    'an attribute belongs to what follows': ['█#[test]', 'fn f() {', '    a();', '}⟧', '', 'fn g() {}', ''],
    'an implementation ends with its brace': [
      'impl A for B {█',
      '    fn c() {}',
      '',
      '    fn d() {}',
      '}⟧',
      'fn e() {}',
      '',
    ],
  },
};

describe('completionEnd', () => {
  for (const [language, cases] of Object.entries(rules)) {
    for (const [rule, lines] of Object.entries(cases)) {
      it(`${language}: ${rule}`, async () => {
        const picture = lines.join('\n');
        const [expected = ''] = picture.split('⟧');
        const stopped = picture.includes('⟧') ? '⟧' : '';
        assert.equal(await endOf(language, picture.replace('⟧', '')), expected + stopped);
      });
    }
  }

  it('knows a file of CRLF lines before the cursor', async () => {
    const judge = judgeAt('python', 'class A:\r\n    def f(self):');
    assert.deepEqual(await judge('\n        a()\n\n    def g', false), { keep: 12, stop: true });
  });

  it('takes nothing back, and after the end says the same for every continuation', async () => {
    const judge = judgeAt('typescript', 'class A {\n  f() {');
    const piece = fc.constantFrom(
      '\n    a();',
      '\n',
      '\n  }',
      ' else {',
      '\n}',
      '\n    `x',
      '(',
      '/* ',
      ' */',
      "'",
      '.b',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        let written = '';
        let kept = 0;
        for (const next of pieces) {
          written += next;
          const { keep, stop } = await judge(written, false);
          assert.ok(keep <= written.length);
          if (stop) return;
          assert.ok(keep >= kept);
          kept = keep;
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('judgedText', () => {
  const cases: [text: string, judged: string][] = [
    ['', ''],
    ['return a', ''],
    ['\n  a();\n  b', '\n  a();\n'],
    ['\n  a();\n  b(', '\n  a();\n  b'],
    ['\n}\nelse ', '\n}\n'],
    ['\n  /* a\n  b\n', '\n'],
    ['\n  /* a */\n  b\n', '\n  /* a */\n  b\n'],
  ];
  for (const [text, judged] of cases) {
    it(`of ${JSON.stringify(text)} looks at ${JSON.stringify(judged)}`, () =>
      assert.equal(judgedText(text, false), judged));
  }
});
