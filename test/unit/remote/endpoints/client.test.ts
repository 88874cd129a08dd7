import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { EndpointError, type EndpointErrorCode } from '../../../../src/core/endpoints/errors.ts';
import type { EndpointClient } from '../../../../src/core/endpoints/ports.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import type { EgressOpened } from '../../../../src/remote/egressTypes.ts';
import { createEndpointClient } from '../../../../src/remote/endpoints/client.ts';
import { SharedQuestion } from '../../../../src/remote/endpoints/sharedQuestion.ts';
import { endpointAt, gap, infillCall, keysOf } from '../../../support/endpoints.ts';
import { FakeLlamaServer, FakeLlamaSwap } from '../../../support/fakeServers/llamaServer.ts';
import { FakeOllama } from '../../../support/fakeServers/ollama.ts';
import { FakeServer, json, type FakeHandler } from '../../../support/fakeServers/server.ts';

const never = new AbortController().signal;
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function served(handler: FakeHandler): Promise<FakeServer> {
  const server = await FakeServer.start(handler);
  running.push(server);
  return server;
}

function clientAt(
  address: string,
  more: Partial<Endpoint> = {},
  opened: EgressOpened[] = [],
): EndpointClient {
  const egress = new Egress({
    ledger: (request) => {
      opened.push(request);
      return () => undefined;
    },
  });
  return createEndpointClient(endpointAt(address, { api: 'auto', ...more }), { egress, keys: keysOf(null) });
}

async function failure(promise: Promise<unknown>, code: EndpointErrorCode): Promise<EndpointError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof EndpointError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  }
  throw new Error(`Nothing failed with ${code}.`);
}

const models = (owner: string, ...ids: string[]) =>
  json({ object: 'list', data: ids.map((id) => ({ id, object: 'model', owned_by: owner })) });

describe('an interface that is found by asking', () => {
  it("is Ollama's, llama-server's or OpenAI's, whatever the address looks like", async () => {
    const ollama = await FakeOllama.start();
    const llama = await FakeLlamaServer.start();
    const swap = await FakeLlamaSwap.start();
    running.push(ollama.server, llama.server, swap);
    // As LM Studio does it, what it does not know it answers with 200.
    const studio = await served(({ method, path }) =>
      path === '/v1/models'
        ? models('organization_owner', 'm')
        : json({ error: `Unexpected endpoint or method. (${method} ${path})` }),
    );
    const vllm = await served(({ path }) => (path === '/v1/models' ? models('vllm', 'm') : { status: 404 }));
    const cases: [string, Partial<Endpoint>, string, string | null][] = [
      [ollama.server.address(), {}, 'ollama', 'Ollama 0.12.3'],
      [ollama.server.address('/v1'), {}, 'ollama', 'Ollama 0.12.3'],
      [llama.server.address(), {}, 'llama-server', 'llama-server b6700-4710dd31b'],
      [llama.server.address('/v1'), {}, 'llama-server', 'llama-server b6700-4710dd31b'],
      [swap.server.address(), { model: 'org/coder' }, 'llama-server', 'llama-swap'],
      [studio.address(), {}, 'openai', 'LM Studio'],
      [studio.address('/v1'), {}, 'openai', 'LM Studio'],
      [vllm.address(), {}, 'openai', 'vLLM'],
      [vllm.address('/v1'), { class: 'cloud' }, 'openai', 'vLLM'],
    ];
    for (const [address, more, api, product] of cases) {
      // Plain http to this machine is no cloud, but for the order of the questions.
      const ability = await clientAt(address, more).ability(never);
      assert.deepEqual([ability.api, ability.product], [api, product], address);
    }
  });

  it('is looked for with few questions, and none of them is a completion', async () => {
    const server = await served(({ path }) => (path === '/v1/models' ? models('x', 'm') : { status: 404 }));
    const opened: EgressOpened[] = [];
    await clientAt(server.address(), {}, opened).ability(never);
    assert.deepEqual(server.asked, ['GET /api/version', 'GET /props', 'GET /v1/models', 'GET /v1/models']);
    assert.ok(
      opened.every(({ purpose, about }) => purpose === 'endpoint-probe' && about?.purpose === 'probe'),
    );
  });

  it('is what stands behind llama-swap, if that is no llama-server', async () => {
    const swap = await FakeLlamaSwap.start();
    running.push(swap);
    swap.llama = false;
    const ability = await clientAt(swap.server.address(), { model: 'big' }).ability(never);
    assert.deepEqual([ability.api, ability.model], ['openai', 'big']);
  });

  it("is Anthropic's where the errors have its form", async () => {
    const said = {
      type: 'error',
      error: { type: 'authentication_error', message: 'x-api-key header is required' },
    };
    const server = await served(({ headers, path }) => {
      if (headers['x-api-key'] === undefined) return json(said, 401);
      return path.startsWith('/v1/models')
        ? json({
            data: [{ type: 'model', id: 'claude-sonnet-4-5', display_name: 'Claude' }],
            has_more: false,
          })
        : { status: 404 };
    });
    const egress = new Egress();
    const endpoint = endpointAt(server.address(), { api: 'auto', model: 'claude-sonnet-4-5' });
    const client = createEndpointClient(endpoint, { egress, keys: keysOf('k-1') });
    assert.equal((await client.ability(never)).api, 'anthropic');
  });

  it('is none where nothing of the kind answers', async () => {
    const web = await served(() => ({ headers: { 'content-type': 'text/html' }, body: '<h1>Hi</h1>' }));
    const error = await failure(clientAt(web.address()).ability(never), 'bad-answer');
    assert.match(error.message, /none of the interfaces/);
    const locked = await served(() => json({ error: 'no' }, 401));
    await failure(clientAt(locked.address()).ability(never), 'unauthorized');
    const gone = await served(() => ({ status: 404 }));
    await gone.stop();
    running.length = 0;
    await web.stop();
    await locked.stop();
    await failure(clientAt(gone.address()).ability(never), 'unreachable');
  });
});

