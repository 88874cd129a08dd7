import { unitsPerToken } from '../context/items.ts';
import type { ChatMessage, ToolDefinition } from '../chat/types.ts';
import type { EndpointPrice } from './types.ts';

/** Tokens of the marks around a message. */
const tokensAround = 6;

/** Tokens that a text has for a model whose tokenizer is not here: near for code and English, rather more for others. */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x2ff) wide += 1;
  return Math.ceil((text.length - wide) / unitsPerToken + wide);
}

/** Everything in a message that a model reads. */
export function textsOf({ content, reasoning = '', toolCalls = [] }: ChatMessage): readonly string[] {
  return [content, reasoning, ...toolCalls.map((call) => call.name + call.arguments)].filter(
    (text) => text !== '',
  );
}

/** Tokens of a whole prompt, given how many those of its texts have. */
export function promptTokens(texts: number, messages: number, tools: readonly ToolDefinition[]): number {
  const toolTokens = tools.length === 0 ? 0 : estimateTokens(JSON.stringify(tools));
  return texts + tokensAround * messages + toolTokens;
}

/** US dollars of so many tokens. */
export function costOf(
  price: EndpointPrice,
  tokens: { readonly prompt: number; readonly generated: number },
): number {
  return (price.input * tokens.prompt + price.output * tokens.generated) / 1_000_000;
}

/** Dollars as people read them: cents where they matter, more digits where there are less. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount < 0.0001) return 'less than $0.0001';
  return `$${amount.toFixed(amount < 0.01 ? 4 : amount < 1 ? 3 : 2)}`;
}
