import type { ChatMessage } from '../chat/types.ts';
import type { EarlierAnswer } from './request.ts';

/** The conversation in which a refused answer is repaired: with that answer, and without where there is no room for it. */
export function repairMessages(
  messages: readonly ChatMessage[],
  answer: string,
  why: string,
): { whole: readonly ChatMessage[]; short: readonly ChatMessage[] } {
  const reason = `That was refused. ${why}\nAnswer anew, in the same form, with that corrected.`;
  return {
    whole: [...messages, { role: 'assistant', content: answer }, { role: 'user', content: reason }],
    short: withWords(messages, [`A first answer was refused. ${why}`]),
  };
}

/** The messages with more words behind the last one. */
export function withWords(
  messages: readonly ChatMessage[],
  words: readonly string[],
): readonly ChatMessage[] {
  return messages.map((message, at) =>
    at === messages.length - 1 ? { ...message, content: [message.content, ...words].join('\n\n') } : message,
  );
}

/** The answers that were refined, with what is to be different about each. */
export function refinedTurns(earlier: readonly EarlierAnswer[]): ChatMessage[] {
  return earlier.flatMap(({ answer, words }): ChatMessage[] => [
    { role: 'assistant', content: answer },
    { role: 'user', content: `Not quite: ${words}\nAnswer anew, in the same form.` },
  ]);
}
