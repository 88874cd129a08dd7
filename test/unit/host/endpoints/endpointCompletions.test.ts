import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelAnswer, ModelCall } from '../../../../src/core/completion/ports.ts';
import { stopSpec } from '../../../../src/core/completion/stop.ts';
import type { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import { completeRouted } from '../../../../src/host/endpoints/completionRoutes.ts';
import { EndpointCompletionWorld as World, failed, modelQuery } from '../../../support/completionEndpoint.ts';
import { settled } from '../../../support/fakeTimers.ts';

describe('a completion by an endpoint', () => {
  it('is laid out with markers, ends by the stop rule, and closes the request with it', async () => {
    const world = new World();
    const { answer, texts } = await world.begin();
    assert.match(world.last.query.prompt ?? '', /^<\|repo_name\|>shop\n<\|file_sep\|>lib\/b\.ts\nf\(\): B\n/);
    assert.ok(world.last.query.prompt?.endsWith('<|fim_suffix|>\n}\n<|fim_middle|>  return '));
    assert.ok(world.last.query.stops.includes('<|file_sep|>'));
    await world.last.write('a + b');
    assert.equal(world.last.call.enough?.aborted, false);
    await world.last.write('a + b;\n}\nmore');
    assert.equal(world.last.call.enough?.aborted, true);
    const done = await answer;
    assert.deepEqual([done.text, done.stopReason], ['a + b;', 'stop-rule']);
    assert.deepEqual(texts, ['a + b', 'a + b;']);
    assert.deepEqual(done.tokens, { prompt: 30, reused: 20, evaluated: 10, generated: 4 });
    assert.deepEqual(
      done.parts.map(({ kind }) => kind),
      ['signatures', 'prefix', 'suffix'],
    );
  });

  it('tells the ledger what is sent, line by line', async () => {
    const world = new World();
    await world.begin({ cursorLine: 12 });
    const { about } = world.last.call;
    assert.deepEqual(about.places, [
      { path: 'lib/b.ts', startLine: 3, endLine: 4 },
      { path: 'src/a.ts', startLine: 11, endLine: 14 },
    ]);
    assert.equal(about.purpose, 'completion');
    assert.ok(about.tokens > 20);
  });

  it('is given as it is where it ends by itself, loses an unfinished line at the limit, and has no carriage returns', async () => {
    const several = modelQuery({ stop: stopSpec({ prefix: 'f() {\n', suffix: '}\n' }, { multiline: true }) });
    const cases = [
      ['end', '  one();\r\n  two();', '  one();\n  two();', 'end-of-text'],
      ['stop', '  one();\n  two();', '  one();\n  two();', 'end-of-text'],
      ['max-tokens', '  one();\n  tw', '  one();', 'max-tokens'],
      ['enough', '  one();\n  tw', '  one();', 'stop-rule'],
    ] as const;
    for (const [stopReason, text, expected, reason] of cases) {
      const world = new World();
      const { answer } = await world.begin(several);
      await world.last.end(text, { stopReason });
      const done: ModelAnswer = await answer;
      assert.deepEqual([done.text, done.stopReason], [expected, reason]);
    }
  });

  it('asks a server with markers of its own for the text around the cursor, without other files', async () => {
    const world = new World();
    world.ability = { ...world.ability, api: 'openai', infill: 'suffix', family: null };
    await world.begin({ prefix: 'a <|fim_middle|>\nb = ', suffix: ';\n' });
    const { query, call } = world.last;
    assert.deepEqual([query.prompt, query.prefix, query.suffix], [null, 'a < |fim_middle|>\nb = ', ';\n']);
    assert.deepEqual(query.extra, []);
    assert.deepEqual(
      call.about.places.map(({ path }) => path),
      ['src/a.ts'],
    );
  });

  it('holds the window that the server has, by counts where it counts', async () => {
    const long = 'const value = read(1);\n'.repeat(2000);
    const world = new World();
    world.ability = { ...world.ability, contextTokens: 1000, counts: true };
    await world.begin({ prefix: long, suffix: long });
    const units = world.last.query.prompt?.length ?? 0;
    // Two characters a token, as counted: 860 tokens hold no more.
    assert.ok(units > 1000 && units < 1800, `${units} units`);
    assert.equal(world.counted.length, 1);
    const other = new World();
    other.ability = { ...other.ability, contextTokens: 1000 };
    await other.begin({ prefix: long, suffix: long });
    assert.ok((other.last.query.prompt?.length ?? 0) > 1.3 * units);
  });

  it('asks for another answer by hand', async () => {
    const world = new World();
    await world.begin({ avoid: ['a', 'b'] });
    assert.equal(world.last.query.seed, 2);
    await world.begin();
    assert.equal(world.last.query.seed, undefined);
  });

  it('is none where the model has no way', async () => {
    const world = new World();
    world.ability = { ...world.ability, infill: 'none', family: null };
    const { outcome, answer } = await world.begin();
    assert.equal(await outcome, 'not-offered');
    await assert.rejects(answer, /Box can't complete code with large/);
    // It is not asked what it can do at every key.
    assert.equal(await (await world.begin()).outcome, 'not-offered');
    assert.deepEqual([world.abilities, world.forgotten], [1, 1]);
    // By the next time that it is asked, another model may be loaded there.
    world.ability = { ...world.ability, infill: 'raw', family: 'qwen-coder' };
    await world.timers.pass(60_000);
    const other = await world.begin();
    await world.last.end('a;');
    assert.equal(await other.outcome, 'a;');
  });
});

describe('who is answered', () => {
  it('is the newest: what is older ends, and its request with it', async () => {
    const world = new World();
    const old = await world.begin();
    const first = world.last;
    const fresh = await world.begin({ prefix: 'x = ' });
    assert.equal(await old.outcome, 'preempted');
    assert.equal(first.call.signal.aborted, true);
    await world.last.end('1;');
    assert.equal(await fresh.outcome, '1;');
  });

  it('is a person before work ahead, unless that became urgent', async () => {
    const world = new World();
    const typed = await world.begin();
    assert.equal(await (await world.begin({}, { priority: 'speculation' })).outcome, 'preempted');
    await world.last.end('a;');
    assert.equal(await typed.outcome, 'a;');
    const urgent = new AbortController();
    const ahead = await world.begin({}, { priority: 'speculation', urgent: urgent.signal });
    urgent.abort();
    assert.equal(await (await world.begin({}, { priority: 'warm-up' })).outcome, 'preempted');
    await world.last.end('b;');
    assert.equal(await ahead.outcome, 'b;');
  });

  it('is nobody any more who gave up, or whose time is over', async () => {
    const world = new World();
    const gone = new AbortController();
    const given = await world.begin({}, { signal: gone.signal });
    gone.abort();
    assert.equal(await given.outcome, 'cancelled');
    assert.equal(world.last.call.signal.aborted, true);
    const late = await world.begin({}, { deadlineMs: 500 });
    await world.last.write('a');
    await world.timers.pass(499);
    assert.equal(world.last.call.signal.aborted, false);
    await world.timers.pass(1);
    assert.equal(await late.outcome, 'deadline');
    const ahead = await world.begin({ maxTokens: 0 }, { priority: 'warm-up', deadlineMs: 500 });
    await world.timers.pass(500);
    assert.equal(await ahead.outcome, 'deadline');
    assert.equal(world.timers.waiting, 0);
    assert.deepEqual(world.states, []);
  });

  it('is nobody in advance on another machine, or where a server keeps nothing of it', async () => {
    for (const where of ['own-network', 'cloud'] as const) {
      const world = new World(where);
      for (const priority of ['warm-up', 'speculation'] as const) {
        assert.equal(await (await world.begin({}, { priority })).outcome, 'cancelled');
      }
      assert.deepEqual([world.asked.length, world.abilities], [0, 0]);
    }
    const world = new World();
    await world.begin({ maxTokens: 0 }, { priority: 'warm-up' });
    assert.equal(world.last.query.maxTokens, 0);
    await world.last.end('');
    world.ability = { ...world.ability, api: 'openai' };
    assert.equal(await (await world.begin({ maxTokens: 0 }, { priority: 'warm-up' })).outcome, 'cancelled');
    assert.equal(world.asked.length, 1);
  });
});

describe('an endpoint that fails', () => {
  const fail = async (world: World, error: EndpointError, priority: ModelCall['priority'] = 'keystroke') => {
    const { outcome } = await world.begin({}, { priority });
    await world.last.fail(error);
    return outcome;
  };
  const refused = async (world: World, priority: ModelCall['priority'] = 'keystroke'): Promise<boolean> => {
    const before = world.asked.length;
    const { outcome } = await world.begin({}, { priority });
    if (world.asked.length === before) {
      await outcome;
      return true;
    }
    await world.last.fail(failed('cancelled'));
    await outcome;
    return false;
  };

  it('rests, the longer the more often it fails, and says so', async () => {
    const world = new World();
    for (const wait of [2000, 10_000, 60_000, 60_000]) {
      assert.equal(await fail(world, failed('unreachable')), 'unreachable');
      await world.timers.pass(wait - 1);
      const { answer } = await world.begin();
      await assert.rejects(answer, {
        code: 'unreachable',
        message: 'Box failed with unreachable: do something (not asked again for 1 s).',
      });
      await world.timers.pass(1);
      assert.equal(await refused(world), false);
    }
    assert.equal(world.completions.error?.code, 'unreachable');
    const { outcome } = await world.begin();
    await world.last.end('a;');
    assert.equal(await outcome, 'a;');
    assert.equal(world.completions.error, null);
    // From the beginning again.
    await fail(world, failed('server'));
    await world.timers.pass(2000);
    assert.equal(await refused(world), false);
    assert.deepEqual(world.states.at(-1), 'server');
  });

  it('rests as long as it asks for, even from a person', async () => {
    const world = new World();
    await fail(world, failed('rate-limited', { status: 429, retryAfterMs: 30_000 }));
    await world.timers.pass(29_000);
    assert.equal(await refused(world, 'manual'), true);
    await world.timers.pass(1000);
    assert.equal(await refused(world), false);
  });

  it('is asked by hand all the same, and at once when something changed', async () => {
    const world = new World();
    await fail(world, failed('unauthorized', { status: 401 }));
    await world.timers.pass(59_000);
    assert.equal(await refused(world), true);
    assert.equal(await refused(world, 'manual'), false);
    world.completions.forget();
    assert.equal(await refused(world), false);
    assert.equal(world.states.at(-1), null);
  });

  it('does not rest for what another prompt may cure', async () => {
    for (const code of ['too-long', 'refused'] as const) {
      const world = new World();
      assert.equal(await fail(world, failed(code)), code);
      assert.equal(await refused(world), false);
      assert.equal(world.completions.error, null);
    }
  });

  it('gets shorter prompts where they are too long, and from the third on it is said', async () => {
    const world = new World();
    world.ability = { ...world.ability, contextTokens: 2000 };
    const long = { prefix: 'const value = read(1);\n'.repeat(2000), suffix: '' };
    const lengths: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      const { outcome } = await world.begin(long);
      lengths.push(world.last.query.prompt?.length ?? 0);
      await world.last.fail(failed('too-long', { status: 400 }));
      assert.equal(await outcome, 'too-long');
      assert.equal(world.completions.error?.code ?? null, times < 2 ? null : 'too-long');
    }
    const share = (at: number): number => (lengths[at] ?? 0) / (lengths[0] ?? 1);
    assert.ok(Math.abs(share(1) - 0.8) < 0.05, String(lengths));
    assert.ok(Math.abs(share(7) - 1 / 3) < 0.05, String(lengths));
    assert.match(world.completions.error?.message ?? '', /^Box can't hold the prompt .* set "contextTokens"/);
    const { outcome } = await world.begin(long);
    await world.last.end('a;');
    assert.equal(await outcome, 'a;');
    assert.equal(world.completions.error, null);
    assert.deepEqual(world.states, [
      'too-long',
      'too-long',
      'too-long',
      'too-long',
      'too-long',
      'too-long',
      null,
    ]);
  });

  it('by saying nothing at all rests, and the local model answers', async () => {
    const world = new World('own-network');
    world.hangs = true;
    let local = 0;
    const answer = { text: 'local', stopReason: 'end-of-text' as const, parts: [] };
    const cost = { tokens: { prompt: 1, reused: 0, evaluated: 1, generated: 1 } };
    const told: (string | undefined)[] = [];
    const complete = completeRouted({
      endpoint: () => world.completions,
      local: () => {
        local += 1;
        return Promise.resolve({ ...answer, ...cost, milliseconds: { prompt: 1, firstToken: 1, total: 1 } });
      },
      onFallback: (error) => told.push(error?.message),
    });
    const never = new AbortController().signal;
    const call = { priority: 'keystroke', deadlineMs: 20, signal: never, enough: never } as const;
    const ask = () => complete(modelQuery(), { ...call, urgent: never, onText: () => undefined });
    const first = ask();
    await settled();
    await world.timers.pass(20);
    assert.equal((await first).text, 'local');
    assert.equal(world.completions.error?.code, 'unreachable');
    assert.equal(
      told[0],
      'Box did not answer within 1 s: check that it runs, and is not busy with something else.',
    );
    // Nobody waits for it again meanwhile.
    assert.equal((await ask()).text, 'local');
    assert.deepEqual([local, world.abilities, world.states], [2, 1, ['unreachable']]);
  });
});
