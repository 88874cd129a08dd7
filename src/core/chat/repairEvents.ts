import type { ConversationEvent } from './conversation.ts';

const lostQuestion = '(This question stood in a damaged part of the file.)';

/** What is known while events are put right. */
interface Known {
  readonly ids: Set<string>;
  last: string | null;
  /** Of the last message that came. */
  at: number;
}

/**
 * Events of a conversation of which some were lost, with what they need put in their place, so that nothing that is
 * left is out of reach: the beginning, an answer whose text is there, a question that was answered. A message whose
 * parent is lost follows the message before it.
 */
export function repairEvents(events: readonly ConversationEvent[], id: string): ConversationEvent[] {
  const known: Known = { ids: new Set(), last: null, at: firstTime(events) };
  const repaired = events.flatMap((event) => withMissing(event, known));
  if (events.some(({ type }) => type === 'created')) return repaired;
  return [{ type: 'created', version: 1, id, at: firstTime(events), workspace: null }, ...repaired];
}

function firstTime(events: readonly ConversationEvent[]): number {
  for (const event of events) {
    if (event.type === 'asked') return event.message.at;
    if (event.type === 'created' || event.type === 'answering') return event.at;
  }
  return 0;
}

/** An event, after those that it needs. */
function withMissing(event: ConversationEvent, known: Known): ConversationEvent[] {
  switch (event.type) {
    case 'asked': {
      const { parent } = event.message;
      const message =
        parent === null || known.ids.has(parent) ? event.message : { ...event.message, parent: known.last };
      note(known, message.id, message.at);
      return [{ type: 'asked', message }];
    }
    case 'answering': {
      const question = known.ids.has(event.parent) ? [] : [askedAgain(event.parent, event.at, known)];
      note(known, event.id, event.at);
      return [...question, event];
    }
    case 'sent':
    case 'wrote':
    case 'called':
    case 'answered': {
      if (known.ids.has(event.id)) return [event];
      const parent = `${event.id}-question`;
      const answering = { type: 'answering', id: event.id, parent, at: known.at } as const;
      return [...withMissing(answering, known), event];
    }
    case 'created':
    case 'titled':
    case 'prepared':
    case 'returned':
    case 'entered':
    case 'rated':
    case 'chosen':
    case 'deleted':
      return [event];
  }
}

function askedAgain(id: string, at: number, known: Known): ConversationEvent {
  const message = { role: 'user', id, parent: known.last, at, text: lostQuestion, attachments: [] } as const;
  note(known, id, at);
  return { type: 'asked', message };
}

function note(known: Known, id: string, at: number): void {
  known.ids.add(id);
  known.last = id;
  known.at = at;
}
