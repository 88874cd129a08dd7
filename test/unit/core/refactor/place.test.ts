import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits, lineEndOf } from '../../../../src/core/refactor/fileText.ts';
import { placeEdits } from '../../../../src/core/refactor/place.ts';
import type { FileChange, ProposedEdit, RefactorProblemCode } from '../../../../src/core/refactor/types.ts';
import { marked, workspaceOf } from './marked.ts';

function place(
  text: string,
  edits: readonly ProposedEdit[],
  files: Readonly<Record<string, string>> = {},
): FileChange[] {
  const changes = placeEdits(edits, marked(text), workspaceOf(files, true));
  assert.ok(!('code' in changes), JSON.stringify(changes));
  for (const { before, after, edits: own } of changes) assert.equal(applyEdits(before ?? '', own), after);
  return changes;
}

/** The target's file after one edit. */
function after(text: string, edit: ProposedEdit): string {
  const [change] = place(text, [edit]);
  return change?.after ?? '';
}

const code = (text: string): ProposedEdit => ({ kind: 'target', text });
const replace = (search: string, now: string, more: object = {}): ProposedEdit => ({
  kind: 'replace',
  path: null,
  search,
  replace: now,
  ...more,
});
const file = (text: string, path: string | null = null): ProposedEdit => ({ kind: 'file', path, text });

describe('code in the place of the target', () => {
  const table: [why: string, text: string, code: string, after: string][] = [
    ['as it is', '⟦a\nb⟧\nc\n', 'x\ny', 'x\ny\nc\n'],
    ['at the target’s indentation', 'if:\n⟦    a⟧\n', '    x', 'if:\n    x\n'],
    [
      'without indentation',
      'if:\n    ⟦def a:\n        b⟧\n',
      'def x:\n    y',
      'if:\n    def x:\n        y\n',
    ],
    [
      'only the first line without',
      'if:\n    ⟦{\n      b\n    }⟧\n',
      '{\n      y\n    }',
      'if:\n    {\n      y\n    }\n',
    ],
    [
      'a body of which lines stay',
      'if:\n    ⟦def a:\n        b\n        c⟧\n',
      'def a:\n        b\n        d',
      'if:\n    def a:\n        b\n        d\n',
    ],
    ['with more indentation', '⟦a:\n  b⟧\n', '    a:\n      x', 'a:\n  x\n'],
    [
      'in blanks, where the file has tabs',
      '⟦a {\n\tb\n}⟧\n',
      'a {\n    b\n    if {\n        c\n    }\n}',
      'a {\n\tb\n\tif {\n\t\tc\n\t}\n}\n',
    ],
    ['in tabs, where the file has blanks', '⟦a:\n  b⟧\n', 'a:\n\tb\n\tc', 'a:\n  b\n  c\n'],
    ['in wider blanks', '⟦a {\n  b\n  c\n}⟧\n', 'a {\n    b\n    c\n    d\n}', 'a {\n  b\n  c\n  d\n}\n'],
    [
      'with the file’s unit where the target has one line',
      'f {\n\t⟦a⟧\n\tif {\n\t\tb\n\t}\n}\n',
      'if {\n    a\n}',
      'f {\n\tif {\n\t\ta\n\t}\n\tif {\n\t\tb\n\t}\n}\n',
    ],
    [
      'wrapped in a block by as much as it lost',
      'i:\n    ⟦@x\n    def a:\n        m:\n            b⟧\n',
      '@x\ndef a:\n    if:\n        m:\n            b',
      'i:\n    @x\n    def a:\n        if:\n            m:\n                b\n',
    ],
    ['blank lines keep their blanks', '⟦a:\n  b\n  \n  c⟧\n', 'a:\n  b\n\n  d', 'a:\n  b\n  \n  d\n'],
    ['CRLF', '⟦a\r\nb⟧\r\nc\r\n', 'x\ny\nz', 'x\r\ny\r\nz\r\nc\r\n'],
    ['mixed line ends of what stays', '⟦a\r\nb\nc⟧\r\nd\r\n', 'a\nb\nx', 'a\r\nb\nx\r\nd\r\n'],
    ['no final line end', 'x\n⟦a⟧', 'b\n', 'x\nb'],
    ['a byte order mark', '\uFEFF⟦a⟧\nb\n', 'c', '\uFEFFc\nb\n'],
    ['blank lines in the target’s ends', 'x\n⟦\n\n  a\n\n⟧y\n', 'b', 'x\n\n\n  b\n\ny\n'],
    ['in the midst of a line', 'x = ⟦1⟧ + 2\n', '  3', 'x = 3 + 2\n'],
    [
      'several lines in the midst of a line',
      '  x = ⟦f()⟧ + 2\n',
      'g(\n  a,\n)',
      '  x = g(\n    a,\n  ) + 2\n',
    ],
    ['in a blank line', 'a:\n⟦    ⟧\nb\n', 'x\ny', 'a:\n    x\n    y\nb\n'],
    ['of other scripts', '⟦größe = "😀"⟧\n', 'größe = "👍🏽"', 'größe = "👍🏽"\n'],
    [
      'with a string whose lines stand further left',
      'class A:\n    ⟦def f(self):\n        return """\nleft\n  more\n"""⟧\n',
      'def f(self):\n    x = 1\n    return """\nleft\n  more\n"""',
      'class A:\n    def f(self):\n        x = 1\n        return """\nleft\n  more\n"""\n',
    ],
    [
      'with a mark further left',
      'f() {\n    ⟦a();\n#ifdef X\n    b();\n#endif⟧\n}\n',
      'a();\n#ifdef X\nc();\n#endif',
      'f() {\n    a();\n#ifdef X\n    c();\n#endif\n}\n',
    ],
  ];
  for (const [why, text, answer, expected] of table)
    it(why, () => {
      assert.equal(after(text, code(answer)), expected);
    });
});

