import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toBytes } from '../../../../src/core/prompt/bytes.ts';
import { Healing, takeBack } from '../../../../src/core/prompt/healing.ts';

const face = toBytes('😀');

describe('taking tokens back', () => {
  const table: [name: string, typed: string[], count: number][] = [
    ['nothing where nothing was typed', [], 0],
    ['the last token', ['const', ' x', ' ='], 1],
    ['one blank token', ['const', ' '], 1],
    ['a word from its beginning', ['=', ' res', 'u'], 2],
    ['a word from its beginning, of three tokens', ['(', 're', 'su', 'lt'], 3],
    ['three tokens of a longer word', ['(', 'a', 'b', 'c', 'd'], 3],
    ['no blank before a word', [' ', 're', 's'], 2],
    ['no sign before a word', ['.', 're'], 1],
    ['a token of signs and a word as a whole', ['x', '.re', 'su'], 2],
    ['all parts of a character', ['a', face.slice(0, 1), face.slice(1, 2), face.slice(2)], 3],
    ['more than three parts where it takes them', ['.', ...face, face.charAt(0), ...face.slice(1)], 4],
    ['a character that begins inside a token', ['=', `"${face.slice(0, 2)}`, face.slice(2)], 2],
    ['all there is where no character begins', [face.slice(1, 2), face.slice(2)], 2],
  ];
  for (const [name, typed, count] of table) {
    it(`takes back ${name}`, () => assert.equal(takeBack(typed), count));
  }
});

describe('token healing', () => {
  const agreement: [name: string, typed: string[], bytes: string, agrees: boolean][] = [
    ['takes what goes on with what was typed', ['con'], 'const', true],
    ['takes what was typed itself', ['con'], 'con', true],
    ['takes a part of what was typed', ['    '], ' ', true],
    ['takes more indentation than was typed', ['  '], '    ', true],
    ['leaves the last blank to the next word', ['    '], '    ', false],
    ['lets the next word bring the last blank', [' '], ' const', true],
    ['takes nothing that disagrees', ['con'], 'Con', false],
    ['takes nothing without text', ['a'], '', false],
    ['takes a whole character of several', [face + face], face, true],
    ['takes no part of a character', [face], face.slice(0, 2), false],
    [
      'takes a part of a character that was a token before',
      [face.slice(0, 2), face.slice(2)],
      face.slice(0, 2),
      true,
    ],
  ];
  for (const [name, typed, bytes, agrees] of agreement) {
    it(name, () => assert.equal(new Healing(typed).agrees(bytes), agrees));
  }

  it('gives only what goes beyond the typed text', () => {
    const healing = new Healing(['  ']);
    assert.equal(healing.accept(' '), '');
    assert.equal(healing.pending, true);
    assert.equal(healing.accept(' console'), 'console');
    assert.equal(healing.pending, false);
  });

  it('falls back to what was typed, but for a last blank', () => {
    assert.deepEqual(
      ['con', '    ', ' ', '\t\t', 'a '].map((typed) => new Healing([typed]).fallback),
      ['con', '   ', ' ', '\t', 'a '],
    );
  });

  it('heals nothing where nothing was taken back', () => assert.equal(new Healing([]).pending, false));
});
