/** From one model to another, and two models side by side, with llama.cpp itself. */
import assert from 'node:assert/strict';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engines } from '../../src/engine/engines.ts';
import { Engine } from '../../src/engine/llama/engine.ts';
import { ModelFacts } from '../../src/engine/modelFacts.ts';
import {
  alive,
  byHand,
  completion,
  enginePath,
  stopEngines,
  temporaryFolder,
  testEngine,
  until,
  type TestEngine,
} from '../support/engine.ts';
import { settingsOf } from '../support/fakeEngine.ts';
import { corrupt, heavyModel, scriptedModel } from '../support/gguf.ts';

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, name);
const never = new AbortController().signal;
const longText = 'let value = compute(x, y);\n'.repeat(60);
before(async () => {
  await scriptedModel({ path: file('one.gguf'), name: 'one', chains: [{ after: '=', pieces: ['one'] }] });
  await scriptedModel({ path: file('two.gguf'), name: 'two', chains: [{ after: '=', pieces: ['two'] }] });
  await heavyModel({
    path: file('heavy.gguf'),
    chains: [
      { after: '=', pieces: ['talk'], end: 'loop' },
      { after: '(', pieces: ['arg'] },
    ],
  });
});
after(stopEngines);

interface Switchable extends TestEngine {
  modelPath: string;
}

/** An engine with the first model loaded, and room for as many as one likes. */
async function started(): Promise<Switchable> {
  const holder = { modelPath: file('one.gguf') };
  const engine = testEngine(() => holder.modelPath, { canHoldBoth: () => Promise.resolve(true) });
  await engine.client.start();
  return Object.assign(holder, engine);
}

const ask = async ({ client }: TestEngine): Promise<string> =>
  (await client.complete(completion('a =█'), byHand)).text;

function pidOf({ client }: TestEngine): number {
  assert.ok(client.state.kind === 'ready');
  return client.state.pid;
}

describe('a switch of models', () => {
  it('answers from the old one until the new one is ready, without a gap', async () => {
    const engine = await started();
    const old = pidOf(engine);
    const asked: Promise<string>[] = [];
    const stop = engine.client.onState((state) => {
      if (state.kind === 'ready' && state.switching !== null) asked.push(ask(engine));
    });
    engine.modelPath = file('two.gguf');
    const model = await engine.client.switchModel();
    stop();
    assert.equal(model.name, 'two');
    assert.ok(asked.length > 3, `${asked.length} looks at its progress`);
    assert.deepEqual(new Set(await Promise.all(asked)), new Set(['one']));
    assert.equal(await ask(engine), 'two');
    assert.ok(engine.states.every(({ kind }) => kind !== 'failed'));
    await until(() => !alive(old), 'the end of the old process');
    await engine.client.stop();
  });

  it('to a damaged model, or one that takes its process down, leaves the old one in use', async () => {
    const engine = await started();
    const pid = pidOf(engine);
    const bad: [modelPath: string, code: string][] = [
      [await corrupt.truncated(file('two.gguf'), file('cut.gguf'), 500_000), 'model-invalid'],
      [await corrupt.duplicateVocabulary(file('twice.gguf')), 'crashed'],
      [file('nowhere.gguf'), 'model-missing'],
    ];
    for (const [modelPath, code] of bad) {
      engine.modelPath = modelPath;
      await assert.rejects(engine.client.switchModel(), { code });
      const { state } = engine.client;
      assert.ok(state.kind === 'ready' && state.switching === null);
      assert.equal(state.switchError?.code, code);
      assert.equal(await ask(engine), 'one');
    }
    assert.equal(pidOf(engine), pid);
    await engine.client.stop();
  });

  it('that is cancelled leaves the old one in use, and no process behind', async () => {
    const engine = await started();
    engine.client.onState((state) => {
      if (state.kind === 'ready' && state.switching?.progress.phase === 'reading')
        engine.client.cancelSwitch();
    });
    engine.modelPath = file('two.gguf');
    await assert.rejects(engine.client.switchModel(), { code: 'cancelled' });
    assert.equal(await ask(engine), 'one');
    await engine.client.stop();
  });
});

describe('a model whose file is deleted while it is loaded', () => {
  it('answers on; a restart says what is missing', async () => {
    const copy = file('deleted.gguf');
    await copyFile(file('one.gguf'), copy);
    const engine = testEngine(copy);
    await engine.client.start();
    assert.equal(await ask(engine), 'one');
    await rm(copy);
    assert.equal(await ask(engine), 'one');
    await assert.rejects(engine.client.restart(), {
      code: 'model-missing',
      message: /deleted\.gguf.*no such file.*Choose another model/,
    });
    await engine.client.stop();
  });
});

