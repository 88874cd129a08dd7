import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Survivals } from '../../../../src/core/completion/survival.ts';
import { TextDocument, type TextChange } from '../../../../src/core/text/textDocument.ts';

const start = 10;

/** `text` accepted at offset 10 of `a`, at time 0. */
function accept(text: string): Survivals {
  const survivals = new Survivals();
  survivals.accepted({ id: '1', document: 'a', offset: start, text, languageId: 'go', at: 0 });
  return survivals;
}

/** The share that is left of `text` after the changes. */
function share(text: string, ...edits: TextChange[][]): number | undefined {
  const survivals = accept(text);
  for (const changes of edits) survivals.changed('a', changes);
  return survivals.due(30_000)[0]?.share;
}

describe('Survivals', () => {
  const table: [title: string, text: string, edits: TextChange[][], expected: number][] = [
    ['nothing happens', 'foo(bar);', [], 1],
    ['an edit above', 'abcd', [[{ offset: 0, length: 2, text: 'xxxxx' }]], 1],
    [
      'an edit above and then one inside',
      'abcd',
      [[{ offset: 0, length: 0, text: 'xx' }], [{ offset: 12, length: 2, text: '' }]],
      0.5,
    ],
    ['an edit below', 'abcd', [[{ offset: 14, length: 5, text: '' }]], 1],
    ['an insertion inside', 'abcd', [[{ offset: 12, length: 0, text: 'xyz' }]], 1],
    [
      'a part behind an insertion',
      'abcd',
      [[{ offset: 12, length: 0, text: 'xyz' }], [{ offset: 15, length: 2, text: '' }]],
      0.5,
    ],
    ['all of it deleted', 'abcd', [[{ offset: 8, length: 9, text: '' }]], 0],
    ['its beginning deleted', 'abcd', [[{ offset: 8, length: 3, text: '' }]], 0.75],
    ['its end deleted', 'abcd', [[{ offset: 13, length: 3, text: '' }]], 0.75],
    ['blanks do not count', 'a    b', [[{ offset: 11, length: 4, text: '' }]], 1],
    ['formatted anew', 'foo(a,b);', [[{ offset: 10, length: 9, text: 'foo(a, b);' }]], 1],
    ['the whole document formatted', 'foo(a)', [[{ offset: 0, length: 30, text: 'x; y; foo(a)\nz' }]], 1],
    ['a name changed in it', 'foo + bar', [[{ offset: 10, length: 9, text: 'foo + qux' }]], 4 / 7],
    ['another text', 'abc', [[{ offset: 10, length: 3, text: 'xyz' }]], 0],
    [
      'deleted and typed again',
      'abcd',
      [[{ offset: 10, length: 4, text: '' }], [{ offset: 10, length: 0, text: 'abcd' }]],
      0,
    ],
    [
      'two changes of one edit',
      'abcd',
      [
        [
          { offset: 10, length: 1, text: '' },
          { offset: 13, length: 1, text: '' },
        ],
      ],
      0.5,
    ],
  ];
  for (const [title, text, edits, expected] of table) {
    it(title, () => assert.equal(share(text, ...edits), expected));
  }

  it('says so once at 30 seconds and once at 5 minutes', () => {
    const survivals = accept('abcd');
    assert.equal(survivals.wait(10_000), 20_000);
    assert.deepEqual(survivals.due(29_999), []);
    assert.deepEqual(survivals.due(30_000), [
      { id: '1', languageId: 'go', after: 30_000, share: 1, still: true },
    ]);
    assert.deepEqual(survivals.due(30_001), []);
    survivals.changed('a', [{ offset: 10, length: 3, text: '' }]);
    assert.equal(survivals.wait(40_000), 260_000);
    assert.deepEqual(survivals.due(400_000), [
      { id: '1', languageId: 'go', after: 300_000, share: 0.25, still: false },
    ]);
    assert.equal(survivals.wait(400_000), null);
  });

  it('is still there with half of it', () => {
    for (const [deleted, still] of [
      [2, true],
      [3, false],
    ] as const) {
      const survivals = accept('abcd');
      survivals.changed('a', [{ offset: 10, length: deleted, text: '' }]);
      assert.equal(survivals.due(30_000)[0]?.still, still);
    }
  });

  it('leaves out what is undone, closed, invisible or of another document', () => {
    const survivals = accept('abcd');
    survivals.changed('b', [{ offset: 10, length: 4, text: '' }]);
    assert.equal(survivals.due(30_000)[0]?.share, 1);
    survivals.undone('1');
    survivals.accepted({ id: '2', document: 'a', offset: 0, text: 'x', languageId: 'go', at: 0 });
    survivals.accepted({ id: '3', document: 'b', offset: 0, text: ' \n', languageId: 'go', at: 0 });
    survivals.closed('a');
    assert.deepEqual(survivals.due(400_000), []);
  });

  it('follows the last 200 only', () => {
    const survivals = new Survivals();
    for (let index = 0; index < 250; index++) {
      survivals.accepted({ id: `${index}`, document: 'a', offset: 0, text: 'x', languageId: 'go', at: 0 });
    }
    const verdicts = survivals.due(30_000);
    assert.deepEqual([verdicts.length, verdicts[0]?.id], [200, '50']);
  });

  it('finds by edits what is found by looking, where only other letters come and go', () => {
    const edit = fc.record({ from: fc.nat(), length: fc.nat(6), text: fc.stringMatching(/^x{0,5}$/) });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const text = 'abcdefgh';
        const document = new TextDocument(`${'x'.repeat(start)}${text}xxxx`, 0);
        const survivals = accept(text);
        for (const [version, { from, length, text: inserted }] of edits.entries()) {
          const offset = from % (document.text.length + 1);
          const change = { offset, length: Math.min(length, document.text.length - offset), text: inserted };
          document.apply([change], version);
          survivals.changed('a', [change]);
        }
        const found = document.text.replaceAll('x', '').length / text.length;
        assert.equal(survivals.due(30_000)[0]?.share, found);
      }),
      { numRuns: 2000 },
    );
  });
});
