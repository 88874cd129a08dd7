import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Connection } from '../../src/engine/connection.ts';
import { stopped } from '../../src/engine/errors.ts';
import {
  byHand,
  completion,
  enginePath,
  starterPath,
  temporaryFolder,
  testEngine,
  type TestEngine,
} from '../support/engine.ts';

const segment = {
  kind: 'signatures',
  path: 'src/deep/käse.ts',
  startLine: 1,
  endLine: 9,
  text: 'function add(a: number): number\nclass Cart\n  total(): number\n  größe: "<|fim_prefix|>" 😀',
};

describe('countTokens with the starter model', () => {
  let engine: TestEngine;
  before(async () => {
    engine = testEngine(starterPath, { factsFolder: temporaryFolder() });
    await engine.client.start();
  });
  after(() => engine.client.stop());

  it('counts what a completion’s layout takes for the same text', async () => {
    const { path, text } = segment;
    const counts = await engine.client.countTokens([`${path}\n`, `${text}\n`]);
    const params = completion('add(█', { path: 'src/a.ts', segments: [segment] });
    const { parts } = await engine.client.complete({ ...params, maxTokens: 1 }, byHand);
    const part = parts.find(({ kind }) => kind === 'signatures');
    const [header = 0, body = 0] = counts;
    // The layout has a marker before the path.
    assert.equal(part?.tokens, 1 + header + body);
  });

  it('counts special tokens’ text as text, and answers each text in order', async () => {
    const texts = ['', 'a', '<|fim_prefix|>', '\n', 'const answer = 42;\n', 'a'];
    const counts = await engine.client.countTokens(texts);
    assert.equal(counts.length, texts.length);
    assert.equal(counts[0], 0);
    assert.equal(counts[1], 1);
    assert.ok((counts[2] ?? 0) > 1);
    assert.equal(counts[5], counts[1]);
    assert.deepEqual(await engine.client.countTokens([]), []);
  });

  it('never gives more tokens to a whole than to its lines by much, nor fewer than one to any text', async () => {
    const lines = segment.text.split('\n').map((line) => `${line}\n`);
    const [whole = 0, ...parts] = await engine.client.countTokens([lines.join(''), ...lines]);
    const sum = parts.reduce((total, count) => total + count, 0);
    assert.ok(parts.every((count) => count >= 1));
    assert.ok(whole <= sum + lines.length, `${whole} of ${sum}`);
  });

  it('takes more texts and longer ones than one request may have', async () => {
    const many = Array.from({ length: 4097 }, () => 'a');
    assert.deepEqual(new Set(await engine.client.countTokens(many)), new Set([1]));
    const lines = 'const word = 1;\n'.repeat(1 << 16);
    const [one = 0, both = 0, last] = await engine.client.countTokens([lines, `${lines}${lines}`, 'a']);
    assert.ok(one >= 1 << 16);
    // What is too long for a request is counted in pieces.
    assert.ok(Math.abs(both - 2 * one) <= 2, `${both} for twice ${one}`);
    assert.equal(last, 1);
  });
});

describe('countTokens without a model', () => {
  it('fails, as what is too much for a request, and the engine goes on', async () => {
    const connection = new Connection({ enginePath, log: () => undefined, graceMs: 15_000 });
    try {
      await connection.handshake();
      const options = { priority: 'warm-up', deadlineMs: 30_000 } as const;
      await assert.rejects(
        connection.request('countTokens', { texts: ['a'] }, options),
        /No model is loaded/,
      );
      const tooMany = { texts: Array.from({ length: 4097 }, () => 'a') };
      await assert.rejects(connection.request('countTokens', tooMany, options), /texts/);
      const tooLong = { texts: ['a', 'word'.repeat(1 << 18)] };
      await assert.rejects(connection.request('countTokens', tooLong, options), /texts/);
      assert.deepEqual(await connection.request('ping', {}, options), { busy: false });
    } finally {
      connection.kill(stopped());
      await connection.ended;
    }
  });
});
