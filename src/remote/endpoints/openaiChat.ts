import type { ChatMessage, ChatQuery, ToolDefinition } from '../../core/chat/types.ts';
import { jsonSchemaOf, objectSchemaOf, schemaInWords } from './answerSchema.ts';
import type { OpenAiServer } from './openaiServer.ts';
import type { OptionalField, RefusedFields } from './refusedFields.ts';

/** A request as it is sent, and which of its fields may be left out. */
export interface OpenAiRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly optional: ReadonlySet<OptionalField>;
}

/** Servers take four of them; the others are looked for in the answer. */
export const mostStops = 4;

/** What the form of a request depends on. */
export interface OpenAiForm {
  readonly server: Pick<OpenAiServer, 'product' | 'model'>;
  readonly refused: Pick<RefusedFields, 'has'> & Partial<Pick<RefusedFields, 'mostTokens'>>;
  /** Whether the server ends an answer at `stops`, too. */
  readonly sendStops: boolean;
}

/** Puts together the fields of a request, those without that are refused. */
export class RequestFields {
  readonly #refused: OpenAiForm['refused'];
  readonly #fields: Record<string, unknown>;
  readonly #optional = new Set<OptionalField>();

  constructor(refused: OpenAiForm['refused'], fields: Record<string, unknown>) {
    this.#refused = refused;
    this.#fields = fields;
  }

  /** Adds a field if there is a value, and the server takes it. True where it was added. */
  add(field: OptionalField, value: unknown): boolean {
    if (value === undefined || this.#refused.has(field)) return false;
    this.#fields[field] = value;
    this.#optional.add(field);
    return true;
  }

  /** What every request has: how long, and whether in pieces. */
  addUsual(maxTokens: number, stops: readonly string[]): void {
    const most = Math.min(maxTokens, this.#refused.mostTokens ?? Infinity);
    if (!this.add('max_tokens', most)) this.#fields['max_completion_tokens'] = most;
    if (this.add('stream', true)) this.add('stream_options', { include_usage: true });
    if (stops.length > 0) this.add('stop', stops.slice(0, mostStops));
  }

  /** Fields of one product, which it is known to take. */
  own(fields: Readonly<Record<string, unknown>>): void {
    Object.assign(this.#fields, fields);
  }

  /** Marks what is in the request without being a field. */
  mark(field: OptionalField): void {
    this.#optional.add(field);
  }

  request(): OpenAiRequest {
    return { body: this.#fields, optional: this.#optional };
  }
}

/** A query as `/chat/completions` takes it. */
export function chatRequest(query: ChatQuery, form: OpenAiForm): OpenAiRequest {
  const { server, refused } = form;
  const fields = new RequestFields(refused, { model: server.model.id });
  fields.addUsual(query.maxTokens, form.sendStops ? (query.stops ?? []) : []);
  fields.add('temperature', query.temperature);
  fields.add('seed', query.seed);
  // An empty list is refused by some.
  if (query.tools.length > 0) fields.add('tools', query.tools.map(functionTool));
  const schema = query.schema;
  const held = schema !== undefined && fields.add('response_format', responseFormat(schema));
  const switches = server.product === 'vLLM' || server.product === 'SGLang';
  if (switches) fields.add('chat_template_kwargs', { enable_thinking: query.thinking });
  const words = schema === undefined || held ? null : schemaInWords(schema);
  const messages = withWords(query.messages, words).map(openAiMessage);
  if (prefills(server) && query.answerStart !== undefined) {
    messages.push({ role: 'assistant', content: query.answerStart });
    fields.own({ add_generation_prompt: false, continue_final_message: true });
  }
  fields.mark('roles');
  fields.own({ messages: refused.has('roles') ? alternating(messages) : messages });
  return fields.request();
}

/** Whether an answer can be made to begin with a text: vLLM's fields for that are no part of the interface. */
export function prefills({ product }: Pick<OpenAiServer, 'product'>): boolean {
  return product === 'vLLM';
}

function functionTool({ name, description, parameters }: ToolDefinition): Record<string, unknown> {
  return { type: 'function', function: { name, description, parameters } };
}

function responseFormat(schema: ChatQuery['schema'] & {}): Record<string, unknown> {
  return {
    type: 'json_schema',
    json_schema: { name: 'answer', strict: true, schema: jsonSchemaOf(objectSchemaOf(schema)) },
  };
}

/** A sentence at the end of the last question. */
function withWords(messages: readonly ChatMessage[], words: string | null): readonly ChatMessage[] {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  if (words === null) return messages;
  if (at === -1) return [...messages, { role: 'user', content: words }];
  return messages.map((message, index) =>
    index === at ? { ...message, content: `${message.content}\n\n${words}` } : message,
  );
}

type Sent = { role: string; content: string | null } & Record<string, unknown>;

function openAiMessage({ role, content, toolCalls = [], toolCallId, toolName }: ChatMessage): Sent {
  if (role === 'tool') return { role, content, tool_call_id: toolCallId, name: toolName };
  if (toolCalls.length === 0) return { role, content };
  const calls = toolCalls.map(({ id, name, arguments: text }) => ({
    id,
    type: 'function',
    function: { name, arguments: text },
  }));
  return { role, content: content === '' ? null : content, tool_calls: calls };
}

/** For templates that know no system, and want user and assistant to take turns. */
function alternating(messages: readonly Sent[]): Sent[] {
  const all: Sent[] = [];
  for (const message of messages) {
    const said = message.role === 'system' ? { ...message, role: 'user' } : message;
    const last = all.at(-1);
    const joins = said.role !== 'tool' && last?.role === said.role && last['tool_calls'] === undefined;
    if (!joins || last === undefined) all.push(said);
    else
      all[all.length - 1] = { ...last, ...said, content: `${last.content ?? ''}\n\n${said.content ?? ''}` };
  }
  return all;
}
