import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ChatMessage, ChatQuery } from '../../../../src/core/chat/types.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { anthropicApi } from '../../../../src/remote/endpoints/anthropic.ts';
import type { EndpointApiClient } from '../../../../src/remote/endpoints/api.ts';
import {
  chatCall,
  endpointAt,
  gap,
  httpThatAnswers,
  httpTo,
  infillCall,
  joined,
  question,
} from '../../../support/endpoints.ts';
import {
  anthropicAnswer,
  anthropicCall,
  anthropicError,
  anthropicEvent,
  anthropicHandler,
  anthropicText,
  anthropicThoughts,
  block,
  end,
  start,
  textBlock,
} from '../../../support/fakeServers/anthropic.ts';
import { failure, key } from '../../../support/fakeServers/openAiWorld.ts';
import {
  byteByByte,
  FakeServer,
  json,
  stream,
  type FakeReply,
  type FakeRequest,
} from '../../../support/fakeServers/server.ts';
import { settled } from '../../../support/fakeTimers.ts';

let server: FakeServer;
beforeEach(async () => {
  server = await FakeServer.start();
});
afterEach(() => server.stop());

function api(more: Partial<Endpoint> = {}): EndpointApiClient {
  const endpoint = endpointAt(server.address(), { api: 'anthropic', model: 'claude-x', ...more });
  return anthropicApi(httpTo(endpoint, { key }), endpoint);
}

function serve(messages: (request: FakeRequest) => FakeReply | string): void {
  server.reply = anthropicHandler(key, messages);
}

async function sent(query: Partial<ChatQuery>): Promise<Readonly<Record<string, unknown>>> {
  serve(() => start + textBlock(0, ['a']) + end('end_turn'));
  await api().chat(question(query), chatCall());
  return server.requests.at(-1)?.body ?? {};
}

const parameters = { type: 'object', properties: {}, required: [] } as const;
const search = { name: 'search', description: 'Searches.', parameters };

describe('an answer of Anthropic', () => {
  const whole = [
    { kind: 'reasoning', text: anthropicThoughts },
    { kind: 'text', text: anthropicText },
    { kind: 'tool-call', call: anthropicCall },
  ];

  it('is the same however it is cut', async () => {
    const bytes = Buffer.from(anthropicAnswer);
    const endpoint = endpointAt('http://made.up', { api: 'anthropic', model: 'claude-x' });
    for (let at = 0; at <= bytes.length; at += 1) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      const call = chatCall();
      const http = httpThatAnswers(endpoint, pieces, 'text/event-stream');
      const answer = await anthropicApi(http, endpoint).chat(question(), call);
      assert.deepEqual(joined(call.events), whole, `cut at ${at}`);
      assert.deepEqual([answer.text, answer.stopReason], [anthropicText, 'tool-calls']);
      assert.deepEqual(answer.tokens, { prompt: 125, reused: 100, evaluated: 25, generated: 42 });
    }
  });

  it('comes byte by byte, with its header and key', async () => {
    serve(() => byteByByte(anthropicAnswer));
    const call = chatCall();
    await api().chat(question(), call);
    assert.deepEqual(joined(call.events), whole);
    const { headers } = server.requests.at(-1) ?? {};
    assert.deepEqual([headers?.['x-api-key'], headers?.['anthropic-version']], [key, '2023-06-01']);
    await api({ class: 'cloud', address: server.address() }).chat(question(), chatCall());
    assert.equal(server.requests.at(-1)?.headers.authorization, undefined);
  });

  it('may come whole', async () => {
    const content = [
      { type: 'thinking', thinking: 'Hmm.', signature: 'x' },
      { type: 'text', text: 'yes' },
      { type: 'tool_use', id: 't', name: 'search', input: { query: 'a' } },
    ];
    const usage = { input_tokens: 3, output_tokens: 4 };
    serve(() => json({ type: 'message', role: 'assistant', content, stop_reason: 'tool_use', usage }));
    const answer = await api().chat(question(), chatCall());
    assert.deepEqual([answer.reasoning, answer.text], ['Hmm.', 'yes']);
    assert.deepEqual(answer.toolCalls, [{ id: 't', name: 'search', arguments: '{"query":"a"}' }]);
    assert.deepEqual(answer.tokens, { prompt: 3, reused: 0, evaluated: 3, generated: 4 });
  });

  it('has a reason for its end, and the stop that it was', async () => {
    for (const [stop, reason] of [
      ['end_turn', 'end'],
      ['max_tokens', 'max-tokens'],
      ['model_context_window_exceeded', 'window-full'],
    ] as const) {
      serve(() => start + textBlock(0, ['a']) + end(stop));
      assert.equal((await api().chat(question(), chatCall())).stopReason, reason);
    }
    serve(() => start + textBlock(0, ['a']) + end('stop_sequence', '\n```'));
    const { stop } = await api().chat(question({ stops: ['\n```'] }), chatCall());
    assert.equal(stop, '\n```');
    serve(() => start + textBlock(0, ['a\n', '``', '` b']) + end('end_turn'));
    const own = await api().chat(question({ stops: ['\n```'] }), chatCall());
    assert.deepEqual([own.text, own.stop], ['a', '\n```']);
  });

  it('is an error where one comes in its midst', async () => {
    const overloaded = anthropicEvent('error', {
      error: { type: 'overloaded_error', message: `Overloaded ${key}` },
    });
    serve(() => start + textBlock(0, ['a']) + overloaded);
    const call = chatCall();
    const error = await failure(api().chat(question(), call));
    assert.deepEqual([error.code, error.status], ['server', 529]);
    assert.match(error.message, /“Overloaded \[key\]”/);
    assert.deepEqual(call.events, [{ kind: 'text', text: 'a' }]);
    serve(() => start + end('refusal'));
    const refused = await failure(api().chat(question(), chatCall()));
    assert.equal(refused.code, 'refused');
    assert.match(refused.message, /refuses to answer this: ask in other words/);
  });

  it('is an error where it breaks off, is none, or is stopped', async () => {
    for (const [reply, code] of [
      [start + textBlock(0, ['a']), 'broken'],
      [stream(start + textBlock(0, ['a']), 'cut'), 'broken'],
      ['', 'bad-answer'],
      ['data: nonsense\n\ndata: {}\n\n', 'bad-answer'],
      ['data: {"no":"type"}\n\n', 'bad-answer'],
      [anthropicEvent('content_block_delta', { delta: { text: 5 } }), 'bad-answer'],
    ] as const) {
      serve(() => reply);
      assert.equal((await failure(api().chat(question(), chatCall()))).code, code, JSON.stringify(reply));
    }
    serve(() => stream(start + textBlock(0, ['a']), 'hang'));
    const stop = new AbortController();
    const call = chatCall(stop.signal);
    const failed = failure(api().chat(question(), call));
    while (call.events.length === 0) await settled();
    stop.abort();
    assert.equal((await failed).code, 'cancelled');
    await server.allClosed();
  });
});

