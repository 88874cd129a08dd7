import type { ChatMessage, ToolCall } from '../../core/chat/types.ts';

/** A part of a message of VS Code's language model API, as far as a text model can take it. */
export type RequestPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly input: object }
  | { readonly kind: 'result'; readonly id: string; readonly text: string };

export interface RequestMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly RequestPart[];
}

/**
 * The messages as a model's template takes them: results of tools in messages of their own, and neighbours of one role
 * as one message, since most templates want question and answer in turn.
 */
export function chatMessages(messages: readonly RequestMessage[]): ChatMessage[] {
  const names = new Map<string, string>();
  const all: ChatMessage[] = [];
  for (const { role, parts } of messages) {
    for (const part of parts) {
      if (part.kind !== 'result') continue;
      const toolName = names.get(part.id) ?? '';
      all.push({ role: 'tool', content: part.text, toolCallId: part.id, toolName });
    }
    const content = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('');
    const toolCalls = parts.flatMap((part): ToolCall[] =>
      part.kind === 'call' ? [{ id: part.id, name: part.name, arguments: JSON.stringify(part.input) }] : [],
    );
    for (const { id, name } of toolCalls) names.set(id, name);
    if (content === '' && toolCalls.length === 0) continue;
    append(all, { role, content, ...(toolCalls.length === 0 ? {} : { toolCalls }) });
  }
  return all;
}

function append(all: ChatMessage[], message: ChatMessage): void {
  const last = all.at(-1);
  const joins =
    last?.role === message.role && last.toolCalls === undefined && message.toolCalls === undefined;
  if (last === undefined || !joins) all.push(message);
  else all[all.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` };
}