describe('a client', () => {
  it('asks for nothing before it is used, and once for all who want to know', async () => {
    const ollama = await FakeOllama.start();
    running.push(ollama.server);
    const client = clientAt(ollama.server.address());
    assert.deepEqual(ollama.server.asked, []);
    const [one, two] = await Promise.all([client.ability(never), client.ability(never)]);
    assert.equal(one, two);
    await client.infill(gap({ prompt: 'x' }), infillCall());
    assert.equal(ollama.bodies('/api/show').length, 1);
    client.forget();
    await client.ability(never);
    assert.equal(ollama.bodies('/api/show').length, 2);
  });

  it('asks again after a failure that makes what it knows doubtful, and after no other', async () => {
    const ollama = await FakeOllama.start();
    running.push(ollama.server);
    const client = clientAt(ollama.server.address(), { roles: ['completion'] });
    const fails = async (status: number, code: EndpointErrorCode, error: string): Promise<number> => {
      ollama.instead = () => json({ error }, status);
      await failure(client.infill(gap({ prompt: 'x' }), infillCall()), code);
      ollama.instead = null;
      await client.infill(gap({ prompt: 'x' }), infillCall());
      return ollama.bodies('/api/show').length;
    };
    assert.equal(await fails(400, 'too-long', 'the input length exceeds the context length'), 1);
    assert.equal(await fails(429, 'rate-limited', 'slow down'), 1);
    assert.equal(await fails(500, 'server', 'llama runner process has terminated'), 2);
    assert.equal(await fails(404, 'no-model', "model 'x' not found"), 3);
  });

  it('knows nothing yet where it could not ask', async () => {
    let broken = true;
    const server = await served(({ path }) => {
      if (broken) return json({ error: 'down' }, 500);
      return path === '/v1/models' ? models('x', 'm') : { status: 404 };
    });
    const client = clientAt(server.address());
    await failure(client.ability(never), 'server');
    broken = false;
    assert.equal((await client.ability(never)).api, 'openai');
  });
});

describe('SharedQuestion', () => {
  it('is given up when nobody waits any more, and not before', async () => {
    const signals: AbortSignal[] = [];
    const question = new SharedQuestion<number>((signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const one = new AbortController();
    const two = new AbortController();
    const first = failure(question.answer(one.signal), 'cancelled');
    const second = failure(question.answer(two.signal), 'cancelled');
    one.abort();
    await first;
    assert.equal(signals[0]?.aborted, false);
    two.abort();
    await second;
    assert.equal(signals[0]?.aborted, true);
    void question.answer(never);
    assert.equal(signals.length, 2);
  });

  it('leaves no window to others where it is forgotten', async () => {
    const ollama = await FakeOllama.start();
    running.push(ollama.server);
    const options = { egress: new Egress(), keys: keysOf(null) };
    const at = (name: string, contextTokens: number): EndpointClient =>
      createEndpointClient(
        endpointAt(ollama.server.address(), { name, api: 'ollama', contextTokens }),
        options,
      );
    const large = at('large', 16_384);
    const small = at('small', 4096);
    await large.ability(never);
    const asked = async (): Promise<unknown> => {
      await small.infill(gap({ prompt: 'x' }), infillCall());
      return (ollama.bodies('/api/generate').at(-1)?.['options'] as { num_ctx: number }).num_ctx;
    };
    assert.equal(await asked(), 16_384);
    large.forget();
    assert.equal(await asked(), 4096);
  });

  it('forgets the answer that is meant only', async () => {
    let count = 0;
    const question = new SharedQuestion(() => Promise.resolve({ count: (count += 1) }));
    const old = await question.answer(never);
    question.forget();
    const fresh = await question.answer(never);
    question.forget(old);
    assert.equal(await question.answer(never), fresh);
    question.forget(fresh);
    assert.equal((await question.answer(never)).count, 3);
  });
});
