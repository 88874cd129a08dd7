import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { countErrors } from '../../../src/core/syntax/errors.ts';
import { outline } from '../../../src/core/syntax/outline.ts';
import { TextDocument } from '../../../src/core/text/textDocument.ts';
import { cutWindow } from '../../../src/core/text/window.ts';
import { Parsers } from '../../../src/workspace/parsers.ts';
import { Syntax, type Candidate } from '../../../src/workspace/syntax.ts';
import { Trees } from '../../../src/workspace/trees.ts';
import { grammarsFolder, shippedParsers } from '../../support/grammars.ts';
import { languageFixtures } from '../../support/languageFixtures.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

const source = `import { a } from './a';

export class Rope {
  #parts = ['{', "}"];
  length(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, 0);
  }
}

export function join(ropes: Rope[]): string {
  return \`\${ropes.length} {\`;
}
`;

describe('Trees', () => {
  it('parses a document when asked, once for each text', async () => {
    const own = shippedParsers();
    const trees = new Trees(own);
    const document = new TextDocument(source, 1);
    trees.change('a', source, [{ offset: 0, length: 0, text: 'x' }]);
    assert.deepEqual([own.parses, trees.count], [0, 0]);
    await trees.parsed('a', 'typescript', document.text);
    await trees.parsed('a', 'typescript', document.text);
    assert.deepEqual([own.parses, trees.count], [1, 1]);
    for (let typed = 0; typed < 5; typed += 1) {
      const changes = [{ offset: 10, length: 0, text: 'b' }];
      trees.change('a', document.text, changes);
      document.apply(changes, typed);
    }
    assert.equal(own.parses, 1);
    await trees.parsed('a', 'typescript', document.text);
    assert.equal(own.parses, 2);
    trees.dispose();
    await own.dispose();
  });

  it('keeps the trees of the 16 documents asked for last, and none of closed ones', async () => {
    const trees = new Trees(parsers);
    for (let index = 0; index < 20; index += 1) await trees.parsed(`${index}`, 'go', 'package a\n');
    assert.equal(trees.count, 16);
    const before = parsers.parses;
    await trees.parsed('19', 'go', 'package a\n');
    assert.equal(parsers.parses, before);
    await trees.parsed('0', 'go', 'package a\n');
    assert.equal(parsers.parses, before + 1);
    for (let index = 0; index < 20; index += 1) trees.drop(`${index}`);
    assert.equal(trees.count, 0);
  });

  it('has no tree of a text that is too long, or in no language it knows', async () => {
    const trees = new Trees(parsers);
    assert.equal(await trees.parsed('a', 'markdown', '# a'), null);
    assert.equal(await trees.parsed('a', 'python', 'a = 1\n'.repeat(200_000)), null);
    assert.equal(trees.count, 0);
  });

  it('gives up a text that keeps the parser busy, lets its document rest, and works on for others', async () => {
    const kotlin = languageFixtures().find(({ grammar }) => grammar === 'kotlin');
    assert.ok(kotlin);
    // Without a limit, this one fills the memory after minutes, and no parser works any more.
    const stuck = `${kotlin.text.slice(0, 696)}😀${kotlin.text.slice(893)}`;
    // Each look of the parser at the clock takes a long while.
    let now = 0;
    const clocked = new Parsers(grammarsFolder, (message) => assert.fail(message), {
      now: () => (now += 10),
    });
    const trees = new Trees(clocked, () => now);
    assert.equal(await trees.parsed('a', 'kotlin', stuck), null);
    const before = clocked.parses;
    assert.equal(await trees.parsed('a', 'kotlin', `${stuck} `), null);
    assert.equal(clocked.parses, before);
    assert.ok(await trees.parsed('b', 'kotlin', kotlin.text));
    now += 60_000;
    assert.ok(await trees.parsed('a', 'kotlin', kotlin.text));
    trees.dispose();
    await clocked.dispose();
  });

  for (const eol of ['\n', '\r\n']) {
    it(`gives, after any edits, what a parse of the whole text gives (${JSON.stringify(eol)})`, async () => {
      const first = source.replaceAll('\n', eol);
      const piece = fc.constantFrom(
        'x',
        '{',
        '}',
        '(',
        ')',
        '`',
        "'",
        eol,
        '/*',
        '*/',
        ' = 1;',
        '😀',
        'function f() {',
        '',
      );
      const edit = fc.record({ at: fc.nat(), length: fc.nat(30), text: piece });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(edit, { minLength: 1, maxLength: 2 }), { maxLength: 6 }),
          async (edits) => {
            const trees = new Trees(parsers);
            const document = new TextDocument(first, 0);
            await trees.parsed('a', 'typescript', document.text);
            for (const several of edits) {
              const half = document.text.length >> 1;
              const changes = several.map(({ at, length, text }, index) => {
                // Two changes of one edit lie in different halves.
                const offset = index * half + (at % Math.max(1, half));
                return { offset, length: Math.min(length, (index + 1) * half - offset), text };
              });
              trees.change('a', document.text, changes);
              document.apply(changes, 0);
            }
            const live = await trees.parsed('a', 'typescript', document.text);
            const fresh = await parsers.parse('typescript', document.text);
            assert.ok(live && fresh);
            const read = ({ rootNode }: typeof fresh) => [
              rootNode.hasError,
              outline(document.text, live.grammar.definitions.matches(rootNode)),
            ];
            // Where the text is broken, how the parser recovers may depend on what it reuses.
            if (!fresh.rootNode.hasError) {
              assert.deepEqual(read(live.tree), read(fresh));
              assert.equal(countErrors(live.tree.rootNode), 0);
            }
            assert.equal(live.tree.rootNode.hasError, fresh.rootNode.hasError);
            fresh.delete();
            trees.dispose();
          },
        ),
        { numRuns: 150 },
      );
    });
  }
});

