import type { ChatMessage, ChatQuery, ToolDefinition } from '../../core/chat/types.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import { jsonSchemaOf, objectSchemaOf, schemaInWords } from './answerSchema.ts';
import type { OptionalField, RefusedFields } from './refusedFields.ts';

/** A request as it is sent, and which of its fields may be left out. */
export interface AnthropicRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly optional: ReadonlySet<OptionalField>;
}

/** The tool whose arguments are the answer, where that has a schema: it is written as the schema wants it. */
export const answerTool = 'answer';

/** The least that a budget for thinking may be; the answer gets as much at least. */
const leastBudget = 1024;

/** A query as `/messages` takes it. */
export function anthropicRequest(
  query: ChatQuery,
  model: string,
  refused: Pick<RefusedFields, 'has' | 'mostTokens'>,
): AnthropicRequest {
  const optional = new Set<OptionalField>();
  const mayBe = (field: OptionalField): boolean => {
    if (refused.has(field)) return false;
    optional.add(field);
    return true;
  };
  const { schema } = query;
  const held = schema !== undefined && mayBe('tool_choice');
  const words = schema === undefined || held ? null : schemaInWords(schema);
  const maxTokens = Math.min(query.maxTokens, refused.mostTokens);
  const thinking = thinkingOf(query, maxTokens, mayBe);
  // A stop must have more than blanks there; the others are looked for in the answer alone.
  const stops = (query.stops ?? []).filter((stop) => stop.trim() !== '');
  const system = query.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const body = {
    model,
    max_tokens: maxTokens,
    stream: true,
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    messages: turns(query.messages, words),
    ...(held ? answerOnly(schema) : toolsOf(query)),
    ...(stops.length > 0 && mayBe('stop_sequences') ? { stop_sequences: stops } : {}),
    ...(thinking === undefined ? {} : { thinking }),
    // One that thinks takes no other temperature than its own.
    ...(!thinks(thinking) && mayBe('temperature') ? { temperature: Math.min(1, query.temperature) } : {}),
  };
  return { body, optional };
}

type Thinking = { readonly type: 'adaptive' | 'enabled' | 'disabled' } & Readonly<Record<string, unknown>>;

function thinks(thinking: Thinking | undefined): boolean {
  return thinking !== undefined && thinking.type !== 'disabled';
}

/**
 * How the model is told to think or not: newer models decide how much, older ones want a budget, some take none of it.
 * Behind the result of a tool Anthropic wants the thoughts that led to the call, signed; they were not kept, so
 * such a question goes without.
 */
function thinkingOf(
  { thinking, schema, messages }: ChatQuery,
  maxTokens: number,
  mayBe: (field: OptionalField) => boolean,
): Thinking | undefined {
  if (!thinking || schema !== undefined || messages.at(-1)?.role === 'tool') {
    return mayBe('thinking-disabled') ? { type: 'disabled' } : undefined;
  }
  if (mayBe('thinking-adaptive')) return { type: 'adaptive', display: 'summarized' };
  const budget = Math.floor(maxTokens / 2);
  if (budget >= leastBudget && mayBe('thinking-budget')) return { type: 'enabled', budget_tokens: budget };
  return undefined;
}

function answerOnly(schema: ChatQuery['schema'] & {}): Record<string, unknown> {
  const tool = {
    name: answerTool,
    description: 'Gives the answer to the question.',
    input_schema: jsonSchemaOf(objectSchemaOf(schema)),
  };
  return { tools: [tool], tool_choice: { type: 'tool', name: answerTool } };
}

/** Messages with calls are refused where no tools are defined, so those of the calls are named, but not offered. */
function toolsOf({ tools, messages }: ChatQuery): Record<string, unknown> {
  if (tools.length > 0) return { tools: tools.map(anthropicTool) };
  const called = new Set(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ name }) => name)));
  if (called.size === 0) return {};
  return {
    tools: [...called].map((name) => ({ name, input_schema: { type: 'object' } })),
    tool_choice: { type: 'none' },
  };
}

function anthropicTool({ name, description, parameters }: ToolDefinition): Record<string, unknown> {
  return { name, description, input_schema: parameters };
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Readonly<Record<string, unknown>>[];
}

/** The conversation as turns of user and assistant that alternate, begun by the user; blank texts are refused there. */
function turns(messages: readonly ChatMessage[], words: string | null): readonly Turn[] {
  const all: Turn[] = [];
  const add = (role: Turn['role'], content: Turn['content']): void => {
    if (content.length === 0) return;
    const last = all.at(-1);
    if (last?.role === role) all[all.length - 1] = { role, content: [...last.content, ...content] };
    else all.push({ role, content });
  };
  for (const message of messages) {
    if (message.role === 'system') continue;
    add(message.role === 'assistant' ? 'assistant' : 'user', blocksOf(message));
  }
  add('user', textBlocks(words ?? ''));
  if (all[0]?.role !== 'user') all.unshift({ role: 'user', content: textBlocks('Go on.') });
  return all;
}

function blocksOf({ role, content, toolCalls = [], toolCallId = '' }: ChatMessage): Turn['content'] {
  if (role === 'tool') return [{ type: 'tool_result', tool_use_id: idOf(toolCallId), content }];
  const calls = toolCalls.map(({ id, name, arguments: text }) => {
    const value = parsed(text);
    return { type: 'tool_use', id: idOf(id), name, input: isObject(value) ? value : {} };
  });
  return [...textBlocks(content), ...calls];
}

function textBlocks(text: string): Turn['content'] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

/** Ids of other models' calls may have characters that Anthropic refuses. */
function idOf(id: string): string {
  const own = id.replace(/[^\w-]/g, '_');
  return own === '' ? '_' : own;
}
