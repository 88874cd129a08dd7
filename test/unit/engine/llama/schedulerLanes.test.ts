import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextRound } from 'node:timers/promises';
import { Scheduler } from '../../../../src/engine/llama/scheduler.ts';
import type { Priority } from '../../../../src/engine/protocol.ts';
import { never, rejectsWith, Stage } from '../../../support/stage.ts';

describe('pre-emption', () => {
  for (const priority of ['manual', 'warm-up', 'speculation'] as const) {
    it(`ends ${priority} between two steps when a more urgent request of its lane comes`, async () => {
      const stage = new Stage();
      const guess = stage.ask('guess', priority, { steps: 3, whenPreempted: 'default' });
      const ended = rejectsWith(guess, 'preempted');
      await stage.let('guess');
      const key = stage.ask('key', 'keystroke');
      await stage.let('guess');
      await stage.let('key');
      await Promise.all([ended, key]);
      assert.equal(stage.happened, 'guess( )guess key( )key');
    });
  }

  const others: [running: Priority, comes: Priority, happened: string][] = [
    ['keystroke', 'manual', 'a( )a b( )b'],
    ['manual', 'manual', 'a( )a b( )b'],
    ['manual', 'chat', 'a( )a b( )b'],
    ['refactor', 'chat', 'a( )a b( )b'],
    ['speculation', 'speculation', 'a( )a b( )b'],
    ['warm-up', 'speculation', 'a( )a b( )b'],
    ['chat', 'keystroke', 'a( b( )b )a'],
    ['speculation', 'chat', 'a( b( )b )a'],
  ];
  for (const [running, comes, happened] of others) {
    it(`does not end ${running} when ${comes} comes`, async () => {
      const stage = new Stage();
      const jobs = [stage.ask('a', running, { steps: 2, whenPreempted: 'default' })];
      await nextRound();
      jobs.push(stage.ask('b', comes, { whenPreempted: 'default' }));
      for (const name of ['a', 'b', 'a', 'b']) await stage.let(name);
      assert.deepEqual(await Promise.all(jobs), ['a', 'b']);
      assert.equal(stage.happened, happened);
    });
  }

  it('ends a speculation that stands back for chat, without another step of it', async () => {
    const stage = new Stage();
    const guess = stage.ask('guess', 'speculation', { steps: 9, whenPreempted: 'default' });
    const ended = rejectsWith(guess, 'preempted');
    const jobs = [stage.ask('chat', 'chat', { steps: 2, whenPreempted: 'default' })];
    await stage.let('guess');
    jobs.push(stage.ask('key', 'keystroke'));
    // Meanwhile the speculation ends.
    await nextRound();
    for (const name of ['chat', 'key', 'chat']) await stage.let(name);
    await Promise.all([ended, ...jobs]);
    assert.equal(stage.happened, 'guess( chat( )guess key( )key )chat');
  });
});

describe('keystrokes in one document', () => {
  it('are answered only for the newest of those that wait', async () => {
    const stage = new Stage();
    const running = stage.ask('running', 'keystroke', { key: 'a.ts' });
    const stale = ['1', '2', '3'].map((name) =>
      rejectsWith(stage.ask(name, 'keystroke', { key: 'a.ts' }), 'cancelled'),
    );
    const kept = [
      stage.ask('4', 'keystroke', { key: 'a.ts' }),
      stage.ask('other', 'keystroke', { key: 'b.ts' }),
      stage.ask('hand', 'manual', { key: 'a.ts' }),
      stage.ask('none', 'keystroke'),
      stage.ask('none2', 'keystroke'),
    ];
    await Promise.all(stale);
    for (const name of ['running', '4', 'other', 'none', 'none2', 'hand']) await stage.let(name);
    await Promise.all([running, ...kept]);
    assert.equal(
      stage.happened,
      'running( )running 4( )4 other( )other none( )none none2( )none2 hand( )hand',
    );
  });
});

describe('a job that needs both lanes', () => {
  it('waits for the jobs of both, and nothing new begins before it', async () => {
    const stage = new Stage();
    const chat = stage.ask('chat', 'chat', { steps: 2, whenPreempted: 'stay' });
    await nextRound();
    const load = stage.ask('load', 'keystroke', { exclusive: true });
    const key = stage.ask('key', 'keystroke');
    for (const name of ['chat', 'chat', 'load', 'key']) await stage.let(name);
    await Promise.all([chat, load, key]);
    assert.equal(stage.happened, 'chat( )chat load( )load key( )key');
  });
});

describe('chat while somebody types', () => {
  /** A chat of `steps` steps; `type` asks for keystrokes and tells how many of its steps each of them waited for. */
  async function typing(
    steps: number,
    keystrokes: (chatSteps: () => number, waiting: () => number) => AsyncGenerator<void>,
  ) {
    const scheduler = new Scheduler();
    let done = 0;
    let inStep = false;
    const waits: number[] = [];
    const chat = scheduler.run({ priority: 'chat', signal: never }, async (turn) => {
      for (; done < steps; await turn.giveWay()) {
        inStep = true;
        await nextRound();
        inStep = false;
        done += 1;
      }
    });
    let finished = false;
    void chat.then(() => (finished = true));
    const asked: Promise<void>[] = [];
    const types = keystrokes(
      () => done,
      () => asked.length - waits.length,
    );
    while (!finished && (await types.next()).done !== true) {
      const before = done;
      const key = scheduler.run({ priority: 'keystroke', signal: never }, async () => {
        assert.equal(inStep, false, 'two steps at a time');
        waits.push(done - before);
        await nextRound();
      });
      asked.push(key);
    }
    await Promise.all([chat, ...asked]);
    return { waits, done };
  }

  it('goes on however fast keystrokes come, and none waits for more than one step of it', async () => {
    const { waits, done } = await typing(40, async function* (_chatSteps, waiting) {
      for (;;) {
        // There is always one that waits while another is answered.
        while (waiting() > 1) await nextRound();
        yield;
      }
    });
    assert.equal(done, 40);
    assert.ok(Math.max(...waits) <= 1, String(waits));
    assert.ok(waits.length >= 40 && waits.length <= 2 * 40 + 4, `${waits.length} keystrokes`);
  });

  it('waits for each keystroke of a person who types slowly, who waits for one step at most', async () => {
    const { waits, done } = await typing(40, async function* (chatSteps) {
      for (;;) {
        const until = chatSteps() + 3;
        do await nextRound();
        while (chatSteps() < until && chatSteps() < 40);
        yield;
      }
    });
    assert.equal(done, 40);
    assert.ok(waits.length >= 10);
    assert.ok(Math.max(...waits) <= 1, String(waits));
  });
});
