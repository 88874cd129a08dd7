import * as v from 'valibot';
import type { ChatMessage } from '../../core/chat/types.ts';
import { impossible, Refusal } from './refusal.ts';

const content = v.nullish(v.union([v.string(), v.array(v.looseObject({ type: v.string() }))]));
const call = v.object({
  id: v.string(),
  function: v.object({ name: v.string(), arguments: v.string() }),
});

/** A message of a conversation in OpenAI's shape; `reasoning_content` is what an assistant thought before. */
export const messageSchema = v.object({
  role: v.picklist(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  reasoning_content: v.nullish(v.string()),
  tool_calls: v.nullish(v.array(call)),
  tool_call_id: v.nullish(v.string()),
});
type Message = v.InferOutput<typeof messageSchema>;

/** A conversation, and how its answer is to begin where its last message is the assistant's own. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
  readonly answerStart: string | null;
}

/** Messages as the engine takes them; throws Refusal for what no model here takes. */
export function conversationOf(messages: readonly Message[]): Conversation {
  const names = new Map<string, string>();
  const all = messages.map((message, index) => {
    for (const { id, function: called } of message.tool_calls ?? []) names.set(id, called.name);
    return messageOf(message, index, names);
  });
  const last = all.at(-1);
  const begun = last?.role === 'assistant' && last.toolCalls === undefined && last.content !== '';
  if (begun && all.length === 1)
    throw new Refusal(400, 'The conversation has only an answer: send a question before it.', {
      param: 'messages',
    });
  return begun
    ? { messages: all.slice(0, -1), answerStart: last.content }
    : { messages: all, answerStart: null };
}

function messageOf(message: Message, index: number, names: ReadonlyMap<string, string>): ChatMessage {
  const { role, reasoning_content: reasoning, tool_calls: calls, tool_call_id: id } = message;
  const text = textOf(message, index);
  switch (role) {
    case 'developer':
      return { role: 'system', content: text };
    case 'system':
    case 'user':
      return { role, content: text };
    case 'assistant':
      return {
        ...{ role, content: text },
        ...(reasoning == null || reasoning === '' ? {} : { reasoning }),
        ...(calls == null || calls.length === 0
          ? {}
          : { toolCalls: calls.map((one) => ({ id: one.id, ...one.function })) }),
      };
    case 'tool': {
      if (id == null)
        throw new Refusal(400, `The field messages.${index}.tool_call_id is missing: name the call.`, {
          param: `messages.${index}.tool_call_id`,
        });
      const name = names.get(id);
      return { role, content: text, toolCallId: id, ...(name === undefined ? {} : { toolName: name }) };
    }
  }
}

function textOf({ content: parts }: Message, index: number): string {
  if (parts == null) return '';
  if (typeof parts === 'string') return parts;
  return parts
    .map((part, at) => {
      const { type, text } = part as { readonly type: string; readonly text?: unknown };
      if (type === 'text' && typeof text === 'string') return text;
      const param = `messages.${index}.content.${at}`;
      throw impossible(
        param,
        `The models here read text alone, and ${param} is something else: leave it out.`,
      );
    })
    .join('\n');
}
