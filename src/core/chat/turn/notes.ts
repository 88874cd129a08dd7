import type { Attachment } from '../context.ts';
import type { AnswerReason, Conversation, Preamble } from '../conversation.ts';
import { shortestSystem, type GivenAttachment } from '../prompts.ts';
import type { ChatModelDescription } from '../types.ts';

/** What a user is to know where attachments had no room, in a sentence; none where all had. */
export function notesOf(
  attached: readonly Attachment[],
  given: readonly GivenAttachment[],
  windowSetting: string,
): readonly string[] {
  const cut = attached.flatMap(({ label }, index) => {
    const part = given[index];
    if (part === undefined || part.attachment.text === '')
      return part?.leftOut === 0 ? [] : [`all of ${label}`];
    return part.leftOut === 0 ? [] : [`${part.leftOut} ${part.leftOut === 1 ? 'line' : 'lines'} of ${label}`];
  });
  if (cut.length === 0) return [];
  return [
    `The model's window had no room for ${listed(cut)}: attach less, or raise ${windowSetting} if the model allows more.`,
  ];
}

/** What of a conversation's beginning, and of the tools, had no room beside a question, in a sentence; none: all had. */
export function leftOutNotes(
  { system, mapFiles, instructions }: Preamble,
  sent: { readonly system: string; readonly tools: boolean },
): readonly string[] {
  const shorter = sent.system !== system;
  const shortest = sent.system === shortestSystem;
  const leftOut = [
    ...(shorter && mapFiles.length > 0 ? ['the map of the repository'] : []),
    ...(shorter && shortest && instructions.length > 0 ? ['the instructions'] : []),
    ...(sent.tools ? [] : ['the tools']),
  ];
  if (leftOut.length === 0) return [];
  return [`This question is so large that the model's window had no room for ${listed(leftOut)}.`];
}

/** What is wrong with the template of a model, where no answer of the conversation by that model said so yet. */
export function limitationNotes(
  { name, limitation }: Pick<ChatModelDescription, 'name' | 'limitation'>,
  { messages }: Conversation,
): readonly string[] {
  if (limitation === null) return [];
  const said = [...messages.values()].some(
    (message) =>
      message.role === 'assistant' &&
      message.request?.model === name &&
      message.message?.includes(limitation) === true,
  );
  return said ? [] : [limitation];
}

/** Says that the model's template failed with one conversation only. */
export function templateFailureNote(failure: string): string {
  return `The model's chat template failed with this conversation (${failure}): a safe format was used, in which it may answer poorly. A new chat may help.`;
}

const stopMessages: Partial<Record<AnswerReason, string>> = {
  'max-tokens':
    'The answer reached the most tokens it may have: ask on for the rest, or raise hearth.chat.maxTokens.',
  repetition:
    'The model wrote the same again and again, so it was stopped: try again, or ask in other words.',
};

/** What there is to say of the end of an answer, in a sentence; null for nothing. */
export function stopMessage(reason: AnswerReason, windowSetting: string): string | null {
  if (reason === 'window-full')
    return `Question and answer filled the model's window: start a new chat, or raise ${windowSetting} if the model allows more.`;
  return stopMessages[reason] ?? null;
}

function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
