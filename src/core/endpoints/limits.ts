import type { ChatModelDescription } from '../chat/types.ts';
import { localRoute } from './routing.ts';

/** Room for what a model thinks before it writes. */
const roomForThoughts = 4096;

/**
 * Tokens of prompt and answer together, by the model and by what the user set. The latter is for the memory of this
 * machine, which an endpoint does not take.
 */
export function windowOf(
  route: string,
  { contextTokens }: Pick<ChatModelDescription, 'contextTokens'>,
  set: number | undefined,
): number {
  return route === localRoute ? Math.min(set ?? Infinity, contextTokens) : contextTokens;
}

/**
 * Tokens that an answer may have beside its own limit, for thoughts. Servers count these with the answer, and many of
 * their models think whether they are asked to or not.
 */
export function thoughtTokens(route: string, { thinking }: Pick<ChatModelDescription, 'thinking'>): number {
  return thinking && route !== localRoute ? roomForThoughts : 0;
}

/** The setting by which a model may be given more of its window, as sentences name it. */
export function windowSetting(route: string): string {
  return route === localRoute ? 'hearth.chat.contextTokens' : `contextTokens of ${route} in hearth.endpoints`;
}
