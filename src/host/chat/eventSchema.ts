import * as v from 'valibot';
import { attachmentKinds } from '../../core/chat/context.ts';
import type { AnswerReason, ConversationEvent } from '../../core/chat/conversation.ts';

const count = v.pipe(v.number(), v.minValue(0));
const lines = { path: v.string(), startLine: v.number(), endLine: v.number() };
const source = v.object({ ...lines, score: v.number() });
const toolCall = v.object({ id: v.string(), name: v.string(), arguments: v.string() });

const attachment = v.object({
  kind: v.picklist(attachmentKinds),
  label: v.string(),
  place: v.nullable(v.object(lines)),
  language: v.string(),
  text: v.string(),
  cut: v.boolean(),
  files: v.exactOptional(v.array(v.string())),
});

const chatMessage = v.object({
  role: v.picklist(['system', 'user', 'assistant', 'tool']),
  content: v.string(),
  reasoning: v.optional(v.string()),
  toolCalls: v.optional(v.array(toolCall)),
  toolCallId: v.optional(v.string()),
  toolName: v.optional(v.string()),
});

/** A table, so that the compiler asks for each of them. */
const reasons: Readonly<Record<AnswerReason, true>> = {
  end: true,
  'tool-calls': true,
  'max-tokens': true,
  'window-full': true,
  repetition: true,
  'no-chat-model': true,
  'question-too-long': true,
  engine: true,
  'not-sent': true,
  stopped: true,
  'tool-limit': true,
  interrupted: true,
};

const citation = v.object({
  ...lines,
  verified: v.boolean(),
  problem: v.nullable(v.picklist(['no-file', 'no-lines', 'not-read'])),
});

const answered = v.object({
  type: v.literal('answered'),
  id: v.string(),
  state: v.picklist(['done', 'stopped', 'failed']),
  reason: v.picklist(Object.keys(reasons) as AnswerReason[]),
  message: v.nullable(v.string()),
  citations: v.array(citation),
  tokens: v.nullable(v.object({ prompt: count, reused: count, evaluated: count, generated: count })),
  times: v.nullable(v.object({ queue: count, prompt: count, firstToken: count, total: count })),
  sent: v.exactOptional(v.object({ redactions: count, dollars: v.nullable(count) })),
  leftOut: v.exactOptional(v.literal(true)),
});

const request = v.object({
  prompt: chatMessage,
  firstSent: v.nullable(v.string()),
  model: v.nullable(v.string()),
  route: v.string(),
  routeReasons: v.exactOptional(v.array(v.string())),
  sources: v.array(source),
});

const preamble = v.object({
  system: v.string(),
  instructions: v.array(v.string()),
  mapFiles: v.array(v.string()),
  fingerprint: v.string(),
});

const question = v.object({
  role: v.literal('user'),
  id: v.string(),
  parent: v.nullable(v.string()),
  at: v.number(),
  text: v.string(),
  attachments: v.array(attachment),
});

/** An event of a conversation as it stands in a file. */
export const eventSchema: v.GenericSchema<unknown, ConversationEvent> = v.variant('type', [
  v.object({
    type: v.literal('created'),
    version: v.literal(1),
    id: v.string(),
    at: v.number(),
    workspace: v.nullable(v.string()),
  }),
  v.object({ type: v.literal('titled'), title: v.string() }),
  v.object({ type: v.literal('prepared'), preamble }),
  v.object({ type: v.literal('asked'), message: question }),
  v.object({ type: v.literal('answering'), id: v.string(), parent: v.string(), at: v.number() }),
  v.object({ type: v.literal('sent'), id: v.string(), request }),
  v.object({
    type: v.literal('wrote'),
    id: v.string(),
    kind: v.picklist(['text', 'reasoning']),
    text: v.string(),
  }),
  v.object({ type: v.literal('called'), id: v.string(), call: toolCall }),
  v.object({
    type: v.literal('returned'),
    id: v.string(),
    callId: v.string(),
    result: v.string(),
    sources: v.array(source),
  }),
  answered,
  v.object({ type: v.literal('entered'), workspace: v.nullable(v.string()) }),
  v.object({ type: v.literal('rated'), id: v.string(), rating: v.nullable(v.literal('bad')) }),
  v.object({ type: v.literal('chosen'), id: v.string() }),
  v.object({ type: v.literal('deleted'), id: v.string() }),
]);

const newer = v.object({ type: v.literal('created'), version: v.pipe(v.number(), v.minValue(2)) });

/** Whether a line that is no event of ours begins a conversation of a later version. */
export function isOfNewerVersion(value: unknown): boolean {
  return v.is(newer, value);
}