describe('a whole file', () => {
  const table: [why: string, text: string, now: string, after: string][] = [
    ['keeps its final line end', 'a\n⟦b⟧\n', 'a\nc', 'a\nc\n'],
    ['keeps that it has none', 'a\n⟦b⟧', 'a\nc\n', 'a\nc'],
    ['keeps blank lines at its ends', '\n\na\n⟦b⟧\n\n', 'a\nc\n', '\n\na\nc\n\n'],
    ['keeps its byte order mark', '\uFEFFa\n⟦b⟧\n', 'a\nc\n', '\uFEFFa\nc\n'],
    ['keeps CRLF', 'a\r\n⟦b⟧\r\n', 'a\nc\n', 'a\r\nc\r\n'],
    ['keeps mixed line ends', 'a\r\nx\n⟦b⟧\r\n', 'a\nx\nc\n', 'a\r\nx\nc\r\n'],
    [
      'keeps blanks outside of the target',
      'a\n\n\tx(1)\n⟦b⟧\n\n\nd\n',
      'a\n  x(1)\nc\n\nd\n',
      'a\n\n\tx(1)\nc\n\n\nd\n',
    ],
    ['that was empty', '⟦⟧', 'a\nb\n', 'a\nb'],
  ];
  for (const [why, text, now, expected] of table)
    it(why, () => {
      assert.equal(after(text, file(now)), expected);
    });
});

