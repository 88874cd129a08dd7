import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complete } from '../../../../src/core/completion/completer.ts';
import type { CompletionOutcome, ModelAnswer, SyntaxPort } from '../../../../src/core/completion/ports.ts';
import { CompletionWorld } from '../../../support/completionWorld.ts';

const noGrammar: SyntaxPort = { end: () => Promise.resolve(null), check: () => Promise.resolve(null) };

/** What becomes of the model's `text` at a place, with a parser that answers like this. */
async function settled(
  picture: string,
  text: string,
  syntax: Partial<SyntaxPort>,
  stopReason: ModelAnswer['stopReason'] = 'stop-rule',
): Promise<CompletionOutcome> {
  const world = new CompletionWorld(picture, { ...noGrammar, ...syntax });
  const outcome = complete(world.query(), world.ports, new AbortController().signal);
  await world.settle();
  await world.asked[0]?.end(text, stopReason);
  return outcome;
}

const told = ({ insertion, record }: CompletionOutcome): string =>
  insertion === null ? record.reason : insertion.text;

describe('what the parser says of an answer', () => {
  it('is asked about its forms, the best first, and takes the one that fits', async () => {
    const asked: string[][] = [];
    const check: SyntaxPort['check'] = (_place, candidates) => {
      asked.push(candidates.map((one) => one.text));
      return Promise.resolve(1);
    };
    const outcome = await settled('a();\n█\n', 'if (b) {\n  c();', { check });
    assert.equal(told(outcome), 'if (b) {\n  c();\n}');
    assert.deepEqual(asked[0]?.slice(0, 2), ['if (b) {\n  c();', 'if (b) {\n  c();\n}']);
    assert.deepEqual(outcome.record.dropped, ['syntax-error']);
  });

  it('refuses what adds an error in every form', async () => {
    const outcome = await settled('a = █\n', ')(;', { check: () => Promise.resolve(-1) });
    assert.deepEqual([told(outcome), outcome.record.stage], ['adds-error', 'filter']);
  });

  it('takes no suggestion for a document that is another one by now', async () => {
    const changed = Object.assign(new Error('The document changed.'), { code: 'cancelled' });
    const outcome = await settled('a = █\n', 'b;', { check: () => Promise.reject(changed) });
    assert.equal(told(outcome), 'superseded');
  });

  it('cuts it where its block ends', async () => {
    const end: SyntaxPort['end'] = (_place, text, ended) => {
      assert.equal(ended, true);
      return Promise.resolve({ keep: text.indexOf('\n}') + 2, stop: true });
    };
    const outcome = await settled('if (a) {█', '\n  b();\n}\nc();\n', { end });
    assert.equal(told(outcome), '\n  b();\n}');
  });

  it('is not waited for where it fails: brackets and indentation decide', async () => {
    const end = () => Promise.reject(new Error('The worker died.'));
    assert.equal(told(await settled('if (a) {█', '\n  b();\n}', { end })), '\n  b();\n}');
  });

  it('tells the model to stop while it writes, and once only', async () => {
    const texts: string[] = [];
    const end: SyntaxPort['end'] = (_place, text, ended) => {
      if (!ended) texts.push(text);
      return Promise.resolve({ keep: text.length, stop: text.includes('}') });
    };
    const world = new CompletionWorld('if (a) {█', { ...noGrammar, end });
    const outcome = complete(world.query(), world.ports, new AbortController().signal);
    await world.settle();
    const [asked] = world.asked;
    for (const text of ['\n  b', '\n  b();', '\n  b();\n', '\n  b();\n}\n']) await asked?.write(text);
    assert.equal(asked?.call.enough.aborted, true);
    assert.equal(told(await outcome), '\n  b();\n}');
    assert.deepEqual(texts, ['\n  b();\n', '\n  b();\n}\n']);
  });
});

describe('an answer', () => {
  const table: [
    name: string,
    picture: string,
    text: string,
    stopReason: ModelAnswer['stopReason'],
    ends: string,
  ][] = [
    ['of which the model was not sure', 'a = █', '', 'unsure', 'unsure'],
    ['whose beginning it was sure of', 'if (a) {█', '\n  b();\n}', 'unsure', '\n  b();\n}'],
    ['that does not end its line', 'a = █', 'b + b + b', 'max-tokens', 'unfinished'],
    ['that only repeats what stands right of the cursor', 'f(█)', ')', 'stop-rule', 'repeats-suffix'],
  ];
  for (const [name, picture, text, stopReason, ends] of table) {
    it(name, async () => assert.equal(told(await settled(picture, text, {}, stopReason)), ends));
  }
});
