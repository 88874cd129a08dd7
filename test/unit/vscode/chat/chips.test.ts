import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mention } from '../../../../src/core/chat/context.ts';
import { ChipBox, type Offer } from '../../../../src/vscode/chat/chips.ts';
import { implicitMention, selectedLines } from '../../../../src/vscode/chat/implicitMention.ts';
import { mentionDescription, mentionLabel, mentionPlace } from '../../../../src/vscode/chat/mentionText.ts';

function box(): { chips: ChipBox; labels: () => string[]; changes: () => number } {
  let changes = 0;
  const chips = new ChipBox(() => (changes += 1));
  return { chips, labels: () => chips.chips.map(({ label }) => label), changes: () => changes };
}
const file = (value: string, startLine?: number, endLine?: number): Mention => ({
  kind: 'file',
  value,
  ...(startLine === undefined ? {} : { startLine }),
  ...(endLine === undefined ? {} : { endLine }),
});
const offer = (mention: Mention, state = '1'): Offer => ({ mention, state });

describe('chips', () => {
  it('offer what the editor shows, and follow it', () => {
    const { chips, labels, changes } = box();
    chips.offer(offer(file('src/a.ts')));
    chips.offer(offer(file('src/a.ts')));
    assert.deepEqual([labels(), changes()], [['a.ts'], 1]);
    chips.offer(offer({ kind: 'selection', value: 'src/a.ts', startLine: 3, endLine: 9 }));
    assert.deepEqual([labels(), changes()], [['a.ts:3-9'], 2]);
    assert.deepEqual(
      chips.chips.map(({ implicit, kind, place }) => ({ implicit, kind, place })),
      [{ implicit: true, kind: 'selection', place: { path: 'src/a.ts', startLine: 3, endLine: 9 } }],
    );
    chips.offer(null);
    assert.deepEqual(chips.mentions, []);
  });

  it('are told only where they are others, not with each state of a text', () => {
    const { chips, labels, changes } = box();
    chips.offer(offer(file('a.ts'), 'v1'));
    chips.offer(offer(file('a.ts'), 'v2'));
    assert.equal(changes(), 1);
    chips.asked(true);
    chips.offer(offer(file('a.ts'), 'v2'));
    assert.deepEqual([labels(), changes()], [[], 2]);
    chips.offer(offer(file('a.ts'), 'v3'));
    assert.deepEqual([labels(), changes()], [['a.ts'], 3]);
    chips.offer(null);
    assert.equal(changes(), 4);
  });

  it('that were taken away stay away until they are put back', () => {
    const { chips, labels } = box();
    chips.offer(offer(file('a.ts')));
    chips.remove('offered');
    chips.offer(offer(file('b.ts')));
    assert.deepEqual([labels(), chips.mentions], [[], []]);
    chips.restore();
    assert.deepEqual(labels(), ['b.ts']);
  });

  it('of files and symbols are there once, and go with one question', () => {
    const { chips, labels } = box();
    chips.add(file('a.ts'));
    chips.add(file('a.ts'));
    chips.add({ kind: 'symbol', value: 'total' });
    assert.deepEqual(labels(), ['a.ts', 'total']);
    chips.remove(chips.chips[0]?.id ?? '');
    assert.deepEqual(chips.mentions, [{ kind: 'symbol', value: 'total' }]);
    chips.asked(true);
    assert.deepEqual(labels(), []);
  });

  it('don’t offer what an added one holds already', () => {
    const { chips } = box();
    chips.offer(offer(file('a.ts', 3, 9)));
    chips.add(file('a.ts'));
    assert.deepEqual(chips.mentions, [file('a.ts')]);
  });

  it('don’t give the same file twice in a conversation, but a changed one', () => {
    const { chips, labels } = box();
    chips.offer(offer(file('a.ts'), 'v1'));
    chips.asked(true);
    assert.deepEqual(labels(), []);
    chips.offer(offer(file('a.ts'), 'v2'));
    assert.deepEqual(labels(), ['a.ts']);
    chips.offer(offer(file('a.ts'), 'v1'));
    chips.restore();
    assert.deepEqual(labels(), ['a.ts']);
  });

  it('go without what is offered where the question says what it is about', () => {
    const { chips, labels } = box();
    chips.offer(offer(file('a.ts')));
    chips.add(file('b.ts'));
    assert.deepEqual(chips.added, [file('b.ts')]);
    chips.asked(false);
    assert.deepEqual(labels(), ['a.ts']);
  });

  it('give a selection as often as it is selected', () => {
    const { chips, labels } = box();
    chips.offer(offer({ kind: 'selection', value: 'a.ts', startLine: 1, endLine: 2 }));
    chips.asked(true);
    assert.deepEqual(labels(), ['a.ts:1-2']);
  });

  it('show instructions, which can be refused', () => {
    const { chips, labels } = box();
    chips.showInstructions([{ label: 'AGENTS.md', description: 'D.', path: 'AGENTS.md' }]);
    assert.deepEqual([labels(), chips.mentions], [['AGENTS.md'], []]);
    chips.remove('instructions:AGENTS.md');
    assert.deepEqual([labels(), chips.takes('AGENTS.md')], [[], false]);
    chips.restore();
    assert.ok(chips.takes('AGENTS.md'));
  });
});

