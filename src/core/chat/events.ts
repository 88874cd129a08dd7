import type { Source } from './context.ts';
import type {
  AnswerStep,
  AssistantMessage,
  Conversation,
  ConversationEvent,
  ConversationMessage,
} from './conversation.ts';
import { titleOf } from './title.ts';

type Created = Extract<ConversationEvent, { type: 'created' }>;
type Answering = Extract<ConversationEvent, { type: 'answering' }>;
/** An event of an answer that is being written. */
type AnswerEvent = Extract<
  ConversationEvent,
  { type: 'sent' | 'wrote' | 'called' | 'returned' | 'answered' }
>;

/** A conversation while it is put together. */
type Draft = { -readonly [Field in keyof Conversation]: Conversation[Field] } & {
  readonly messages: Map<string, ConversationMessage>;
  readonly chosen: Map<string, string>;
};

/**
 * The conversation after one more event. An event that makes no sense, such as text for an answer that is not there,
 * changes nothing: the same object comes back, or null where nothing was created.
 */
export function apply(conversation: null, event: Created): Conversation;
export function apply(conversation: Conversation, event: ConversationEvent): Conversation;
export function apply(conversation: Conversation | null, event: ConversationEvent): Conversation | null;
export function apply(conversation: Conversation | null, event: ConversationEvent): Conversation | null {
  if (conversation === null) return event.type === 'created' ? begun(event) : null;
  const draft = {
    ...conversation,
    messages: new Map(conversation.messages),
    chosen: new Map(conversation.chosen),
  };
  return change(draft, event) ? draft : conversation;
}

/** The conversation that events make, in their order; null where none of them creates it. */
export function replay(events: Iterable<ConversationEvent>): Conversation | null {
  let draft: Draft | null = null;
  for (const event of events) {
    if (draft !== null) change(draft, event);
    else if (event.type === 'created') draft = begun(event);
  }
  return draft;
}

/** A conversation as it was read: whoever wrote an answer that has no end is gone. */
export function settleInterrupted(conversation: Conversation): Conversation {
  const messages = new Map(conversation.messages);
  for (const message of conversation.messages.values()) {
    if (message.role !== 'assistant' || message.state !== 'writing') continue;
    messages.set(message.id, {
      ...message,
      state: 'failed',
      reason: 'interrupted',
      message:
        'Hearth ended while this answer was written. What had come is kept: try again for a whole one.',
    });
  }
  return { ...conversation, messages };
}

function begun({ id, at, workspace }: Created): Draft {
  return { id, at, workspace, title: '', preamble: null, messages: new Map(), chosen: new Map() };
}

/** Whether the event changed anything. */
function change(draft: Draft, event: ConversationEvent): boolean {
  switch (event.type) {
    case 'created':
      return false;
    case 'titled':
      if (event.title.trim() === '') return false;
      draft.title = event.title.trim();
      return true;
    case 'prepared':
      draft.preamble = event.preamble;
      return true;
    case 'asked':
      if (!add(draft, event.message)) return false;
      if (draft.title === '') draft.title = titleOf(event.message.text);
      return true;
    case 'answering':
      return draft.messages.get(event.parent)?.role === 'user' && add(draft, newAnswer(event));
    case 'entered':
      if (draft.entered === true || event.workspace === draft.workspace) return false;
      draft.entered = true;
      return true;
    case 'rated':
      return rate(draft, event);
    case 'chosen':
      return choose(draft, event.id);
    case 'deleted':
      return remove(draft, event.id);
    case 'sent':
    case 'wrote':
    case 'called':
    case 'returned':
    case 'answered':
      return write(draft, event);
  }
}

function newAnswer({ id, parent, at }: Answering): AssistantMessage {
  const nothingYet = { state: 'writing', reason: null, message: null, request: null } as const;
  return {
    ...{ role: 'assistant', id, parent, at, ...nothingYet },
    ...{ steps: [], citations: [], tokens: null, times: null },
  };
}

