import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ChatQuery, ToolDefinition } from '../../../../src/core/chat/types.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { chatCall, joined, question } from '../../../support/endpoints.ts';
import {
  eventStream,
  openAiError,
  openAiHandler,
  openAiText,
  type OpenAiProductShapes,
} from '../../../support/fakeServers/openai.ts';
import { gpt4All, openAiProducts } from '../../../support/fakeServers/openaiProducts.ts';
import { OpenAiWorld, end, failure, key, shapesOf, text } from '../../../support/fakeServers/openAiWorld.ts';
import { json, stream } from '../../../support/fakeServers/server.ts';

let world: OpenAiWorld;
beforeEach(async () => {
  world = await OpenAiWorld.start();
});
afterEach(() => world.stop());

const search: ToolDefinition = {
  name: 'search',
  description: 'Searches.',
  parameters: {
    type: 'object',
    properties: { query: { type: 'string', description: 'words' } },
    required: ['query'],
  },
};

describe('a question', () => {
  const sent = async (query: Partial<ChatQuery>, more: Partial<Endpoint> = {}, models: unknown = null) => {
    world.serve([text('a'), end, '[DONE]'], models === null ? {} : { models });
    await world.api(more).chat(question(query), chatCall());
    return world.server.requests.at(-1)?.body ?? {};
  };

  it('has the fields of the interface, and the key in its header', async () => {
    const body = await sent({ tools: [search] });
    assert.deepEqual(body, {
      model: 'm',
      max_tokens: 200,
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      seed: 1,
      tools: [{ type: 'function', function: search }],
      messages: [
        { role: 'system', content: 'You are brief.' },
        { role: 'user', content: 'What is it?' },
      ],
    });
    assert.deepEqual(world.server.asked, ['GET /v1/models', 'POST /v1/chat/completions']);
    assert.ok(world.server.requests.every(({ headers }) => headers.authorization === `Bearer ${key}`));
  });

  it('has earlier calls and what they gave', async () => {
    const body = await sent({
      messages: [
        { role: 'user', content: 'find' },
        {
          role: 'assistant',
          content: '',
          toolCalls: [{ id: 'c1', name: 'search', arguments: '{"query":"a"}' }],
        },
        { role: 'tool', content: 'found', toolCallId: 'c1', toolName: 'search' },
      ],
    });
    assert.deepEqual(body['messages'], [
      { role: 'user', content: 'find' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'search', arguments: '{"query":"a"}' } },
        ],
      },
      { role: 'tool', content: 'found', tool_call_id: 'c1', name: 'search' },
    ]);
  });

  it('tells vLLM whether to think, and with what to begin', async () => {
    const models = openAiProducts.vLLM.models;
    const body = await sent({ thinking: true, answerStart: '```ts\n' }, {}, models);
    assert.deepEqual(body['chat_template_kwargs'], { enable_thinking: true });
    assert.deepEqual([body['add_generation_prompt'], body['continue_final_message']], [false, true]);
    assert.deepEqual((body['messages'] as unknown[]).at(-1), { role: 'assistant', content: '```ts\n' });
    const other = await sent({ thinking: true, answerStart: '```ts\n' });
    assert.equal(other['chat_template_kwargs'], undefined);
    assert.equal((other['messages'] as unknown[]).length, 2);
  });

  it('has four stops at most, and those only where a server says which it was, or costs money', async () => {
    const stops = ['1', '2', '3', '4', '5'];
    assert.equal((await sent({ stops }))['stop'], undefined);
    assert.deepEqual((await sent({ stops }, {}, openAiProducts.vLLM.models))['stop'], ['1', '2', '3', '4']);
    assert.deepEqual((await sent({ stops }, { class: 'cloud', address: world.server.address() }))['stop'], [
      '1',
      '2',
      '3',
      '4',
    ]);
  });
});