describe('what is offered by itself', () => {
  const sight = {
    value: 'a.ts',
    lineCount: 100,
    selection: { start: { line: 4, character: 2 }, end: { line: 4, character: 2 } },
    visible: { startLine: 10, endLine: 49 },
  };

  it('is a short file as a whole', () => assert.deepEqual(implicitMention(sight), file('a.ts')));
  it('is of a long file what is in view', () =>
    assert.deepEqual(implicitMention({ ...sight, lineCount: 900 }), file('a.ts', 11, 50)));
  it('is the selection', () => {
    const selection = { start: { line: 4, character: 2 }, end: { line: 6, character: 1 } };
    assert.deepEqual(implicitMention({ ...sight, selection }), {
      kind: 'selection',
      value: 'a.ts',
      startLine: 5,
      endLine: 7,
    });
  });
  it('takes no line of which nothing is selected', () => {
    const lines = selectedLines({ start: { line: 4, character: 0 }, end: { line: 6, character: 0 } });
    assert.deepEqual(lines, { startLine: 5, endLine: 6 });
    const lineEnd = selectedLines({ start: { line: 4, character: 9 }, end: { line: 5, character: 0 } });
    assert.deepEqual(lineEnd, { startLine: 5, endLine: 5 });
  });
});

describe('words for mentions', () => {
  const table: readonly [Mention, label: string, description: string][] = [
    [file('src/a.ts'), 'a.ts', 'The file src/a.ts.'],
    [file('src/a.ts', 3, 9), 'a.ts:3-9', 'Lines 3 to 9 of src/a.ts.'],
    [file('src/a.ts', 3), 'a.ts:3', 'Line 3 of src/a.ts.'],
    [{ kind: 'selection', value: '' }, 'Selection', 'What is selected in the editor.'],
    [
      { kind: 'selection', value: 'untitled:Untitled-1', startLine: 1, endLine: 2 },
      'Untitled-1:1-2',
      'The selection in untitled:Untitled-1: lines 1 to 2.',
    ],
    [
      { kind: 'folder', value: 'src/core/' },
      'core/',
      'The folder src/core: a list of its files, and the beginnings of some.',
    ],
    [{ kind: 'diff', value: 'staged' }, 'Staged changes', 'The changes that are staged for a commit.'],
    [{ kind: 'problems', value: 'src/a.ts' }, 'Problems in a.ts', 'The problems in src/a.ts.'],
  ];
  for (const [mention, label, description] of table) {
    it(`say ${label}`, () => {
      assert.equal(mentionLabel(mention), label);
      assert.equal(mentionDescription(mention), description);
    });
  }
  it('lead to lines where there are some', () => {
    assert.deepEqual(mentionPlace(file('a.ts', 2)), { path: 'a.ts', startLine: 2, endLine: 2 });
    assert.equal(mentionPlace({ kind: 'diff', value: '' }), null);
  });
});
