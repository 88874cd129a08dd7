import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { lineEdits } from '../../../../src/core/refactor/lineDiff.ts';
import { fileMove } from '../../../../src/core/refactor/rebase.ts';
import type { FileChange } from '../../../../src/core/refactor/types.ts';
import type { TextChange } from '../../../../src/core/text/textDocument.ts';
import { ChangeSet, type DecidedFile } from '../../../../src/vscode/refactor/changeSet.ts';
import { textAsDocument } from '../../../../src/vscode/refactor/documentText.ts';
import { shiftRange, type OffsetRange } from '../../../../src/vscode/refactor/trackedRange.ts';

const before = 'head();\none();\ntwo();\nthree();\nfour();\n';
const after = 'head();\nONE();\ntwo();\nthree();\nFOUR();\n';

function changed(path = 'a.ts', was: string | null = before, now = after): FileChange {
  const edits = lineEdits(was ?? '', now);
  return { path, language: 'ts', before: was, after: now, edits, matches: ['exact'] };
}

function filesAt(set: ChangeSet, text: string | null): readonly DecidedFile[] {
  const files = set.at(() => text);
  return 'code' in files ? assert.fail(files.message) : files;
}

describe('a set of changes', () => {
  it('is what the answer gave while nothing is decided', () => {
    const set = new ChangeSet([changed()]);
    const [file] = filesAt(set, before);
    assert.equal(file?.change.after, after);
    assert.deepEqual(
      file?.hunks.map(({ decision }) => decision),
      ['open', 'open'],
    );
    assert.deepEqual([set.isOpen, set.isRefused], [true, false]);
  });

  it('leaves out refused hunks, and keeps their place', () => {
    const set = new ChangeSet([changed()]);
    assert.equal(set.decide('a.ts', 0, 'refused'), true);
    const [file] = filesAt(set, before);
    assert.equal(file?.change.after, before.replace('four', 'FOUR'));
    assert.deepEqual(
      file?.hunks.map(({ decision, edit }) => [decision, edit.text]),
      [
        ['refused', 'ONE();\n'],
        ['open', 'FOUR();\n'],
      ],
    );
    assert.equal(set.decide('a.ts', 1, 'accepted'), true);
    assert.deepEqual([set.isOpen, set.isRefused], [false, false]);
  });

  it('changes nothing where all hunks are refused', () => {
    const set = new ChangeSet([changed()]);
    set.decide('a.ts', 0, 'refused');
    set.decide('a.ts', 1, 'refused');
    const [file] = filesAt(set, before);
    assert.deepEqual([file?.change.after, file?.change.edits, set.isRefused], [before, [], true]);
  });

  it('knows no hunk that is not there', () => {
    const set = new ChangeSet([changed()]);
    assert.equal(set.decide('a.ts', 2, 'refused'), false);
    assert.equal(set.decide('b.ts', 0, 'refused'), false);
    assert.equal(set.isOpen, true);
  });

  it('moves with the text', () => {
    const set = new ChangeSet([changed()]);
    set.decide('a.ts', 1, 'refused');
    const now = `zero();\n${before.replace('two();\n', 'two();\nmore();\n')}`;
    const [file] = filesAt(set, now);
    assert.equal(file?.change.after, now.replace('one', 'ONE'));
    const places = file?.hunks.map(({ edit }) => now.slice(edit.start, edit.end));
    assert.deepEqual(places, ['one();\n', 'four();\n']);
    const all = file?.hunks.map(({ edit }) => edit) ?? [];
    assert.equal(applyEdits(now, all), now.replace('one', 'ONE').replace('four', 'FOUR'));
  });

  it('does not fit a text that was changed at its place, unless that is refused', () => {
    const set = new ChangeSet([changed()]);
    const now = before.replace('four', 'fore');
    const files = set.at(() => now);
    assert.ok('code' in files);
    assert.deepEqual([files.code, /a\.ts was changed meanwhile/.test(files.message)], ['conflict', true]);
    set.decide('a.ts', 1, 'refused');
    const [file] = filesAt(set, now);
    assert.equal(file?.change.after, now.replace('one', 'ONE'));
    assert.deepEqual(file?.hunks[1]?.edit, { start: now.length, end: now.length, text: '' });
  });

  it('does not fit where a file is gone, or one that it makes is there', () => {
    assert.ok('code' in new ChangeSet([changed()]).at(() => null));
    const made = new ChangeSet([changed('new.ts', null, 'a();\n')]);
    assert.ok('code' in made.at(() => 'b();\n'));
    assert.equal(filesAt(made, null)[0]?.change.after, 'a();\n');
  });
});

/** A change of lines in a target, and a file in which the user typed meanwhile. */
class Typing {
  readonly was: OffsetRange;
  readonly #before: string;
  readonly #change: FileChange;
  now: string;
  is: OffsetRange;