describe('a replacement', () => {
  const table: [why: string, text: string, search: string, now: string, after: string][] = [
    ['of one line', '⟦a\nb\nc⟧\n', 'b', 'x\ny', 'a\nx\ny\nc\n'],
    [
      'with other indentation',
      'if:\n⟦    a {\n      b\n    }⟧\n',
      'a {\n  b\n}',
      'a {\n  b\n  c\n}',
      'if:\n    a {\n      b\n      c\n    }\n',
    ],
    [
      'that keeps the file’s blanks',
      '⟦f(a,  b)\ng( )\nh()⟧\n',
      'f(a, b)\ng()\nh()',
      'f(a, b)\ng()\ni()',
      'f(a,  b)\ng( )\ni()\n',
    ],
    [
      'in another unit',
      '⟦if a:\n\tif b:\n\t\tc()⟧\n',
      'if a:\n    if b:\n        c()',
      'if a:\n    if b:\n        d()\n    e()',
      'if a:\n\tif b:\n\t\td()\n\te()\n',
    ],
    ['that keeps blank lines', '⟦a\n\n\nb\n\nc⟧\n', 'a\nb\nc', 'a\nb\nd', 'a\n\n\nb\n\nd\n'],
    ['with blank lines at both ends of both', '⟦a\n\nb\n\nc⟧\n', '\nb\n', '\nx\n', 'a\n\nx\n\nc\n'],
    ['that puts a blank line in', '⟦a\nb⟧\n', 'a\nb', 'a\n\nb', 'a\n\nb\n'],
    [
      'whose first line has no indentation',
      'i:\n⟦    a()\n    b()⟧\n',
      'a()\n    b()',
      'x()\n    b()',
      'i:\n    x()\n    b()\n',
    ],
    ['that is gone', '⟦a\nb\nc⟧\n', 'b', '', 'a\nc\n'],
    ['that is gone, CRLF', '⟦a\r\nb\r\nc⟧', 'b', '', 'a\r\nc'],
    ['that is gone from the end of a file', '⟦a\nb\nc⟧', 'c', '', 'a\nb'],
    ['that is the whole file and gone', '⟦a⟧', 'a', '', ''],
    [
      'of a context that is only like the file’s',
      '⟦def third(rows):\n    counted = sum(row.price for row in rows)\n    report(counted)\n    return counted⟧\n',
      'def third(rows):\n    counted = sum(row.prices for row in rows)\n    report(counted)',
      'def third(rows):\n    counted = sum(row.prices for row in rows)\n    log(counted)',
      'def third(rows):\n    counted = sum(row.price for row in rows)\n    log(counted)\n    return counted\n',
    ],
    ['of blanks at line ends', '⟦a  \nb⟧\n', 'a  ', 'a', 'a\nb\n'],
  ];
  for (const [why, text, search, now, expected] of table)
    it(why, () => {
      assert.equal(after(text, replace(search, now)), expected);
    });

  it('of a part of a line', () => {
    assert.equal(
      after('⟦limit = 30; x()⟧\n', replace('limit = 30', 'limit = 60', { inLine: true })),
      'limit = 60; x()\n',
    );
  });

  it('of several places', () => {
    const [change] = place('⟦a\nb\nc\nd⟧\n', [replace('d', 'y'), replace('a', 'x'), replace('a', 'x')]);
    assert.equal(change?.after, 'x\nb\nc\ny\n');
    assert.equal(change.edits.length, 2);
    assert.deepEqual(change.matches, ['exact', 'exact']);
  });
});

describe('placeEdits refuses', () => {
  const table: [why: string, text: string, edits: ProposedEdit[], code: RefactorProblemCode][] = [
    ['what changes nothing', '⟦a⟧\n', [code('a')], 'no-change'],
    ['what overlaps', '⟦a\nb\nc⟧\n', [replace('a\nb', 'x'), replace('b\nc', 'y')], 'overlap'],
    ['a file and a part of it', '⟦a\nb⟧\n', [file('x\nb'), replace('b', 'y')], 'overlap'],
    ['what is not there', '⟦a⟧\n', [replace('b', 'x')], 'no-match'],
    ['an empty search in a file that is there', '⟦a⟧\n', [replace('', 'x')], 'no-match'],
    ['what is there twice', '⟦a\na⟧\n', [replace('a', 'x')], 'ambiguous'],
    ['a path outside', '⟦a⟧\n', [file('x', '../x.py')], 'wrong-file'],
    ['a path from the root', '⟦a⟧\n', [file('x', '/etc/hosts')], 'wrong-file'],
    ['a path with a drive', '⟦a⟧\n', [file('x', 'C:\\x.py')], 'wrong-file'],
    ['a file that may not be read', '⟦a⟧\n', [file('x', 'secret.py')], 'wrong-file'],
    [
      'a change of a file that is not there',
      '⟦a⟧\n',
      [{ kind: 'replace', path: 'b.py', search: 'x', replace: 'y' }],
      'wrong-file',
    ],
    ['one of several edits', '⟦a\nb⟧\n', [replace('a', 'x'), replace('z', 'y')], 'no-match'],
    [
      'lines that change and are only like the file’s',
      '⟦def third(rows):\n    counted = sum(row.price for row in rows)\n    report(counted)⟧\n',
      [
        replace(
          'def third(rows):\n    counted = sum(row.prices for row in rows)',
          'def third(rows):\n    counted = len(rows)',
        ),
      ],
      'no-match',
    ],
  ];
  for (const [why, text, edits, problem] of table)
    it(why, () => {
      const changes = placeEdits(edits, marked(text), workspaceOf({}, true));
      assert.ok('code' in changes, JSON.stringify(changes));
      assert.equal(changes.code, problem);
      assert.match(changes.message, /\.$/);
    });

  it('a new file where none may be made', () => {
    const changes = placeEdits([file('x', 'b.py')], marked('⟦a⟧\n'), workspaceOf());
    assert.ok('code' in changes && changes.code === 'wrong-file');
  });
});

