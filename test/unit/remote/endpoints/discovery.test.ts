import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Egress } from '../../../../src/remote/egress.ts';
import { EgressError } from '../../../../src/remote/egressError.ts';
import type { EgressRequest } from '../../../../src/remote/egressTypes.ts';
import { findLocalServers, usualPorts } from '../../../../src/remote/endpoints/discovery.ts';
import { FakeLlamaServer, FakeLlamaSwap } from '../../../support/fakeServers/llamaServer.ts';
import { FakeOllama } from '../../../support/fakeServers/ollama.ts';
import { FakeServer, json } from '../../../support/fakeServers/server.ts';

const never = new AbortController().signal;

/** A machine whose ports lead to servers of the test; at all others nobody listens. */
function machine(servers: Readonly<Record<string, FakeServer>>) {
  const egress = new Egress();
  const asked: EgressRequest[] = [];
  return {
    asked,
    paths: (host: string) =>
      asked
        .map(({ address }) => new URL(address))
        .filter((url) => url.host === host)
        .map(({ pathname }) => pathname),
    request: (request: EgressRequest) => {
      asked.push(request);
      const url = new URL(request.address);
      const server = servers[url.host];
      if (server === undefined) return Promise.reject(new EgressError('refused', 'Nobody listens.'));
      return egress.request({ ...request, address: server.address(url.pathname) });
    },
  };
}

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function listing(owner: string, ids: readonly string[]): Promise<FakeServer> {
  const data = ids.map((id) => ({ id, object: 'model', owned_by: owner }));
  // As LM Studio does it: what it does not know it answers with 200, too.
  const server = await FakeServer.start(({ method, path }) =>
    path === '/v1/models'
      ? json({ object: 'list', data })
      : json({ error: `Unexpected endpoint or method. (${method} ${path})` }),
  );
  running.push(server);
  return server;
}

describe('findLocalServers', () => {
  it('asks this machine only, one question at each port, and finds nothing where nothing is', async () => {
    const nobody = machine({});
    assert.deepEqual(await findLocalServers(nobody, never), []);
    const hosts = nobody.asked.map(({ address }) => new URL(address).host).sort();
    const expected = usualPorts.flatMap(({ port }) => [`127.0.0.1:${port}`, `[::1]:${port}`]).sort();
    assert.deepEqual(hosts, expected);
    assert.ok(
      nobody.asked.every(
        ({ purpose, redirects, method }) =>
          purpose === 'discovery' && redirects === 0 && method === undefined,
      ),
    );
  });

  it('finds every server that it knows, with its models', async () => {
    const ollama = await FakeOllama.start();
    const llama = await FakeLlamaServer.start();
    const swap = await FakeLlamaSwap.start();
    running.push(ollama.server, llama.server, swap);
    const studio = await listing('organization_owner', ['qwen3-8b', 'other']);
    const jan = await listing('', ['jan-nano']);
    const gpt4all = await listing('humanity', ['Reasoner v1']);
    const box = machine({
      '127.0.0.1:11434': ollama.server,
      '[::1]:11434': ollama.server,
      '127.0.0.1:1234': studio,
      '127.0.0.1:8080': swap.server,
      '[::1]:8012': llama.server,
      '127.0.0.1:8000': await listing('vllm', ['Qwen/Qwen2.5-Coder-7B']),
      '127.0.0.1:1337': jan,
      '127.0.0.1:4891': gpt4all,
      '127.0.0.1:10240': await listing('', ['mlx-community/Qwen3']),
    });
    const found = await findLocalServers(box, never);
    assert.deepEqual(
      found.map(({ product, address, api, models }) => [product, address, api, models.join()]),
      [
        ['Ollama 0.12.3', 'http://127.0.0.1:11434', 'ollama', 'qwen2.5-coder:1.5b-base'],
        ['LM Studio', 'http://127.0.0.1:1234', 'openai', 'qwen3-8b,other'],
        ['llama-swap', 'http://127.0.0.1:8080', 'llama-server', 'big,org/coder'],
        ['llama-server b6700-4710dd31b', 'http://[::1]:8012', 'llama-server', llama.id],
        ['vLLM', 'http://127.0.0.1:8000', 'openai', 'Qwen/Qwen2.5-Coder-7B'],
        ['Jan', 'http://127.0.0.1:1337', 'openai', 'jan-nano'],
        ['GPT4All', 'http://127.0.0.1:4891', 'openai', 'Reasoner v1'],
        ['MLX', 'http://127.0.0.1:10240', 'openai', 'mlx-community/Qwen3'],
      ],
    );
    // A model that a question would load is not loaded for being found.
    assert.deepEqual(swap.running, []);
  });

  it('goes by what answers, not by whose port it is', async () => {
    const ollama = await FakeOllama.start();
    running.push(ollama.server);
    const found = await findLocalServers(
      machine({
        '127.0.0.1:8080': ollama.server,
        '127.0.0.1:11434': await listing('organization_owner', ['m']),
      }),
      never,
    );
    assert.deepEqual(
      found.map(({ product, api }) => [product, api]),
      [
        ['LM Studio', 'openai'],
        ['Ollama 0.12.3', 'ollama'],
      ],
    );
  });

  it('leaves out what is no server of models, and names one that wants a key or loads its model', async () => {
    const web = await FakeServer.start(() => ({
      headers: { 'content-type': 'text/html' },
      body: '<h1>Hi</h1>',
    }));
    const away = await FakeServer.start(() => ({
      status: 302,
      headers: { location: 'http://example.com/' },
    }));
    const locked = await FakeServer.start(() => json({ message: 'Missing token' }, 401));
    const loading = await FakeLlamaServer.start();
    loading.loading = true;
    running.push(web, away, locked, loading.server);
    const box = machine({
      '127.0.0.1:8000': web,
      '127.0.0.1:1234': away,
      '127.0.0.1:1337': locked,
      '127.0.0.1:8011': loading.server,
    });
    assert.deepEqual(await findLocalServers(box, never), [
      {
        product: 'llama-server',
        address: 'http://127.0.0.1:8011',
        api: 'llama-server',
        models: [],
        wantsKey: false,
      },
      { product: 'Jan', address: 'http://127.0.0.1:1337', api: 'openai', models: [], wantsKey: true },
    ]);
    assert.ok(box.asked.every(({ address }) => /^(127\.0\.0\.1|\[::1\])$/.test(new URL(address).hostname)));
  });

  it('gives up when nobody waits any more', async () => {
    const silent = await FakeServer.start(() => ({ body: [], then: 'hang' }));
    running.push(silent);
    const gone = new AbortController();
    const search = findLocalServers(machine({ '127.0.0.1:8000': silent }), gone.signal);
    while (silent.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    assert.deepEqual(await search, []);
    await silent.allClosed();
  });
});
