import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { openAiApi } from '../../../../src/remote/endpoints/openai.ts';
import { chatCall, endpointAt, gap, httpTo, infillCall, question } from '../../../support/endpoints.ts';
import { eventStream, openAiHandler, openAiText } from '../../../support/fakeServers/openai.ts';
import type { OpenAiProductName } from '../../../support/fakeServers/openaiProducts.ts';
import { OpenAiWorld, chunk, failure, key, shapesOf } from '../../../support/fakeServers/openAiWorld.ts';
import { json, stream } from '../../../support/fakeServers/server.ts';

let world: OpenAiWorld;
beforeEach(async () => {
  world = await OpenAiWorld.start();
});
afterEach(() => world.stop());

describe('what is known of a server', () => {
  const ability = async (name: OpenAiProductName, more: Partial<Endpoint> = {}) => {
    world.server.reply = openAiHandler(shapesOf(name), () => json({}));
    const client = openAiApi(
      httpTo(endpointAt(world.server.address(), more), { key }),
      endpointAt(world.server.address(), more),
    );
    return client.ability(new AbortController().signal);
  };

  it('is who it is, which model, and how long its window is', async () => {
    const known = async (name: OpenAiProductName, model = '') => {
      const { product, model: used, contextTokens, tools, thinking } = await ability(name, { model });
      return [product, used, contextTokens, tools, thinking];
    };
    assert.deepEqual(await known('vLLM'), ['vLLM', 'org/coder', 32768, true, true]);
    assert.deepEqual(await known('SGLang'), ['SGLang', 'coder', 16384, true, true]);
    assert.deepEqual(await known('LM Studio'), ['LM Studio', 'small', 8192, true, false]);
    assert.deepEqual(await known('LM Studio', 'big'), ['LM Studio', 'big', 131072, true, false]);
    assert.deepEqual(await known('llama.cpp'), ['llama.cpp', 'coder.gguf', 32768, true, false]);
    assert.deepEqual(await known('llama-swap'), ['llama-swap', 'talker', null, true, false]);
    assert.deepEqual(await known('Jan'), [null, 'jan-nano', null, true, false]);
    assert.deepEqual(await known('MLX'), [null, 'mlx-community/coder-4bit', null, true, false]);
    assert.deepEqual(await known('MLC LLM'), ['MLC LLM', 'HF://mlc-ai/coder', null, true, false]);
    assert.deepEqual(await known('OpenRouter', 'org/thinker'), [null, 'org/thinker', 200000, true, true]);
    assert.deepEqual(await known('OpenRouter', 'org/plain'), [null, 'org/plain', 8192, false, false]);
    assert.deepEqual(await known('Mistral'), [null, 'codestral-x', 256000, true, false]);
    assert.deepEqual(await known('think tags'), [null, 'r1-distill', null, true, false]);
  });

  it('has a window of at most what the user says', async () => {
    assert.equal((await ability('vLLM', { contextTokens: 9000 })).contextTokens, 9000);
    assert.equal((await ability('vLLM', { contextTokens: 99_000 })).contextTokens, 32768);
    assert.equal((await ability('MLX', { contextTokens: 9000 })).contextTokens, 9000);
  });

  it('leaves it to the user which of several models is meant', async () => {
    const error = await failure(ability('OpenRouter'));
    assert.equal(error.code, 'no-model');
    assert.match(error.message, /^team has several models \(org\/thinker, org\/plain\): name one/);
  });

  it('is found below an address with and without its version', async () => {
    world.server.reply = openAiHandler(shapesOf('vLLM'), () => stream(eventStream(shapesOf('vLLM').chat)));
    for (const path of ['', '/v1']) {
      const endpoint = endpointAt(world.server.address(path));
      const answer = await openAiApi(httpTo(endpoint), endpoint).chat(question(), chatCall());
      assert.equal(answer.text, openAiText);
      assert.equal(world.server.asked.at(-1), 'POST /v1/chat/completions');
    }
    world.server.reply = (request) =>
      request.path.startsWith('/gateway/v1')
        ? openAiHandler(shapesOf('MLX'), () => stream(eventStream(shapesOf('MLX').chat)))({
            ...request,
            path: request.path.slice(8),
          })
        : { status: 404 };
    const endpoint = endpointAt(world.server.address('/gateway'));
    assert.equal((await openAiApi(httpTo(endpoint), endpoint).chat(question(), chatCall())).text, openAiText);
  });

  it('is what the user says where it lists no models', async () => {
    world.server.reply = ({ path }) =>
      path === '/chat/completions' ? stream(eventStream(shapesOf('OpenAI').chat)) : { status: 404 };
    const answer = await world.api().chat(question(), chatCall());
    assert.equal(answer.text, openAiText);
    const nameless = await failure(world.api({ model: '' }).chat(question(), chatCall()));
    assert.equal(nameless.code, 'bad-answer');
  });

  it('is not found out from a page, an error, or a wrong key', async () => {
    for (const [reply, code] of [
      [{ headers: { 'content-type': 'text/html' }, body: '<p>' }, 'bad-answer'],
      [json({ error: 'Unexpected endpoint or method. (GET /v1/models)' }), 'bad-answer'],
      [json({ error: { message: 'x' } }, 401), 'unauthorized'],
      [json({ data: 'none' }), 'bad-answer'],
      [json({ data: [] }), 'no-model'],
    ] as const) {
      world.server.reply = () => reply;
      const error = await failure(world.api({ model: '' }).ability(new AbortController().signal));
      assert.equal(error.code, code);
    }
  });
});

