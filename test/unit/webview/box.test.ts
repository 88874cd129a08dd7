/** What keys do in the box, and what suggestions do to its text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Suggestion } from '../../../src/core/chat/view.ts';
import { acceptsDrop, droppedUris } from '../../../src/webview/chat/dropped.ts';
import {
  boxCommand,
  stepIn,
  type BoxCommand,
  type BoxSituation,
  type KeyPress,
} from '../../../src/webview/chat/keys.ts';
import { nothingSaved, readSaved } from '../../../src/webview/chat/saved.ts';
import { offersFor, popupSide, takeSuggestion, typedWord } from '../../../src/webview/chat/suggesting.ts';

function press(keys: string, more: Partial<KeyPress> = {}): KeyPress {
  const parts = keys.split('+');
  return {
    key: parts.at(-1) ?? '',
    shiftKey: parts.includes('Shift'),
    ctrlKey: parts.includes('Control'),
    altKey: parts.includes('Alt'),
    metaKey: parts.includes('Meta'),
    isComposing: false,
    keyCode: 0,
    ...more,
  };
}

describe('a key in the box', () => {
  const plain: BoxSituation = { suggesting: false, empty: false, busy: false, editing: false };
  const table: readonly (readonly [string, Partial<BoxSituation>, BoxCommand | null])[] = [
    ['Enter', {}, 'send'],
    ['Control+Enter', {}, 'send'],
    ['Shift+Enter', {}, null],
    ['Alt+Enter', {}, null],
    ['ArrowUp', {}, null],
    ['ArrowUp', { empty: true }, 'recall'],
    ['ArrowUp', { empty: true, editing: true }, null],
    ['Escape', {}, null],
    ['Escape', { busy: true }, 'stop'],
    ['Escape', { busy: true, editing: true }, 'cancel'],
    ['Tab', {}, null],
    ['Enter', { suggesting: true }, 'take'],
    ['Tab', { suggesting: true }, 'take'],
    ['Shift+Tab', { suggesting: true }, null],
    ['Shift+Enter', { suggesting: true }, null],
    ['ArrowDown', { suggesting: true }, 'nextSuggestion'],
    ['ArrowUp', { suggesting: true }, 'previousSuggestion'],
    ['Escape', { suggesting: true, busy: true, editing: true }, 'closeSuggestions'],
    ['a', { suggesting: true }, null],
  ];
  for (const [keys, box, command] of table) {
    it(`${keys} with ${JSON.stringify(box)}: ${command}`, () =>
      assert.equal(boxCommand(press(keys), { ...plain, ...box }), command));
  }

  it('belongs to the input method while that puts a word together', () => {
    for (const key of ['Enter', 'Tab', 'Escape', 'ArrowUp'])
      for (const more of [{ isComposing: true }, { keyCode: 229 }])
        assert.equal(
          boxCommand(press(key, more), { suggesting: true, empty: true, busy: true, editing: true }),
          null,
        );
  });

  it('goes round in a list', () => {
    assert.deepEqual([stepIn(3, 2, 1), stepIn(3, 0, -1), stepIn(3, 0, 1), stepIn(0, 0, 1)], [0, 2, 1, 0]);
  });
});

describe('suggestions', () => {
  const offer = (insert: string, open = false): Suggestion => ({
    insert,
    label: insert,
    detail: '',
    icon: '',
    open,
  });

  it('take the place of the word, and a blank follows once', () => {
    const text = 'see @co in it';
    const word = typedWord(text, 7, 7);
    assert.deepEqual(word, { word: '@co', start: 4, end: 7 });
    if (word === null) return;
    assert.deepEqual(takeSuggestion(text, word, offer('@file:src/a.ts')), {
      start: 4,
      end: 7,
      text: '@file:src/a.ts',
      cursor: 19,
    });
    assert.deepEqual(takeSuggestion('see @co', word, offer('@diff')), {
      start: 4,
      end: 7,
      text: '@diff ',
      cursor: 10,
    });
    assert.deepEqual(takeSuggestion('see @co', word, offer('@file:', true)), {
      start: 4,
      end: 7,
      text: '@file:',
      cursor: 10,
    });
  });

  it('leave the cursor behind a blank, and the rest of the text as it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (before, after, open) => {
        const word = { word: '@x', start: before.length, end: before.length + 2 };
        const text = `${before}@x${after}`;
        const edit = takeSuggestion(text, word, offer('@file:a', open));
        const taken = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
        assert.ok(taken.startsWith(`${before}@file:a`) && taken.endsWith(after));
        assert.equal(open, !/\s/.test(taken.slice(edit.cursor - 1, edit.cursor)));
      }),
    );
  });

  it('are not asked for where text is selected or no word begins', () => {
    assert.equal(typedWord('@file', 1, 4), null);
    assert.equal(typedWord('mail@example', 12, 12), null);
    assert.deepEqual(typedWord('/ex', 3, 3)?.word, '/ex');
  });

  it('stay while newer ones are awaited, as far as they fit', () => {
    const offers = [offer('@file:counter.ts'), offer('@diff')];
    assert.deepEqual(offersFor({ word: '@c', first: 4, request: 5 }, 5, offers), offers);
    assert.deepEqual(offersFor({ word: '@co', first: 4, request: 6 }, 5, offers), [offers[0]]);
    assert.deepEqual(offersFor({ word: '@', first: 6, request: 6 }, 5, offers), []);
    assert.deepEqual(offersFor({ word: '@', first: 1, request: 2 }, 9, offers), []);
  });

  it('stand where there is room for them', () => {
    assert.equal(popupSide(600, 700), 'above');
    assert.equal(popupSide(40, 700), 'below');
    assert.equal(popupSide(150, 250), 'above');
  });
});

describe('what is dropped', () => {
  it('is taken in the formats that have addresses of files', () => {
    assert.equal(acceptsDrop(['text/plain']), false);
    assert.equal(acceptsDrop(['text/plain', 'text/uri-list']), true);
  });

  it('is each address once, from the format that has all of them', () => {
    const data: Readonly<Record<string, string>> = {
      'application/vnd.code.uri-list': 'file:///a.ts\r\n# a comment\r\nfile:///b.ts\r\nfile:///a.ts\r\n',
      'text/uri-list': 'file:///a.ts',
    };
    assert.deepEqual(
      droppedUris((format) => data[format] ?? ''),
      ['file:///a.ts', 'file:///b.ts'],
    );
    assert.deepEqual(
      droppedUris((format) => (format === 'text/uri-list' ? 'file:///c.ts\n' : '')),
      ['file:///c.ts'],
    );
    assert.deepEqual(
      droppedUris(() => ''),
      [],
    );
  });
});

describe('what the page keeps over a reload', () => {
  it('is read as it was written', () => {
    const saved = { draft: 'why', editing: { id: 'q', text: 'how' }, chipsTaken: true };
    assert.deepEqual(readSaved(JSON.parse(JSON.stringify(saved))), saved);
  });

  it('is nothing where it is not readable', () => {
    for (const value of [undefined, null, 3, 'x', [], { draft: 1, editing: { id: 2 }, chipsTaken: 'yes' }])
      assert.deepEqual(readSaved(value), nothingSaved);
  });
});
