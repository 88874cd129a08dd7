import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blockPaths, codeOf, isEdits, type AnswerBlock } from '../../../../src/core/refactor/blockPath.ts';

const block = (text: string, info = 'ts', before = ''): AnswerBlock => ({ text, info, before });
const diff = '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,2 +1,2 @@\n-one\n+two\n same\n';
const edits = 'src/a.ts\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n';

describe('the file of a block', () => {
  const cases: [why: string, block: AnswerBlock, named: string | null, near: string | null][] = [
    ['its fence', block('let a;', 'ts:src/a.ts'), 'src/a.ts', null],
    ['its fence, behind the language', block('let a;', 'ts title="src/a.ts"'), 'src/a.ts', null],
    ['its first line', block('// src/a.ts\nlet a;'), 'src/a.ts', null],
    ['its first line, in Python', block('# app/a.py\na = 1', 'python'), 'app/a.py', null],
    ['the line above', block('let a;', 'ts', 'Change this.\n\n**src/a.ts**:\n\n'), 'src/a.ts', 'src/a.ts'],
    ['a diff', block(diff, 'diff'), 'src/a.ts', null],
    ['blocks of search and replace', block(edits, ''), 'src/a.ts', null],
    [
      'what was cited before',
      block('let a;', 'ts', 'As `src/a.ts:3-5` and src/b.ts:7 say.\nSo:\n'),
      null,
      'src/b.ts',
    ],
    ['nothing', block('let a;', 'ts', 'So be it:\n'), null, null],
    ['nothing, of a single line', block('// src/a.ts'), null, null],
    [
      'nothing of another block',
      block('let a;', '', 'So:\n```ts\n// src/a.ts\nlet b;\n```\nAnd:\n'),
      null,
      null,
    ],
    ['a comment with more words is none', block('// see src/a.ts for that\nlet a;'), null, null],
  ];
  for (const [why, one, named, near] of cases)
    it(`is told by ${why}`, () => {
      assert.deepEqual(blockPaths(one), { named, near });
    });

  it('goes before what was cited', () => {
    assert.equal(blockPaths(block('// src/a.ts\nlet a;', 'ts', 'See src/b.ts:3.\n')).named, 'src/a.ts');
  });

  it('is not a part of the code', () => {
    assert.equal(codeOf(block('// src/a.ts\r\n\r\nlet a;\r\n')), 'let a;\n');
    assert.equal(codeOf(block('// The sum\nlet a;')), '// The sum\nlet a;');
    assert.equal(codeOf(block(edits, '')), edits);
  });

  it('may have its places itself', () => {
    assert.deepEqual(
      [diff, edits, 'let a;'].map((text) => isEdits(text, 'ts')),
      [true, true, false],
    );
    assert.equal(isEdits('-one\n+two', 'diff'), true);
  });
});
