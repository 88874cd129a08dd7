/** Completions, guesses and chat beside one another, with llama.cpp itself. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../../src/engine/llama/engine.ts';
import { loadDefaults } from '../../src/engine/loadOptions.ts';
import type { CompleteResult } from '../../src/engine/protocol.ts';
import {
  byHand,
  completion,
  stopEngines,
  temporaryFolder,
  testEngine,
  type TestEngine,
} from '../support/engine.ts';
import { heavyModel } from '../support/gguf.ts';

const folder = temporaryFolder();
const model = path.join(folder, 'heavy.gguf');
const longText = 'let value = compute(x, y);\n'.repeat(60);
const keystroke = { priority: 'keystroke', deadlineMs: 60_000 } as const;
const chat = { priority: 'chat', deadlineMs: 60_000 } as const;

/** Whether a promise is settled by now. */
function watch(promise: Promise<unknown>): () => boolean {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  return () => settled;
}

before(() =>
  heavyModel({
    path: model,
    chains: [
      { after: '=', pieces: ['one', 'two'], end: 'loop' },
      { after: '(', pieces: ['arg'] },
    ],
  }),
);
after(stopEngines);

describe('the engine', () => {
  let engine: TestEngine;
  before(async () => {
    engine = testEngine(model);
    await engine.client.start();
  });

  it('evaluates a prompt without an answer, which the next request finds evaluated', async () => {
    const params = completion('let a = first(█)\n');
    const warmUp = await engine.client.complete(
      { ...params, maxTokens: 0 },
      { ...keystroke, priority: 'warm-up' },
    );
    assert.deepEqual([warmUp.text, warmUp.tokens.generated, warmUp.stopReason], ['', 0, 'max-tokens']);
    assert.equal(warmUp.tokens.reused + warmUp.tokens.evaluated, warmUp.tokens.prompt - 1);
    const { tokens } = await engine.client.complete(params, keystroke);
    assert.deepEqual([tokens.evaluated, tokens.reused], [1, warmUp.tokens.prompt - 1]);
  });

  it('keeps a prompt within the budget that was asked for', async () => {
    for (const budgetTokens of [64, 200, 1000]) {
      const { tokens } = await engine.client.complete(
        completion(`${longText}a(█`, { budgetTokens }),
        keystroke,
      );
      assert.ok(
        tokens.prompt <= budgetTokens && tokens.prompt > budgetTokens / 3,
        `${tokens.prompt} of ${budgetTokens}`,
      );
    }
  });

  it('lays out the same prompt for answers of any usual length', async () => {
    const params = completion(`${longText}b(█${longText}`, { budgetTokens: 300 });
    await engine.client.complete({ ...params, maxTokens: 0 }, keystroke);
    for (const maxTokens of [1, 64, 200]) {
      const { tokens } = await engine.client.complete({ ...params, maxTokens }, keystroke);
      assert.equal(tokens.evaluated, 1, `${maxTokens}`);
    }
  });

  it('ends a guess when a keystroke comes, which finds what the guess has evaluated', async () => {
    const params = completion(`// guess\n${longText}c(█`);
    const guess = engine.client.complete(params, { ...keystroke, priority: 'speculation' });
    const ended = assert.rejects(guess, { code: 'preempted' });
    const { tokens } = await engine.client.complete(params, keystroke);
    await ended;
    // One slice, behind the marker that each prompt begins with.
    assert.ok(
      tokens.reused <= 128 + 1,
      `${tokens.reused} tokens of the guess were evaluated: more than one slice`,
    );
  });

  it('ends an answer that was asked for by hand when a keystroke comes, which is answered at once', async () => {
    let typed: Promise<CompleteResult> | null = null;
    const byHandParams = completion('// by hand\na =█', { maxTokens: 2000 });
    const asked = engine.client.complete(byHandParams, {
      ...byHand,
      onText: () => {
        typed ??= engine.client.complete(completion('// by hand\na = f(█'), keystroke);
      },
    });
    await assert.rejects(asked, { code: 'preempted' });
    assert.equal((await (typed as Promise<CompleteResult> | null))?.text, 'arg');
  });

  it('leaves a guess alone that nothing comes between', async () => {
    const guess = await engine.client.complete(completion('d(█'), { ...keystroke, priority: 'speculation' });
    assert.equal(guess.text, 'arg');
  });

  it('answers only the newest of the keystrokes that wait', async () => {
    const place = { path: 'a.ts', repository: 'shop' };
    const asked = ['e', 'er', 'err', 'error', 'errors'].map((name) =>
      engine.client.complete(completion(`${longText}${name}(█`, place), keystroke),
    );
    const ends = await Promise.allSettled(asked);
    // The first one runs when the others come.
    const said = ends.map((end) => (end.status === 'fulfilled' ? end.value.text : String(end.reason)));
    const cancelled = 'EngineError: The request was cancelled.';
    assert.deepEqual(said, ['arg', cancelled, cancelled, cancelled, 'arg']);
  });

  it('chats in a context of its own, so that completions keep what they have evaluated', async () => {
    const params = completion(`${longText}f(█`, { budgetTokens: 400 });
    await engine.client.complete(params, keystroke);
    const answer = await engine.client.complete(completion('// talk\na =█', { maxTokens: 8 }), chat);
    assert.equal(answer.text, 'onetwo'.repeat(4));
    assert.equal((await engine.client.complete(params, keystroke)).tokens.evaluated, 1);
    const again = await engine.client.complete(completion('// talk\na =█', { maxTokens: 8 }), chat);
    assert.equal(again.tokens.evaluated, 1, 'and chat what it has');
  });

  it('stops chat that is cancelled while completions run', async () => {
    const controller = new AbortController();
    const talk = engine.client.complete(completion('a =█', { maxTokens: 1500 }), {
      ...chat,
      signal: controller.signal,
      onText: () => controller.abort(),
    });
    await assert.rejects(talk, { code: 'cancelled' });
    assert.equal((await engine.client.complete(completion('h(█'), byHand)).text, 'arg');
  });
});