describe('what a server does not take', () => {
  it('is left out, and asked for without it from then on', async () => {
    const { chat } = shapesOf('OpenAI');
    world.server.reply = openAiHandler(shapesOf('OpenAI'), () => stream(eventStream(chat)));
    const client = world.api();
    assert.equal((await client.chat(question(), chatCall())).text, openAiText);
    const posts = (): number => world.server.requests.filter(({ method }) => method === 'POST').length;
    assert.equal(posts(), 3);
    const body = world.server.requests.at(-1)?.body ?? {};
    assert.deepEqual(
      [body['max_tokens'], body['max_completion_tokens'], body['temperature']],
      [undefined, 200, undefined],
    );
    await client.chat(question(), chatCall());
    assert.equal(posts(), 4);
  });

  it('may be found by the names that FastAPI gives', async () => {
    const { chat } = shapesOf('Mistral');
    world.server.reply = openAiHandler(shapesOf('Mistral'), () => stream(eventStream(chat)));
    assert.equal((await world.api().chat(question(), chatCall())).text, openAiText);
    const body = world.server.requests.at(-1)?.body ?? {};
    assert.deepEqual([body['stream_options'], body['seed'], body['stream']], [undefined, undefined, true]);
  });

  it('may be streaming itself', async () => {
    world.server.reply = openAiHandler(gpt4All, () => assert.fail('it refuses all others'));
    const call = chatCall();
    const client = world.api();
    const answer = await client.chat(question({ tools: [search] }), call);
    assert.deepEqual(joined(call.events), [{ kind: 'text', text: openAiText }]);
    assert.deepEqual([answer.stopReason, answer.tokens.prompt], ['end', 31]);
    assert.equal((await client.ability(call.signal)).tools, false);
  });

  it('may be a field that nobody names', async () => {
    world.serve([text('a'), end, '[DONE]'], {
      refuses: (body) =>
        body['stream_options'] === undefined ? null : openAiError('Unknown field in request'),
    });
    assert.equal((await world.api().chat(question(), chatCall())).text, 'a');
    assert.equal(world.server.requests.length, 3);
  });

  it('may be the system, or two turns of one role', async () => {
    const hello: ChatQuery['messages'] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One.' },
      { role: 'user', content: 'Two.' },
    ];
    world.serve([text('a'), end, '[DONE]'], {
      refuses: (body) =>
        JSON.stringify(body).includes('"system"') ? openAiError('System role not supported', 400) : null,
    });
    await world.api().chat(question({ messages: hello }), chatCall());
    assert.deepEqual(world.server.requests.at(-1)?.body['messages'], [
      { role: 'user', content: 'Be brief.\n\nOne.\n\nTwo.' },
    ]);
  });

  it('may be so many tokens', async () => {
    world.serve([text('a'), end, '[DONE]'], {
      refuses: (body) =>
        Number(body['max_tokens']) > 100
          ? openAiError(
              'max_tokens is too large: 200. This model supports at most 100 completion tokens, whereas you provided 200.',
            )
          : null,
    });
    await world.api().chat(question(), chatCall());
    assert.deepEqual(
      world.server.requests.slice(1).map(({ body }) => body['max_tokens']),
      [200, 100],
    );
  });

  it('may be told by an error of the server, where it says so', async () => {
    world.serve([text('a'), end, '[DONE]'], {
      refuses: (body) =>
        body['tools'] === undefined ? null : openAiError('Tool use is not supported by this model', 500),
    });
    assert.equal((await world.api().chat(question({ tools: [search] }), chatCall())).text, 'a');
    assert.equal(world.server.requests.length, 3);
  });

  it('is not learned from a failure that only names it', async () => {
    for (const message of [
      'Failed to parse tool call arguments: unexpected end of input',
      'upstream closed the stream',
      'Unknown error while the stream was written',
    ]) {
      const before = world.server.requests.length;
      world.serve([], { refuses: () => openAiError(message, 500) });
      const client = world.api();
      assert.equal((await failure(client.chat(question({ tools: [search] }), chatCall()))).code, 'server');
      assert.equal(world.server.requests.length - before, 2, message);
      world.serve([text('a'), end, '[DONE]']);
      await client.chat(question({ tools: [search] }), chatCall());
      const body = world.server.requests.at(-1)?.body ?? {};
      assert.deepEqual([body['stream'], Array.isArray(body['tools'])], [true, true], message);
    }
  });

  it('ends the question where it is nothing that can be left out, and after some tries', async () => {
    world.serve([], { refuses: () => openAiError('messages: something is wrong') });
    assert.equal((await failure(world.api().chat(question(), chatCall()))).code, 'bad-request');
    assert.equal(world.server.requests.length, 2);
    world.serve([], {
      refuses: () =>
        openAiError('unknown field: stream_options stream seed temperature stop tools system role'),
    });
    await failure(world.api().chat(question({ tools: [search] }), chatCall()));
    assert.ok(world.server.requests.length < 12, String(world.server.requests.length));
  });

  it('is not asked again once something of the answer came', async () => {
    world.serve([text('a'), JSON.stringify({ error: { message: 'seed is not supported', code: 400 } })]);
    assert.equal((await failure(world.api().chat(question(), chatCall()))).code, 'bad-request');
    assert.equal(world.server.requests.length, 2);
  });

  it('is no reason for a storm', async () => {
    for (const status of [500, 502, 503, 401, 404, 400]) {
      const before = world.server.requests.length;
      world.server.reply = ({ method }) => (method === 'GET' ? json({ data: [{ id: 'm' }] }) : { status });
      await failure(world.api().chat(question(), chatCall()));
      assert.equal(world.server.requests.length - before, 2, String(status));
    }
  });
});

