/** A draft model beside the model itself, through the client. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CompleteResult } from '../../src/engine/protocol.ts';
import {
  byHand,
  completion,
  starterPath,
  stopEngines,
  temporaryFolder,
  testEngine,
} from '../support/engine.ts';
import { heavyModel, scriptedModel, type Chain } from '../support/gguf.ts';

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, `${name}.gguf`);
const pieces = Array.from({ length: 30 }, (_, index) => ` word${index}`);
const answer = pieces.join('');
const chains: Chain[] = [
  { after: '=', pieces },
  { after: '(', pieces: ['only ', 'four ', 'pieces ', 'here'] },
];
const pictures = ['a =█', 'f(█', '// more\nlet b =█\n}\n', 'f(█)\n', 'c =█'];

async function answers(draftModelPath?: string): Promise<{ results: CompleteResult[]; log: string[] }> {
  const { client, log } = testEngine(file('large'), draftModelPath === undefined ? {} : { draftModelPath });
  const results: CompleteResult[] = [];
  for (const picture of pictures) results.push(await client.complete(completion(picture), byHand));
  await client.stop();
  return { results, log };
}

const texts = (results: readonly CompleteResult[]): string[] => results.map(({ text }) => text);
const refusals = (log: readonly string[]): string[] => log.filter((line) => /draft model/i.test(line));

before(async () => {
  await heavyModel({ path: file('large'), chains });
  await scriptedModel({ path: file('small'), chains });
  // It goes on where the large one ends, and ends where that goes on.
  const [long, short] = chains as [Chain, Chain];
  await scriptedModel({ path: file('other answers'), chains: [long, { ...short, end: 'loop' }] });
  await scriptedModel({ path: file('wrong'), chains: chains.map((chain) => ({ ...chain, logit: -20 })) });
  await scriptedModel({ path: file('other words'), chains: chains.slice(0, 1) });
});
after(stopEngines);

describe('a draft model', () => {
  let plain: CompleteResult[];
  before(async () => {
    ({ results: plain } = await answers());
    assert.deepEqual(texts(plain), [
      answer,
      'only four pieces here',
      answer,
      'only four pieces here',
      answer,
    ]);
    assert.equal(plain[0]?.speculation.drafted, 0, 'nothing stood before that could be looked up');
  });

  for (const [name, right] of [
    ['small', true],
    ['other answers', true],
    ['wrong', false],
  ] as const) {
    it(`that gives ${right ? 'the' : 'no'} right words (${name}) changes no answer`, async (test) => {
      const { results, log } = await answers(file(name));
      assert.deepEqual(texts(results), texts(plain));
      assert.deepEqual(
        results.map(({ stopReason }) => stopReason),
        plain.map(({ stopReason }) => stopReason),
      );
      assert.deepEqual(refusals(log), []);
      const [first] = results;
      test.diagnostic(`speculation: ${JSON.stringify(results.map(({ speculation }) => speculation))}`);
      // Guesses are tried before it is measured whether they pay, on any machine.
      assert.ok((first?.speculation.drafted ?? 0) >= 4, JSON.stringify(first?.speculation));
      if (right) assert.equal(first?.speculation.accepted, first?.speculation.drafted);
      else assert.equal(first?.speculation.accepted, 0);
    });
  }

  for (const [name, model] of [
    ['of another vocabulary', () => file('other words')],
    ['with a real vocabulary', () => starterPath],
    ['that is not there', () => file('nowhere')],
  ] as const) {
    it(`${name} is left out with one sentence, and completions go on`, async () => {
      const { results, log } = await answers(model());
      assert.deepEqual(texts(results), texts(plain));
      assert.equal(results[0]?.speculation.drafted, 0);
      assert.equal(refusals(log).length, 1, log.join('\n'));
      assert.match(refusals(log)[0] ?? '', /^warn: The draft model .*\.gguf is not used: [^\n]+\.$/);
    });
  }
});
