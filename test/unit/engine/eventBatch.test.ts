import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../../src/core/chat/types.ts';
import { EventBatch } from '../../../src/engine/eventBatch.ts';
import { FakeTimers } from '../../support/fakeTimers.ts';

function batch() {
  const timers = new FakeTimers();
  const sent: ChatEvent[][] = [];
  return { timers, sent, batch: new EventBatch((events) => sent.push(events), timers) };
}

const text = (written: string): ChatEvent => ({ kind: 'text', text: written });

describe('EventBatch', () => {
  it('sends the first event at once, and those of a moment together', async () => {
    const { timers, sent, batch: events } = batch();
    for (const letter of 'abcd') events.push(text(letter));
    assert.deepEqual(sent, [[text('a')]]);
    await timers.pass(16);
    assert.deepEqual(sent, [[text('a')], [text('bcd')]]);
    await timers.pass(1000);
    events.push(text('e'));
    assert.deepEqual(sent.at(-1), [text('e')]);
  });

  it('sends no more than 63 messages a second, and all that was written', async () => {
    const { timers, sent, batch: events } = batch();
    for (let token = 0; token < 1000; token += 1) {
      events.push(text('x'));
      await timers.pass(1);
    }
    events.flush();
    assert.ok(sent.length <= 64, `${sent.length}`);
    const written = sent.flat().map((event) => (event.kind === 'text' ? event.text : ''));
    assert.equal(written.join(''), 'x'.repeat(1000));
  });

  it('keeps the order, joins what is alike, and of the progress keeps the last', () => {
    const { sent, batch: events } = batch();
    const call: ChatEvent = { kind: 'tool-call', call: { id: '1', name: 'search', arguments: '{}' } };
    events.push({ kind: 'prefill', done: 1, total: 9 });
    events.push({ kind: 'prefill', done: 5, total: 9 });
    events.push({ kind: 'prefill', done: 9, total: 9 });
    events.push({ kind: 'reasoning', text: 'Hm' });
    events.push({ kind: 'reasoning', text: '.' });
    events.push(text('Yes'));
    events.push(call);
    events.push(call);
    events.flush();
    assert.deepEqual(sent[1], [
      { kind: 'prefill', done: 9, total: 9 },
      { kind: 'reasoning', text: 'Hm.' },
      text('Yes'),
      call,
      call,
    ]);
    events.flush();
    assert.equal(sent.length, 2, 'nothing more');
  });
});
