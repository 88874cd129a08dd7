import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '../../../src/cli/virtualClock.ts';
import { VirtualEngine } from '../../../src/cli/virtualEngine.ts';
import type { ModelAnswer, ModelCall, ModelQuery } from '../../../src/core/completion/ports.ts';

const never = new AbortController().signal;

/** A made-up engine with a cache of one character a token: it answers every prompt with the same text. */
function madeUp(text: string) {
  let held = '';
  const ask = ({ prefix }: ModelQuery, call: ModelCall): Promise<ModelAnswer> => {
    let reused = 0;
    while (reused < Math.min(held.length, prefix.length) && held[reused] === prefix[reused]) reused += 1;
    held = prefix + text;
    for (let length = 1; length <= text.length; length += 1) call.onText(text.slice(0, length));
    return Promise.resolve({
      text,
      stopReason: 'end-of-text',
      parts: [],
      tokens: { prompt: prefix.length, reused, evaluated: prefix.length - reused, generated: text.length },
      milliseconds: { prompt: 1, firstToken: 1, total: 1 },
    });
  };
  return ask;
}

function query(prefix: string): ModelQuery {
  const rest = { segments: [], anchors: [], avoid: [], maxTokens: 8, budgetTokens: 0, stop: null };
  return { repository: null, path: null, prefix, suffix: '', ...rest };
}

function scene(text = 'abcd') {
  const clock = new VirtualClock();
  // A slice of 128 tokens takes 128 ms, a generated token 10 ms.
  const engine = new VirtualEngine(clock, madeUp(text), { prompt: 1000, decode: 100 });
  const seen: string[] = [];
  const ask = (name: string, prefix: string, more: Partial<ModelCall> = {}): Promise<string> =>
    engine
      .complete(query(prefix), {
        priority: 'keystroke',
        deadlineMs: 0,
        signal: never,
        enough: never,
        urgent: never,
        onText: (written) => seen.push(`${name} ${written}@${clock.now()}`),
        ...more,
      })
      .then(
        ({ text: whole, tokens, milliseconds }) => {
          seen.push(`${name} done@${clock.now()}`);
          return `${whole} ${tokens.reused}+${tokens.evaluated}+${tokens.generated} ${milliseconds.total} ms`;
        },
        (error: Error & { code: string; tokens: ModelAnswer['tokens'] }) => {
          seen.push(`${name} ${error.code}@${clock.now()}`);
          return `${error.code} ${error.tokens.reused}+${error.tokens.evaluated}+${error.tokens.generated}`;
        },
      );
  return { clock, engine, seen, ask };
}

describe('VirtualEngine', () => {
  it('takes the time that its counts say, and text comes token by token', async () => {
    const { clock, seen, ask } = scene('ab');
    const answer = ask('one', 'x'.repeat(200));
    assert.equal(await clock.until(answer), 'ab 0+200+2 220 ms');
    assert.deepEqual(seen, ['one a@210', 'one ab@220', 'one done@220']);
  });

  it('cuts the counts of an aborted prompt at its slice, and later calls reuse no more than that', async () => {
    const { clock, engine, ask } = scene();
    const controller = new AbortController();
    const first = ask('one', 'x'.repeat(600), { signal: controller.signal });
    await clock.advanceTo(200);
    controller.abort();
    assert.equal(await clock.until(first), 'cancelled 0+256+0');
    assert.equal(clock.now(), 256);
    assert.equal(await clock.until(ask('two', 'x'.repeat(600))), 'abcd 256+344+4 384 ms');
    assert.deepEqual(
      engine.calls.map(({ cancelled, tokens }) => [cancelled, tokens.evaluated]),
      [
        [true, 256],
        [false, 344],
      ],
    );
  });

  it('cuts an aborted answer at its token', async () => {
    const { clock, seen, ask } = scene();
    const controller = new AbortController();
    const first = ask('one', 'x'.repeat(100), { signal: controller.signal });
    await clock.advanceTo(115);
    controller.abort();
    assert.equal(await clock.until(first), 'cancelled 0+100+2');
    assert.deepEqual(seen, ['one a@110', 'one cancelled@120']);
  });

  it('ends with what it has when that is enough', async () => {
    const { clock, ask } = scene();
    const enough = new AbortController();
    const first = ask('one', 'x'.repeat(100), { enough: enough.signal });
    await clock.advanceTo(115);
    enough.abort();
    assert.equal(await clock.until(first), 'ab 0+100+2 120 ms');
  });

  it('asks nothing for a call that is aborted before its turn', async () => {
    const { clock, engine, ask } = scene();
    const controller = new AbortController();
    const first = ask('one', 'x');
    const second = ask('two', 'y'.repeat(50), { signal: controller.signal });
    controller.abort();
    assert.equal(await clock.until(second), 'cancelled 0+0+0');
    await clock.until(first);
    assert.equal(engine.calls.length, 1);
  });

  it('gives the more urgent call the next step', async () => {
    const { clock, seen, ask } = scene('a');
    const ahead = ask('ahead', 'x'.repeat(256), { priority: 'speculation' });
    await clock.advanceTo(100);
    const key = ask('key', 'y'.repeat(10));
    await clock.until(Promise.all([ahead, key]));
    assert.deepEqual(seen, ['key a@148', 'key done@148', 'ahead a@286', 'ahead done@286']);
  });

  it('passes on what the engine fails with', async () => {
    const clock = new VirtualClock();
    const engine = new VirtualEngine(clock, () => Promise.reject(new Error('crashed')), {
      prompt: 1,
      decode: 1,
    });
    const call = {
      priority: 'keystroke',
      deadlineMs: 0,
      signal: never,
      enough: never,
      urgent: never,
    } as const;
    const asked = engine.complete(query('x'), { ...call, onText: () => undefined });
    await assert.rejects(clock.until(asked), /crashed/);
  });
});
