import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  contextPage,
  exclusionText,
  type ContextPlaceReport,
} from '../../../../src/core/context/contextPage.ts';
import type { ContextReport, ReportedPiece } from '../../../../src/core/context/report.ts';

const piece: ReportedPiece = {
  kind: 'signatures',
  path: 'src/money.ts',
  startLine: 3,
  endLine: 5,
  tokens: 24,
  score: 0.8249,
  why: 'imported by name',
  text: 'export function cents(value: number): number;\n',
};
const report: ContextReport = {
  tokens: 1_234,
  estimated: false,
  chars: 4_000,
  text: '',
  segments: [piece, { ...piece, path: 'a b.md', endLine: 3, tokens: 1, kind: 'edits', text: 'a ```` b' }],
  index: { files: 5_000, complete: true, excluded: { vendored: 2, ignored: 1_000, secret: 0 } },
  ms: 0.3,
};

const place = (changes: Partial<ContextPlaceReport> = {}): ContextPlaceReport => ({
  path: 'src/shop.ts',
  line: 12,
  column: 5,
  answer: report,
  exclusion: null,
  note: null,
  ...changes,
});

describe('the page of a place', () => {
  it('says which pieces there are, from where, why, and what they cost', () => {
    const { text } = contextPage(place());
    assert.match(
      text,
      /^# Context for src\/shop\.ts:12:5\n\nA completion here is given 2 pieces of other places: /,
    );
    assert.match(text, /: 1,234 tokens in all, counted by the model's tokenizer; found in 1 ms\.\n/);
    assert.match(
      text,
      /\n## 1\. src\/money\.ts:3-5\n\ndefinition: imported by name · score 0\.82 · 24 tokens\n\n```ts\nexport function cents\(value: number\): number;\n```\n/,
    );
    assert.match(text, /\n## 2\. a b\.md:3\n\nrecent edit: imported by name · score 0\.82 · 1 token\n/);
  });

  it('encloses a text with backticks by more of them', () => {
    assert.match(contextPage(place()).text, /\n`````md\na ```` b\n`````\n/);
  });

  it('gives links that are the places in its text', () => {
    const { text, links } = contextPage(place());
    assert.deepEqual(
      links.map(({ start, end, path, startLine, endLine }) => [
        text.slice(start, end),
        path,
        startLine,
        endLine,
      ]),
      [
        ['src/money.ts:3-5', 'src/money.ts', 3, 5],
        ['a b.md:3', 'a b.md', 3, 3],
      ],
    );
  });

  it('says what the index holds, and what it leaves out, most first', () => {
    const { text } = contextPage(place());
    const index = text.slice(text.indexOf('## The index'));
    assert.equal(
      index,
      '## The index of this folder\n\n5,000 files, all that may be read.\n\n' +
        'Files and folders that are left out:\n\n' +
        '- 1,000 × An ignore file excludes it.\n' +
        '- 2 × It belongs to a copy of code from elsewhere, or to a tool.\n',
    );
  });

  it('says that tokens are estimated, and that the index is not complete', () => {
    const index = { files: 1, complete: false, excluded: {} };
    const { text } = contextPage(
      place({ answer: { ...report, estimated: true, index }, note: 'Still being read.' }),
    );
    assert.match(text, /estimated from the text's length, as no model is loaded/);
    assert.match(text, /\n\nStill being read\.\n\n/);
    assert.match(text, /\n1 file, not complete\.\n$/);
  });

  it('says why there is nothing', () => {
    assert.equal(
      contextPage(place({ answer: 'This document is no file yet.' })).text,
      '# Context for src/shop.ts:12:5\n\nThis document is no file yet.\n\n',
    );
    const nothing = contextPage(place({ answer: { ...report, segments: [], tokens: 0 } }));
    assert.match(nothing.text, /\nNo other place has anything that a completion here seems to need\.\n/);
    assert.deepEqual(nothing.links, []);
  });

  it('says why the file itself is left out', () => {
    const exclusion = { reason: 'ignored', detail: '`dist/` in line 3 of .gitignore' } as const;
    assert.match(
      contextPage(place({ exclusion })).text,
      /\*\*No other file gets anything of this one\.\*\* An ignore file excludes it\. \(`dist\/` in line 3 of \.gitignore\)\n/,
    );
    assert.equal(exclusionText({ reason: 'binary', detail: '' }), 'It is not text.');
  });
});
