import type { ChatQuery } from '../../core/chat/types.ts';
import { unitsPerToken } from '../../core/context/items.ts';
import { textsOf } from '../../core/endpoints/cost.ts';

/** Tokens that a text has, about: what is counted where a server does not. */
export function estimatedTokens(units: number): number {
  return Math.ceil(units / unitsPerToken);
}

/** Tokens that the prompt of a query has, about. */
export function estimatedPrompt({ messages, tools }: Pick<ChatQuery, 'messages' | 'tools'>): number {
  const units = messages.flatMap(textsOf).reduce((sum, text) => sum + text.length, 0);
  return estimatedTokens(units + (tools.length === 0 ? 0 : JSON.stringify(tools).length));
}