describe('a question to Anthropic', () => {
  it('has its system apart, and turns that alternate', async () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: 'One.' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
      {
        role: 'assistant',
        content: ' ',
        toolCalls: [
          { id: 'functions.read:0', name: 'read', arguments: '{"path":"x"}' },
          { id: 'c2', name: 'read', arguments: 'malformed' },
        ],
      },
      { role: 'tool', content: 'first', toolCallId: 'functions.read:0', toolName: 'read' },
      { role: 'tool', content: 'second', toolCallId: 'c2', toolName: 'read' },
      { role: 'user', content: 'and?' },
    ];
    const body = await sent({ messages });
    assert.equal(body['system'], 'One.');
    assert.deepEqual(body['messages'], [
      { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'functions_read_0', name: 'read', input: { path: 'x' } },
          { type: 'tool_use', id: 'c2', name: 'read', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'functions_read_0', content: 'first' },
          { type: 'tool_result', tool_use_id: 'c2', content: 'second' },
          { type: 'text', text: 'and?' },
        ],
      },
    ]);
    assert.deepEqual(body['tools'], [{ name: 'read', input_schema: { type: 'object' } }]);
    assert.deepEqual(body['tool_choice'], { type: 'none' });
  });

  it('has the other fields of the interface', async () => {
    const body = await sent({ tools: [search], stops: ['\n', 'END'], maxTokens: 300 });
    assert.deepEqual(
      [
        body['model'],
        body['max_tokens'],
        body['stream'],
        body['temperature'],
        body['stop_sequences'],
        body['thinking'],
      ],
      ['claude-x', 300, true, 0, ['END'], { type: 'disabled' }],
    );
    assert.deepEqual(body['tools'], [{ name: 'search', description: 'Searches.', input_schema: parameters }]);
    assert.equal(body['seed'], undefined);
  });

  it('thinks as its model can', async () => {
    const thinking = await sent({ thinking: true });
    assert.deepEqual(
      [thinking['thinking'], thinking['temperature']],
      [{ type: 'adaptive', display: 'summarized' }, undefined],
    );
    serve(({ body }) => {
      const { type } = body['thinking'] as { type: string };
      return type === 'adaptive'
        ? anthropicError(
            'invalid_request_error',
            'thinking.type: adaptive is not supported on this model',
            400,
          )
        : start + textBlock(0, ['a']) + end('end_turn');
    });
    const client = api();
    const before = server.requests.length;
    await client.chat(question({ thinking: true, maxTokens: 4096 }), chatCall());
    assert.deepEqual(server.requests.at(-1)?.body['thinking'], { type: 'enabled', budget_tokens: 2048 });
    await client.chat(question({ thinking: true, maxTokens: 4096 }), chatCall());
    assert.equal(server.requests.length - before, 4);
    // Behind a result the thoughts before it would be wanted, signed.
    const messages: ChatMessage[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c', name: 'search', arguments: '{}' }] },
      { role: 'tool', content: 'b', toolCallId: 'c', toolName: 'search' },
    ];
    assert.deepEqual((await sent({ thinking: true, messages, tools: [search] }))['thinking'], {
      type: 'disabled',
    });
  });

  it('goes without what is refused, and with fewer tokens', async () => {
    serve(({ body }) => {
      const refuse = (message: string): FakeReply => anthropicError('invalid_request_error', message, 400);
      if (Number(body['max_tokens']) > 100)
        return refuse(
          'max_tokens: 200 > 100, which is the maximum allowed number of output tokens for claude-x',
        );
      if (body['thinking'] !== undefined) return refuse('thinking: disabled is not supported on this model');
      if (body['temperature'] !== undefined) return refuse('temperature: not supported on this model');
      return start + textBlock(0, ['a']) + end('end_turn');
    });
    const client = api();
    assert.equal((await client.chat(question(), chatCall())).text, 'a');
    assert.equal((await client.chat(question(), chatCall())).text, 'a');
    const posts = server.requests.filter(({ method }) => method === 'POST');
    assert.deepEqual(
      posts.map(({ body }) => body['max_tokens']),
      [200, 100, 100, 100, 100],
    );
  });

  it('of a form is answered by a tool, or in words where none can be wanted', async () => {
    const schema: ChatQuery['schema'] = { type: 'array', items: { type: 'string' }, minItems: 1 };
    const call = block(0, { type: 'tool_use', id: 't', name: 'answer', input: {} }, [
      { type: 'input_json_delta', partial_json: '{"answer": ["a' },
      { type: 'input_json_delta', partial_json: '", "b"]}' },
    ]);
    serve(() => start + call + end('tool_use'));
    const heard = chatCall();
    const answer = await api().chat(question({ schema, thinking: true }), heard);
    assert.deepEqual([answer.text, answer.stopReason, answer.toolCalls], ['["a","b"]', 'end', []]);
    assert.deepEqual(heard.events, [{ kind: 'text', text: '["a","b"]' }]);
    assert.deepEqual(server.requests.at(-1)?.body['tool_choice'], { type: 'tool', name: 'answer' });
    serve(({ body }) =>
      body['tool_choice'] === undefined
        ? start + textBlock(0, ['["a"]']) + end('end_turn')
        : anthropicError(
            'invalid_request_error',
            'tool_choice forces tool use is not compatible with this model',
            400,
          ),
    );
    assert.equal((await api().chat(question({ schema }), chatCall())).text, '["a"]');
    serve(() => start + textBlock(0, ['a, b']) + end('end_turn'));
    assert.equal((await failure(api().chat(question({ schema }), chatCall()))).code, 'bad-answer');
  });
});