describe('chat while somebody types', () => {
  // In this process, so that nothing happens between a request and its arrival.
  const engine = new Engine({ log: () => undefined });
  const never = new AbortController().signal;
  before(async () => {
    const load = {
      ...loadDefaults,
      modelPath: model,
      device: 'cpu',
      contextTokens: 4096,
      threads: 1,
      stateFolder: null,
      draftModelPath: null,
    } as const;
    await engine.load({ ...load, remembered: {}, verified: [] }, never);
  });
  after(() => engine.dispose());

  /** Chats, with keystrokes all the time; gives how many tokens of chat each of them had to wait for. */
  async function typing(atOnce: number): Promise<{ waits: number[]; text: string }> {
    let steps = 0;
    const params = { ...completion(`// long ${atOnce}\n${longText}a =█`, { maxTokens: 40 }), stream: true };
    const talk = engine.complete(params, 'chat', { signal: never, enough: never }, () => (steps += 1));
    const over = watch(talk);
    const waits: number[] = [];
    const type = async (typed: number): Promise<void> => {
      const before = steps;
      const place = { path: `${typed}.ts`, maxTokens: 4 };
      const request = { ...completion(`${'g'.repeat(typed % 7)}(█`, place), stream: false };
      await engine.complete(request, 'keystroke', { signal: never, enough: never }, () => {
        waits.push(steps - before);
      });
    };
    for (let typed = 0; !over() && typed < 2000; typed += atOnce) {
      const keys = Array.from({ length: atOnce }, (_, index) => type(typed + index));
      await Promise.all(keys);
    }
    return { waits, text: (await talk).text };
  }

  it('goes on between two keystrokes, each of which waits for a token of it at most', async () => {
    const { waits, text } = await typing(1);
    assert.equal(text, 'onetwo'.repeat(20));
    assert.ok(waits.length >= 10, `${waits.length} keystrokes`);
    assert.ok(Math.max(...waits) <= 1, String(waits));
  });

  it('goes on where there is always a keystroke that waits: one step of it in two completions', async () => {
    const { waits, text } = await typing(6);
    assert.equal(text, 'onetwo'.repeat(20));
    // Six at once: the last one waits for five others, with chat's step after each second one.
    assert.ok(Math.max(...waits) <= 3, String(waits));
    assert.ok(
      waits.length <= 3 * (40 + 30),
      `${waits.length} keystrokes for 40 tokens and the slices of the prompt`,
    );
  });
});
