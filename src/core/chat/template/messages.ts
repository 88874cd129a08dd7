import { isObject, parsed } from '../../text/json.ts';
import type { ChatMessage, ToolCall, ToolDefinition } from '../types.ts';

/** A call of a tool in a message as templates take it (OpenAI's shape). */
export interface TemplateCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: unknown };
}

/** A message as templates take it. Keys that a message has no use for are missing: templates ask for them. */
export interface TemplateMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly TemplateCall[];
  readonly tool_call_id?: string;
  readonly name?: string;
}

/** A tool as templates take it. */
export interface TemplateTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: unknown;
  };
}

/** What a template takes, found out by rendering. */
export interface TemplateTraits {
  /** A message of the role `system`; else it goes before the first question. */
  readonly system: boolean;
  /** Several messages of one role after one another; else they are joined. */
  readonly neighbours: boolean;
  /** Calls and results of tools; null: they are told as text. */
  readonly calls: {
    /** Arguments as an object, or as JSON text. */
    readonly arguments: 'object' | 'text';
    /** Several calls in one message; else each has a message of its own. */
    readonly several: boolean;
  } | null;
}

/**
 * Messages as a template takes them; texts go through `mask` first. The same messages at the beginning give the same
 * messages at the beginning, whatever follows, so that what was evaluated for them can be used again.
 */
export function adaptMessages(
  messages: readonly ChatMessage[],
  traits: TemplateTraits,
  mask: (text: string) => string,
): TemplateMessage[] {
  const { calls } = traits;
  const shaped =
    calls === null ? messages.map((message) => toldAsText(message, mask)) : shapeCalls(messages, calls, mask);
  const placed = traits.system ? shaped : foldSystem(shaped);
  return traits.neighbours ? placed : joinNeighbours(placed);
}

/** Tools as a template takes them. */
export function adaptTools(tools: readonly ToolDefinition[], mask: (text: string) => string): TemplateTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: {
      name: mask(name),
      description: mask(description),
      parameters: maskDeep(parameters, mask),
    },
  }));
}

/** Calls and results in the words of the conversation, for a template that knows no tools. */
function toldAsText(message: ChatMessage, mask: (text: string) => string): TemplateMessage {
  const { role, content, toolCalls = [], toolName } = message;
  if (role === 'tool') {
    return { role: 'user', content: mask(`Result of ${toolName ?? 'the tool'}:\n${content}`) };
  }
  const told = toolCalls.map(({ name, arguments: text }) => `(Called ${name} with ${text}.)`);
  const parts = [content, ...told].filter((part) => part !== '');
  return plainMessage(message, mask(parts.join('\n')), mask);
}

function plainMessage(
  { role, reasoning }: ChatMessage,
  content: string,
  mask: (text: string) => string,
): TemplateMessage {
  const thought = reasoning === undefined || reasoning === '' ? {} : { reasoning_content: mask(reasoning) };
  return { role, content, ...thought };
}

function shapeCalls(
  messages: readonly ChatMessage[],
  { arguments: form, several }: NonNullable<TemplateTraits['calls']>,
  mask: (text: string) => string,
): TemplateMessage[] {
  const ids = new CallIds();
  const call = ({ id, name, arguments: text }: ToolCall): TemplateCall => ({
    id: ids.of(id),
    type: 'function',
    function: { name: mask(name), arguments: shapeArguments(text, form, mask) },
  });
  const shaped: TemplateMessage[] = [];
  /** Calls that wait for a message of their own, each before its result. */
  let waiting: TemplateCall[] = [];
  const sayWaiting = (): void => {
    for (const one of waiting) shaped.push({ role: 'assistant', content: '', tool_calls: [one] });
    waiting = [];
  };
  for (const message of messages) {
    const { role, content, toolCalls = [], toolCallId, toolName } = message;
    if (role === 'tool') {
      const id = ids.of(toolCallId ?? '');
      const own = waiting.find((one) => one.id === id);
      if (own !== undefined) {
        waiting = waiting.filter((one) => one !== own);
        shaped.push({ role: 'assistant', content: '', tool_calls: [own] });
      }
      const name = toolName === undefined ? {} : { name: mask(toolName) };
      shaped.push({ role: 'tool', content: mask(content), tool_call_id: id, ...name });
      continue;
    }
    sayWaiting();
    // Templates write their own blanks before a call, as models do.
    const before = toolCalls.length === 0 ? content : content.trimEnd();
    const plain = plainMessage(message, mask(before), mask);
    const [first, ...more] = toolCalls.map(call);
    if (first === undefined) shaped.push(plain);
    else if (several) shaped.push({ ...plain, tool_calls: [first, ...more] });
    else {
      shaped.push({ ...plain, tool_calls: [first] });
      waiting = more;
    }
  }
  sayWaiting();
  return shaped;
}

/** Ids of nine letters and digits, as Mistral's templates ask for, by the order in which the calls come. */
class CallIds {
  readonly #known = new Map<string, string>();

  of(id: string): string {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const made = `call${String(this.#known.size + 1).padStart(5, '0')}`;
    this.#known.set(id, made);
    return made;
  }
}

/** Arguments that are no JSON object stay the text that the model wrote. */
function shapeArguments(text: string, form: 'object' | 'text', mask: (text: string) => string): unknown {
  if (form === 'text') return mask(text);
  const value = parsed(text);
  return isObject(value) ? maskDeep(value, mask) : mask(text);
}

function maskDeep(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((one) => maskDeep(one, mask));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [mask(key), maskDeep(one, mask)]));
}

/** Puts what the system says before the question that follows it. */
function foldSystem(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const folded: TemplateMessage[] = [];
  let said: string[] = [];
  for (const message of messages) {
    if (message.role === 'system') said.push(message.content);
    else if (message.role === 'user' && said.length > 0) {
      folded.push({ ...message, content: [...said, message.content].join('\n\n') });
      said = [];
    } else folded.push(message);
  }
  if (said.length > 0) folded.push({ role: 'user', content: said.join('\n\n') });
  return folded;
}

/** Joins questions, and answers, that stand beside one another; calls and results stay apart. */
function joinNeighbours(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const joined: TemplateMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    const plain = message.tool_calls === undefined && last?.tool_calls === undefined;
    if (last?.role === message.role && message.role !== 'tool' && plain) {
      joined[joined.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` };
    } else joined.push(message);
  }
  return joined;
}