describe('what is known of Anthropic', () => {
  const signal = new AbortController().signal;

  it('is its models, its window, and that it completes and counts nothing', async () => {
    serve(() => '');
    const { models, model, contextTokens, infill, counts, prefill, tools } = await api().ability(signal);
    assert.deepEqual([models, model, contextTokens], [['claude-x', 'claude-y'], 'claude-x', 200000]);
    assert.deepEqual([infill, counts, prefill, tools], ['none', false, false, true]);
    assert.equal((await failure(api({ model: '' }).ability(signal))).code, 'no-model');
    assert.equal((await failure(api().infill(gap(), infillCall()))).code, 'not-offered');
    assert.equal(await api().countTokens(['a'], signal), null);
    assert.deepEqual(new Set(server.asked), new Set(['GET /v1/models?limit=1000']));
  });

  it('is taken at the user’s word where it lists no models', async () => {
    server.reply = ({ path }) =>
      path === '/v1/messages' ? stream(start + textBlock(0, ['a']) + end('end_turn')) : { status: 404 };
    assert.equal((await api().chat(question(), chatCall())).text, 'a');
    assert.equal((await api({ address: server.address('/v1') }).chat(question(), chatCall())).text, 'a');
  });

  it('is not known where the key is wrong, and it is asked once', async () => {
    server.reply = anthropicHandler('another', () => '');
    const error = await failure(api().chat(question(), chatCall()));
    assert.equal(error.code, 'unauthorized');
    assert.match(error.message, /“invalid x-api-key”/);
    assert.equal(server.requests.length, 1);
  });
});
