import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { CompletionService } from '../../../../src/core/completion/service.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { EndpointCompletions } from '../../../../src/host/endpoints/endpointCompletions.ts';
import { createEndpointClient } from '../../../../src/remote/endpoints/client.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import { CompletionWorld } from '../../../support/completionWorld.ts';
import { endpointAt, keysOf } from '../../../support/endpoints.ts';
import { event, FakeLlamaServer } from '../../../support/fakeServers/llamaServer.ts';
import { FakeOllama } from '../../../support/fakeServers/ollama.ts';
import { json, stream } from '../../../support/fakeServers/server.ts';

const never = new AbortController().signal;
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** The whole pipeline over a server: what is typed at the picture's cursor is completed over real HTTP. */
function pipeline(picture: string, address: string, more: Partial<Endpoint> = {}) {
  const world = new CompletionWorld(picture);
  const endpoint = endpointAt(address, { api: 'auto', roles: ['completion'], ...more });
  const client = createEndpointClient(endpoint, { egress: new Egress(), keys: keysOf(null) });
  const completions = new EndpointCompletions({ client });
  const ports = { ...world.ports, complete: completions.complete.bind(completions) };
  const service = new CompletionService(ports, { cache: true, speculate: () => false });
  return { world, service, completions };
}

const code = 'function total(items) {\n  let sum = 0;\n  sum = █\n  return sum;\n}\n';

describe('the completion pipeline over a server', () => {
  it('shows what Ollama and llama-server write, and types through it without asking again', async () => {
    const ollama = await FakeOllama.start();
    const llama = await FakeLlamaServer.start();
    running.push(ollama.server, llama.server);
    for (const { fake, path } of [
      { fake: ollama, path: '/api/generate' },
      { fake: llama, path: '/completion' },
    ]) {
      fake.answer = ['items.re', 'duce(add, 0);', '\n  log(sum);\n'];
      const { world, service } = pipeline(code, fake.server.address());
      const outcome = await service.request(world.query(), never);
      assert.equal(outcome.record.reason, 'shown', outcome.record.detail);
      assert.equal(outcome.insertion?.text, 'items.reduce(add, 0);');
      assert.equal(outcome.record.tokens.prompt > 0, true);
      const [body] = fake.bodies(path);
      assert.match(
        String(body?.['prompt']),
        /<\|file_sep\|>a\.ts\n<\|fim_prefix\|>function total\(items\) \{\n {2}let sum = 0;\n<\|fim_suffix\|>/,
      );
      assert.ok(String(body?.['prompt']).endsWith('<|fim_middle|>  sum = '));
      service.shown(outcome);
      world.type('items.');
      const next = await service.request(world.query(), never);
      assert.equal(next.insertion?.text, 'reduce(add, 0);');
      assert.equal(fake.bodies(path).length, 1);
    }
  });

  it('ends a request at the server when the typing goes another way', async () => {
    const llama = await FakeLlamaServer.start();
    running.push(llama.server);
    const { world, service } = pipeline(code, llama.server.address());
    llama.instead = () => stream(event({ content: 'items', stop: false }), 'hang');
    const gone = new AbortController();
    const first = service.request(world.query(), gone.signal);
    while (llama.bodies('/completion').length === 0) await world.settle();
    llama.instead = null;
    llama.answer = ['0;'];
    gone.abort();
    world.type('x + ');
    const second = service.request(world.query(), never);
    assert.equal((await first).record.reason, 'superseded');
    assert.equal((await second).insertion?.text, '0;');
    while (llama.server.closedEarly === 0) await world.settle();
    assert.equal(llama.bodies('/completion').length, 2);
  });

  it('says why there is no suggestion, and does not ask a failing server at every key', async () => {
    const ollama = await FakeOllama.start();
    running.push(ollama.server);
    ollama.instead = () => json({ error: 'llama runner process has terminated' }, 500);
    const { world, service } = pipeline(code, ollama.server.address());
    const first = await service.request(world.query(), never);
    assert.equal(first.record.reason, 'engine');
    assert.match(
      first.record.detail,
      /^team has a problem of its own \(HTTP 500, “llama runner process has terminated”\)/,
    );
    const asked = ollama.server.requests.length;
    for (const key of 'abc') {
      world.type(key);
      const next = await service.request(world.query(), never);
      assert.match(next.record.detail, /not asked again for 2 s/);
    }
    assert.equal(ollama.server.requests.length, asked);
    await ollama.server.stop();
    running.length = 0;
    const byHand = await service.request(world.query({ manual: true }), never);
    assert.match(byHand.record.detail, /^team can't be reached/);
  });
});
