import { randomUUID } from 'node:crypto';
import type { OfferedTools } from '../../core/chat/requestTools.ts';
import type { ChatAnswer, ChatEvent, ChatStopReason, ToolCall } from '../../core/chat/types.ts';
import { EngineError } from '../../engine/errors.ts';
import { parseBody } from './body.ts';
import { chooseModel } from './chooseModel.ts';
import { chatSchema, readChat } from './chatRequest.ts';
import { now, usageOf } from './fields.ts';
import type { OfferedModels } from './offeredModels.ts';
import { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';

const finishReasons: Readonly<Record<ChatStopReason, string>> = {
  end: 'stop',
  repetition: 'stop',
  'tool-calls': 'tool_calls',
  'max-tokens': 'length',
  'window-full': 'length',
};

/** Answers `POST /v1/chat/completions`. */
export async function answerChat(value: unknown, models: OfferedModels, reply: Reply): Promise<void> {
  const body = parseBody(chatSchema, value);
  const { role, model } = chooseModel(models.list(), body.model, 'chat');
  const loaded = await models.load(role, reply.signal);
  models.checkChat(role, loaded);
  const { query, tools } = readChat(body, loaded);
  const head = { id: `chatcmpl-${randomUUID()}`, created: now(), model: model.id };
  const ask = (onEvent: (event: ChatEvent) => void): Promise<ChatAnswer> =>
    models.chat(role, query, { signal: reply.signal, onEvent }).catch((error: unknown) => {
      throw tooLong(error);
    });
  if (body.stream !== true) {
    const answer = await ask(() => undefined);
    reply.json(200, { ...head, object: 'chat.completion', ...wholeAnswer(answer, tools) });
    return;
  }
  const stream = new ChatStream(head, tools, reply);
  const answer = await ask((event) => stream.event(event));
  stream.end(answer, body.stream_options?.include_usage === true);
}

/** What else could be wrong with a query was refused before it was asked. */
function tooLong(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.code !== 'bad-request') return error;
  return new Refusal(400, error.message, { param: 'messages', code: 'context_length_exceeded' });
}

function wholeAnswer(answer: ChatAnswer, tools: OfferedTools): object {
  const { text, reasoning, toolCalls, stopReason, tokens } = answer;
  const message = {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map((call) => callOf(call, tools)) }),
  };
  return {
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasons[stopReason] }],
    usage: usageOf(tokens),
  };
}

function callOf({ id, name, arguments: text }: ToolCall, tools: OfferedTools): object {
  const input = tools.input(name, text);
  // What is malformed is the client's to judge.
  const given = input === null ? text : JSON.stringify(input);
  return { id, type: 'function', function: { name, arguments: given } };
}

/** An answer as chunks. */
class ChatStream {
  readonly #head: object;
  readonly #tools: OfferedTools;
  readonly #reply: Reply;
  #calls = 0;
  #begun = false;

  constructor(head: object, tools: OfferedTools, reply: Reply) {
    this.#head = { ...head, object: 'chat.completion.chunk' };
    this.#tools = tools;
    this.#reply = reply;
  }

  event(event: ChatEvent): void {
    // The prompt was taken: what fails from now on fails in the midst of the answer.
    this.#begin();
    switch (event.kind) {
      case 'prefill':
        return;
      case 'text':
        return this.#delta({ content: event.text });
      case 'reasoning':
        return this.#delta({ reasoning_content: event.text });
      case 'tool-call':
        return this.#delta({ tool_calls: [{ index: this.#calls++, ...callOf(event.call, this.#tools) }] });
    }
  }

  end({ stopReason, tokens }: ChatAnswer, withUsage: boolean): void {
    this.#begin();
    this.#delta({}, finishReasons[stopReason]);
    if (withUsage) this.#reply.event({ ...this.#head, choices: [], usage: usageOf(tokens) });
    this.#reply.done();
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#delta({ role: 'assistant', content: '' });
  }

  #delta(delta: object, finish: string | null = null): void {
    this.#reply.event({
      ...this.#head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    });
  }
}
