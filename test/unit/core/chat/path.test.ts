import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ConversationEvent, ConversationMessage } from '../../../../src/core/chat/conversation.ts';
import { replay, settleInterrupted } from '../../../../src/core/chat/events.ts';
import { answerMessages, modelMessages, shownMessages, siblingsOf } from '../../../../src/core/chat/path.ts';
import { anyEvents, made, turn } from '../../../support/chatEvents.ts';

function shown(...events: ConversationEvent[]): ConversationMessage[] {
  const conversation = replay([made.created(), ...events]);
  assert.ok(conversation !== null);
  return shownMessages(settleInterrupted(conversation));
}

/** A conversation's messages to a model as `role: content`. */
function told(messages: readonly ConversationMessage[], firstSent: string | null = null): string[] {
  return modelMessages(messages, firstSent).map(({ role, content }) => `${role}: ${content}`);
}

const answer = (...events: ConversationEvent[]) =>
  shown(made.asked('q1', null), made.answering('a1', 'q1'), made.sent('a1', 'Q'), ...events);

describe('siblingsOf', () => {
  it('gives all messages of one parent, in their order', () => {
    const conversation = replay([
      ...[made.created(), ...turn(1, null), made.asked('q2', null)],
      ...[made.answering('b', 'q1'), made.chosen('q1')],
    ]);
    assert.ok(conversation !== null);
    assert.deepEqual(siblingsOf(conversation, 'q2'), ['q1', 'q2']);
    assert.deepEqual(siblingsOf(conversation, 'a1'), ['a1', 'b']);
    assert.deepEqual(siblingsOf(conversation, 'nobody'), []);
  });
});

describe('modelMessages', () => {
  it('gives questions as they were sent, and answers', () => {
    assert.deepEqual(told(shown(...turn(1, null), ...turn(2, 'a1'))), [
      'user: Prompt of a1',
      'assistant: Answer 1',
      'user: Prompt of a2',
      'assistant: Answer 2',
    ]);
  });

  it('begins with the first message that was sent, at a question', () => {
    const messages = shown(...turn(1, null), ...turn(2, 'a1'), ...turn(3, 'a2'));
    const last = ['user: Prompt of a3', 'assistant: Answer 3'];
    assert.deepEqual(told(messages, 'q3'), last);
    assert.deepEqual(told(messages, 'a2'), last);
    assert.equal(told(messages, 'deleted').length, 6);
  });

  it('gives each call with its result, and what was thought, in the order of the model', () => {
    const messages = answer(
      made.wrote('a1', 'Hm.', 'reasoning'),
      made.wrote('a1', 'I look.'),
      made.called('a1', { id: '1' }),
      made.called('a1', { id: '2', name: 'read_file' }),
      made.returned('a1', '1', 'one'),
      made.returned('a1', '2', 'two'),
      made.called('a1', { id: '3' }),
      made.returned('a1', '3', 'three'),
      made.wrote('a1', 'Done.'),
      made.answered('a1'),
    );
    const call = (id: string, name = 'search') => ({ id, name, arguments: '{"text":"x"}' });
    assert.deepEqual(modelMessages(messages, null), [
      { role: 'user', content: 'Q' },
      {
        ...{ role: 'assistant', content: 'I look.', reasoning: 'Hm.' },
        toolCalls: [call('1'), call('2', 'read_file')],
      },
      { role: 'tool', content: 'one', toolCallId: '1', toolName: 'search' },
      { role: 'tool', content: 'two', toolCallId: '2', toolName: 'read_file' },
      { role: 'assistant', content: '', toolCalls: [call('3')] },
      { role: 'tool', content: 'three', toolCallId: '3', toolName: 'search' },
      { role: 'assistant', content: 'Done.' },
    ]);
  });

  it('keeps what a stopped or failed answer said, up to its last text', () => {
    const cut = [
      ...[made.wrote('a1', 'I look.'), made.called('a1'), made.returned('a1')],
      made.answered('a1', { state: 'stopped', reason: 'stopped' }),
    ];
    assert.deepEqual(modelMessages(answer(...cut), null), [
      { role: 'user', content: 'Q' },
      { role: 'assistant', content: 'I look.' },
    ]);
    const unanswered = [made.wrote('a1', 'I look.'), made.called('a1'), made.wrote('a1', ' So.')];
    assert.deepEqual(told(answer(...unanswered)), ['user: Q', 'assistant: I look. So.']);
  });

  it('leaves a question out that got no text', () => {
    const thought = made.wrote('a2', 'Hm', 'reasoning');
    const empty = [made.asked('q2', 'a1'), made.answering('a2', 'q2'), made.sent('a2'), thought];
    const messages = shown(...turn(1, null), ...empty, made.answered('a2'), ...turn(3, 'a2'));
    assert.deepEqual(told(messages).slice(2), ['user: Prompt of a3', 'assistant: Answer 3']);
    assert.deepEqual(told(shown(...turn(1, null), made.asked('q2', 'a1'))).length, 2);
  });

  it('alternates, and ends with text of the assistant', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const messages = modelMessages(shown(...events), null);
        for (const [index, { role, toolCallId }] of messages.entries()) {
          const before = messages[index - 1];
          if (role === 'user') assert.ok(before === undefined || before.role === 'assistant');
          else if (role === 'assistant') assert.ok(before?.role === 'user' || before?.role === 'tool');
          else {
            const asked = messages.slice(0, index).findLast((message) => message.role === 'assistant');
            assert.ok(asked?.toolCalls?.some(({ id }) => id === toolCallId));
          }
        }
        const last = messages.at(-1);
        assert.ok(last === undefined || (last.role === 'assistant' && last.content.trim() !== ''));
      }),
    );
  });

  it('only ever adds to what earlier messages gave, byte by byte', () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(), (events, cut) => {
        const messages = shown(...events);
        const all = JSON.stringify(modelMessages(messages, null));
        const some = JSON.stringify(modelMessages(messages.slice(0, cut % (messages.length + 1)), null));
        assert.ok(all.startsWith(some.slice(0, -1)));
        const again = JSON.stringify(modelMessages(structuredClone(messages), null));
        assert.equal(again, all);
      }),
    );
  });
});

describe('answerMessages', () => {
  it('only ever adds to what was given in an answer when its calls return', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            text: fc.string(),
            thought: fc.string(),
            calls: fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
          }),
          { maxLength: 4 },
        ),
        (rounds) => {
          const events: ConversationEvent[] = [made.asked('q1', null), made.answering('a1', 'q1')];
          let given = '[';
          for (const [round, { text, thought, calls }] of rounds.entries()) {
            events.push(made.wrote('a1', thought, 'reasoning'), made.wrote('a1', text));
            events.push(...calls.map((_, index) => made.called('a1', { id: `${round}-${index}` })));
            events.push(...calls.map((result, index) => made.returned('a1', `${round}-${index}`, result)));
            const message = shown(...events).at(-1);
            assert.ok(message?.role === 'assistant');
            const messages = answerMessages(message.steps);
            assert.equal(messages.filter(({ role }) => role === 'assistant').length, round + 1);
            const now = JSON.stringify(messages);
            assert.ok(now.startsWith(given.replace(/\]$/, '')));
            given = now;
          }
        },
      ),
    );
  });
});
