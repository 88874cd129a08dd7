import type { Attachment, AttachmentKind, Source } from '../context.ts';
import type { AnswerStep, AssistantMessage, Conversation, ConversationMessage } from '../conversation.ts';
import { isWholeFile } from '../placeText.ts';
import { modelMessages } from '../path.ts';
import type { Turn } from '../window.ts';

/** What stands before a question, as far as it is still sent. */
export interface Earlier {
  readonly turns: readonly EarlierTurn[];
  /** The first question that is sent; null: there is none before these turns. */
  readonly firstSent: string | null;
}

export interface EarlierTurn extends Turn {
  /** The places that the model was given for it. */
  readonly sources: readonly Source[];
}

/**
 * The turns that end with the message `parent`, from where the last answer's prompt began: what was left out once stays
 * so, since what follows is in the KV cache. `anew`: that cache is gone, and all may be sent again.
 */
export function earlierTurns(
  conversation: Pick<Conversation, 'messages'>,
  parent: string | null,
  anew: boolean,
): Earlier {
  const path = pathTo(conversation, parent);
  const last = path.findLast(
    (message): message is AssistantMessage => message.role === 'assistant' && message.request?.model != null,
  );
  const firstSent = anew ? null : (last?.request?.firstSent ?? null);
  const from = path.findIndex(({ id }) => id === firstSent);
  const sent = path.slice(Math.max(0, from));
  const turns = sent.flatMap((message, index): EarlierTurn[] => {
    const answer = sent[index + 1];
    if (message.role !== 'user' || answer?.role !== 'assistant') return [];
    const messages = modelMessages([message, answer], null);
    return messages.length === 0
      ? []
      : [{ first: message.id, messages, sources: answer.request?.sources ?? [] }];
  });
  return { turns, firstSent: from < 0 ? null : firstSent };
}

/**
 * Whether what is said down to the message `id` has changes, problems or files of which nobody can tell whose they are,
 * as chats have that were saved before that was kept.
 */
export function hasUnknownFiles(conversation: Pick<Conversation, 'messages'>, id: string | null): boolean {
  return pathTo(conversation, id).some((message) => {
    if (message.role === 'user') return message.attachments.some(isUnknown);
    const told = message.request?.sources.some(isWholeFile) ?? false;
    return !told && message.steps.some(hasFileText);
  });
}

const ofFiles: ReadonlySet<AttachmentKind> = new Set(['diff', 'problems', 'file', 'selection']);

function isUnknown({ kind, place, files, text }: Attachment): boolean {
  return ofFiles.has(kind) && place === null && files === undefined && text.trim() !== '';
}

/** Headers of a unified diff, and problems as the editor lists them. */
const fileText = /^diff --(?:git|cc|combined) |^.+?:\d+:\d+ (?:error|warning|information|hint)\b/m;

function hasFileText(step: AnswerStep): boolean {
  if (step.kind !== 'tool' || (step.call.name !== 'git_diff' && step.call.name !== 'problems')) return false;
  return step.result !== null && fileText.test(step.result);
}

/** The messages from the first one down to this one. */
function pathTo(
  { messages }: Pick<Conversation, 'messages'>,
  id: string | null,
): readonly ConversationMessage[] {
  const path: ConversationMessage[] = [];
  let message = messages.get(id ?? '');
  while (message !== undefined) {
    path.unshift(message);
    message = messages.get(message.parent ?? '');
  }
  return path;
}
