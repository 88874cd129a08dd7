import type { ChatQuery } from '../../core/chat/types.ts';

/** Characters of a token, on average over code and English: what is counted where a server does not. */
const unitsPerToken = 3.6;

/** Tokens that a text has, about. */
export function estimatedTokens(units: number): number {
  return Math.ceil(units / unitsPerToken);
}

/** Tokens that the prompt of a query has, about. */
export function estimatedPrompt({ messages, tools }: Pick<ChatQuery, 'messages' | 'tools'>): number {
  const texts = messages.flatMap(({ content, reasoning = '', toolCalls = [] }) => [
    content,
    reasoning,
    ...toolCalls.map(({ name, arguments: text }) => name + text),
  ]);
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  return estimatedTokens(units + (tools.length === 0 ? 0 : JSON.stringify(tools).length));
}
