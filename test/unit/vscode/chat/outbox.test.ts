import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ShownMessage, ToPage } from '../../../../src/core/chat/view.ts';
import { Outbox } from '../../../../src/vscode/chat/outbox.ts';
import { FakeTimers } from '../../../support/fakeTimers.ts';
import { shownAnswer } from '../../../support/shownMessages.ts';

function world(): { timers: FakeTimers; outbox: Outbox; sent: ToPage[] } {
  const timers = new FakeTimers();
  const sent: ToPage[] = [];
  return { timers, sent, outbox: new Outbox(timers, (message) => sent.push(message)) };
}

/** A message with these texts in its steps. */
function shown(id: string, ...texts: string[]): ShownMessage {
  const steps = texts.map((text) => ({ kind: 'text', text }) as const);
  return shownAnswer(id, '', { steps, state: 'writing', reason: null });
}

const wrote = (id: string, text: string, kind: 'text' | 'reasoning' = 'text'): ToPage => ({
  type: 'wrote',
  id,
  kind,
  text,
});
const whole = (id: string, ...texts: string[]): ToPage => ({ type: 'message', message: shown(id, ...texts) });
const conversation: ToPage = { type: 'conversation', id: 'c', title: 'T', messages: [] };

/** What a page shows that gets these messages: per message its steps, in order of appearance. */
function page(messages: readonly ToPage[]): [string, [kind: string, text: string][]][] {
  const shownNow = new Map<string, [string, string][]>();
  for (const message of messages) {
    if (message.type === 'conversation') shownNow.clear();
    if (message.type === 'message')
      shownNow.set(
        message.message.id,
        message.message.steps.map((step) => [step.kind, step.kind === 'tool' ? '' : step.text]),
      );
    if (message.type !== 'wrote') continue;
    const steps = shownNow.get(message.id);
    if (steps === undefined) continue;
    const last = steps.at(-1);
    if (last?.[0] === message.kind) last[1] += message.text;
    else steps.push([message.kind, message.text]);
  }
  return [...shownNow];
}

describe('Outbox', () => {
  it('sends at once what comes alone, and what comes soon after in one piece', async () => {
    const { timers, outbox, sent } = world();
    outbox.send(wrote('a', 'One'));
    await timers.pass(0);
    assert.deepEqual(sent, [wrote('a', 'One')]);
    outbox.send(wrote('a', ' two'));
    outbox.send(wrote('a', ' three'));
    await timers.pass(32);
    assert.equal(sent.length, 1);
    await timers.pass(1);
    assert.deepEqual(sent.slice(1), [wrote('a', ' two three')]);
    await timers.pass(1_000);
    assert.deepEqual([sent.length, timers.waiting], [2, 0]);
  });

  it('sends only the newest of what replaces itself', async () => {
    const { timers, outbox, sent } = world();
    outbox.send({ type: 'busy', busy: true });
    outbox.send({ type: 'prefill', id: 'a', done: 1, total: 9 });
    outbox.send({ type: 'prefill', id: 'b', done: 2, total: 9 });
    outbox.send({ type: 'prefill', id: 'a', done: 5, total: 9 });
    outbox.send({ type: 'busy', busy: false });
    await timers.pass(0);
    assert.deepEqual(sent, [
      { type: 'prefill', id: 'b', done: 2, total: 9 },
      { type: 'prefill', id: 'a', done: 5, total: 9 },
      { type: 'busy', busy: false },
    ]);
  });

  it('keeps every notice', async () => {
    const { timers, outbox, sent } = world();
    outbox.send({ type: 'notice', message: 'One.' });
    outbox.send({ type: 'notice', message: 'Two.' });
    await timers.pass(0);
    assert.equal(sent.length, 2);
  });

  it('leaves out what a whole conversation makes pointless', async () => {
    const { timers, outbox, sent } = world();
    outbox.send(whole('a'));
    outbox.send(wrote('a', 'x'));
    outbox.send({ type: 'notice', message: 'N.' });
    outbox.send(conversation);
    await timers.pass(0);
    assert.deepEqual(sent, [{ type: 'notice', message: 'N.' }, conversation]);
  });

  it('sends nothing that was forgotten', async () => {
    const { timers, outbox, sent } = world();
    outbox.send(whole('a'));
    outbox.clear();
    await timers.pass(100);
    assert.deepEqual([sent, timers.waiting], [[], 0]);
  });

  it('shows the page the same, however the messages fall together', async () => {
    const id = fc.constantFrom('a', 'b');
    const message = fc.oneof(
      fc
        .record({ id, text: fc.string({ maxLength: 3 }), kind: fc.constantFrom('text', 'reasoning') })
        .map(({ id, text, kind }) => wrote(id, text, kind)),
      fc.record({ id, text: fc.string({ maxLength: 3 }) }).map(({ id, text }) => whole(id, text)),
      fc.constant(conversation),
    );
    const step = fc.record({ message, pause: fc.constantFrom(0, 0, 0, 40) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { timers, outbox, sent } = world();
        for (const { message, pause } of steps) {
          outbox.send(message);
          if (pause > 0) await timers.pass(pause);
        }
        await timers.pass(100);
        assert.deepEqual(page(sent), page(steps.map((step) => step.message)));
      }),
    );
  });
});
