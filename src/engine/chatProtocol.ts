import * as v from 'valibot';
import type { AnswerSchema, ChatEvent, ChatMessage, ChatQuery, ToolDefinition } from '../core/chat/types.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.maxLength(1000));
const text = v.pipe(v.string(), v.maxLength(4_000_000));

/** A model writes all of it, and may write anything. */
const toolCall = v.object({ id: text, name: text, arguments: text });
const message = v.object({
  role: v.picklist(['system', 'user', 'assistant', 'tool']),
  content: text,
  reasoning: v.exactOptional(text),
  toolCalls: v.exactOptional(v.pipe(v.array(toolCall), v.maxLength(1000))),
  toolCallId: v.exactOptional(text),
  toolName: v.exactOptional(text),
}) satisfies v.GenericSchema<unknown, ChatMessage>;
const tool = v.object({
  name,
  description: text,
  parameters: v.object({
    type: v.literal('object'),
    properties: v.record(
      v.string(),
      v.object({ type: v.picklist(['string', 'integer', 'boolean']), description: text }),
    ),
    required: v.array(name),
  }),
}) satisfies v.GenericSchema<unknown, ToolDefinition>;

const prompt = {
  messages: v.pipe(v.array(message), v.minLength(1), v.maxLength(10_000)),
  tools: v.pipe(v.array(tool), v.maxLength(1000)),
};

/** Small: it is made into a grammar, and every token that might be written is compared with that. */
const answerSchema: v.GenericSchema<unknown, AnswerSchema> = v.union([
  v.object({
    type: v.literal('string'),
    minLength: v.exactOptional(v.pipe(count, v.maxValue(1000))),
    maxLength: v.exactOptional(v.pipe(count, v.maxValue(1000))),
  }),
  v.object({ type: v.picklist(['integer', 'boolean']) }),
  v.object({ enum: v.pipe(v.array(name), v.minLength(1), v.maxLength(100)) }),
  v.object({
    type: v.literal('array'),
    items: v.lazy(() => answerSchema),
    minItems: v.exactOptional(v.pipe(count, v.maxValue(100))),
    maxItems: v.exactOptional(v.pipe(count, v.maxValue(100))),
  }),
  v.object({
    type: v.literal('object'),
    properties: v.record(
      v.string(),
      v.lazy(() => answerSchema),
    ),
  }),
]);

/** Parameters of the request `chat`. */
export const chatParams: v.GenericSchema<unknown, ChatQuery> = v.object({
  ...prompt,
  maxTokens: v.pipe(count, v.minValue(1), v.maxValue(1_048_576)),
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(5)),
  seed: count,
  thinking: v.boolean(),
  answerStart: v.exactOptional(text),
  stops: v.exactOptional(v.pipe(v.array(name), v.maxLength(100))),
  expected: v.exactOptional(text),
  schema: v.exactOptional(answerSchema),
});

/** Parameters of the request `countChat`. */
export const countChatParams: v.GenericSchema<unknown, Pick<ChatQuery, 'messages' | 'tools'>> = v.object(
  prompt,
);

/** What comes in while a model answers. */
export const chatEvent = v.variant('kind', [
  v.object({ kind: v.literal('prefill'), done: count, total: count }),
  v.object({ kind: v.picklist(['text', 'reasoning']), text: v.string() }),
  v.object({
    kind: v.literal('tool-call'),
    call: v.object({ id: v.string(), name: v.string(), arguments: v.string() }),
  }),
]) satisfies v.GenericSchema<unknown, ChatEvent>;
