import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextRound } from 'node:timers/promises';
import { Scheduler } from '../../../../src/engine/llama/scheduler.ts';
import { FakeTimers } from '../../../support/fakeTimers.ts';
import { never, rejectsWith } from '../../../support/stage.ts';

/** A chat of many steps, and how many of them it has done. */
function chatting(scheduler: Scheduler, signal = never) {
  const chat = { steps: 0, over: false };
  const done = scheduler.run({ priority: 'chat', signal }, async (turn) => {
    for (; chat.steps < 50; await turn.giveWay()) {
      await nextRound();
      chat.steps += 1;
    }
    chat.over = true;
  });
  return { chat, done };
}

async function rounds(count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) await nextRound();
}

describe('a held scheduler', () => {
  it('lets a job take the step that it is in, and no other until the release', async () => {
    const scheduler = new Scheduler(new FakeTimers());
    const { chat, done } = chatting(scheduler);
    await rounds(10);
    const before = chat.steps;
    assert.ok(before > 0);
    scheduler.hold(10_000);
    await rounds(20);
    assert.ok(chat.steps <= before + 1, `${chat.steps - before} steps`);
    const held = chat.steps;
    await rounds(20);
    assert.equal(chat.steps, held);
    assert.ok(scheduler.busy);
    scheduler.release();
    await done;
    assert.ok(chat.over);
  });

  it('begins nothing but a load', async () => {
    const scheduler = new Scheduler(new FakeTimers());
    const log: string[] = [];
    const ask = (name: string, exclusive: boolean): Promise<unknown> =>
      scheduler.run({ priority: exclusive ? 'keystroke' : 'chat', signal: never, exclusive }, () =>
        Promise.resolve(log.push(name)),
      );
    scheduler.hold(10_000);
    const load = ask('load', true);
    const chat = ask('chat', false);
    await load;
    await rounds(5);
    assert.deepEqual(log, ['load']);
    scheduler.release();
    await chat;
    assert.deepEqual(log, ['load', 'chat']);
  });

  it('goes on by itself after a while, which each hold begins anew', async () => {
    const timers = new FakeTimers();
    const scheduler = new Scheduler(timers);
    scheduler.hold(10_000);
    const { chat, done } = chatting(scheduler);
    await timers.pass(9_000);
    scheduler.hold(10_000);
    await timers.pass(9_999);
    assert.equal(chat.steps, 0);
    await timers.pass(1);
    await done;
    assert.ok(chat.over);
    assert.equal(timers.waiting, 0);
  });

  it('lets go of a job that is cancelled', async () => {
    const scheduler = new Scheduler(new FakeTimers());
    const controller = new AbortController();
    const { done } = chatting(scheduler, controller.signal);
    const ended = rejectsWith(done, 'cancelled');
    await rounds(4);
    scheduler.hold(10_000);
    await rounds(4);
    controller.abort();
    await ended;
    assert.ok(!scheduler.busy);
  });

  it('gives the most urgent of those that waited the processor first', async () => {
    const scheduler = new Scheduler(new FakeTimers());
    const order: string[] = [];
    scheduler.hold(10_000);
    const asked = (['chat', 'keystroke'] as const).map((priority) =>
      scheduler.run({ priority, signal: never }, () => Promise.resolve(order.push(priority))),
    );
    scheduler.release();
    await Promise.all(asked);
    assert.deepEqual(order, ['keystroke', 'chat']);
  });
});
