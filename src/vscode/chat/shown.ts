import type { Attachment } from '../../core/chat/context.ts';
import type { Conversation, ConversationMessage } from '../../core/chat/conversation.ts';
import { shownMessages, siblingsOf } from '../../core/chat/path.ts';
import type { Chip, ShownMessage, ToPage } from '../../core/chat/view.ts';
import { offerFor } from '../../core/endpoints/offer.ts';
import type { ChatChange } from '../../host/chat/chatService.ts';

/** What the page is told of a change. */
export function toPage(change: ChatChange): ToPage | null {
  switch (change.type) {
    case 'opened':
      return conversationMessage(change.conversation);
    case 'prefill':
    case 'busy':
      return change;
    case 'event':
      return eventMessage(change);
  }
}

/** The whole conversation; null: an empty one. */
export function conversationMessage(conversation: Conversation | null): ToPage {
  if (conversation === null) return { type: 'conversation', id: null, title: '', messages: [] };
  const shown = shownMessages(conversation);
  const start = windowStart(shown);
  return {
    type: 'conversation',
    id: conversation.id,
    title: conversation.title,
    messages: shown.map((message) => shownMessage(conversation, message, start)),
  };
}

function eventMessage({ event, conversation }: Extract<ChatChange, { type: 'event' }>): ToPage | null {
  switch (event.type) {
    case 'created':
    case 'prepared':
    case 'entered':
      return null;
    case 'wrote':
      return { type: 'wrote', id: event.id, kind: event.kind, text: event.text };
    case 'titled':
    case 'chosen':
    case 'deleted':
      return conversationMessage(conversation);
    case 'sent':
      // Which messages are still sent to the model shows in others than this one.
      return event.request.firstSent === null
        ? messageOf(conversation, event.id)
        : conversationMessage(conversation);
    case 'asked':
      // The first question names the conversation.
      return event.message.parent === null
        ? conversationMessage(conversation)
        : messageOf(conversation, event.message.id);
    case 'answering':
    case 'called':
    case 'returned':
    case 'answered':
    case 'rated':
      return messageOf(conversation, event.id);
  }
}

/** One message, where it is among those that are shown. */
function messageOf(conversation: Conversation, id: string): ToPage | null {
  const shown = shownMessages(conversation);
  const message = shown.find((one) => one.id === id);
  if (message === undefined) return null;
  return { type: 'message', message: shownMessage(conversation, message, windowStart(shown)) };
}

function shownMessage(
  conversation: Conversation,
  message: ConversationMessage,
  start: string | null,
): ShownMessage {
  const { id, role, at } = message;
  const common = { id, role, at, siblings: siblingsOf(conversation, id), windowStart: id === start };
  if (message.role === 'user') {
    const chips = message.attachments.map(attachmentChip);
    return { ...common, ...nothingAnswered, text: message.text, chips };
  }
  const { state, reason, steps, citations, tokens, times, request, sent = null, rating = null } = message;
  return {
    ...common,
    ...{ text: '', chips: [], steps, state, reason, citations, tokens, times, sent, rating },
    message: message.message,
    sources: request?.sources ?? [],
    model: request?.model ?? null,
    route: request?.route ?? '',
    routeReasons: request?.routeReasons ?? [],
    offer: offerFor(message)?.reasons ?? [],
  };
}

const nothingAnswered = {
  ...{ steps: [], state: null, reason: null, message: null, sources: [], citations: [] },
  ...{ model: null, route: '', routeReasons: [], tokens: null, times: null },
  ...{ sent: null, rating: null, offer: [] },
} as const;

/** Where the messages begin that the last answer's model was given; null: it was given all. */
function windowStart(shown: readonly ConversationMessage[]): string | null {
  const last = shown.findLast((message) => message.role === 'assistant' && message.request !== null);
  return last?.role === 'assistant' ? (last.request?.firstSent ?? null) : null;
}

function attachmentChip({ kind, label, place, text, cut }: Attachment, index: number): Chip {
  const lines = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
  const from = place === null ? label : `${place.path}, lines ${place.startLine} to ${place.endLine}`;
  const size =
    kind === 'workspace' ? '' : ` (${lines} ${lines === 1 ? 'line' : 'lines'}${cut ? ', shortened' : ''})`;
  return {
    id: String(index),
    kind,
    label: kind === 'workspace' ? 'Workspace' : label,
    description: `Went with the question: ${from}${size}.`,
    implicit: false,
    place,
  };
}
