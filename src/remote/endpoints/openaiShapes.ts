import * as v from 'valibot';
import { isObject } from '../../core/text/json.ts';

/**
 * Answers of servers with OpenAI's interface, as loosely as they are given: anything may be missing or null, what
 * nobody needs is not looked at.
 */
const text = v.nullish(v.string());
const count = v.nullish(v.number());
const anything = v.optional(v.unknown());

/** Mistral's thinking models give their content in parts. */
const part = v.looseObject({ type: v.string(), text, thinking: anything });
const content = v.nullish(v.union([v.string(), v.array(part)]));

/** Fragments of a call; some servers give the arguments as an object. */
const toolCall = v.looseObject({
  index: count,
  id: text,
  function: v.nullish(v.looseObject({ name: text, arguments: anything })),
});

const message = v.looseObject({
  content,
  reasoning_content: text,
  reasoning: anything,
  refusal: text,
  tool_calls: v.nullish(v.array(toolCall)),
});

const usage = v.looseObject({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: v.nullish(v.looseObject({ cached_tokens: count })),
  /** DeepSeek's name for the same. */
  prompt_cache_hit_tokens: count,
});

/** One event of a stream of chat or completions, or the whole of an answer that is not streamed. */
export const openAiChunk = v.looseObject({
  choices: v.nullish(
    v.array(
      v.looseObject({
        index: count,
        delta: v.nullish(message),
        message: v.nullish(message),
        text,
        finish_reason: text,
        /** vLLM: which text or token ended it. */
        stop_reason: anything,
      }),
    ),
  ),
  usage: v.nullish(usage),
});

export type OpenAiChunk = v.InferOutput<typeof openAiChunk>;
export type OpenAiMessage = v.InferOutput<typeof message>;
export type OpenAiToolCall = v.InferOutput<typeof toolCall>;

/** One model in a list, with what the various servers say of it. */
export interface ListedModel {
  readonly id: string;
  readonly ownedBy: string;
  readonly contextTokens: number | null;
  /** Null where the list does not say. */
  readonly tools: boolean | null;
  readonly thinking: boolean | null;
  readonly chat: boolean | null;
  /** Whether it completes between a prefix and a suffix at `/fim/completions` (Mistral). */
  readonly fim: boolean;
  readonly embeddings: boolean;
  readonly loaded: boolean;
  /** Whether it is an adapter on another one of the list (vLLM). */
  readonly adapter: boolean;
}

/** The models in an answer of `/models`, in any of its forms; null where it is no list. */
export function listedModels(value: unknown): readonly ListedModel[] | null {
  const list = isObject(value) ? (value['data'] ?? value['models']) : value;
  if (!Array.isArray(list)) return null;
  return list.flatMap((item: unknown) => {
    const model = isObject(item) ? listedModel(item) : null;
    return model === null ? [] : [model];
  });
}

function listedModel(item: Record<string, unknown>): ListedModel | null {
  const id = [item['id'], item['key'], item['name'], item['model']].find((name) => typeof name === 'string');
  if (id === undefined || id === '') return null;
  const { type, capabilities, supported_parameters: parameters } = item;
  const can = abilities(capabilities, parameters);
  return {
    id,
    ownedBy: typeof item['owned_by'] === 'string' ? item['owned_by'] : '',
    contextTokens: contextOf(item),
    tools: can(['function_calling', 'tool_use', 'tools']),
    thinking: can(['reasoning', 'include_reasoning']),
    chat: flagOf(capabilities, 'completion_chat'),
    fim: flagOf(capabilities, 'completion_fim') === true,
    embeddings: typeof type === 'string' && type.includes('embed'),
    loaded: item['state'] === 'loaded',
    adapter: typeof item['parent'] === 'string',
  };
}

function flagOf(capabilities: unknown, name: string): boolean | null {
  const flag = isObject(capabilities) ? capabilities[name] : null;
  return typeof flag === 'boolean' ? flag : null;
}

/** Whether one of some names is among a model's capabilities: flags, or a list; null where there are none. */
function abilities(...lists: readonly unknown[]): (names: readonly string[]) => boolean | null {
  return (names) => {
    let said: boolean | null = null;
    for (const list of lists) {
      if (Array.isArray(list)) said = said === true || names.some((name) => list.includes(name));
      else if (isObject(list)) {
        const flag = names.map((name) => list[name]).find((value) => typeof value === 'boolean');
        if (flag !== undefined) said = said === true || flag;
      }
    }
    return said;
  };
}

/** The names under which servers give a model's window; what is loaded says more than what is possible. */
const contextNames = [
  'loaded_context_length',
  'max_model_len',
  'context_length',
  'context_window',
  'max_context_length',
  'max_input_tokens',
];

function contextOf(item: Record<string, unknown>): number | null {
  const meta = isObject(item['meta']) ? item['meta'] : {};
  const found = [...contextNames.map((name) => item[name]), meta['n_ctx'], meta['n_ctx_train']].find(
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0,
  );
  return typeof found === 'number' ? found : null;
}
