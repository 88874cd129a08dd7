import * as v from 'valibot';

/** Answers of servers with Anthropic's interface, as loosely as they are given. */
const text = v.optional(v.nullable(v.string()));
const count = v.optional(v.nullable(v.number()));

const usage = v.looseObject({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
});

const block = v.looseObject({
  type: v.string(),
  text,
  thinking: text,
  id: text,
  name: text,
  input: v.optional(v.unknown()),
});

const message = v.looseObject({
  content: v.optional(v.array(block), []),
  stop_reason: text,
  stop_sequence: text,
  usage: v.nullish(usage),
});

const delta = v.looseObject({
  type: text,
  text,
  thinking: text,
  partial_json: text,
  stop_reason: text,
  stop_sequence: text,
});

/** One event of a stream, or the whole of an answer that is not streamed. */
export const anthropicEvent = v.looseObject({
  type: v.string(),
  index: count,
  message: v.optional(v.nullable(message)),
  content_block: v.optional(v.nullable(block)),
  delta: v.optional(v.nullable(delta)),
  usage: v.nullish(usage),
});

/** `type: 'message'`. */
export const anthropicMessage = message;

export type AnthropicEvent = v.InferOutput<typeof anthropicEvent>;
export type AnthropicBlock = v.InferOutput<typeof block>;
export type AnthropicMessage = v.InferOutput<typeof message>;
export type AnthropicUsage = v.InferOutput<typeof usage>;
