import type { ChatAnswer, ChatMessage, ChatQuery } from '../../core/chat/types.ts';
import type { EndpointCall } from '../../core/endpoints/ports.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import { AnswerWriter } from './answerWriter.ts';
import type { BegunThoughts } from './begunThoughts.ts';
import type { LlamaServerModel } from './llamaServerModel.ts';
import { badAnswer } from './failures.ts';
import { ChatPieces, readOpenAi } from './openaiAnswer.ts';
import { chatRequest } from './openaiChat.ts';
import { toRoot } from './openaiServer.ts';
import { listedModels } from './openaiShapes.ts';
import { RefusedFields } from './refusedFields.ts';
import type { ServerEvent } from './serverEvents.ts';
import type { EndpointHttp } from './transport.ts';

/**
 * Chats through llama-server's OpenAI-compatible interface, where it applies the model's template and parses its calls,
 * with what it takes beyond that: whether to think, a text that the answer begins with, how far the prompt is.
 */
export async function chatWithLlamaServer(
  http: EndpointHttp,
  { ability, named }: LlamaServerModel,
  begunThoughts: BegunThoughts,
  query: ChatQuery,
  call: EndpointCall,
): Promise<ChatAnswer> {
  const { name, address } = http.endpoint;
  const start = query.answerStart ?? '';
  const prefilled = start !== '' && ability.prefill;
  const begun: readonly ChatMessage[] = prefilled ? [{ role: 'assistant', content: start }] : [];
  const [model] = listedModels([{ id: ability.model }]) ?? [];
  if (model === undefined) throw badAnswer(name, 'its model has no name');
  const { body } = chatRequest(
    { ...query, messages: [...query.messages, ...begun] },
    { server: { product: 'llama.cpp', model }, refused: new RefusedFields(), sendStops: false },
  );
  const fields = {
    ...body,
    ...named,
    // An answer that has begun is refused where a model is to think first.
    chat_template_kwargs: { enable_thinking: query.thinking && !prefilled },
    return_progress: true,
    cache_prompt: true,
  };
  const writer = new AnswerWriter({ query, call, timers: http.timers, name, prefilled, begunThoughts });
  const pieces = new ChatPieces(writer);
  const { signal, about } = call;
  const events = (close: AbortSignal): AsyncIterable<ServerEvent> => {
    const asked = { signal: AbortSignal.any([signal, close]), about, purpose: 'endpoint' } as const;
    return followed(http.events(`${toRoot(address)}/v1/chat/completions`, fields, asked), writer);
  };
  const { reason, stop, usage } = await readOpenAi(events, {
    http,
    take: (piece) => pieces.take(piece),
    ended: () => writer.ended,
    awaitsUsage: true,
  });
  pieces.end();
  return writer.finish(reason, usage, stop);
}

/** The events, of which those that only say how far the prompt is are told and left out. */
async function* followed(
  events: AsyncIterable<ServerEvent>,
  writer: AnswerWriter,
): AsyncGenerator<ServerEvent, void> {
  for await (const event of events) {
    const value = event.data.includes('prompt_progress') ? parsed(event.data) : undefined;
    const progress = isObject(value) ? value['prompt_progress'] : undefined;
    if (isObject(progress)) {
      const { processed, total } = progress;
      if (typeof processed === 'number' && typeof total === 'number') writer.prefill(processed, total);
    }
    yield event;
  }
}
