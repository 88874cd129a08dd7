import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnswerRequest, ConversationEvent } from '../../../../../src/core/chat/conversation.ts';
import { earlierTurns } from '../../../../../src/core/chat/turn/earlier.ts';
import { conversationOf } from '../../../../support/chatPorts.ts';

interface Told {
  readonly text?: string;
  readonly firstSent?: string | null;
  readonly model?: string | null;
  readonly parent?: string | null;
}

/** A question `qN` after the answer `a(N-1)`, and its answer `aN`. */
function turn(
  number: number,
  { text = 'So.', firstSent = null, model = 'm', parent }: Told = {},
): ConversationEvent[] {
  const [question, id] = [`q${number}`, `a${number}`];
  const above = parent === undefined ? (number === 1 ? null : `a${number - 1}`) : parent;
  const asked = { role: 'user', id: question, parent: above, at: 1, text: 'Why?', attachments: [] } as const;
  const source = { path: `${number}.ts`, startLine: 1, endLine: 1, score: 1 };
  const prompt = { role: 'user', content: `sent ${number}` } as const;
  const request: AnswerRequest = { prompt, firstSent, model, route: 'local', sources: [source] };
  return [
    { type: 'asked', message: asked },
    { type: 'answering', id, parent: question, at: 1 },
    { type: 'sent', id, request },
    { type: 'wrote', id, kind: 'text', text },
  ];
}

describe('what stands before a question', () => {
  it('are the turns above it, as they were sent, and no others', () => {
    const conversation = conversationOf(...turn(1), ...turn(2), ...turn(3, { parent: 'a1' }));
    const { turns, firstSent } = earlierTurns(conversation, 'a3', false);
    assert.equal(firstSent, null);
    assert.deepEqual(
      turns.map(({ first, messages, sources }) => [first, messages[0]?.content, sources[0]?.path]),
      [
        ['q1', 'sent 1', '1.ts'],
        ['q3', 'sent 3', '3.ts'],
      ],
    );
    assert.deepEqual(earlierTurns(conversation, null, false).turns, []);
  });

  it('begin where the last answer began, until the cache is another', () => {
    const conversation = conversationOf(...turn(1), ...turn(2), ...turn(3, { firstSent: 'q2' }));
    const first = (anew: boolean) => earlierTurns(conversation, 'a3', anew).turns[0]?.first;
    assert.equal(first(false), 'q2');
    assert.equal(earlierTurns(conversation, 'a3', false).firstSent, 'q2');
    assert.equal(first(true), 'q1');
  });

  it('leave out what has no answer, and begin where they did all the same', () => {
    const failed = turn(3, { text: '', firstSent: 'q3' });
    const conversation = conversationOf(...turn(1), ...turn(2), ...failed);
    const { turns, firstSent } = earlierTurns(conversation, 'a3', false);
    assert.deepEqual([turns, firstSent], [[], 'q3']);
  });

  it('begin where the last model did, where none answered since', () => {
    const none = turn(3, { text: '', model: null });
    const conversation = conversationOf(...turn(1), ...turn(2, { firstSent: 'q2' }), ...none);
    assert.equal(earlierTurns(conversation, 'a3', false).firstSent, 'q2');
  });

  it('are all, where the message is gone at which they began', () => {
    const conversation = conversationOf(...turn(1), ...turn(2, { firstSent: 'gone' }));
    const { turns, firstSent } = earlierTurns(conversation, 'a2', false);
    assert.deepEqual([turns.length, firstSent], [2, null]);
  });
});
