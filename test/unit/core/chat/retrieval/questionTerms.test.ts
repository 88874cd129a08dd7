import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { questionTerms } from '../../../../../src/core/chat/retrieval/questionTerms.ts';

/** Labels of the words that are looked for, with their weights where these aren't 1. */
function words(question: string): string[] {
  return questionTerms(question).words.map(({ label, weight }) =>
    weight === 1 ? label : `${label}*${weight}`,
  );
}

describe('questionTerms', () => {
  it('leaves out what every question says', () => {
    assert.deepEqual(words('How do I please open doors, and where is the key?'), [
      'open',
      'doors',
      'open doors',
      'key',
    ]);
  });

  it('makes little of words that any code has', () => {
    assert.deepEqual(words('Where is the door class defined?'), ['door', 'class*0.3', 'defined*0.3']);
  });

  it('takes names of code whole and in parts', () => {
    const terms = questionTerms('what calls openDoor or close_all?');
    assert.deepEqual(
      [...terms.names],
      [
        ['openDoor', 1.5],
        ['close_all', 1.5],
      ],
    );
    assert.deepEqual(words('openDoor'), ['open', 'door']);
  });

  it('makes more of what is quoted, and takes one quoted word as a name', () => {
    const terms = questionTerms("why does `door` say \"no key\" and not 'wait'? don't");
    assert.deepEqual(
      [...terms.names],
      [
        ['door', 2],
        ['wait', 2],
      ],
    );
    const weights = new Map(terms.words.map(({ label, weight }) => [label, weight]));
    assert.deepEqual([weights.get('door'), weights.get('key'), weights.get('wait')], [2, 2, 2]);
  });

  it('makes little of pasted code', () => {
    const terms = questionTerms('why does this fail?\n```ts\nopenDoor(3)\n```\nsee lock');
    const weights = new Map(terms.words.map(({ label, weight }) => [label, weight]));
    assert.deepEqual([weights.get('door'), weights.get('fail'), weights.get('lock')], [0.3, 1, 1]);
    assert.deepEqual([...terms.names], [['openDoor', 0.3]]);
  });

  it('sees paths and file names', () => {
    assert.deepEqual(questionTerms('see src/core/door.ts and ./lock.py, e.g. in packages/a').paths, [
      'src/core/door.ts',
      'lock.py',
      'packages/a',
    ]);
  });

  it('knows when tests are asked for', () => {
    assert.equal(questionTerms('which tests cover doors?').asksForTests, true);
    assert.equal(questionTerms('what is the latest door?').asksForTests, false);
  });

  it('looks for no more than a few dozen words of a long question', () => {
    const long = Array.from(
      { length: 500 },
      (_, at) => `wordaa${String.fromCharCode(97 + (at % 26))}x${at}`,
    ).join(' ');
    assert.ok(questionTerms(long).words.length <= 48);
    assert.ok(questionTerms(long).names.size <= 48);
  });

  it('looks for no more than a few paths of a long question', () => {
    const long = Array.from({ length: 500 }, (_, at) => `src/a${at}.ts`).join(' ');
    assert.deepEqual(questionTerms(long).paths.slice(0, 2), ['src/a0.ts', 'src/a1.ts']);
    assert.ok(questionTerms(long).paths.length <= 20);
  });

  it('takes no endless run of characters for a path or a name', () => {
    assert.deepEqual(questionTerms(`${'a/'.repeat(300)}b.ts or src/a.ts`).paths, ['src/a.ts']);
    const [only] = questionTerms('A'.repeat(5_000)).words;
    assert.equal(only?.label.length, 200);
  });

  it('reads the beginning of a question that is longer than anybody types', () => {
    const { words: found } = questionTerms(`door ${'- '.repeat(10_000)} key`);
    assert.deepEqual(
      found.map(({ label }) => label),
      ['door'],
    );
  });

  it('keeps all words in their order, stemmed', () => {
    assert.deepEqual(questionTerms('Where is mineNames, or is `that` parsed?').sequence, [
      'wher',
      'is',
      'min',
      'nam',
      'or',
      'is',
      'pars',
    ]);
  });

  it('finds nothing in nothing', () => {
    for (const question of ['', '???', 'the of and', '1 2 3'])
      assert.deepEqual([questionTerms(question).words, questionTerms(question).names.size], [[], 0]);
  });
});
