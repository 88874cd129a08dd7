import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAnswer } from '../../../../../src/core/refactor/answer/parseAnswer.ts';
import type {
  AnswerStyle,
  ProposedEdit,
  RefactorProblemCode,
  RefactorTarget,
} from '../../../../../src/core/refactor/types.ts';
import { marked } from '../marked.ts';

const python = marked(
  `import os
from util import load

LIMIT = 3


⟦def total(rows):
    """Sums the prices."""
    result = 0
    for row in rows:
        result += row.price
    return result⟧


def other(rows):
    return load(rows)[LIMIT]
`,
  { name: 'total' },
);
const script = marked(
  `import { load } from './util.js';

export class Shop {
⟦  total(rows) {
    let sum = 0;
    for (const row of rows) sum += row.price;
    return sum;
  }⟧

  other(rows) {
    return load(rows);
  }
}
`,
  { path: 'src/shop.js', language: 'javascript', name: 'total' },
);
const now = 'def total(rows):\n    return sum(row.price for row in rows)';

function read(answer: string, target: RefactorTarget = python): string {
  const parsed = parseAnswer(answer, target);
  if ('code' in parsed) return parsed.code;
  return [parsed.style, ...parsed.edits.map(picture)].join('\n');
}

/** What an edit is, on some lines. */
function picture(edit: ProposedEdit): string {
  if (edit.kind === 'target') return `target: ${edit.text}`;
  if (edit.kind === 'file') return `file ${edit.path ?? ''}: ${edit.text}`;
  return `${edit.path ?? ''}: ${edit.search} -> ${edit.replace}`;
}

