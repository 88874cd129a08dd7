import { randomUUID } from 'node:crypto';
import type { Attachment, Mention } from '../../core/chat/context.ts';
import type { AssistantMessage, Conversation, ConversationEvent } from '../../core/chat/conversation.ts';
import { apply } from '../../core/chat/events.ts';
import { shownMessages } from '../../core/chat/path.ts';
import type { TurnEvent, TurnParts } from '../../core/chat/turn/parts.ts';
import { readQuestion } from '../../core/chat/turn/readQuestion.ts';
import { runTurn } from '../../core/chat/turn/turn.ts';

/** A question outside of the conversation that is shown. */
export interface OnceQuestion {
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** What was read for it already. */
  readonly attachments: readonly Attachment[];
  /** What was said before, or null. */
  readonly conversation: Conversation | null;
}

export interface OnceAnswer {
  readonly conversation: Conversation;
  readonly answer: AssistantMessage;
}

/**
 * Answers a question with retrieval and tools as the chat does, in a conversation that is nowhere saved. `emit` gets
 * what happens. Never rejects for what the model or the workspace does.
 */
export async function answerOnce(
  parts: TurnParts,
  question: OnceQuestion,
  signal: AbortSignal,
  emit: (event: TurnEvent) => void,
): Promise<OnceAnswer> {
  let conversation =
    question.conversation ??
    apply(null, { type: 'created', version: 1, id: randomUUID(), at: parts.clock(), workspace: null });
  const record = (event: ConversationEvent): void => {
    conversation = apply(conversation, event);
  };
  const { text, mentions: chips, attachments } = question;
  const parent = shownMessages(conversation).at(-1)?.id ?? null;
  const { message, problems } = await readQuestion(
    { id: randomUUID(), parent, at: parts.clock(), text, chips, attachments },
    parts.surroundings,
    signal,
  );
  record({ type: 'asked', message });
  const answerId = randomUUID();
  await runTurn(parts, conversation, { userMessage: message, answerId, problems }, signal, (event) => {
    if (event.type !== 'prefill') record(event);
    emit(event);
  });
  const answer = conversation.messages.get(answerId);
  if (answer?.role !== 'assistant') throw new Error('The question was not answered: ask again.');
  return { conversation, answer };
}
