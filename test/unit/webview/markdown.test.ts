import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Citation } from '../../../src/core/chat/context.ts';
import { citationOf, markdownTree, readFence, type Piece } from '../../../src/webview/chat/markdown.ts';

/** A tree on one line, to compare. */
function sketch(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if (piece.kind === 'code') return `<code-block ${piece.language}>${piece.text}</code-block>`;
      const inside = sketch(piece.children);
      switch (piece.kind) {
        case 'element':
          return `<${piece.tag}${piece.align === null ? '' : ` ${piece.align}`}>${inside}</${piece.tag}>`;
        case 'link':
          return `<link ${piece.href}>${inside}</link>`;
        case 'dead':
          return `<dead ${piece.href}>${inside}</dead>`;
        case 'place':
          return `<place ${piece.place.path} ${piece.place.startLine}-${piece.place.endLine}>${inside}</place>`;
      }
    })
    .join('');
}

function kinds(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) =>
    typeof piece === 'string' || piece.kind === 'code' ? [piece] : [piece, ...kinds(piece.children)],
  );
}

describe('the tree of Markdown', () => {
  const table: readonly (readonly [name: string, markdown: string, tree: string])[] = [
    [
      'words',
      'Some **bold** and *thin* `x()`.',
      '<p>Some <strong>bold</strong> and <em>thin</em> <code>x()</code>.</p>',
    ],
    ['a tight list', '- one\n- two', '<ul><li>one</li><li>two</li></ul>'],
    ['a loose list', '1. one\n\n2. two', '<ol><li><p>one</p></li><li><p>two</p></li></ol>'],
    ['code in a list', '- do\n  ```sh\n  ls\n  ```', '<ul><li>do<code-block sh>ls</code-block></li></ul>'],
    [
      'a table with its alignment, and no style attribute',
      '|a|b|\n|:-:|--:|\n|1|2|',
      '<table><thead><tr><th center>a</th><th right>b</th></tr></thead><tbody><tr><td center>1</td><td right>2</td></tr></tbody></table>',
    ],
    ['HTML as text', '<img src=x onerror=alert(1)>', '<p><img src=x onerror=alert(1)></p>'],
    ['an https link', '[docs](https://example.com/a)', '<p><link https://example.com/a>docs</link></p>'],
    ['no http link', '[docs](http://example.com)', '<p><dead http://example.com>docs</dead></p>'],
    [
      'no command link',
      '[run](command:workbench.action.quit)',
      '<p><dead command:workbench.action.quit>run</dead></p>',
    ],
    ['no script link', '[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
    ['no bare address', 'https://example.com/x', '<p>https://example.com/x</p>'],
    [
      'a picture as a link',
      '![cat](https://example.com/cat.png)',
      '<p><link https://example.com/cat.png>cat</link></p>',
    ],
    [
      'no picture from elsewhere',
      '![cat](http://a.example/cat.png)',
      '<p><dead http://a.example/cat.png>cat</dead></p>',
    ],
    ['a place', 'See src/a.ts:3-9 there.', '<p>See <place src/a.ts 3-9>src/a.ts:3-9</place> there.</p>'],
    [
      'a place in code',
      'See `src/a.ts:3`.',
      '<p>See <place src/a.ts 3-3><code>src/a.ts:3</code></place>.</p>',
    ],
    [
      'a place whose lines stand beside it',
      'See `a.ts` (lines 3 to 9).',
      '<p>See <place a.ts 3-9><code>a.ts</code></place> (lines 3 to 9).</p>',
    ],
    ['a place behind a link', '[the sum](src/a.ts#L3-L9)', '<p><place src/a.ts 3-9>the sum</place></p>'],
    [
      'a link with a place in its words',
      '[src/a.ts:3](https://example.com)',
      '<p><link https://example.com>src/a.ts:3</link></p>',
    ],
  ];
  for (const [name, markdown, tree] of table) {
    it(`has ${name}`, () => assert.equal(sketch(markdownTree(markdown)), tree));
  }

  it('leads to https and to places of the workspace only, whatever is written', () => {
    const scheme = fc.constantFrom(
      'javascript:',
      'command:',
      'vscode:',
      'data:text/html,',
      'file:///',
      'http://',
      'HTTPS://',
      'https://',
      '//',
      '',
    );
    const words = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '](',
      '[',
      '![',
      '<',
      '>',
      'x.ts:3',
      '"',
      "'",
      '`',
      '**',
      '&#106;',
      '\\',
    );
    const text = fc.array(fc.oneof(scheme, words), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          scheme.map((from) => `[x](${from}alert)`),
        ),
        (markdown) => {
          for (const piece of kinds(markdownTree(markdown)))
            if (typeof piece !== 'string' && piece.kind === 'link') assert.match(piece.href, /^https:\/\//i);
        },
      ),
    );
  });
});

describe('a fence', () => {
  it('gives its head and its code, closed or not', () => {
    assert.deepEqual(readFence('```TypeScript title="a.ts"\nlet a;\n\n```\n'), {
      language: 'typescript',
      info: 'TypeScript title="a.ts"',
      code: 'let a;\n',
    });
    assert.deepEqual(readFence('~~~~\na\n~~~\n'), { language: '', info: '', code: 'a\n~~~' });
    assert.deepEqual(readFence('```c++\nint'), { language: 'c++', info: 'c++', code: 'int' });
    assert.deepEqual(readFence('```'), { language: '', info: '', code: '' });
  });
});

describe('what is known of a place', () => {
  const citation = (path: string, startLine: number, endLine: number): Citation => ({
    path,
    startLine,
    endLine,
    verified: true,
    problem: null,
  });
  const known = [citation('src/a.ts', 3, 9), citation('lib/a.ts', 3, 9), citation('src/deep/b.ts', 1, 1)];

  it('is found by the path, else by its end, always with the same lines', () => {
    assert.equal(citationOf({ path: 'lib/a.ts', startLine: 3, endLine: 9 }, known), known[1]);
    assert.equal(citationOf({ path: 'b.ts', startLine: 1, endLine: 1 }, known), known[2]);
    assert.equal(citationOf({ path: 'src/a.ts', startLine: 3, endLine: 8 }, known), undefined);
    assert.equal(citationOf({ path: 'ib/a.ts', startLine: 3, endLine: 9 }, known), undefined);
  });
});
