import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  AnswerRequest,
  Conversation,
  ConversationEvent,
} from '../../../../src/core/chat/conversation.ts';
import { apply, replay } from '../../../../src/core/chat/events.ts';
import type { ToPage } from '../../../../src/core/chat/view.ts';
import { conversationMessage, toPage } from '../../../../src/vscode/chat/shown.ts';

const created: ConversationEvent = { type: 'created', version: 1, id: 'c', at: 1, workspace: null };
const asked = (id: string, parent: string | null, text = id): ConversationEvent => ({
  type: 'asked',
  message: {
    role: 'user',
    id,
    parent,
    at: 2,
    text,
    attachments: [
      {
        kind: 'file',
        label: 'a.ts:1-2',
        place: { path: 'src/a.ts', startLine: 1, endLine: 2 },
        language: 'ts',
        text: 'a\nb\n',
        cut: true,
      },
    ],
  },
});
const request = (firstSent: string | null): AnswerRequest => ({
  prompt: { role: 'user', content: 'P' },
  firstSent,
  model: 'm',
  route: 'local',
  sources: [{ path: 'src/a.ts', startLine: 1, endLine: 2, score: 1 }],
});
const answered = (id: string, parent: string, firstSent: string | null = null): ConversationEvent[] => [
  { type: 'answering', id, parent, at: 3 },
  { type: 'sent', id, request: request(firstSent) },
  { type: 'wrote', id, kind: 'text', text: `${id}!` },
  {
    type: 'answered',
    ...{ id, state: 'done', reason: 'end', message: null, citations: [], tokens: null, times: null },
  },
];

/** What a page has that was told of every event, as the page itself puts it together. */
function told(events: readonly ConversationEvent[]): { messages: Map<string, unknown>; title: string } {
  let conversation: Conversation | null = null;
  let title = '';
  let messages = new Map<string, unknown>();
  for (const event of events) {
    if (event.type === 'created') {
      conversation = apply(null, event);
      continue;
    }
    assert.ok(conversation);
    conversation = apply(conversation, event);
    const message: ToPage | null = toPage({ type: 'event', event, conversation });
    if (message?.type === 'conversation') {
      title = message.title;
      messages = new Map(message.messages.map((one) => [one.id, one]));
    }
    if (message?.type === 'message') messages.set(message.message.id, message.message);
  }
  return { messages, title };
}

describe('what the page is told', () => {
  it('of each event makes what the whole conversation is', () => {
    const events = [
      created,
      asked('q1', null),
      ...answered('a1', 'q1'),
      asked('q2', 'a1'),
      ...answered('a2', 'q2'),
    ];
    const whole = conversationMessage(replay(events));
    assert.ok(whole.type === 'conversation');
    const page = told(events);
    assert.deepEqual([...page.messages.values()], whole.messages);
    assert.deepEqual([page.title, whole.title], ['q1', 'q1']);
  });

  it('of a question names what went with it', () => {
    const whole = conversationMessage(replay([created, asked('q1', null, 'Why?')]));
    assert.ok(whole.type === 'conversation');
    const [question] = whole.messages;
    assert.equal(question?.text, 'Why?');
    assert.deepEqual(question.chips, [
      {
        id: '0',
        kind: 'file',
        label: 'a.ts:1-2',
        description: 'Went with the question: src/a.ts, lines 1 to 2 (2 lines, shortened).',
        implicit: false,
        place: { path: 'src/a.ts', startLine: 1, endLine: 2 },
      },
    ]);
  });

  it('marks where what is still sent begins, also in messages that were there before', () => {
    const events = [
      ...[created, asked('q1', null), ...answered('a1', 'q1'), asked('q2', 'a1'), ...answered('a2', 'q2')],
      ...[asked('q3', 'a2'), ...answered('a3', 'q3', 'q2')],
    ];
    const starts = [...told(events).messages.values()] as { id: string; windowStart: boolean }[];
    assert.deepEqual(
      starts.filter(({ windowStart }) => windowStart).map(({ id }) => id),
      ['q2'],
    );
  });

  it('of text is the text alone, and of an empty chat that it is empty', () => {
    const conversation = replay([
      created,
      asked('q1', null),
      { type: 'answering', id: 'a1', parent: 'q1', at: 3 },
    ]);
    assert.ok(conversation);
    const event = { type: 'wrote', id: 'a1', kind: 'reasoning', text: 'Hm' } as const;
    assert.deepEqual(toPage({ type: 'event', event, conversation }), event);
    assert.deepEqual(toPage({ type: 'opened', conversation: null, other: true }), {
      ...{ type: 'conversation', id: null, title: '', messages: [] },
    });
  });

  it('is nothing of messages that are not shown', () => {
    const events = [created, asked('q1', null), asked('q2', null), { type: 'chosen', id: 'q2' } as const];
    const conversation = replay(events);
    assert.ok(conversation);
    const event = { type: 'answering', id: 'a1', parent: 'q1', at: 3 } as const;
    assert.equal(toPage({ type: 'event', event, conversation: apply(conversation, event) }), null);
  });
});
