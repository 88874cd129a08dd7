import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextRound } from 'node:timers/promises';
import fc from 'fast-check';
import { EngineError } from '../../../../src/engine/errors.ts';
import { abortError, Scheduler, throwIfAborted } from '../../../../src/engine/llama/scheduler.ts';
import { priorities } from '../../../../src/engine/protocol.ts';
import { gate, never, rejectsWith, Stage } from '../../../support/stage.ts';

describe('Scheduler', () => {
  it('runs one job at a time, the most urgent first, first come first served among equals', async () => {
    const stage = new Stage();
    const asked = [
      stage.ask('first', 'speculation'),
      stage.ask('chat', 'chat'),
      stage.ask('warm', 'warm-up'),
      stage.ask('key1', 'keystroke'),
      stage.ask('warm2', 'warm-up'),
      stage.ask('hand', 'manual'),
    ];
    for (const name of ['first', 'key1', 'hand', 'chat', 'warm', 'warm2']) await stage.let(name);
    assert.equal(
      stage.happened,
      'first( )first key1( )key1 hand( )hand chat( )chat warm( )warm warm2( )warm2',
    );
    assert.deepEqual(await Promise.all(asked), ['first', 'chat', 'warm', 'key1', 'warm2', 'hand']);
  });

  it('still runs one at a time when the answer to one job asks for the next', async () => {
    const stage = new Stage();
    const chained = stage.ask('a', 'keystroke').then(() => stage.ask('b', 'keystroke'));
    const waiting = stage.ask('c', 'keystroke');
    for (const name of ['a', 'c', 'b']) await stage.let(name);
    await Promise.all([chained, waiting]);
    assert.match(stage.happened, /^a\( \)a (b\( \)b c\( \)c|c\( \)c b\( \)b)$/);
  });

  it('lets more urgent jobs in where a long one gives way, and equal ones not', async () => {
    const stage = new Stage();
    const chat = stage.ask('chat', 'chat', { steps: 2 });
    const others = [stage.ask('chat2', 'chat'), stage.ask('key', 'keystroke'), stage.ask('hand', 'manual')];
    for (const name of ['chat', 'key', 'hand', 'chat', 'chat2']) await stage.let(name);
    await Promise.all([chat, ...others]);
    assert.equal(stage.happened, 'chat( key( )key hand( )hand )chat chat2( )chat2');
  });

  it('takes work ahead for a keystroke from the moment somebody waits for it', async () => {
    const stage = new Stage();
    const raise = new AbortController();
    const ended: string[] = [];
    const note = (name: string) => () => void ended.push(name);
    const chat = stage.ask('chat', 'chat', { steps: 2 }).then(note('chat'));
    const ahead = stage.scheduler
      .run({ priority: 'speculation', signal: never, urgent: raise.signal }, () => Promise.resolve())
      .then(note('ahead'));
    await nextRound();
    raise.abort();
    await stage.let('chat');
    await ahead;
    await stage.let('chat');
    await chat;
    assert.deepEqual(ended, ['ahead', 'chat']);
  });

  it('does not end what was raised for a keystroke of another document', async () => {
    const stage = new Stage();
    const raise = new AbortController();
    const first = gate();
    const ahead = stage.scheduler.run(
      { priority: 'speculation', signal: never, urgent: raise.signal },
      async (turn) => {
        await first.promise;
        await turn.giveWay();
        return 'ahead';
      },
    );
    raise.abort();
    const key = stage.ask('key', 'keystroke');
    first.open();
    assert.equal(await ahead, 'ahead');
    await stage.let('key');
    await key;
  });

  it('nests: what was let in gives way to what is more urgent still', async () => {
    const stage = new Stage();
    const jobs = [stage.ask('warm', 'warm-up', { steps: 2 }), stage.ask('chat', 'chat', { steps: 2 })];
    await stage.let('warm');
    jobs.push(stage.ask('key', 'keystroke'));
    for (const name of ['chat', 'key', 'chat', 'warm']) await stage.let(name);
    await Promise.all(jobs);
    assert.equal(stage.happened, 'warm( chat( key( )key )chat )warm');
  });

  it('goes on with a job whose guest failed', async () => {
    const { scheduler } = new Stage();
    const guestFails = gate();
    const host = scheduler.run({ priority: 'chat', signal: never }, async (turn) => {
      await guestFails.promise;
      await turn.giveWay();
      return 'done';
    });
    const guest = scheduler.run({ priority: 'keystroke', signal: never }, () =>
      Promise.reject(new Error('no')),
    );
    guestFails.open();
    await assert.rejects(guest, { message: 'no' });
    assert.equal(await host, 'done');
  });

  it('goes on after a job that failed', async () => {
    const { scheduler } = new Stage();
    const jobs = [
      scheduler.run({ priority: 'chat', signal: never }, () =>
        Promise.reject(new EngineError('internal', 'broken')),
      ),
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- native code throws anything
      scheduler.run({ priority: 'chat', signal: never }, () => Promise.reject('text')),
      scheduler.run({ priority: 'chat', signal: never }, () => {
        throw new Error('at once');
      }),
      scheduler.run({ priority: 'chat', signal: never }, () => Promise.resolve(4)),
    ];
    const results = await Promise.allSettled(jobs);
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
      ['EngineError: broken', 'Error: text', 'Error: at once', 4],
    );
  });

  it('answers a waiting job that is aborted at once, and never runs it', async () => {
    const stage = new Stage();
    const controller = new AbortController();
    const running = stage.ask('running', 'chat');
    const waiting = stage.ask('waiting', 'chat', { signal: controller.signal });
    controller.abort();
    await rejectsWith(waiting, 'cancelled');
    await stage.let('running');
    await running;
    assert.equal(stage.happened, 'running( )running');
    assert.equal(stage.scheduler.busy, false);
  });

  it('does not take in a job that is aborted already', async () => {
    const stage = new Stage();
    await rejectsWith(stage.ask('a', 'chat', { signal: AbortSignal.abort() }), 'cancelled');
    assert.deepEqual([stage.happened, stage.scheduler.busy], ['', false]);
  });

  it('ends a job that is aborted while it gives way, after its guests', async () => {
    const stage = new Stage();
    const controller = new AbortController();
    const chat = stage.ask('chat', 'chat', { steps: 2, signal: controller.signal });
    const ended = rejectsWith(chat, 'cancelled');
    const key = stage.ask('key', 'keystroke');
    await stage.let('chat');
    controller.abort();
    await stage.let('key');
    await Promise.all([ended, key]);
    assert.equal(stage.happened, 'chat( key( )key )chat');
  });

  it('leaves a running job to look at its signal itself', async () => {
    const stage = new Stage();
    const controller = new AbortController();
    const job = stage.ask('job', 'chat', { signal: controller.signal });
    await nextRound();
    controller.abort();
    await stage.let('job');
    assert.equal(await job, 'job');
  });

  it('is busy while a job runs or waits', async () => {
    const stage = new Stage();
    assert.equal(stage.scheduler.busy, false);
    const jobs = [stage.ask('a', 'chat'), stage.ask('b', 'chat')];
    assert.equal(stage.scheduler.busy, true);
    await stage.let('a');
    assert.equal(stage.scheduler.busy, true);
    await stage.let('b');
    await Promise.all(jobs);
    assert.equal(stage.scheduler.busy, false);
  });

  it('never lets two jobs take a step at a time, and answers every one, whatever comes when', async () => {
    const job = fc.record({
      priority: fc.constantFrom(...priorities),
      steps: fc.nat(3),
      abortAfter: fc.option(fc.nat(4), { nil: null }),
      follows: fc.boolean(),
      whenPreempted: fc.constantFrom('end' as const, 'rest' as const, 'stay' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 12 }), async (jobs) => {
        const scheduler = new Scheduler();
        let running: number | null = null;
        const begin = (index: number): void => {
          assert.equal(running, null, 'two jobs at a time');
          running = index;
        };
        const one = async (
          index: number,
          { priority, steps, abortAfter, whenPreempted }: (typeof jobs)[number],
        ) => {
          const controller = new AbortController();
          const done = scheduler.run({ priority, signal: controller.signal, whenPreempted }, async (turn) => {
            begin(index);
            try {
              for (let step = 0; step < steps; step += 1) {
                await Promise.resolve();
                assert.equal(running, index, 'another job runs too');
                running = null;
                await turn.giveWay();
                begin(index);
              }
            } finally {
              if (running === index) running = null;
            }
          });
          for (let tick = 0; abortAfter !== null && tick <= abortAfter; tick += 1) await Promise.resolve();
          if (abortAfter !== null) controller.abort();
          await done.catch((error: unknown) => {
            if (!(error instanceof EngineError)) throw error;
          });
        };
        let last = Promise.resolve();
        const all: Promise<void>[] = [];
        jobs.forEach((entry, index) => {
          last = entry.follows ? last.then(() => one(index, entry)) : one(index, entry);
          all.push(last);
        });
        await Promise.all(all);
        await nextRound();
        assert.deepEqual([running, scheduler.busy], [null, false]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an aborted signal', () => {
  const table: [title: string, signal: AbortSignal, code: string][] = [
    ['by its owner', AbortSignal.abort(), 'cancelled'],
    ['with a reason', AbortSignal.abort(new Error('enough')), 'cancelled'],
    ['by a timeout', AbortSignal.abort(new DOMException('late', 'TimeoutError')), 'deadline'],
    [
      'by one of several',
      AbortSignal.any([never, AbortSignal.abort(new DOMException('late', 'TimeoutError'))]),
      'deadline',
    ],
  ];
  for (const [title, signal, code] of table) {
    it(`${title} means ${code}`, () => {
      assert.equal(abortError(signal).code, code);
      assert.throws(() => throwIfAborted(signal), { code });
    });
  }
  it('is none where nothing was aborted', () => assert.doesNotThrow(() => throwIfAborted(never)));
});