describe('completion of code', () => {
  const able = async (name: OpenAiProductName, more: Partial<Endpoint> = {}) => {
    world.server.reply = openAiHandler(shapesOf(name), () => json({}));
    const endpoint = endpointAt(world.server.address(), { roles: ['completion'], ...more });
    const client = openAiApi(httpTo(endpoint, { key }), endpoint);
    return { client, ability: await client.ability(new AbortController().signal) };
  };

  it('is found out by what the server counts', async () => {
    const forms = async (name: OpenAiProductName) => {
      const { ability } = await able(name, { model: 'm' });
      return [ability.infill, ability.family];
    };
    assert.deepEqual(await forms('vLLM'), ['raw', 'qwen-coder']);
    assert.deepEqual(await forms('SGLang'), ['suffix', null]);
    assert.deepEqual(await forms('LM Studio'), ['none', null]);
    assert.deepEqual(await forms('OpenAI'), ['none', null]);
    assert.deepEqual((await able('Mistral')).ability.infill, 'suffix');
    const probes = world.server.requests.length;
    await able('vLLM', { roles: ['chat'] });
    assert.equal(world.server.requests.length - probes, 1);
  });

  it('sends a raw prompt to vLLM, and ends at the stops', async () => {
    const { client } = await able('vLLM');
    const call = infillCall();
    const prompt = '<|fim_prefix|>const a = <|fim_suffix|>;\n<|fim_middle|>';
    const answer = await client.infill(gap({ prompt, stops: [';'] }), call);
    assert.deepEqual([answer.text, answer.stopReason], ['42', 'stop']);
    assert.deepEqual(call.texts, ['4', '42']);
    const { prompt: sent, suffix, stop, temperature } = world.server.requests.at(-1)?.body ?? {};
    assert.deepEqual([sent, suffix, stop, temperature], [prompt, undefined, [';'], 0]);
  });

  it('sends prefix and suffix where the server lays out the prompt', async () => {
    const { client } = await able('SGLang');
    const answer = await client.infill(gap({ seed: 5 }), infillCall());
    assert.deepEqual([answer.text, answer.stopReason], ['42;\nconst b', 'max-tokens']);
    assert.ok((answer.tokens.prompt ?? 0) > 0);
    const { prompt, suffix, seed, temperature } = world.server.requests.at(-1)?.body ?? {};
    assert.deepEqual([prompt, suffix, seed, temperature], ['const a = ', ';\n', 5, 0.6]);
  });

  it('goes to its own path at Mistral', async () => {
    const { client } = await able('Mistral');
    const answer = await client.infill(gap(), infillCall());
    assert.deepEqual([answer.text, answer.stopReason], ['42;', 'end']);
    assert.equal(world.server.asked.at(-1), 'POST /v1/fim/completions');
  });

  it('ends with what there is when it is enough, and with an error when it is stopped', async () => {
    const { client } = await able('vLLM');
    const handler = world.server.reply;
    world.server.reply = (request) =>
      request.body['stream'] === true
        ? stream(`data: ${chunk({ text: 'abc', finish_reason: null })}\n\n`, 'hang')
        : handler(request);
    const enough = new AbortController();
    const answer = client.infill(
      gap({ prompt: 'p' }),
      infillCall({ enough: enough.signal, onText: () => enough.abort() }),
    );
    assert.deepEqual([(await answer).text, (await answer).stopReason], ['abc', 'enough']);
    const stop = new AbortController();
    const stopped = client.infill(
      gap({ prompt: 'p' }),
      infillCall({ signal: stop.signal, onText: () => stop.abort() }),
    );
    assert.equal((await failure(stopped)).code, 'cancelled');
    await world.server.allClosed();
    assert.equal(world.server.closedEarly, 2);
  });

  it('is refused where there is no way', async () => {
    const { client } = await able('OpenAI', { model: 'm' });
    assert.equal((await failure(client.infill(gap(), infillCall()))).code, 'not-offered');
  });
});

describe('counting of tokens', () => {
  it('is vLLM’s, and never sent to a cloud', async () => {
    world.server.reply = openAiHandler(shapesOf('vLLM'), () => json({}));
    const signal = new AbortController().signal;
    const texts = ['<|fim_prefix|>abc', 'abcdef'];
    assert.deepEqual(await world.api({ class: 'own-network' }).countTokens(texts, signal), [2, 2]);
    assert.equal(
      await world.api({ class: 'cloud', address: world.server.address('/v1') }).countTokens(texts, signal),
      null,
    );
    world.server.reply = openAiHandler(shapesOf('MLX'), () => json({}));
    assert.equal(await world.api().countTokens(texts, signal), null);
    assert.deepEqual(world.server.asked.filter((path) => path.includes('tokenize')).length, 2);
  });
});
