import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEdits } from '../../../../src/core/refactor/fileText.ts';
import { lineEdits } from '../../../../src/core/refactor/lineDiff.ts';
import type { FileChange } from '../../../../src/core/refactor/types.ts';
import { ChangeSet, type DecidedFile } from '../../../../src/vscode/refactor/changeSet.ts';
import { textAsDocument } from '../../../../src/vscode/refactor/documentText.ts';

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
