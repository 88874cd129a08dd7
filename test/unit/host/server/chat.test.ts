import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ChatQuery } from '../../../../src/core/chat/types.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { chatAnswer, errorOf, eventsOf, MadeUpModels, ServedWorld } from '../../../support/servedWorld.ts';

const path = '/v1/chat/completions';
const hi = { role: 'user', content: 'Hi' } as const;
let world: ServedWorld;
before(async () => {
  world = await ServedWorld.start();
});
after(() => world.server.stop());
beforeEach(() => {
  const fresh = new MadeUpModels();
  world.models.asked.length = 0;
  world.models.models = fresh.models;
  world.models.onChat = fresh.onChat;
});

/** An object without what changes from answer to answer. */
function steady(value: unknown): unknown {
  const { id, created, ...rest } = value as { id: unknown; created: unknown };
  assert.match(String(id), /^chatcmpl-[0-9a-f-]{36}$/);
  assert.equal(typeof created, 'number');
  return rest;
}

describe('an answer of chat', () => {
  it('comes whole', async () => {
    world.models.onChat = () =>
      Promise.resolve(chatAnswer({ text: 'It is 漢.', reasoning: 'Let me see.', stopReason: 'max-tokens' }));
    const { status, headers, text } = await world.post(path, { messages: [hi] });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(steady(JSON.parse(text)), {
      ...{ object: 'chat.completion', model: 'talker' },
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'It is 漢.', reasoning_content: 'Let me see.' },
          logprobs: null,
          finish_reason: 'length',
        },
      ],
      usage: {
        ...{ prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
        prompt_tokens_details: { cached_tokens: 8 },
      },
    });
  });

  it('comes as events', async () => {
    world.models.onChat = (_query, { onEvent }) => {
      onEvent({ kind: 'prefill', done: 4, total: 12 });
      onEvent({ kind: 'reasoning', text: 'Hm' });
      onEvent({ kind: 'text', text: 'Hel' });
      onEvent({ kind: 'text', text: 'lo\n\n' });
      return Promise.resolve(chatAnswer());
    };
    const { headers, text } = await world.post(path, {
      messages: [hi],
      stream: true,
      stream_options: { include_usage: true },
    });
    assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8');
    const events = eventsOf(text);
    assert.equal(events.pop(), '[DONE]');
    const ids = new Set(events.map((event) => (event as { id: string }).id));
    assert.equal(ids.size, 1);
    const chunk = (delta: object, finish: string | null = null): object => ({
      ...{ object: 'chat.completion.chunk', model: 'talker' },
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    });
    assert.deepEqual(events.map(steady), [
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'Hm' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo\n\n' }),
      chunk({}, 'stop'),
      {
        ...{ object: 'chat.completion.chunk', model: 'talker', choices: [] },
        usage: {
          ...{ prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
          prompt_tokens_details: { cached_tokens: 8 },
        },
      },
    ]);
  });

  it('comes without a count where none was asked for', async () => {
    const { text } = await world.post(path, { messages: [hi], stream: true });
    assert.ok(eventsOf(text).every((event) => event === '[DONE]' || !('usage' in (event as object))));
  });

  const call = { id: 'c1', name: 'edit', arguments: '{"path":"a","lines":"[1,2]"}' };
  const tools = [
    {
      type: 'function',
      function: {
        name: 'edit',
        description: 'Edits.',
        parameters: {
          type: 'object',
          properties: { path: { type: 'string' }, lines: { type: 'array', items: { type: 'integer' } } },
          required: ['path'],
        },
      },
    },
  ];
  const told = {
    id: 'c1',
    type: 'function',
    function: { name: 'edit', arguments: '{"path":"a","lines":[1,2]}' },
  };

  it('calls tools, with arguments as the client’s schema has them', async () => {
    world.models.onChat = (_query, { onEvent }) => {
      onEvent({ kind: 'tool-call', call });
      return Promise.resolve(chatAnswer({ text: '', toolCalls: [call], stopReason: 'tool-calls' }));
    };
    const whole = JSON.parse((await world.post(path, { messages: [hi], tools })).text) as {
      choices: object[];
    };
    assert.deepEqual(whole.choices, [
      {
        index: 0,
        message: { role: 'assistant', content: null, tool_calls: [told] },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ]);
    const events = eventsOf((await world.post(path, { messages: [hi], tools, stream: true })).text);
    const deltas = events
      .filter((event) => event !== '[DONE]')
      .map((event) => (event as { choices: { delta: object; finish_reason: string }[] }).choices[0]);
    assert.deepEqual(deltas[1]?.delta, { tool_calls: [{ index: 0, ...told }] });
    assert.equal(deltas[2]?.finish_reason, 'tool_calls');
    const [asked] = world.models.asked;
    assert.deepEqual((asked?.what as ChatQuery).tools, [
      {
        name: 'edit',
        description: 'Edits.',
        parameters: {
          type: 'object',
          properties: {
            path: { type: 'string', description: '' },
            lines: { type: 'string', description: 'As JSON: {"type":"array","items":{"type":"integer"}}' },
          },
          required: ['path'],
        },
      },
    ]);
  });

  it('passes a malformed call on as it is', async () => {
    const broken = { ...call, arguments: '{"path":' };
    world.models.onChat = () =>
      Promise.resolve(chatAnswer({ text: '', toolCalls: [broken], stopReason: 'tool-calls' }));
    const { text } = await world.post(path, { messages: [hi], tools });
    assert.ok(text.includes(JSON.stringify(JSON.stringify({}).replace('{}', '{"path":'))));
  });

  it('says in its last event what went wrong in its midst', async () => {
    world.models.onChat = (_query, { onEvent }) => {
      onEvent({ kind: 'text', text: 'Hal' });
      return Promise.reject(new EngineError('crashed', 'The engine ended unexpectedly.'));
    };
    const { status, text } = await world.post(path, { messages: [hi], stream: true });
    assert.equal(status, 200);
    assert.deepEqual(eventsOf(text).at(-1), {
      error: {
        message: 'The engine ended unexpectedly.',
        type: 'server_error',
        param: null,
        code: 'crashed',
      },
    });
  });

  const failures: [code: ConstructorParameters<typeof EngineError>[0], status: number, told: string][] = [
    ['bad-request', 400, 'context_length_exceeded'],
    ['out-of-memory', 503, 'out-of-memory'],
    ['model-missing', 503, 'model-missing'],
    ['crashed', 503, 'crashed'],
    ['internal', 500, 'internal'],
  ];
  for (const stream of [false, true]) {
    for (const [code, status, told] of failures) {
      it(`fails with ${status} for ${code} before its beginning${stream ? ', streamed' : ''}`, async () => {
        world.models.onChat = () => Promise.reject(new EngineError(code, 'Why it failed.'));
        const answer = await world.post(path, { messages: [hi], stream });
        assert.equal(answer.status, status);
        assert.deepEqual([errorOf(answer).message, errorOf(answer).code], ['Why it failed.', told]);
      });
    }
  }
});