describe('an answer of a form', () => {
  const schema: ChatQuery['schema'] = {
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 8 },
    minItems: 1,
    maxItems: 2,
  };
  const answers = async (written: string, more: Partial<OpenAiProductShapes> = {}) => {
    world.serve([text(written.slice(0, 3)), text(written.slice(3)), end, '[DONE]'], more);
    const call = chatCall();
    const answer = await world.api().chat(question({ schema }), call);
    return { answer, events: call.events, body: world.server.requests.at(-1)?.body ?? {} };
  };

  it('is asked for by its schema, with an object at the top, and given as the query wants it', async () => {
    const { answer, events, body } = await answers('{"answer": ["a", "b"]}');
    assert.equal(answer.text, '["a","b"]');
    assert.deepEqual(events, [{ kind: 'text', text: '["a","b"]' }]);
    assert.deepEqual(body['response_format'], {
      type: 'json_schema',
      json_schema: {
        name: 'answer',
        strict: true,
        schema: {
          type: 'object',
          properties: {
            answer: {
              type: 'array',
              items: { type: 'string', description: '1 to 8 characters' },
              description: '1 to 2 items',
            },
          },
          required: ['answer'],
          additionalProperties: false,
        },
      },
    });
  });

  it('is asked for in words where the server takes no schema', async () => {
    const refuses: OpenAiProductShapes['refuses'] = (body) =>
      body['response_format'] === undefined ? null : openAiError("'response_format' is not supported");
    const { answer, body } = await answers('```json\n["a"]\n```', { refuses });
    assert.equal(answer.text, '["a"]');
    assert.match(JSON.stringify(body['messages']), /What is it\?\\n\\nAnswer with nothing but JSON/);
  });

  it('is rejected where it is another', async () => {
    for (const written of ['["a","b","c"]', '[]', '["too long for it"]', '[1]', '{"a":1}', 'a, b', '["a"']) {
      const error = await failure(answers(written));
      assert.equal(error.code, 'bad-answer');
      assert.match(error.message, /did not answer in the form that was asked for/);
    }
  });
});