describe('Parsers', () => {
  it('says once which grammar is missing, and goes on without', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-grammars-'));
    const log: string[] = [];
    const broken = new Parsers(folder, (message) => log.push(message));
    assert.equal(await broken.parse('python', 'a = 1'), null);
    assert.equal(await broken.parse('py', 'a = 1'), null);
    assert.equal(log.length, 1);
    assert.match(
      log[0] ?? '',
      /^The grammar python can't be used, so its files are treated as plain text: .*ENOENT/,
    );
    rmSync(folder, { recursive: true });
  });
});

describe('Syntax', () => {
  const at = (text: string, languageId = 'typescript') => ({ document: 'a', version: 1, languageId, text });

  /** The prefix of the window at the picture's cursor, with `▶` at each anchor. */
  async function anchored(picture: string, before = 1000): Promise<string> {
    const syntax = new Syntax(parsers);
    const [prefix = '', suffix = ''] = picture.split('█');
    const window = cutWindow(prefix + suffix, prefix.length, { before, after: 10 });
    const anchors = await syntax.anchors(at(prefix + suffix), window);
    syntax.dispose();
    return [...anchors]
      .reverse()
      .reduce((text, anchor) => `${text.slice(0, anchor)}▶${text.slice(anchor)}`, window.prefix);
  }

  it('marks the lines of the prefix at which definitions start', async () => {
    assert.equal(
      await anchored(
        '// a\r\nexport class A {\r\n  f() {}\r\n\r\n  @b()\r\n  g() {\r\n    █\r\n  }\r\n}\r\nfunction h() {}\r\n',
      ),
      '// a\n▶export class A {\n▶  f() {}\n\n▶  @b()\n  g() {\n    ',
    );
  });

  it('marks them in a window that starts inside the document', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `function f${index}() {\n}\n`).join('');
    const found = await anchored(`${lines}█`, 100);
    assert.match(found, /▶function f39\(\) \{\n\}\n$/);
    assert.equal(found.replaceAll('▶', '').length < 101, true);
  });

  const checks: [
    what: string,
    languageId: string,
    picture: string,
    candidates: (string | Candidate)[],
    index: number,
  ][] = [
    ['what mends the file', 'typescript', 'f(█\n', ['a)'], 0],
    ['what breaks a file without errors', 'typescript', 'f();\n█\n', ['a)', '} b', 'a'], 2],
    ['none', 'typescript', 'f();\n█\n', ['a)', '} b'], -1],
    ['no candidates', 'typescript', 'f();\n█\n', [], -1],
    ['a block without its end', 'typescript', 'f();\n█\n', ['if (a) {', 'if (a) {\n}'], 1],
    ['a Python head with half of its condition', 'python', 'f()\n█\n', ['if a(:', 'if a():\n    b()'], 1],
    ['a broken first line of a block', 'typescript', 'f();\n█\n', ['if (a)) {'], -1],
    [
      'what replaces the closing bracket',
      'typescript',
      'f(█);\n',
      ['a)', { text: 'a)', replaceRight: 1 }],
      1,
    ],
    ['what makes nothing worse', 'typescript', 'f((;\n█\n', ['a'], 0],
    ['lines of a CRLF file', 'python', 'def f():█\r\n\r\ng()\r\n', ['\r\n    return 1', '\n    return 1'], 0],
    [
      '\\n lines in a CRLF file',
      'python',
      'def f():█\r\n\r\ng()\r\n',
      ['\n    return (', '\n    return 1'],
      1,
    ],
    ['Go', 'go', 'package a\n\nfunc f() {\n\t█\n}\n', ['if a {\n\t\tb()\n\t}}', 'b()'], 1],
    ['Rust', 'rust', 'fn f() {\n    █\n}\n', ['a());', 'a();'], 1],
  ];
  for (const [what, languageId, picture, candidates, index] of checks) {
    it(`picks the first candidate without a new error: ${what}`, async () => {
      const syntax = new Syntax(parsers);
      const [prefix = '', suffix = ''] = picture.split('█');
      const found = await syntax.check(
        at(prefix + suffix, languageId),
        { offset: prefix.length },
        candidates.map((one) => (typeof one === 'string' ? { text: one, replaceRight: 0 } : one)),
      );
      assert.equal(found, index);
      assert.equal(syntax.trees, 1);
      syntax.drop('a');
      assert.equal(syntax.trees, 0);
    });
  }

  it('takes an overlay as typed', async () => {
    const syntax = new Syntax(parsers);
    const place = { offset: 4, overlay: { start: 2, end: 4, text: 'format(' } };
    const candidates = [
      { text: 'a', replaceRight: 0 },
      { text: 'a))', replaceRight: 0 },
      { text: 'a)', replaceRight: 0 },
    ];
    assert.equal(await syntax.check(at('x.fo;\n'), place, candidates.slice(1)), 1);
    assert.deepEqual(await syntax.end(at('x.fo;\n'), place, 'a,\nb);\n', false), { keep: 6, stop: true });
    syntax.dispose();
    assert.equal(syntax.trees, 0);
  });

  it('answers null without a grammar', async () => {
    const syntax = new Syntax(parsers);
    assert.equal(
      await syntax.check(at('a', 'markdown'), { offset: 1 }, [{ text: 'b', replaceRight: 0 }]),
      null,
    );
    assert.equal(await syntax.end(at('a', 'markdown'), { offset: 1 }, 'b\n', false), null);
    assert.equal(syntax.trees, 0);
  });

  it('judges a growing text by two parses at a time, whatever the document', async () => {
    const own = shippedParsers();
    const syntax = new Syntax(own);
    const document = at(source);
    const place = { offset: source.indexOf('{\n    return this') + 1 };
    for (const written of ['\n', '\n    a();\n', '\n    a();\n  }\n'])
      await syntax.end(document, place, written, false);
    // The document, the text before the cursor, and each time what was written, without and with closing brackets.
    assert.equal(own.parses, 2 + 3 * 2);
    assert.equal(syntax.trees, 2);
    syntax.drop('a');
    assert.equal(syntax.trees, 0);
    await own.dispose();
  });
});
