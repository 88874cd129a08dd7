import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChatOutput } from '../../../src/cli/chatOutput.ts';
import type { ConversationEvent } from '../../../src/core/chat/conversation.ts';
import { replay } from '../../../src/core/chat/events.ts';
import { made, turn } from '../../support/chatEvents.ts';

const conversation = replay([made.created(), ...turn(1, null)]);
assert.ok(conversation !== null);

/** What is written where, in order. */
function shown(isTTY: boolean, ...events: (ConversationEvent | { done: number; total: number })[]): string[] {
  const written: string[] = [];
  const to = (name: string) => ({ isTTY, write: (text: string) => written.push(`${name}: ${text}`) });
  const output = new ChatOutput(to('answer'), to('notes'));
  for (const event of events) {
    if ('type' in event) output.show({ type: 'event', event, conversation: conversation! });
    else output.show({ type: 'prefill', id: 'a1', ...event });
  }
  output.end();
  return written;
}

describe('ChatOutput', () => {
  it('writes the answer where answers go, calls and progress where notes go', () => {
    assert.deepEqual(
      shown(
        true,
        { done: 10, total: 40 },
        made.wrote('a1', 'thought', 'reasoning'),
        made.wrote('a1', 'I look'),
        made.called('a1'),
        { done: 50, total: 60 },
        made.wrote('a1', 'It is\u0007 this.\n'),
      ),
      [
        'notes: \r\u001b[KReading the question and its code: 10 of 40 tokens',
        'notes: \r\u001b[K',
        'answer: I look',
        'answer: \n',
        'notes: search {"text":"x"}\n',
        'notes: \r\u001b[KReading the question and its code: 50 of 60 tokens',
        'notes: \r\u001b[K',
        'answer: It is\uFFFD this.\n',
      ],
    );
  });

  it('shows no progress where nobody looks, and ends the last line', () => {
    assert.deepEqual(shown(false, { done: 10, total: 40 }, made.wrote('a1', 'Yes.')), [
      'answer: Yes.',
      'answer: \n',
    ]);
  });
});
