import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { READ_MS, SuggestionFates, type Fate } from '../../../../src/core/completion/fate.ts';
import type { TextChange } from '../../../../src/core/text/textDocument.ts';

const place = 10;
/** Long enough for a suggestion to have been read. */
const read = READ_MS;

/** The suggestion `text` at offset 10 of `a`, shown at 0. */
function show(text: string, replaceRight = 0): SuggestionFates {
  const fates = new SuggestionFates();
  fates.shown({ id: '1', document: 'a', offset: place, text, replaceRight, languageId: 'go', at: 0 });
  return fates;
}

const insert = (text: string, offset = place, length = 0): TextChange => ({ offset, length, text });

/** Fates as `kind text`, one a line. */
const told = (fates: readonly Fate[]): string[] => fates.map(({ kind, text }) => `${kind} ${text}`);

describe('SuggestionFates', () => {
  const one: [
    title: string,
    text: string,
    replaceRight: number,
    changes: TextChange[],
    at: number,
    expected: string[],
  ][] = [
    ['the whole text', 'foo();', 0, [insert('foo();')], 5, ['accepted foo();']],
    ['over several lines', '\r\n  a\r\n}', 0, [insert('\r\n  a\r\n}')], 5, ['accepted \r\n  a\r\n}']],
    ['told with other line ends', '\r\n  a\r\n}', 0, [insert('\n  a\n}')], 5, ['accepted \r\n  a\r\n}']],
    ['with what it replaces', 'a, b)', 1, [insert('a, b)', place, 1)], 5, ['accepted a, b)']],
    ['without the end that is there', 'a, b)', 1, [insert('a, b')], 5, ['accepted a, b)']],
    ['with a second cursor above', 'foo', 0, [insert('foo', 3), insert('foo')], 5, ['accepted foo']],
    ['a word', 'foo bar', 0, [insert('foo ')], 5, ['partly-accepted foo ']],
    ['a line', 'a;\nb;', 0, [insert('a;\n')], 5, ['partly-accepted a;\n']],
    ['one character', 'foo', 0, [insert('f')], 5, []],
    ['its only character', ';', 0, [insert(';')], 5, ['typed ;']],
    ['a line end with indentation', '\n    a\n}', 0, [insert('\n    ')], 5, []],
    ['a pair of which the first agrees', '(a)', 0, [insert('()')], 5, []],
    ['something else, after a while', 'foo', 0, [insert('x')], read, ['rejected foo']],
    ['something else, at once', 'foo', 0, [insert('x')], read - 1, ['ignored foo']],
    ['more than it', 'foo', 0, [insert('foobar')], read, ['rejected foo']],
    ['replacing what it does not', 'foo', 0, [insert('foo', place, 2)], read, ['rejected foo']],
    ['backspace', 'foo', 0, [{ offset: 9, length: 1, text: '' }], read, ['ignored foo']],
    ['delete', 'foo', 0, [{ offset: 10, length: 1, text: '' }], read, ['ignored foo']],
    ['an edit above', 'foo', 0, [insert('foo', 2)], read, ['ignored foo']],
    ['an edit below', 'foo', 0, [insert('foo', 20)], read, ['ignored foo']],
    ['changes that overlap', 'foo', 0, [insert('foo'), insert('', 8, 6)], read, ['ignored foo']],
    ['twice at its place', 'foo', 0, [insert('foo'), insert('foo')], read, ['ignored foo']],
    ['no change', 'foo', 0, [], read, []],
  ];
  for (const [title, text, replaceRight, changes, at, expected] of one) {
    it(title, () => assert.deepEqual(told(show(text, replaceRight).changed('a', changes, at)), expected));
  }

  it('says all about an acceptance', () => {
    assert.deepEqual(show('foo').changed('a', [insert('xy', 2), insert('foo')], 7), [
      {
        kind: 'accepted',
        id: '1',
        document: 'a',
        languageId: 'go',
        text: 'foo',
        characters: 3,
        at: 7,
        place: { offset: 12 },
        parts: 0,
        undone: false,
      },
    ]);
  });

  /** Types `text` key by key from the place on; what that tells. */
  function type(fates: SuggestionFates, text: string, at = 1): string[] {
    return [...text].flatMap((key, index) => told(fates.changed('a', [insert(key, place + index)], at)));
  }

  it('typed to its end', () => assert.deepEqual(type(show('foo'), 'foo'), ['typed o']));

  it('typed along and then accepted', () => {
    const fates = show('foo();');
    assert.deepEqual(type(fates, 'fo'), []);
    assert.deepEqual(fates.moved('a', 12, 1), []);
    assert.deepEqual(told(fates.changed('a', [insert('o();', 12)], 2)), ['accepted o();']);
  });

  it('typed along and then otherwise, counted from when it was shown', () => {
    const fates = show('foo();');
    type(fates, 'fo', read - 1);
    assert.deepEqual(told(fates.changed('a', [insert('r', 12)], read)), ['rejected o();']);
  });

  it('typed with a pair that the editor closes, to the closer that is typed over', () => {
    const fates = show('(a, b)');
    assert.deepEqual(told(fates.changed('a', [insert('()')], 1)), []);
    assert.deepEqual(told(fates.changed('a', [insert('a, b', 11)], 2)), ['accepted a, b)']);
    const typed = show('(a);');
    typed.changed('a', [insert('()')], 1);
    typed.changed('a', [insert('a', 11)], 2);
    assert.deepEqual(told(typed.changed('a', [insert(')', 12, 1)], 3)), []);
    assert.deepEqual(told(typed.changed('a', [insert(';', 13)], 4)), ['typed ;']);
  });

  it('typed as a block that the editor closes', () => {
    const fates = show('{\n    a();\n}');
    fates.changed('a', [insert('{}')], 1);
    assert.deepEqual(fates.changed('a', [insert('\n    \n', 11)], 2), []);
    assert.deepEqual(fates.moved('a', 16, 2), []);
    fates.shown({
      id: '2',
      document: 'a',
      offset: 16,
      text: 'a();',
      replaceRight: 0,
      languageId: 'go',
      at: 3,
    });
    assert.deepEqual(
      fates.changed('a', [insert('a();', 16)], 4).map(({ id, kind }) => [id, kind]),
      [['1', 'accepted']],
    );
  });

  it('accepted by words', () => {
    const fates = show('foo bar baz');
    const parts = [
      ...fates.changed('a', [insert('foo ')], 1),
      ...fates.changed('a', [insert('bar ', 14)], 2),
      ...fates.changed('a', [insert('x', 18)], 3000),
    ];
    assert.deepEqual(
      parts.map(({ kind, text, parts, characters, place: { offset } }) => [
        kind,
        text,
        parts,
        characters,
        offset,
      ]),
      [
        ['partly-accepted', 'foo ', 1, 4, 10],
        ['partly-accepted', 'bar ', 2, 4, 14],
      ],
    );
  });

  describe('the command', () => {
    const whole = [insert('foo')];
    it('after the change', () => {
      const fates = show('foo');
      assert.deepEqual(told(fates.changed('a', whole, 1)), ['accepted foo']);
      assert.deepEqual(fates.command('1', 2), []);
    });
    it('before the change', () => {
      const fates = show('foo');
      assert.deepEqual(told(fates.command('1', 1)), ['accepted foo']);
      assert.deepEqual(fates.changed('a', whole, 2), []);
      assert.deepEqual(fates.command('1', 3), []);
      assert.deepEqual(told(fates.changed('a', [{ offset: 10, length: 3, text: '' }], 4)), ['rejected foo']);
    });
    it('of a suggestion that is not there', () => assert.deepEqual(show('foo').command('2', 1), []));
    it('of one that was shown again under another id', () => {
      const fates = show('foo');
      fates.shown({
        id: '2',
        document: 'a',
        offset: 10,
        text: 'foo',
        replaceRight: 0,
        languageId: 'go',
        at: 9,
      });
      assert.deepEqual(
        fates.command('2', 10).map(({ id, kind }) => [id, kind]),
        [['1', 'accepted']],
      );
      assert.deepEqual(fates.command('1', 11), []);
    });
  });

  describe('undo', () => {
    const undo: TextChange = { offset: 10, length: 3, text: '' };
    const accepted = (): SuggestionFates => {
      const fates = show('foo');
      fates.changed('a', [insert('foo')], 100);
      return fates;
    };
    it('at once', () => {
      const [fate] = accepted().changed('a', [undo], 5_100);
      assert.equal(fate?.kind, 'rejected');
      assert.equal(fate.undone, true);
    });
    it('too late', () => assert.deepEqual(accepted().changed('a', [undo], 5_101), []));
    it('after an edit above', () => {
      const fates = accepted();
      fates.changed('a', [insert('xx', 0)], 200);
      assert.deepEqual(told(fates.changed('a', [{ ...undo, offset: 12 }], 300)), ['rejected foo']);
    });
    it('after an edit inside', () => {
      const fates = accepted();
      fates.changed('a', [insert('x', 11, 1)], 200);
      assert.deepEqual(fates.changed('a', [undo], 300), []);
    });
    it('of what was replaced', () => {
      const fates = show('a)', 1);
      fates.changed('a', [insert('a)', 10, 1)], 1);
      assert.deepEqual(told(fates.changed('a', [insert(')', 10, 2)], 2)), ['rejected a)']);
    });
  });

  it('ends where the cursor leaves its place', () => {
    const fates = show('foo');
    assert.deepEqual(fates.moved('a', place, 1), []);
    assert.deepEqual(fates.moved('b', 3, 1), []);
    assert.deepEqual(told(fates.moved('a', 3, 1)), ['ignored foo']);
    assert.deepEqual(fates.moved('a', 4, 1), []);
  });

  it('ends with its document', () => {
    const fates = show('foo');
    assert.deepEqual(told(fates.closed('a')), ['ignored foo']);
    assert.deepEqual(fates.closed('a'), []);
    assert.deepEqual(fates.changed('a', [insert('foo')], 1), []);
  });

  it('ends where another one takes its place, which the next call tells', () => {
    const fates = show('foo');
    fates.shown({
      id: '2',
      document: 'a',
      offset: 10,
      text: 'bar',
      replaceRight: 0,
      languageId: 'go',
      at: 9,
    });
    assert.deepEqual(told(fates.changed('a', [insert('bar')], 10)), ['ignored foo', 'accepted bar']);
  });

  it('follows each document by itself', () => {
    const fates = show('foo');
    fates.shown({
      id: '2',
      document: 'b',
      offset: 10,
      text: 'bar',
      replaceRight: 0,
      languageId: 'go',
      at: 9,
    });
    assert.deepEqual(told(fates.changed('a', [insert('foo')], 10)), ['accepted foo']);
    assert.deepEqual(told(fates.changed('b', [insert('bar')], 10)), ['accepted bar']);
  });

  it('gives up the oldest of very many documents', () => {
    const fates = new SuggestionFates();
    for (let index = 0; index < 60; index++) {
      fates.shown({
        ...{ id: `${index}`, document: `${index}`, offset: 0, text: 'a' },
        ...{ replaceRight: 0, languageId: 'go', at: index },
      });
    }
    assert.equal(fates.changed('x', [insert('a')], 100).length, 10);
  });

  it('counts no suggestion twice, and no more of it than there is, whatever happens', () => {
    const text = fc.constantFrom('foo', '(a, b)', 'a\r\n  b', '()', '\n  a\n}', 'foo bar');
    const piece = fc.oneof(text, fc.constantFrom('f', 'o', '(', '()', ')', 'a', '\n', 'x', '', 'foo '));
    const change = fc.record({ offset: fc.nat(8), length: fc.nat(3), text: piece });
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .array(change, { maxLength: 3 })
          .map((changes) => ({ kind: 'change' as const, changes })),
      },
      { weight: 4, arbitrary: fc.nat(8).map((units) => ({ kind: 'agree' as const, units })) },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('show' as const),
          text,
          offset: fc.nat(6),
          right: fc.nat(2),
        }),
      },
      { weight: 1, arbitrary: fc.nat(6).map((offset) => ({ kind: 'move' as const, offset })) },
      { weight: 1, arbitrary: fc.nat(5).map((back) => ({ kind: 'command' as const, back })) },
      { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const fates = new SuggestionFates();
        const texts: string[] = [];
        const all: Fate[] = [];
        let shown = { offset: 0, text: '' };
        for (const [at, one] of steps.entries()) {
          if (one.kind === 'show') {
            fates.shown({
              ...{ id: `${texts.length}`, document: 'a', offset: one.offset, text: one.text },
              ...{ replaceRight: one.right, languageId: 'go', at: at * 400 },
            });
            texts.push(one.text);
            shown = { offset: one.offset, text: one.text };
          } else if (one.kind === 'agree') {
            const inserted = shown.text.slice(0, one.units);
            all.push(...fates.changed('a', [insert(inserted, shown.offset)], at * 400));
            shown = { offset: shown.offset + inserted.length, text: shown.text.slice(one.units) };
          } else if (one.kind === 'change') all.push(...fates.changed('a', one.changes, at * 400));
          else if (one.kind === 'move') all.push(...fates.moved('a', one.offset, at * 400));
          else if (one.kind === 'command') all.push(...fates.command(`${texts.length - one.back}`, at * 400));
          else all.push(...fates.closed('a', at * 400));
        }
        for (const [id, whole] of texts.entries()) {
          const own = all.filter((fate) => fate.id === `${id}`);
          const ends = own.filter((fate) => fate.kind !== 'partly-accepted' && !fate.undone);
          assert.ok(ends.length <= 1);
          assert.ok(own.filter((fate) => fate.undone).length <= 1);
          const characters = own.reduce((sum, fate) => sum + fate.characters, 0);
          assert.ok(characters <= whole.length, `${characters} of ${whole}`);
          for (const fate of own) assert.ok(fate.place.offset >= 0);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('one of several suggestions', () => {
  it('that is accepted instead of the first is no refusal of that', () => {
    const fates = new SuggestionFates();
    const alternatives = [{ text: 'two()', replaceRight: 1 }];
    const shown = {
      id: '1',
      document: 'a',
      offset: 10,
      text: 'one(',
      replaceRight: 0,
      languageId: 'go',
      at: 0,
    };
    assert.equal(fates.shown({ ...shown, alternatives }), true);
    const [fate, ...more] = fates.changed('a', [{ offset: 10, length: 1, text: 'two()' }], READ_MS);
    assert.deepEqual([fate?.kind, fate?.text, fate?.id, more.length], ['accepted', 'two()', '1', 0]);
  });
});

it('tells what is left of a suggestion from another one', () => {
  const fates = new SuggestionFates();
  const shown = { document: 'a', offset: 10, text: 'one()', replaceRight: 0, languageId: 'go', at: 0 };
  assert.equal(fates.shown({ ...shown, id: '1' }), true);
  fates.changed('a', [{ offset: 10, length: 0, text: 'o' }], 1);
  assert.equal(fates.shown({ ...shown, id: '2', offset: 11, text: 'ne()' }), false);
  assert.equal(fates.shown({ ...shown, id: '3', offset: 11, text: 'other()' }), true);
});
