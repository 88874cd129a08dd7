import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TokenCounts } from '../../../src/workspace/tokenCounts.ts';

/** One token a letter. */
const lengths = (texts: readonly string[]): Promise<number[]> =>
  Promise.resolve(texts.map((text) => text.length));

function counts(answer: (texts: readonly string[]) => Promise<readonly number[] | null> = lengths) {
  const asked: (readonly string[])[] = [];
  const made = new TokenCounts((texts) => {
    asked.push(texts);
    return answer(texts);
  });
  made.use('one');
  return { made, asked };
}

describe('TokenCounts', () => {
  it('estimates what it does not know, rather too high, and is exact once it has asked', async () => {
    const { made, asked } = counts();
    assert.equal(made.exact, true);
    assert.equal(made.count('x'.repeat(28)), 10);
    assert.equal(made.count('a'), 1);
    assert.equal(made.exact, false);
    assert.equal(await made.settle(), true);
    assert.equal(made.count('x'.repeat(28)), 28);
    assert.equal(made.exact, true);
    assert.deepEqual(asked, [['x'.repeat(28), 'a']]);
  });

  it('asks for a text once, and for nothing where all is known', async () => {
    const { made, asked } = counts();
    made.count('ab');
    made.count('ab');
    await made.settle();
    made.count('ab');
    assert.equal(await made.settle(), false);
    assert.deepEqual(asked, [['ab']]);
  });

  it('asks nobody without a tokenizer, and estimates', async () => {
    const { made, asked } = counts();
    made.use(null);
    made.count('x'.repeat(28));
    assert.equal(made.exact, false);
    assert.equal(await made.settle(), false);
    assert.deepEqual(asked, []);
    assert.equal(made.count('x'.repeat(28)), 10);
  });

  it('forgets what another tokenizer counted, also where its answer comes late', async () => {
    let answer = (_: number[]): void => undefined;
    const { made } = counts(() => new Promise((resolve) => (answer = resolve)));
    made.count('abc');
    const settled = made.settle();
    made.use('another');
    answer([3]);
    assert.equal(await settled, false);
    made.count('abc');
    assert.equal(made.exact, false);
    made.use('another');
    assert.equal(made.exact, false);
    made.use('one');
    assert.equal(made.exact, true);
  });

  it('goes on with estimates where nobody can count, or the answer is none', async () => {
    for (const answer of [null, [], [1, 2, 3]]) {
      const { made } = counts(() => Promise.resolve(answer));
      made.count('abc');
      assert.equal(await made.settle(), false);
      assert.equal(made.count('x'.repeat(28)), 10);
      assert.equal(made.exact, false);
    }
  });

  it('asks in bounded questions, each text once and in order', async () => {
    const { made, asked } = counts();
    const texts = Array.from({ length: 3000 }, (_, index) => `${index}`);
    const long = 'x'.repeat(60_000);
    for (const text of [...texts, `${long}1`, `${long}2`, 'y'.repeat(200_000)]) made.count(text);
    assert.equal(await made.settle(), true);
    assert.deepEqual(
      asked.flat().map(({ length }) => length),
      [...texts.map(({ length }) => length), 60_001, 60_001, 200_000],
    );
    for (const some of asked) {
      assert.ok(some.length <= 2000);
      assert.ok(some.length === 1 || some.join('').length <= 100_000);
    }
    assert.equal(made.count('2999'), 4);
    assert.equal(made.exact, true);
  });

  it('asks for what was estimated while it waited, when it is asked again', async () => {
    const answers: (() => void)[] = [];
    const { made, asked } = counts((texts) => {
      const known = texts.map(({ length }) => length);
      return new Promise((resolve) => answers.push(() => resolve(known)));
    });
    made.count('a');
    const first = made.settle();
    made.count('bc');
    const second = made.settle();
    answers.shift()?.();
    assert.equal(await first, true);
    while (answers.length === 0) await Promise.resolve();
    answers.shift()?.();
    assert.equal(await second, true);
    assert.deepEqual(asked, [['a'], ['bc']]);
    assert.equal(made.count('bc'), 2);
  });

  it('never keeps more than it may, and what it has just learnt always', async () => {
    const { made } = counts();
    for (let round = 0; round < 4; round += 1) {
      const texts = Array.from({ length: 20_000 }, (_, index) => `${round} ${index} long`);
      for (const text of texts) made.count(text);
      assert.equal(await made.settle(), true);
      for (const text of texts) assert.equal(made.count(text), text.length);
    }
    assert.equal(made.exact, true);
  });
});
