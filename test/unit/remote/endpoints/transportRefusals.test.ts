import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { json, type FakeReply } from '../../../support/fakeServers/server.ts';
import { TransportWorld, call, failureOf, key } from '../../../support/transportWorld.ts';

let world: TransportWorld;
beforeEach(async () => {
  world = await TransportWorld.start();
});
afterEach(() => world.stop());

describe('an answer that is no success', () => {
  const cases: readonly [name: string, reply: FakeReply, code: string, message: RegExp][] = [
    [
      'OpenAI: a wrong key, of which it repeats the ends',
      json(
        {
          error: {
            message: `Incorrect API key provided: sk-test-*******9Jkl. You can find your API key at x.`,
            type: 'invalid_request_error',
            param: null,
            code: 'invalid_api_key',
          },
        },
        401,
      ),
      'unauthorized',
      /^team does not take its key \(HTTP 401, “Incorrect API key provided: \[key\] You can find your API key at x”\): set a valid one by "Hearth: Set Key of Endpoint…", or on the command line in HEARTH_KEY_NAME\.$/,
    ],
    [
      'one that repeats the whole key',
      json({ error: `No user for ${key} here` }, 403),
      'unauthorized',
      /^team does not allow this \(HTTP 403, “No user for \[key\] here”\)/,
    ],
    [
      'OpenRouter: no credit',
      json(
        { error: { code: 402, message: 'This request requires more credits, or fewer max_tokens.' } },
        402,
      ),
      'payment',
      /^team wants to be paid first \(HTTP 402, “This request requires more credits, or fewer max_tokens”\)/,
    ],
    [
      'OpenAI: a quota that is used up, which waiting does not mend',
      json(
        {
          error: {
            message: 'You exceeded your current quota, please check your plan and billing details.',
            type: 'insufficient_quota',
            param: null,
            code: 'insufficient_quota',
          },
        },
        429,
        { 'retry-after': '1' },
      ),
      'payment',
      /check your plan and credit there/,
    ],
    [
      'Anthropic: no credit',
      json(
        {
          type: 'error',
          error: {
            type: 'invalid_request_error',
            message: 'Your credit balance is too low to access the Anthropic API.',
          },
        },
        400,
      ),
      'payment',
      /credit balance is too low/,
    ],
    [
      'OpenAI: no such model',
      json(
        {
          error: {
            message: 'The model `gpt-9` does not exist or you do not have access to it.',
            type: 'invalid_request_error',
            param: null,
            code: 'model_not_found',
          },
        },
        404,
      ),
      'no-model',
      /^team does not have that model \(HTTP 404, “The model `gpt-9` does not exist/,
    ],
    [
      'Ollama: no such model',
      json({ error: "model 'x' not found" }, 404),
      'no-model',
      /name one that it has as "model" of its entry in hearth\.endpoints/,
    ],
    [
      'Azure: no such deployment',
      json(
        {
          error: {
            code: 'DeploymentNotFound',
            message: 'The API deployment for this resource does not exist.',
          },
        },
        404,
      ),
      'no-model',
      /does not have that model/,
    ],
    [
      'LM Studio: nothing loaded',
      json(
        {
          error: {
            message: 'No models loaded. Please load a model in the developer page.',
            type: 'invalid_request_error',
            param: 'model',
            code: 'model_not_found',
          },
        },
        400,
      ),
      'no-model',
      /load it there/,
    ],
    [
      'Azure: a filter',
      json(
        {
          error: {
            message:
              "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
            code: 'content_filter',
            status: 400,
          },
        },
        400,
      ),
      'refused',
      /^team refuses to answer this \(HTTP 400, .*: ask in other words, or ask another model\.$/,
    ],
    [
      'FastAPI: a wrong path',
      json({ detail: 'Not Found' }, 404),
      'bad-answer',
      /has nothing at this address/,
    ],
    [
      'a wrong path that names models',
      json({ error: 'Cannot GET /v1/models' }, 404),
      'bad-answer',
      /check "address" and "api" of its entry in hearth\.endpoints/,
    ],
    [
      'a page',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>no model</h1>' },
      'bad-answer',
      /\(HTTP 404\)/,
    ],
    [
      'OpenAI: too long',
      json(
        {
          error: {
            message:
              "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
            type: 'invalid_request_error',
            param: 'messages',
            code: 'context_length_exceeded',
          },
        },
        400,
      ),
      'too-long',
      /ask for less/,
    ],
    [
      'llama.cpp: too long',
      json(
        {
          error: {
            code: 400,
            message: 'the request exceeds the available context size, try increasing it',
            type: 'exceed_context_size_error',
            n_prompt_tokens: 9000,
            n_ctx: 4096,
          },
        },
        400,
      ),
      'too-long',
      /exceeds the available context size/,
    ],
    [
      'Anthropic: too long',
      json(
        {
          type: 'error',
          error: {
            type: 'invalid_request_error',
            message: 'prompt is too long: 210000 tokens > 200000 maximum',
          },
        },
        400,
      ),
      'too-long',
      /prompt is too long/,
    ],
    ['a body that is too large', { status: 413 }, 'too-long', /\(HTTP 413\)/],
    [
      'vLLM: a field that it checks',
      json(
        {
          detail: [{ type: 'extra_forbidden', loc: ['body', 'foo'], msg: 'Extra inputs are not permitted' }],
        },
        422,
      ),
      'bad-request',
      /“foo: Extra inputs are not permitted”/,
    ],
    [
      '503 without a wait',
      json({ error: { message: 'Loading model', type: 'unavailable_error', code: 503 } }, 503),
      'server',
      /has a problem of its own \(HTTP 503, “Loading model”\): try again later\.$/,
    ],
    ['a crash', { status: 500, body: 'CUDA out of memory' }, 'server', /“CUDA out of memory”/],
    [
      'Anthropic: too busy',
      json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 529),
      'server',
      /HTTP 529/,
    ],
    [
      'OpenRouter: what its provider said',
      json(
        {
          error: {
            code: 502,
            message: 'Provider returned error',
            metadata: { raw: '{"error":{"message":"upstream is down"}}', provider_name: 'X' },
          },
        },
        502,
      ),
      'server',
      /“Provider returned error: upstream is down”/,
    ],
  ];
  for (const [name, reply, code, message] of cases) {
    it(`is an error: ${name}`, async () => {
      world.server.reply = () => reply;
      const error = await failureOf(world.http().json('/x', {}, call()));
      assert.deepEqual([error.code, error.status], [code, reply.status]);
      assert.match(error.message, message);
      assert.equal(world.server.requests.length, 1);
    });
  }

  it('tells an endpoint without a key that it needs one', async () => {
    world.server.reply = () => ({ status: 401 });
    const error = await failureOf(world.http({}, { key: null }).json('/x', {}, call()));
    assert.equal(
      error.message,
      'team wants a key (HTTP 401): set it by "Hearth: Set Key of Endpoint…", or on the command line in HEARTH_KEY_NAME.',
    );
  });

  it('keeps the text of an error short and on one line', async () => {
    world.server.reply = () => ({ status: 500, body: `first\n\n${'word '.repeat(40_000)}` });
    const { message } = await failureOf(world.http().json('/x', {}, call()));
    assert.ok(message.length < 350, String(message.length));
    assert.ok(!message.includes('\n'));
  });

  it('says how long to wait, in seconds, by a date, in milliseconds', async () => {
    const date = 'Thu, 01 Jan 2026 10:00:00 GMT';
    const waits: readonly [headers: Record<string, string>, milliseconds: number][] = [
      [{ 'retry-after': '20' }, 20_000],
      [{ 'retry-after': 'Thu, 01 Jan 2026 10:01:30 GMT', date }, 90_000],
      [{ 'retry-after-ms': '7250', 'retry-after': '8' }, 7250],
    ];
    for (const [headers, milliseconds] of waits) {
      world.server.reply = () => json({ error: { message: 'Slow down' } }, 429, headers);
      const error = await failureOf(world.http().json('/x', {}, call()));
      assert.deepEqual([error.code, error.retryAfterMs], ['rate-limited', milliseconds]);
      assert.match(error.message, new RegExp(`try again in ${Math.ceil(milliseconds / 1000)} s\\.$`));
    }
    assert.equal(world.server.requests.length, waits.length);
  });
});