describe('other files', () => {
  it('are changed beside the target’s', () => {
    const other: ProposedEdit = { kind: 'replace', path: './b.py', search: 'x', replace: 'y' };
    const changes = place('⟦a⟧\n', [code('b'), other], { 'b.py': 'x\r\nz\r\n' });
    assert.deepEqual(
      changes.map(({ path, after: now }) => [path, now]),
      [
        ['src/a.py', 'b\n'],
        ['b.py', 'y\r\nz\r\n'],
      ],
    );
  });

  it('are made', () => {
    const [change] = place('⟦a⟧\n', [file('\nx\r\ny\n\n', 'new/B.PY')]);
    assert.deepEqual(
      { ...change, edits: [] },
      { path: 'new/B.PY', language: 'py', before: null, after: 'x\ny\n', edits: [], matches: ['exact'] },
    );
  });

  it('of which one has the target’s shortened path are themselves', () => {
    const [change] = place('⟦a⟧\n', [{ kind: 'replace', path: 'a.py', search: 'x', replace: 'y' }], {
      'a.py': 'x',
    });
    assert.equal(change?.path, 'a.py');
    const [own] = place('⟦x⟧\n', [{ kind: 'replace', path: 'a.py', search: 'x', replace: 'y' }]);
    assert.equal(own?.path, 'src/a.py');
  });
});

describe('placeEdits', () => {
  const line = fc.constantFrom('a', '  b', '\tc', '', '}', '😀', 'x = "é"', '    d');
  const lineEnd = fc.constantFrom('\n', '\r\n');
  const files = fc
    .tuple(fc.array(line, { maxLength: 12 }), lineEnd, fc.boolean(), fc.boolean())
    .map(([lines, end, mark, final]) => (mark ? '\uFEFF' : '') + lines.join(end) + (final ? end : ''));
  const texts = fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n'));
  const edit: fc.Arbitrary<ProposedEdit> = fc.oneof(
    texts.map(code),
    texts.map((text) => file(text)),
    fc.tuple(texts, texts, fc.boolean()).map(([search, now, inLine]) => replace(search, now, { inLine })),
  );

  it('never throws; its edits make the text; all outside of the target’s lines, the line ends, the mark and the end stay', () => {
    fc.assert(
      fc.property(
        files,
        fc.nat(),
        fc.nat(),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (text, a, b, edits) => {
          const inside = (offset: number): number => {
            const at = offset % (text.length + 1);
            return text[at - 1] === '\r' && text[at] === '\n' ? at - 1 : at;
          };
          const [start = 0, end = 0] = [inside(a), inside(b)].sort((one, other) => one - other);
          const target = { file: { path: 'a.txt', text, language: 'txt' }, start, end, definition: null };
          const changes = placeEdits(edits, target, workspaceOf());
          if ('code' in changes) {
            assert.ok(changes.message !== '');
            return;
          }
          for (const { before, after: now, edits: own } of changes) {
            assert.equal(applyEdits(text, own), now);
            assert.equal(before, text);
            assert.equal(now.startsWith('\uFEFF'), text.startsWith('\uFEFF'));
            if (lineEndOf(text) === '\r\n' || !text.includes('\n')) continue;
            assert.ok(!now.includes('\r'));
          }
          const [first] = edits;
          if (edits.length > 1 || first?.kind !== 'target') return;
          // A mark before the target stays before it.
          const mark = text.startsWith('\uFEFF') ? 1 : 0;
          const [change] = changes;
          assert.ok(
            change?.after.startsWith(text.slice(0, start)) &&
              change.after.endsWith(text.slice(Math.max(end, mark))),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});
