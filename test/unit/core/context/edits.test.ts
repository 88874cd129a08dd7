import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  EditLog,
  RecentEdits,
  tokensOfSegments,
  type EditsRequest,
} from '../../../../src/core/context/edits.ts';
import type { TokenCount } from '../../../../src/core/context/items.ts';
import { TextDocument } from '../../../../src/core/text/textDocument.ts';

/** One token per UTF-16 unit. */
const count: TokenCount = (text) => text.length;

/** Documents whose edits are noted, and what is shown of them beside another file. */
class Workspace {
  readonly edits = new RecentEdits();
  readonly log = new EditLog();
  readonly documents = new Map<string, TextDocument>();

  /** Puts `text` in the place of `length` units at `offset`. */
  edit(path: string, offset: number, length: number, text: string): void {
    const document = this.documents.get(path);
    assert.ok(document !== undefined);
    this.edits.record(path, document.text, [{ offset, length, text }]);
    document.apply([{ offset, length, text }], 1);
  }

  open(path: string, count: number): void {
    const lines = Array.from({ length: count }, (_, index) => `${path}${index + 1}\n`).join('');
    this.documents.set(path, new TextDocument(lines, 1));
  }

  /** Writes a line before line `line` (from 1). */
  write(path: string, line: number, text: string): void {
    const before = (this.documents.get(path)?.text ?? '').split('\n').slice(0, line - 1);
    this.edit(path, before.map((one) => `${one}\n`).join('').length, 0, `${text}\n`);
  }

  /** `path:from-to …` of what is shown. */
  shown(request: EditsRequest = beside, budget = 1000): string {
    const edits = this.edits.segments(request, (path) => this.documents.get(path)?.text ?? null);
    const segments = this.log.update(request, edits, budget, count);
    return segments.map(({ path, startLine, endLine }) => `${path}:${startLine}-${endLine}`).join(' ');
  }
}

const beside: EditsRequest = { path: 'other', visible: { startLine: 1, endLine: 50 } };

function workspace(): Workspace {
  const made = new Workspace();
  for (const path of ['a', 'b']) made.open(path, 60);
  return made;
}

describe('RecentEdits', () => {
  it('shows what was written, with three lines around it', () => {
    const made = workspace();
    made.write('a', 10, 'new');
    const [segment] = made.edits.segments(beside, (path) => made.documents.get(path)?.text ?? null);
    assert.equal(segment?.text, 'a7\na8\na9\nnew\na10\na11\na12');
    assert.equal(made.shown(), 'a:7-13');
  });

  it('takes edits that nearly touch for one, and others for others', () => {
    const made = workspace();
    made.write('a', 10, 'x');
    made.write('a', 12, 'y');
    assert.equal(made.shown(), 'a:7-15');
    made.write('a', 40, 'z');
    assert.equal(made.shown(), 'a:7-15 a:37-43');
  });

  it('follows the lines when text above changes', () => {
    const made = workspace();
    made.write('a', 40, 'z');
    made.write('a', 2, 'one\ntwo');
    made.edit('a', 0, 3, '');
    const texts = made.edits.segments(beside, (path) => made.documents.get(path)?.text ?? null);
    assert.equal(
      texts.some(({ text }) => text.split('\n').includes('z')),
      true,
    );
    assert.equal(texts.find(({ text }) => text.includes('z'))?.startLine, 38);
  });

  it('shows nothing of what was deleted', () => {
    const made = workspace();
    made.edit('a', 0, 30, '');
    assert.equal(made.shown(), '');
    made.write('b', 5, 'secretword');
    const at = made.documents.get('b')?.text.indexOf('secretword') ?? 0;
    made.edit('b', at, 'secretword'.length, '');
    const edits = made.edits.segments(beside, (path) => made.documents.get(path)?.text ?? null);
    assert.equal(
      edits.some(({ text }) => text.includes('secretword')),
      false,
    );
  });

  it('leaves out what the prompt shows anyway, and what has no text any more', () => {
    const made = workspace();
    made.write('a', 10, 'x');
    made.write('b', 10, 'y');
    const request = { path: 'a', visible: { startLine: 1, endLine: 20 } };
    assert.equal(made.shown(request), 'b:7-13');
    made.documents.delete('b');
    assert.equal(made.edits.segments(request, (path) => made.documents.get(path)?.text ?? null).length, 0);
  });

  it('remembers the last eight, and at most ten lines of each', () => {
    const made = workspace();
    made.open('c', 400);
    for (let index = 1; index <= 10; index += 1) made.write('c', 30 * index, 'x');
    assert.equal(made.shown().split(' ').length, 8);
    const other = workspace();
    other.write('a', 5, Array.from({ length: 30 }, () => 'x').join('\n'));
    assert.equal(other.shown(), 'a:2-17');
    other.edits.forget('a');
    assert.equal(other.edits.segments(beside, () => '').length, 0);
  });
});

describe('EditLog', () => {
  it('appends, and keeps what it has shown as it was', () => {
    const made = workspace();
    made.write('a', 10, 'x');
    assert.equal(made.shown(), 'a:7-13');
    made.write('b', 10, 'y');
    made.write('a', 11, 'later');
    assert.equal(made.shown(), 'a:7-13 b:7-13');
  });

  it('drops the older half at once when full, and does not show it again', () => {
    const made = workspace();
    made.open('c', 200);
    const shown = [10, 30, 50, 70, 90].map((line) => {
      made.write('c', line, 'x');
      return made.shown(beside, 110);
    });
    assert.deepEqual(shown.slice(-2), ['c:7-13 c:27-33 c:47-53 c:67-73', 'c:67-73 c:87-93']);
    assert.equal(made.shown(beside, 110), 'c:67-73 c:87-93');
  });

  it('begins anew for another file, and where the cursor comes to what it shows', () => {
    const made = workspace();
    made.write('a', 10, 'x');
    made.shown();
    made.write('b', 10, 'y');
    made.write('b', 40, 'z');
    assert.equal(made.shown({ path: 'b', visible: { startLine: 30, endLine: 60 } }), 'a:7-13 b:7-13');
    assert.equal(made.shown({ path: 'b', visible: { startLine: 1, endLine: 20 } }), 'a:7-13 b:37-43');
  });

  it('never exceeds its budget', () => {
    const write = fc.record({
      path: fc.constantFrom('a', 'b'),
      line: fc.integer({ min: 1, max: 60 }),
      budget: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 20 }), (writes) => {
        const made = workspace();
        for (const { path, line, budget } of writes) {
          made.write(path, line, 'text');
          const edits = made.edits.segments(beside, (of) => made.documents.get(of)?.text ?? null);
          const shown = made.log.update(beside, edits, budget, count);
          assert.ok(tokensOfSegments(shown, count) <= budget);
        }
      }),
    );
  });
});
