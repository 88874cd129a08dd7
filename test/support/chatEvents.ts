import fc from 'fast-check';
import type { ConversationEvent } from '../../src/core/chat/conversation.ts';
import type { Attachment, Source } from '../../src/core/chat/context.ts';
import type { ToolCall } from '../../src/core/chat/types.ts';

type Event<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { type: Type }>;

/** Events as they are made, each with everything that the test does not name. */
export const made = {
  created: (id = 'chat', workspace: string | null = null): Event<'created'> => ({
    ...{ type: 'created', version: 1, id, at: 1000, workspace },
  }),
  asked: (
    id: string,
    parent: string | null,
    text = `Question ${id}?`,
    attachments: readonly Attachment[] = [],
    at = 2000,
  ): Event<'asked'> => ({
    type: 'asked',
    message: { role: 'user', id, parent, at, text, attachments },
  }),
  answering: (id: string, parent: string, at = 3000): Event<'answering'> => ({
    ...{ type: 'answering', id, parent, at },
  }),
  sent: (id: string, content = `Prompt of ${id}`, sources: readonly Source[] = []): Event<'sent'> => ({
    type: 'sent',
    id,
    request: {
      prompt: { role: 'user', content },
      ...{ firstSent: null, model: 'Tiny', route: 'local', sources },
    },
  }),
  wrote: (id: string, text: string, kind: 'text' | 'reasoning' = 'text'): Event<'wrote'> => ({
    ...{ type: 'wrote', id, kind, text },
  }),
  called: (id: string, call: Partial<ToolCall> = {}): Event<'called'> => ({
    type: 'called',
    id,
    call: { id: 'call-1', name: 'search', arguments: '{"text":"x"}', ...call },
  }),
  returned: (
    id: string,
    callId = 'call-1',
    result = 'a.ts:1',
    sources: readonly Source[] = [],
  ): Event<'returned'> => ({ type: 'returned', id, callId, result, sources }),
  answered: (id: string, more: Partial<Event<'answered'>> = {}): Event<'answered'> => ({
    ...{ type: 'answered', id, state: 'done', reason: 'end', message: null },
    ...{ citations: [], tokens: null, times: null, ...more },
  }),
  chosen: (id: string): Event<'chosen'> => ({ type: 'chosen', id }),
  deleted: (id: string): Event<'deleted'> => ({ type: 'deleted', id }),
};

/** A question with its answer, below a message or at the beginning. */
export function turn(number: number, parent: string | null, text = `Answer ${number}`): ConversationEvent[] {
  const answer = `a${number}`;
  return [
    made.asked(`q${number}`, parent),
    made.answering(answer, `q${number}`),
    made.sent(answer),
    made.wrote(answer, text),
    made.answered(answer),
  ];
}

const id = fc.constantFrom('m1', 'm2', 'm3', 'm4', 'm5', 'm6');
const text = fc.oneof(fc.constantFrom('', ' ', 'a\n```\nb'), fc.string());
const callId = fc.constantFrom('c1', 'c2');

/** Any event of a few messages, whether or not it makes sense. */
export const anyEvent: fc.Arbitrary<ConversationEvent> = fc.oneof(
  fc.tuple(id, fc.option(id), text).map(([one, parent, question]) => made.asked(one, parent, question)),
  fc.tuple(id, id).map(([one, parent]) => made.answering(one, parent)),
  fc.tuple(id, text).map(([one, content]) => made.sent(one, content)),
  fc
    .tuple(id, text, fc.constantFrom('text', 'reasoning'))
    .map(([one, more, kind]) => made.wrote(one, more, kind)),
  fc.tuple(id, callId).map(([one, call]) => made.called(one, { id: call })),
  fc.tuple(id, callId, text).map(([one, call, result]) => made.returned(one, call, result)),
  fc
    .tuple(id, fc.constantFrom('done', 'stopped', 'failed'))
    .map(([one, state]) => made.answered(one, { state })),
  id.map(made.chosen),
  id.map(made.deleted),
  text.map((title) => ({ type: 'titled', title }) as const),
  fc.constantFrom(null, 'another').map((workspace) => ({ type: 'entered', workspace }) as const),
);

/** The events of any conversation. */
export const anyEvents: fc.Arbitrary<ConversationEvent[]> = fc
  .array(anyEvent, { maxLength: 60 })
  .map((events) => [made.created(), ...events]);