describe('parseAnswer takes code', () => {
  const asTarget: [why: string, answer: string, style: AnswerStyle][] = [
    ['bare', now, 'code'],
    ['bare, with blank lines around', `\n\n${now}\n\n`, 'code'],
    ['bare, CRLF', now.replaceAll('\n', '\r\n'), 'code'],
    ['behind a byte order mark', `\uFEFF${now}`, 'code'],
    ['in a fence', `\`\`\`python\n${now}\n\`\`\``, 'fenced'],
    ['in a fence of tildes', `~~~\n${now}\n~~~`, 'fenced'],
    ['in an indented fence', `  \`\`\`python\n${now.replace(/^/gm, '  ')}\n  \`\`\``, 'fenced'],
    ['with prose before', `Sure, here it is:\n\n\`\`\`python\n${now}\n\`\`\``, 'prose'],
    ['with prose after', `\`\`\`python\n${now}\n\`\`\`\nIt sums now.`, 'prose'],
    ['in a fence that names the file', `\`\`\`python src/a.py\n${now}\n\`\`\``, 'fenced'],
    ['under a line that names the file', `### \`a.py\`\n\`\`\`python\n${now}\n\`\`\``, 'prose'],
    [
      'under a line with a member of something',
      `Change \`self.total\` so:\n\`\`\`python\n${now}\n\`\`\``,
      'prose',
    ],
    ['with a command beside it', `\`\`\`bash\npip install x\n\`\`\`\n\`\`\`python\n${now}\n\`\`\``, 'prose'],
    [
      'with a quote of what was there',
      `Before:\n\`\`\`python\n${python.file.text.slice(python.start, python.end)}\n\`\`\`\nAfter:\n\`\`\`python\n${now}\n\`\`\``,
      'prose',
    ],
    [
      'with an example of its use',
      `\`\`\`python\n${now}\n\`\`\`\nUse it:\n\`\`\`python\nprint(total([]))\n\`\`\``,
      'prose',
    ],
    ['twice the same', `\`\`\`python\n${now}\n\`\`\`\n\`\`\`python\n${now}\n\`\`\``, 'prose'],
    ['after reasoning', `<think>\n\`\`\`python\nx\n\`\`\`\n</think>\n${now}`, 'code'],
    ['after reasoning that the template opened', `It must sum.\n</think>\n\n${now}`, 'code'],
    ['before a mark of the template', `${now}<|im_end|>`, 'code'],
    ['in tags', `<code>\n${now}\n</code>`, 'code'],
    ['whose fence was opened for the model', `${now}\n\`\`\``, 'code'],
    [
      'between sentences, without a fence',
      `Here is the new function for you:\n\n${now}\n\nIt is much shorter now.`,
      'code',
    ],
    ['in JSON', JSON.stringify({ code: now }), 'json'],
    ['in JSON in a fence', `\`\`\`json\n${JSON.stringify({ code: now })}\n\`\`\``, 'json'],
    ['in JSON with prose before', `The result:\n${JSON.stringify({ code: now })}`, 'json'],
    ['in JSON that names the file', JSON.stringify({ path: 'src/a.py', content: now }), 'json'],
    ['in a fence in JSON', JSON.stringify({ code: `\`\`\`python\n${now}\n\`\`\`` }), 'json'],
    ['in JSON as lines', JSON.stringify({ code: now.split('\n') }), 'json'],
    ['in JSON with line ends as such', `{"code": "${now}"}`, 'json'],
    ['in JSON, escaped twice', JSON.stringify({ code: now.replaceAll('\n', '\\n') }), 'json'],
    ['in a tool’s arguments', JSON.stringify({ name: 'edit', arguments: { new_code: now } }), 'json'],
    ['with imports that the file has', `import os\n\n\n${now}`, 'code'],
  ];
  for (const [why, answer, style] of asTarget)
    it(why, () => {
      assert.equal(read(answer), `${style}\ntarget: ${now}`);
    });

  it('with an import that the file has not, as it is', () => {
    assert.equal(read(`import re\n\n${now}`), `code\ntarget: import re\n\n${now}`);
  });

  it('whose first line ends with a colon, which is no prose', () => {
    for (const code of [
      'class Foo:\n    pass',
      'if x > 1:\n    y()',
      'async def f():\n    pass',
      'for i in y:\n    pass',
    ])
      assert.equal(read(code), `code\ntarget: ${code}`);
  });

  it('with fences in its own comments', () => {
    const docs =
      'def total(rows):\n    """Sums.\n\n    ```python\n    total([])\n    ```\n    """\n    return 0';
    assert.equal(read(docs), `code\ntarget: ${docs}`);
    assert.equal(read(`\`\`\`python\n${docs}\n\`\`\``), `fenced\ntarget: ${docs}`);
    const flat = 'def total(rows):\n    """\n```\ntotal([])\n```\n    """\n    return 0';
    assert.equal(read(`\`\`\`python\n${flat}\n\`\`\``), `fenced\ntarget: ${flat}`);
    assert.equal(read(`\`\`\`\`python\n${flat}\n\`\`\`\`\nDone.`), `prose\ntarget: ${flat}`);
  });

  it('that underlines a heading with tildes', () => {
    const titled =
      '"""\ntitle\n~~~~~\n"""\nimport os\nfrom util import load\n\nLIMIT = 4\n\n\ndef total(rows):\n    return 1\n\n\ndef other(rows):\n    return 2';
    assert.match(read(titled), /^file\nfile : """/);
  });

  it('of the class around it, as the part that is meant', () => {
    const method = '  total(rows) {\n    return rows.length;\n  }';
    assert.equal(read(`export class Shop {\n${method}\n}`, script), `code\ntarget: ${method}`);
    const elided = `export class Shop {\n${method}\n\n  // ... other methods ...\n}`;
    assert.equal(read(elided, script), `code\ntarget: ${method}`);
  });

  it('of the class around it with something new as it is', () => {
    const wrapped = 'export class Shop {\n  limit = 3;\n  total(rows) {\n    return rows.length;\n  }\n}';
    assert.equal(read(wrapped, script), `code\ntarget: ${wrapped}`);
  });

  it('of Markdown, with its fences', () => {
    const target = marked('# A\n\n⟦Some text.⟧\n', { path: 'a.md', language: 'markdown' });
    const text = 'Run:\n\n```sh\nnpm start\n```';
    assert.equal(read(text, target), `code\ntarget: ${text}`);
    assert.equal(read(`\`\`\`\`markdown\n${text}\n\`\`\`\``, target), `fenced\ntarget: ${text}`);
  });

  it('of JSON as code, where the file is JSON', () => {
    const target = marked('⟦{"code": "a"}⟧\n', { path: 'a.json', language: 'json' });
    assert.equal(read('{"code": "b"}', target), 'code\ntarget: {"code": "b"}');
  });
});

describe('parseAnswer tells a whole file from its part', () => {
  const file = python.file.text.trimEnd().replace('result = 0', 'result = 0.0');
  it('bare, fenced, in JSON and in prose', () => {
    assert.equal(read(file), `file\nfile : ${file}`);
    assert.equal(read(`\`\`\`python\n${file}\n\`\`\``), `file\nfile : ${file}`);
    assert.equal(read(JSON.stringify({ path: 'a.py', content: file })), `json\nfile : ${file}`);
  });

  it('in which something is left out', () => {
    const elided =
      'import os\nfrom util import load\n\n# ... existing code ...\n\ndef total(rows):\n    return 0\n\n\ndef other(rows):\n    return load(rows)[LIMIT]';
    assert.match(read(elided), /^elided\nfile : import os\nfrom util import load\n\nLIMIT = 3/);
  });
});

describe('parseAnswer reads changes', () => {
  const block = '<<<<<<< SEARCH\n    result = 0\n=======\n    result = 1\n>>>>>>> REPLACE';
  const changed = '    result = 0 ->     result = 1';
  const changes: [why: string, answer: string, expected: string][] = [
    ['a block', block, `search-replace\n: ${changed}`],
    [
      'a block in a fence under its file',
      `a.py\n\`\`\`python\n${block}\n\`\`\``,
      `search-replace\na.py: ${changed}`,
    ],
    [
      'a block with other words',
      block.replace('SEARCH', 'ORIGINAL').replace('REPLACE', 'UPDATED'),
      `search-replace\n: ${changed}`,
    ],
    [
      'a block of tools',
      block.replace('SEARCH\n', 'SEARCH\n:start_line:3\n-------\n'),
      `search-replace\n: ${changed}`,
    ],
    [
      'a diff',
      '--- a/src/a.py\n+++ b/src/a.py\n@@ -3,2 +3,2 @@\n-    result = 0\n+    result = 1',
      `diff\nsrc/a.py: ${changed}`,
    ],
    ['a diff without numbers', '@@ ... @@\n-    result = 0\n+    result = 1', `diff\n: ${changed}`],
    [
      'a diff in prose',
      'I do this:\n- change\n\n```diff\n@@ -1 +1 @@\n-    result = 0\n+    result = 1\n```',
      `diff\n: ${changed}`,
    ],
    ['a diff without any header', '```diff\n-    result = 0\n+    result = 1\n```', `diff\n: ${changed}`],
    [
      'a patch',
      '*** Begin Patch\n*** Update File: src/a.py\n@@ def total\n-    result = 0\n+    result = 1\n*** End Patch',
      `diff\nsrc/a.py: ${changed}`,
    ],
    [
      'JSON with edits',
      JSON.stringify({ edits: [{ search: '    result = 0', replace: '    result = 1' }] }),
      `json\n: ${changed}`,
    ],
    [
      'JSON with other names',
      JSON.stringify([{ file_path: 'b.py', old_string: 'x', new_string: 'y' }]),
      'json\nb.py: x -> y',
    ],
    [
      'JSON with the file named once',
      JSON.stringify({ path: 'b.py', changes: [{ old: 'x', new: 'y' }] }),
      'json\nb.py: x -> y',
    ],
    [
      'a diff in JSON',
      JSON.stringify({ diff: '@@ -1 +1 @@\n-    result = 0\n+    result = 1' }),
      `json\n: ${changed}`,
    ],
    ['blocks in JSON', JSON.stringify({ answer: block }), `json\n: ${changed}`],
    [
      'two files',
      `src/a.py\n\`\`\`python\n${now}\n\`\`\`\nsrc/b.py\n\`\`\`python\nx = 1\n\`\`\``,
      `prose\ntarget: ${now}\nfile src/b.py: x = 1`,
    ],
    ['another file', '```python src/b.py\nx = 1\n```', 'fenced\nfile src/b.py: x = 1'],
  ];
  for (const [why, answer, expected] of changes)
    it(why, () => {
      assert.equal(read(answer), expected);
    });

  it('of a file whose name only looks like the target’s', () => {
    const answer = '```python a.py\nx = 1\n```';
    const parsed = parseAnswer(answer, python, { isOtherFile: (path) => path === 'a.py' });
    assert.ok(!('code' in parsed));
    assert.deepEqual(parsed.edits, [{ kind: 'file', path: 'a.py', text: 'x = 1' }]);
  });
});

describe('parseAnswer refuses', () => {
  const refused: [why: string, answer: string, code: RefactorProblemCode][] = [
    ['nothing', '', 'no-code'],
    ['blanks', ' \n\t', 'no-code'],
    ['an empty fence', '```python\n```', 'no-code'],
    ['reasoning that does not end', '<think>hm, the function', 'unfinished'],
    ['a fence that does not end', `Here:\n\`\`\`python\n${now}`, 'unfinished'],
    ['a block that does not end', '<<<<<<< SEARCH\na\n=======\nb', 'unfinished'],
    ['a block without a middle', '<<<<<<< SEARCH\na\n>>>>>>> REPLACE', 'unfinished'],
    ['a block in a block', '<<<<<<< SEARCH\na\n<<<<<<< SEARCH\nb\n=======\nc\n>>>>>>> REPLACE', 'unfinished'],
    ['a block with two middles', '<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE', 'unfinished'],
    [
      'two different pieces',
      '```python\ndef total(a):\n    pass\n```\nor\n```python\ndef total(b):\n    pass\n```',
      'ambiguous',
    ],
    ['a hunk of new lines only', '--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1,2 @@\n+x = 1', 'no-match'],
    ['a diff that changes nothing', '@@ -1 +1 @@\n-a\n+a', 'no-change'],
    [
      'a diff that deletes the file',
      '--- a/src/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-import os',
      'wrong-file',
    ],
    ['nothing but what stays', '```python\n# ... existing code ...\n```', 'no-change'],
    ['far too much', 'x'.repeat(1_000_001), 'too-large'],
    ['far too many changes', '<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n'.repeat(600), 'too-large'],
  ];
  for (const [why, answer, code] of refused)
    it(why, () => {
      const parsed = parseAnswer(answer, python);
      assert.ok('code' in parsed, JSON.stringify(parsed));
      assert.equal(parsed.code, code);
      assert.match(parsed.message, /\.$/);
    });
});

describe('parseAnswer', () => {
  it('never throws', () => {
    const piece = fc.constantFrom(
      '```',
      '```python',
      '~~~',
      '<<<<<<< SEARCH',
      '=======',
      '>>>>>>> REPLACE',
      '@@ -1 +1 @@',
      '--- a/x',
      '+++ b/x',
      '{"code":',
      '"',
      '}',
      '<think>',
      '</think>',
      'def total(rows):',
      '    return 1',
      '# ...',
      '...',
      '-x',
      '+y',
      '',
      'src/a.py',
      '\u0000',
      '*** Begin Patch',
      '*** Update File: a',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 14 }), (pieces) => {
        const parsed = parseAnswer(pieces.join('\n'), python);
        assert.ok('code' in parsed ? parsed.message !== '' : parsed.edits.length > 0);
      }),
      { numRuns: 500 },
    );
  });

  it('reads long answers of one kind of mark in a bearable time', () => {
    for (const unit of [
      '<<<<<<< SEARCH\n',
      '=======\n',
      '```\n',
      '```js\n',
      '@@ -1 +1 @@\n+',
      'a ',
      ' ',
      '\n',
      '{',
      '"',
      'total(',
      '# ',
      '<a>\n',
    ])
      parseAnswer(unit.repeat(Math.floor(400_000 / unit.length)), python);
  });
});
