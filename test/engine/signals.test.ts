import assert from 'node:assert/strict';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { byHand, completion, stopEngines, temporaryFolder, testEngine } from '../support/engine.ts';
import { scriptedModel } from '../support/gguf.ts';

const model = path.join(temporaryFolder(), 'endless.gguf');
await scriptedModel({ path: model, chains: [{ after: ':', pieces: [' on', ' and'], end: 'loop' }] });

describe('a completion that is under way', () => {
  after(stopEngines);

  it('ends with what it has when that is enough, and the engine goes on', async () => {
    const { client } = testEngine(model);
    const enough = new AbortController();
    const result = await client.complete(completion('on:█', { maxTokens: 1500 }), {
      ...byHand,
      enough: enough.signal,
      onText: (text) => {
        if (text.length > 20) enough.abort();
      },
    });
    assert.equal(result.stopReason, 'stop-rule');
    assert.ok(result.text.length > 20, result.text);
    assert.ok(result.tokens.generated < 1500, `${result.tokens.generated} tokens`);
    const next = await client.complete(completion('on:█', { maxTokens: 4 }), byHand);
    assert.equal(next.stopReason, 'max-tokens');
    await client.stop();
  });

  it('is as urgent as a keystroke once somebody waits for work ahead', async () => {
    const { client } = testEngine(model);
    await client.start();
    const raise = new AbortController();
    const order: string[] = [];
    const ask = (name: string, priority: 'speculation' | 'warm-up' | 'keystroke', more: object = {}) =>
      client
        .complete(completion(`${name}:█`, { maxTokens: 60, path: `${name}.ts` }), {
          priority,
          deadlineMs: 60_000,
          ...more,
        })
        .then(
          () => order.push(name),
          (error: unknown) => order.push(`${name} ${(error as { code: string }).code}`),
        );
    const first = ask('first', 'keystroke');
    const warm = ask('warm', 'warm-up');
    const ahead = ask('ahead', 'speculation', { urgent: raise.signal });
    raise.abort();
    await Promise.all([first, warm, ahead]);
    // Without being raised it would come last; the warm-up is not begun before it, so it is not ended either.
    assert.deepEqual(order, ['first', 'ahead', 'warm']);
    await client.stop();
  });
});
