import * as v from 'valibot';
import { offeredTools, type OfferedTools } from '../../core/chat/requestTools.ts';
import type { AnswerSchema, ChatQuery } from '../../core/chat/types.ts';
import type { LoadedModel } from '../../engine/protocol.ts';
import { answerSchemaOf } from './answerSchema.ts';
import { conversationOf, messageSchema } from './chatMessages.ts';
import { commonFields, seedOf, stopsOf, whole } from './fields.ts';
import { impossible } from './refusal.ts';

const tool = v.object({
  type: v.literal('function'),
  function: v.object({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)),
    description: v.nullish(v.string()),
    parameters: v.nullish(
      v.looseObject({
        properties: v.optional(v.record(v.string(), v.looseObject({}))),
        required: v.optional(v.array(v.string())),
      }),
    ),
  }),
});
const mostTokens = 1_048_576;
/** What an answer is written with unless the client says otherwise. */
const defaultTemperature = 0.7;

/** A request to `/v1/chat/completions`. */
export const chatSchema = v.object({
  ...commonFields,
  messages: v.pipe(v.array(messageSchema), v.minLength(1), v.maxLength(10_000)),
  max_tokens: v.nullish(whole(1, mostTokens)),
  max_completion_tokens: v.nullish(whole(1, mostTokens)),
  tools: v.nullish(v.pipe(v.array(tool), v.maxLength(1000))),
  tool_choice: v.nullish(v.union([v.string(), v.looseObject({})])),
  response_format: v.nullish(
    v.looseObject({
      type: v.string(),
      json_schema: v.nullish(v.looseObject({ schema: v.optional(v.unknown()) })),
    }),
  ),
  reasoning_effort: v.nullish(v.string()),
  chat_template_kwargs: v.nullish(v.looseObject({ enable_thinking: v.optional(v.boolean()) })),
  n: v.nullish(v.number()),
  logprobs: v.nullish(v.boolean()),
  logit_bias: v.nullish(v.record(v.string(), v.number())),
});
export type ChatBody = v.InferOutput<typeof chatSchema>;

/** A request as the engine takes it. */
export interface ReadChat {
  readonly query: ChatQuery;
  /** Gives the arguments of calls back as the client's schemas have them. */
  readonly tools: OfferedTools;
}

/** What is asked of this model; throws Refusal that names what can't be had. */
export function readChat(body: ChatBody, { name, chat }: Pick<LoadedModel, 'name' | 'chat'>): ReadChat {
  checkPossible(body);
  const tools = offeredTools(toolsOf(body));
  if (tools.definitions.length > 0 && !chat.tools)
    throw impossible('tools', `The model ${name} can't call tools: leave them out, or choose another model.`);
  const schema = schemaOf(body);
  if (schema !== null && tools.definitions.length > 0)
    throw impossible('response_format', 'An answer with a schema calls no tools: leave one of the two out.');
  const { messages, answerStart } = conversationOf(body.messages);
  if (schema !== null && answerStart !== null)
    throw impossible('messages', 'An answer with a schema begins anew: end the messages with a question.');
  const stops = stopsOf(body.stop);
  return {
    tools,
    query: {
      ...{ messages, tools: tools.definitions },
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? mostTokens,
      temperature: body.temperature ?? defaultTemperature,
      seed: seedOf(body.seed),
      thinking: body.reasoning_effort !== 'none' && body.chat_template_kwargs?.enable_thinking !== false,
      ...(answerStart === null ? {} : { answerStart }),
      ...(stops.length === 0 ? {} : { stops }),
      ...(schema === null ? {} : { schema }),
    },
  };
}

function checkPossible({ n, logprobs, logit_bias: bias, tool_choice: choice }: ChatBody): void {
  if (n != null && n !== 1) throw impossible('n', 'One answer is given to a request: leave n out.');
  if (logprobs === true) throw impossible('logprobs', 'Probabilities are not given: leave logprobs out.');
  if (bias != null && Object.keys(bias).length > 0)
    throw impossible('logit_bias', 'Tokens can’t be made likelier here: leave logit_bias out.');
  if (choice != null && choice !== 'auto' && choice !== 'none')
    throw impossible('tool_choice', 'A call can’t be forced here: use "auto" or "none".');
}

function toolsOf({ tools, tool_choice: choice }: ChatBody) {
  if (choice === 'none') return [];
  return (tools ?? []).map(({ function: { name, description, parameters } }) => ({
    name,
    description: description ?? '',
    ...(parameters == null ? {} : { inputSchema: parameters }),
  }));
}

function schemaOf({ response_format: format }: ChatBody): AnswerSchema | null {
  if (format == null || format.type === 'text') return null;
  if (format.type === 'json_schema')
    return answerSchemaOf(format.json_schema?.schema, 'response_format.json_schema.schema');
  throw impossible(
    'response_format.type',
    'An answer can be held to a schema only: use response_format "json_schema", or "text".',
  );
}
