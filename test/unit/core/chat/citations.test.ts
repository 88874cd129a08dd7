import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findReferences, judge, resolveReferences } from '../../../../src/core/chat/citations.ts';
import type { Place } from '../../../../src/core/chat/context.ts';

/** References as `path:first-last`, a whole file without lines. */
function named(markdown: string, options?: { code: boolean }): string[] {
  return findReferences(markdown, options).map(shown);
}

function shown({ path, startLine, endLine }: Place): string {
  if (startLine === 0) return path;
  return `${path}:${String(startLine)}${endLine === startLine ? '' : `-${String(endLine)}`}`;
}

function place(text: string): Place {
  const [, path = '', first = '0', last = first] = /^(.*?)(?::(\d+)(?:-(\d+))?)?$/.exec(text) ?? [];
  return { path, startLine: Number(first), endLine: Number(last) };
}

describe('references in an answer', () => {
  const table: [markdown: string, expected: string[]][] = [
    ['It is in src/a.ts:12.', ['src/a.ts:12']],
    ['See `src/a.ts:12-20`, and (src/b.ts:3).', ['src/a.ts:12-20', 'src/b.ts:3']],
    [
      'src/a.ts#L12-L20 src/a.ts#L3 src/a.ts:L4-L5 src/a.ts#L1C2-L3C4',
      ['src/a.ts:12-20', 'src/a.ts:3', 'src/a.ts:4-5', 'src/a.ts:1-3'],
    ],
    ['src/a.ts:12:5 a.ts:3–9 **a.ts:20-10**', ['src/a.ts:12', 'a.ts:3-9', 'a.ts:10-20']],
    ['| `a.ts:1` | b.ts:2 |', ['a.ts:1', 'b.ts:2']],
    ['./src/a.ts:1 /src/b.ts:2 ../c.ts:3', ['src/a.ts:1', 'src/b.ts:2', '../c.ts:3']],
    ['`app/[id]/(x)/page.tsx:3`', ['app/[id]/(x)/page.tsx:3']],
    [
      'Makefile:3, `Dockerfile` and @types/node/index.d.ts:4',
      ['Makefile:3', 'Dockerfile', '@types/node/index.d.ts:4'],
    ],
    ['在 src/文件.ts:12。', ['src/文件.ts:12']],
    ['a.ts:0', ['a.ts']],

    ['[the loop](src/a.ts#L3) and [x](<src/a b.ts:3-4>)', ['src/a.ts:3', 'src/a b.ts:3-4']],
    ['[x](src/a%20b.ts#L3 "title") [y](my src/a.ts#L1)', ['src/a b.ts:3', 'my src/a.ts:1']],
    ['[`src/a.ts:3`](src/a.ts#L3) and `b.ts:1`', ['src/a.ts:3', 'b.ts:1']],
    ['[src/a.ts:3](https://host.org/src/a.ts) [b](#b.ts) [src/c.ts:1](#x)', ['src/c.ts:1']],
    ['[a](README.md)', ['README.md']],

    ['`a.ts` lines 3 to 9', ['a.ts:3-9']],
    [
      '`a.ts` (lines 3-9), `b.ts`, line 4, `c.ts`:5 and `d.ts#L6`',
      ['a.ts:3-9', 'b.ts:4', 'c.ts:5', 'd.ts:6'],
    ],
    [
      'In src/a.ts, lines 3–9. On line 12 of `b.ts`; lines 1-2 in the file src/c.ts',
      ['src/a.ts:3-9', 'b.ts:12', 'src/c.ts:1-2'],
    ],
    ['`a.ts` has 3 lines', ['a.ts']],
    ['`a.ts` `b.ts` lines 3 to 9', ['a.ts', 'b.ts:3-9']],

    ['The file src/core/a.ts and `counter.ts` do it', ['src/core/a.ts', 'counter.ts']],
    ['In prose, counter.ts alone or Node.js is only a word, `Node.js` too', []],
    ['`console.log`, `array.map(x)`, `process.env`, `this.state`, `foo()`, `v1.2.3`', []],
    ['https://host.org/src/a.ts:12 http://localhost:8080 www.site.org/a.ts example.com:8080', []],
    ['joe@site.ts me@host.org:25', []],
    ['1.5:3 3.14 v1.2.3 10:30 127.0.0.1:80 and/or 1/2 node:fs std::io e.g. ...', []],
    ['src/core/ is a folder', []],

    ['```ts\nimport "src/a.ts:3";\n```', []],
    ['```ts src/a.ts\nx\n```', ['src/a.ts']],
    ['```12:20:src/a.ts\nx\n```', ['src/a.ts:12-20']],
    ['```ts:src/a.ts\nx\n```\nb.ts:3', ['src/a.ts', 'b.ts:3']],
    ['```ts title="src/a.ts:3-4"\nx\n```', ['src/a.ts:3-4']],
    ['```ts\n// src/a.ts:3-9\nfoo("b.ts:1")\n// c.ts:2\n```', ['src/a.ts:3-9']],
    ['```py\n# File: src/a.py\nx\n```', ['src/a.py']],
    ['```html\n<!-- a.html -->\n```\n```css\n/* a.css */', ['a.html', 'a.css']],
    ['```sh\n#!/usr/bin/env node\n```\n```c\n#include <a.h>\n```', []],
    ['```json\n{}\n```', []],
    ['- x\n  ```\n  a.ts:3\n  ```\n  b.ts:4', ['b.ts:4']],
    ['~~~\na.ts:3\n```\nb.ts:4\n~~~\nc.ts:5', ['c.ts:5']],
    ['```\n[x](a.ts#L3)\n```\n[y](b.ts#L4)', ['b.ts:4']],
    ['', []],
  ];
  for (const [markdown, expected] of table) {
    it(JSON.stringify(markdown), () => assert.deepEqual(named(markdown), expected));
  }

  it('may stand alone in code', () => {
    assert.deepEqual(named('counter.ts', { code: true }), ['counter.ts']);
    assert.deepEqual(named('counter.ts:3', { code: true }), ['counter.ts:3']);
    assert.deepEqual(named('counter.ts', { code: false }), []);
  });

  it('say where they stand', () => {
    const text =
      'In `src/a.ts:3`, [b](b.ts#L1), `c.ts` (lines 3-9), `d.ts` and src/e.ts, line 4.\n```ts src/f.ts\n// x\n```\n';
    assert.deepEqual(
      findReferences(text).map(({ start, end }) => text.slice(start, end)),
      ['src/a.ts:3', '[b](b.ts#L1)', '`c.ts` (lines 3-9)', 'd.ts', 'src/e.ts, line 4', 'src/f.ts'],
    );
  });

  const pieces = [
    ...[
      '`',
      '```',
      '```ts src/a.ts\n',
      '~~~',
      '\n',
      '\n\n',
      ' ',
      '[',
      '](',
      ')',
      '<',
      '>',
      '"',
      "'",
      '(',
      ']',
    ],
    ...[
      'src/',
      'a.ts',
      ':3',
      '-9',
      '#L3',
      ' lines 3 to 9',
      'lines 1-2 of ',
      '// ',
      'https://',
      '.',
      '/',
      '%',
      '@',
      '*',
    ],
  ];

  it('never overlap, never throw, and are in order', () => {
    const markdown = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 40 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(markdown, fc.boolean(), (text, code) => {
        let before = 0;
        for (const { start, end, path, startLine, endLine } of findReferences(text, { code })) {
          assert.ok(before <= start && start < end && end <= text.length);
          assert.ok(path !== '' && startLine <= endLine && (startLine > 0 || endLine === 0));
          before = end;
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('are found in linear time', () => {
    const units = [
      ...pieces,
      'a.ts:3 ',
      '`a.ts` lines 3 to 9 ',
      '[x](a.ts#L3) ',
      '`` ` ',
      '](  ',
      '](a ',
      '[[',
      '../',
      'é',
    ];
    for (const unit of units) {
      const text = unit.repeat(1_000_000 / unit.length);
      assert.ok(findReferences(text).length <= text.length / 4, unit);
    }
  });
});

describe('judging references', () => {
  const sources = ['src/counter.ts:10-20', 'src/a/index.ts:1-5', 'src/b/index.ts:1-5', 'README.md'].map(
    place,
  );

  it('resolves the end of a path where only one source has it', () => {
    const references = ['counter.ts:3', 'index.ts:1', 'a/index.ts:1', 'ter.ts:1', 'src/counter.ts'].map(
      place,
    );
    assert.deepEqual(resolveReferences(references, sources).map(shown), [
      'src/counter.ts:3',
      'index.ts:1',
      'src/a/index.ts:1',
      'ter.ts:1',
      'src/counter.ts',
    ]);
  });

  const verdicts: [reference: string, existence: 'ok' | 'no-file' | 'no-lines', problem: string | null][] = [
    ['src/counter.ts:10-20', 'ok', null],
    ['counter.ts:20-30', 'ok', null],
    ['src/counter.ts:1-9', 'ok', 'not-read'],
    ['src/counter.ts', 'ok', null],
    ['README.md:7', 'ok', null],
    ['src/other.ts', 'ok', 'not-read'],
    ['src/counter.ts:15-9999', 'no-lines', 'no-lines'],
    ['src/gone.ts:1', 'no-file', 'no-file'],
  ];
  for (const [reference, existence, problem] of verdicts) {
    it(`${reference}, ${existence}: ${problem ?? 'verified'}`, () => {
      const [citation] = judge(resolveReferences([place(reference)], sources), sources, [existence]);
      assert.deepEqual([citation?.verified, citation?.problem], [problem === null, problem]);
    });
  }

  it('gives each place once, in order', () => {
    const references = ['counter.ts:12', 'README.md', 'src/counter.ts:12', 'counter.ts:13'].map(place);
    const citations = judge(resolveReferences(references, sources), sources, ['ok', 'ok', 'ok', 'ok']);
    assert.deepEqual(citations.map(shown), ['src/counter.ts:12', 'README.md', 'src/counter.ts:13']);
  });
});