  constructor(before: string, was: OffsetRange, edits: FileChange['edits']) {
    [this.#before, this.now, this.was, this.is] = [before, before, was, was];
    this.#change = { ...changed('a.ts', before, applyEdits(before, edits)), edits };
  }

  type(...changes: readonly TextChange[]): this {
    for (const { offset, length, text } of changes)
      this.now = this.now.slice(0, offset) + text + this.now.slice(offset + length);
    this.is = shiftRange(this.is, changes);
    return this;
  }

  replace(text: string, by: string): this {
    return this.type({ offset: this.now.indexOf(text), length: text.length, text: by });
  }

  get moved(): readonly DecidedFile[] | string {
    const set = new ChangeSet([this.#change], () => ({ was: this.was, is: this.is }));
    const files = set.at(() => this.now);
    return 'code' in files ? files.message : files;
  }

  get after(): string {
    const { moved } = this;
    return typeof moved === 'string' ? moved : (moved[0]?.change.after ?? '');
  }

  get before(): string {
    return this.#before;
  }
}

describe('a change in a target that is followed', () => {
  const f = 'function f(x) {\n  const y = 1;\n  return x;\n}\n';
  const made = (text: string, start: number, end: number): Typing => {
    const at = text.indexOf('  return x;\n', start);
    return new Typing(text, { start, end }, [{ start: at, end: at + 12, text: '  return -x;\n' }]);
  };

  it('stays in it where a likeness of it is put before it', () => {
    const text = `head();\n${f}tail();\n`;
    const typing = made(text, 8, 8 + f.length - 1);
    const g = 'function g(x) {\n  return x;\n}\n';
    typing.type({ offset: 8, length: 0, text: g }).replace('f(x)', 'f(x, y)').replace('tail()', 'end()');
    assert.equal(typing.after, typing.now.replace(/(f\(x, y\)[^]*)return x/, '$1return -x'));
    const copied = made(text, 8, 8 + f.length).type({ offset: 8, length: 0, text: f });
    assert.equal(copied.after, `head();\n${f}${f.replace('return x', 'return -x')}tail();\n`);
  });

  it('has no place where its target is gone, though its equal is there', () => {
    const typing = made(`${f}\n${f}`, 0, f.length).type({ offset: 0, length: f.length + 1, text: '' });
    assert.equal(typing.after, 'a.ts has the code no more that is to be changed: ask for the change again.');
    const line = made(`${f}\n${f}`, 0, f.length).replace('  return x;\n', '');
    assert.match(line.after, /^a\.ts was changed meanwhile where this change is, at line 3:/);
  });

  it('goes with other line ends', () => {
    const typing = made(`${f}\n${f}`, f.length + 1, 2 * f.length + 1);
    typing.now = `// more\n${typing.now}`.replaceAll('\n', '\r\n');
    const start = typing.now.lastIndexOf('function');
    typing.is = { start, end: typing.now.length };
    assert.equal(
      typing.after,
      typing.now.slice(0, start) + typing.now.slice(start).replace('return x', 'return -x'),
    );
  });

  it('never touches what is outside of its target, nor what was not there before', () => {
    const line = fc.constantFrom('a\n', 'a\n', 'b\n', '\n');
    const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join(''));
    const types = fc.array(fc.record({ at: fc.nat(100), length: fc.nat(6), text }), { maxLength: 4 });
    const parts = fc.record({ head: text, target: text, tail: text, now: text, types });
    fc.assert(
      fc.property(parts, ({ head, target, tail, now, types: all }) => {
        const was = { start: head.length, end: head.length + target.length };
        const edits = lineEdits(target, now).map((edit) => ({
          ...edit,
          start: edit.start + was.start,
          end: edit.end + was.start,
        }));
        const typing = new Typing(head + target + tail, was, edits);
        for (const one of all) {
          const offset = Math.min(one.at, typing.now.length);
          const length = Math.min(one.length, typing.now.length - offset);
          typing.type({ offset, length, text: one.text });
        }
        const { moved } = typing;
        if (typeof moved === 'string') return;
        for (const [index, edit] of (moved[0]?.change.edits ?? []).entries()) {
          const given = edits[index];
          const wasThere = typing.before.slice(given?.start, given?.end);
          assert.equal(typing.now.slice(edit.start, edit.end), wasThere);
          // Whole lines: what stands beside the target in its first and last one belongs to it.
          const from = typing.now.slice(0, typing.is.start).lastIndexOf('\n') + 1;
          assert.ok(edit.start >= from && edit.end <= lineEnd(typing.now, typing.is.end), typing.now);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function lineEnd(text: string, offset: number): number {
  const next = text.indexOf('\n', offset);
  return text[offset - 1] === '\n' ? offset : next === -1 ? text.length : next + 1;
}

describe('a change of many hunks', () => {
  it('is moved by one comparison of the texts, and by none where nothing changed', () => {
    const lines = Array.from({ length: 200 }, (_, at) => `line${at}();\n`);
    const was = lines.join('');
    const now = lines.map((line, at) => (at % 4 === 1 ? line.toUpperCase() : line)).join('');
    let compared = 0;
    const set = new ChangeSet(
      [changed('a.ts', was, now)],
      () => null,
      (...texts) => {
        compared += 1;
        return fileMove(...texts);
      },
    );
    assert.equal(set.asGiven[0]?.hunks.length, 50);
    filesAt(set, was);
    assert.equal(compared, 0);
    const [file] = filesAt(set, `// typed\n${was.replace('line3();', 'line3(x);')}`);
    assert.equal(compared, 1);
    assert.equal(
      applyEdits(
        file?.change.before ?? '',
        (file?.hunks ?? []).map(({ edit }) => edit),
      ),
      file?.change.after,
    );
  });
});

describe('the text of a file as a document', () => {
  const table: readonly [name: string, text: string, expected: string][] = [
    ['has no byte order mark', '\uFEFFa\n', 'a\n'],
    ['has the commoner line ends', 'a\r\nb\r\nc\nd', 'a\r\nb\r\nc\r\nd'],
    ['has plain ones where both are as common', 'a\r\nb\n', 'a\nb\n'],
    ['has no line ends of old kinds', 'a\rb\n', 'a\nb\n'],
    ['is itself else', 'a\n\n b', 'a\n\n b'],
  ];
  for (const [name, text, expected] of table) it(name, () => assert.equal(textAsDocument(text), expected));
});