describe('the measurement of a model', () => {
  it('tells its speeds, remembers them, and leaves what is evaluated alone', async () => {
    const factsFolder = temporaryFolder();
    const { client } = testEngine(file('heavy.gguf'), { factsFolder });
    const { fingerprint, memory } = await client.start();
    const params = completion(`${longText}f(█`, { budgetTokens: 400 });
    await client.complete(params, byHand);
    const speed = await client.measure({ milliseconds: 400 });
    assert.ok(speed.promptTokensPerSecond > 0 && speed.decodeTokensPerSecond > 0);
    assert.equal(speed.weightsBytes, memory?.weights);
    assert.ok(speed.tokens > 2 && speed.seconds > 0);
    assert.equal((await client.complete(params, byHand)).tokens.evaluated, 1);
    const known = await new ModelFacts(factsFolder, () => undefined).speeds();
    assert.deepEqual(known, { [fingerprint]: [{ ...speed, backend: 'cpu', threads: 1 }] });
    await client.stop();
  });

  it('lets a keystroke go first, and can be cancelled', async () => {
    const { client } = testEngine(file('heavy.gguf'));
    await client.start();
    const controller = new AbortController();
    const measured = client.measure({ milliseconds: 60_000, signal: controller.signal });
    const cancelled = assert.rejects(measured, { code: 'cancelled' });
    for (let key = 0; key < 5; key += 1) {
      const answer = await client.complete(completion(`${'k'.repeat(key)}(█`), {
        priority: 'keystroke',
        deadlineMs: 30_000,
      });
      assert.equal(answer.text, 'arg');
    }
    controller.abort();
    await cancelled;
    await client.stop();
  });
});

describe('chat that is told to hold', () => {
  it('writes no token past the one it is at, until the release', async () => {
    const engine = new Engine({ log: () => undefined });
    await engine.load({ ...settingsOf(file('heavy.gguf')), remembered: {}, verified: [] }, never);
    let tokens = 0;
    let held = false;
    const request = { ...completion('a =█', { maxTokens: 60 }), stream: true };
    const talk = engine.complete(request, 'chat', { signal: never, enough: never }, () => {
      tokens += 1;
      if (tokens !== 10) return;
      engine.hold();
      held = true;
    });
    await until(() => held, 'ten tokens of chat');
    // Nothing is on its way that could bring another token: a token takes a few milliseconds.
    await sleep(200);
    assert.ok(tokens <= 11, `${tokens} tokens`);
    assert.ok(engine.busy);
    engine.release();
    assert.equal((await talk).text, 'talk'.repeat(60));
    await engine.dispose();
  });

  it('in a process of its own stands still while somebody waits at the cursor', async () => {
    await copyFile(file('heavy.gguf'), file('chat.gguf'));
    const options = {
      enginePath,
      log: () => undefined,
      facts: new ModelFacts(null, () => undefined),
      settings: () => settingsOf(file('heavy.gguf')),
    };
    const engines = new Engines({
      completion: options,
      chat: options,
      chatSettings: () => settingsOf(file('chat.gguf')),
      memoryPressure: () => Promise.resolve(false),
    });
    await engines.completion.start();
    let tokens = 0;
    let over = false;
    const controller = new AbortController();
    const talk = engines
      .complete(completion('a =█', { maxTokens: 2000 }), {
        priority: 'chat',
        deadlineMs: 0,
        signal: controller.signal,
        onText: () => (tokens += 1),
      })
      .then(
        () => (over = true),
        () => undefined,
      );
    await until(() => tokens >= 20, 'chat is under way');
    const before = tokens;
    const { tokens: typed } = await engines.complete(completion(`${longText.slice(0, 800)}g(█`), {
      priority: 'keystroke',
      deadlineMs: 30_000,
    });
    const during = tokens - before;
    assert.ok(typed.evaluated > 600, `${typed.evaluated} tokens`);
    // Those that were on their way when it was told so.
    assert.ok(!over && during <= 20, `${during} tokens of chat`);
    const after = tokens;
    await until(() => tokens > after + 20, 'chat goes on');
    controller.abort();
    await talk;
    await engines.stop();
  });
});