/** Adds a message below its parent, and shows it. */
function add({ messages, chosen }: Draft, message: ConversationMessage): boolean {
  const { id, parent } = message;
  if (messages.has(id) || (parent !== null && !messages.has(parent))) return false;
  messages.set(id, message);
  chosen.set(parent ?? '', id);
  return true;
}

function rate({ messages }: Draft, { id, rating }: Extract<ConversationEvent, { type: 'rated' }>): boolean {
  const answer = messages.get(id);
  if (answer?.role !== 'assistant' || (answer.rating ?? null) === rating) return false;
  const rated: { -readonly [Field in keyof AssistantMessage]: AssistantMessage[Field] } = { ...answer };
  if (rating === null) delete rated.rating;
  else rated.rating = rating;
  messages.set(id, rated);
  return true;
}

function choose({ messages, chosen }: Draft, id: string): boolean {
  const message = messages.get(id);
  if (message === undefined || chosen.get(message.parent ?? '') === id) return false;
  chosen.set(message.parent ?? '', id);
  return true;
}

/** Removes a message with all below it; of those beside it, the latest is shown instead. */
function remove({ messages, chosen }: Draft, id: string): boolean {
  const parent = messages.get(id)?.parent;
  if (parent === undefined) return false;
  messages.delete(id);
  chosen.delete(id);
  // A message always comes after its parent.
  for (const message of messages.values()) {
    if (message.parent === null || messages.has(message.parent)) continue;
    messages.delete(message.id);
    chosen.delete(message.id);
  }
  if (chosen.get(parent ?? '') !== id) return true;
  const beside = [...messages.values()].findLast((message) => message.parent === parent);
  if (beside === undefined) chosen.delete(parent ?? '');
  else chosen.set(parent ?? '', beside.id);
  return true;
}

/** Changes an answer that is being written. */
function write({ messages }: Draft, event: AnswerEvent): boolean {
  const answer = messages.get(event.id);
  if (answer?.role !== 'assistant') return false;
  // An answer that counts as interrupted may still be written by another window, which saves its events beside ours.
  if (answer.state !== 'writing' && answer.reason !== 'interrupted') return false;
  const more = progress(answer, event);
  if (more === null) return false;
  messages.set(answer.id, { ...answer, state: 'writing', reason: null, message: null, ...more });
  return true;
}

/** What an event changes in an answer; null for nothing. */
function progress(answer: AssistantMessage, event: AnswerEvent): Partial<AssistantMessage> | null {
  const { steps, request } = answer;
  switch (event.type) {
    case 'sent':
      return { request: event.request };
    case 'wrote':
      return event.text === '' ? null : { steps: withText(steps, event.kind, event.text) };
    case 'called': {
      const last = steps.at(-1);
      const together = last?.kind === 'tool' && last.result === null;
      const step = {
        kind: 'tool',
        call: event.call,
        result: null,
        ...(together ? { together } : {}),
      } as const;
      return { steps: [...steps, step] };
    }
    case 'returned': {
      const at = steps.findIndex(
        (step) => step.kind === 'tool' && step.call.id === event.callId && step.result === null,
      );
      const step = steps[at];
      if (step?.kind !== 'tool') return null;
      return {
        steps: steps.with(at, { ...step, result: event.result }),
        request: request && { ...request, sources: joined(request.sources, event.sources) },
      };
    }
    case 'answered': {
      const { state, reason, message, citations, tokens, times, sent, leftOut } = event;
      return {
        ...{ state, reason, message, citations, tokens, times },
        ...(sent === undefined ? {} : { sent }),
        ...(leftOut === undefined ? {} : { leftOut }),
      };
    }
  }
}

function withText(steps: readonly AnswerStep[], kind: 'text' | 'reasoning', text: string): AnswerStep[] {
  const last = steps.at(-1);
  return last?.kind === kind ? steps.with(-1, { kind, text: last.text + text }) : [...steps, { kind, text }];
}

/** The sources without those that are there already. */
function joined(sources: readonly Source[], more: readonly Source[]): readonly Source[] {
  const key = ({ path, startLine, endLine }: Source): string => `${startLine}-${endLine} ${path}`;
  const known = new Set(sources.map(key));
  return [...sources, ...more.filter((source) => !known.has(key(source)))];
}
