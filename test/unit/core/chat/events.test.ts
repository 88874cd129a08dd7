import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type {
  AssistantMessage,
  Conversation,
  ConversationEvent,
} from '../../../../src/core/chat/conversation.ts';
import { apply, replay, settleInterrupted } from '../../../../src/core/chat/events.ts';
import { shownMessages } from '../../../../src/core/chat/path.ts';
import { anyEvent, anyEvents, made, turn } from '../../../support/chatEvents.ts';

function conversationOf(...events: ConversationEvent[]): Conversation {
  const conversation = replay([made.created(), ...events]);
  assert.ok(conversation !== null);
  return conversation;
}

function answerOf(conversation: Conversation, id = 'a1'): AssistantMessage {
  const message = conversation.messages.get(id);
  assert.ok(message?.role === 'assistant');
  return message;
}

const shownIds = (conversation: Conversation): string[] => shownMessages(conversation).map(({ id }) => id);
const source = (path: string, startLine = 1) => ({ path, startLine, endLine: startLine + 2, score: 1 });

describe('events of a conversation', () => {
  it('say once that it was gone on with in another workspace', () => {
    const begun = conversationOf();
    assert.equal(apply(begun, { type: 'entered', workspace: begun.workspace }), begun);
    const entered = apply(begun, { type: 'entered', workspace: 'another' });
    assert.equal(entered.entered, true);
    assert.equal(apply(entered, { type: 'entered', workspace: 'a third' }), entered);
  });

  it('make questions and answers, with what was sent, thought, written and looked up', () => {
    const conversation = conversationOf(
      made.asked('q1', null, 'What is it?'),
      made.answering('a1', 'q1'),
      made.sent('a1', 'What is it? See a.ts', [source('a.ts')]),
      made.wrote('a1', 'Let me ', 'reasoning'),
      made.wrote('a1', 'think.', 'reasoning'),
      made.wrote('a1', 'I look'),
      made.called('a1'),
      made.returned('a1', 'call-1', 'found', [source('a.ts'), source('b.ts')]),
      made.wrote('a1', 'It is '),
      made.wrote('a1', 'this.'),
      made.answered('a1', { reason: 'max-tokens' }),
    );
    assert.equal(conversation.title, 'What is it?');
    assert.partialDeepStrictEqual(answerOf(conversation), {
      ...{ state: 'done', reason: 'max-tokens', message: null },
      request: { prompt: { content: 'What is it? See a.ts' }, sources: [{ path: 'a.ts' }, { path: 'b.ts' }] },
      steps: [
        { kind: 'reasoning', text: 'Let me think.' },
        { kind: 'text', text: 'I look' },
        { kind: 'tool', result: 'found' },
        { kind: 'text', text: 'It is this.' },
      ],
    });
    assert.equal(answerOf(conversation).request?.sources.length, 2);
  });

  it('tell calls that were made together from those made one after another', () => {
    const { steps } = answerOf(
      conversationOf(
        made.asked('q1', null),
        made.answering('a1', 'q1'),
        made.called('a1', { id: '1' }),
        made.called('a1', { id: '2' }),
        made.returned('a1', '2', 'two'),
        made.returned('a1', '1', 'one'),
        made.called('a1', { id: '3' }),
      ),
    );
    assert.deepEqual(
      steps.map((step) => step.kind === 'tool' && [step.call.id, step.result, step.together === true]),
      [
        ['1', 'one', false],
        ['2', 'two', true],
        ['3', null, false],
      ],
    );
  });

  it('change nothing where they make no sense', () => {
    const conversation = conversationOf(...turn(1, null));
    const senseless: ConversationEvent[] = [
      made.created('another'),
      made.asked('q1', null),
      made.asked('q2', 'nobody'),
      made.answering('a2', 'a1'),
      made.answering('a2', 'nobody'),
      made.wrote('nobody', 'text'),
      made.wrote('q1', 'text'),
      made.wrote('a1', 'after its end'),
      made.returned('a1', 'call-1'),
      made.chosen('nobody'),
      made.chosen('q1'),
      made.deleted('nobody'),
      { type: 'titled', title: ' ' },
    ];
    for (const event of senseless)
      assert.equal(apply(conversation, event), conversation, JSON.stringify(event));
    assert.equal(apply(null, made.deleted('q1')), null);
    assert.equal(replay([made.asked('q1', null)]), null);
  });

  it('show a new message as it comes, and another one beside it when it is chosen', () => {
    let conversation = conversationOf(
      ...turn(1, null),
      ...turn(2, 'a1'),
      made.asked('edited', null),
      made.answering('a3', 'edited'),
    );
    assert.deepEqual(shownIds(conversation), ['edited', 'a3']);
    conversation = apply(conversation, made.chosen('q1'));
    assert.deepEqual(shownIds(conversation), ['q1', 'a1', 'q2', 'a2']);
    conversation = apply(conversation, made.answering('again', 'q2'));
    assert.deepEqual(shownIds(conversation), ['q1', 'a1', 'q2', 'again']);
  });

  it('hide a deleted message with what follows it, and show the one beside it', () => {
    const whole = conversationOf(...turn(1, null), ...turn(2, 'a1'), made.asked('edited', 'a1'));
    assert.deepEqual(shownIds(apply(whole, made.deleted('edited'))), ['q1', 'a1', 'q2', 'a2']);
    const without = apply(whole, made.deleted('a1'));
    assert.deepEqual([...without.messages.keys()], ['q1']);
    assert.deepEqual(shownIds(without), ['q1']);
    assert.equal(without.chosen.get('a1'), undefined);
    assert.deepEqual(shownIds(apply(without, made.asked('next', 'q1'))), ['q1', 'next']);
    assert.deepEqual(shownIds(apply(without, made.deleted('q1'))), []);
  });

  it('keep the title that a conversation was given', () => {
    const titled = { type: 'titled', title: ' Mine ' } as const;
    assert.equal(conversationOf(titled, ...turn(1, null)).title, 'Mine');
    assert.equal(conversationOf(...turn(1, null), titled, ...turn(2, 'a1')).title, 'Mine');
  });

  it('leave an answer without an end as interrupted, and take up what another window still writes of it', () => {
    const events = [made.asked('q1', null), made.answering('a1', 'q1'), made.wrote('a1', 'Half')];
    const settled = settleInterrupted(conversationOf(...events, ...turn(2, 'q1')));
    assert.partialDeepStrictEqual(answerOf(settled), {
      ...{ state: 'failed', reason: 'interrupted', steps: [{ kind: 'text', text: 'Half' }] },
    });
    assert.equal(answerOf(settled, 'a2').state, 'done');
    const goesOn = apply(settled, made.wrote('a1', ' and half'));
    assert.partialDeepStrictEqual(answerOf(goesOn), {
      ...{ state: 'writing', reason: null, message: null, steps: [{ kind: 'text', text: 'Half and half' }] },
    });
  });

  it('never change what they are applied to, and are the same one by one or all at once', () => {
    fc.assert(
      fc.property(anyEvents, anyEvent, (events, next) => {
        const once = replay(events);
        const steps = events.reduce<Conversation | null>((sum, event) => apply(sum, event), null);
        assert.deepEqual(steps, once);
        const before = structuredClone(once);
        if (once !== null) apply(once, next);
        assert.deepEqual(once, before);
      }),
    );
  });

  it('always leave a tree in which every parent has one shown child', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const { messages, chosen } = conversationOf(...events);
        const parents = new Set([...messages.values()].map(({ parent }) => parent ?? ''));
        assert.deepEqual(new Set(chosen.keys()), parents);
        for (const [parent, child] of chosen) assert.equal(messages.get(child)?.parent ?? '', parent);
        for (const { parent } of messages.values()) assert.ok(parent === null || messages.has(parent));
      }),
    );
  });
});
