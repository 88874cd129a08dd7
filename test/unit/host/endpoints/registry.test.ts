import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import type { EndpointClient } from '../../../../src/core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../../../src/core/endpoints/types.ts';
import { Endpoints } from '../../../../src/host/endpoints/registry.ts';
import { madeUpAbility, madeUpEndpoint } from '../../../support/scriptedEndpoint.ts';

/** Clients that answer with what the test says. */
class Clients {
  readonly made: Endpoint[] = [];
  forgotten = 0;
  answer: () => Promise<EndpointAbility> = () => Promise.resolve(madeUpAbility);

  create = (of: Endpoint): EndpointClient => {
    this.made.push(of);
    const refused = (): Promise<never> => Promise.reject(new EndpointError('broken', 'Box broke off.'));
    return {
      endpoint: of,
      ability: () => this.answer(),
      chat: refused,
      infill: refused,
      countTokens: () => Promise.resolve(null),
      forget: () => void (this.forgotten += 1),
    };
  };
}

const signal = new AbortController().signal;
const box = madeUpEndpoint({ name: 'Box', roles: ['completion', 'chat'] });
const team = madeUpEndpoint({ name: 'Team', roles: ['chat', 'hard'] });

describe('the endpoints', () => {
  it('are found by name, and by the first that has a role', () => {
    const endpoints = new Endpoints(new Clients().create);
    assert.equal(endpoints.forRole('chat'), null);
    endpoints.set([box, team]);
    assert.equal(endpoints.byName('Team'), team);
    assert.equal(endpoints.byName('team'), null);
    assert.equal(endpoints.forRole('chat'), box);
    assert.equal(endpoints.forRole('hard'), team);
    assert.equal(endpoints.forRole('refactor'), null);
  });

  it('have a client when it is needed, and the same one for as long as they are the same', async () => {
    const clients = new Clients();
    const endpoints = new Endpoints(clients.create);
    endpoints.set([box, team]);
    assert.deepEqual(clients.made, []);
    const client = endpoints.client(box);
    await client.ability(signal);
    endpoints.set([{ ...team }, { ...box }]);
    assert.equal(endpoints.client(box), client);
    assert.equal(endpoints.state('Box').kind, 'answers');
    endpoints.set([{ ...box, model: 'other' }]);
    assert.notEqual(endpoints.client(box), client);
    assert.equal(endpoints.state('Box').kind, 'unknown');
    // The client of the entry that is gone keeps nothing.
    assert.equal(clients.forgotten, 1);
    assert.deepEqual(
      clients.made.map(({ model }) => model),
      ['large', 'other'],
    );
  });

  it('say in a sentence that one is gone', () => {
    const endpoints = new Endpoints(new Clients().create);
    assert.throws(() => endpoints.client(box), /^EndpointError: There is no endpoint "Box" any more/);
  });

  it('know what came of the last request, and nothing that nobody asked', async () => {
    const clients = new Clients();
    const endpoints = new Endpoints(clients.create);
    let changes = 0;
    endpoints.set([box]);
    const stop = endpoints.onChange(() => (changes += 1));
    assert.deepEqual(endpoints.state('Box'), { kind: 'unknown' });
    const said = { ...madeUpAbility, product: 'Ollama 0.12.3' };
    clients.answer = () => Promise.resolve(said);
    await endpoints.client(box).ability(signal);
    await endpoints.client(box).ability(signal);
    assert.deepEqual(endpoints.state('Box'), { kind: 'answers', ability: said });
    assert.equal(changes, 1, 'the same news is none');
    clients.answer = () => Promise.reject(new EndpointError('unreachable', "Box can't be reached."));
    await assert.rejects(endpoints.client(box).ability(signal));
    assert.deepEqual(endpoints.state('Box'), { kind: 'failed', sentence: "Box can't be reached." });
    assert.equal(changes, 2);
    endpoints.forget('Box');
    assert.deepEqual(endpoints.state('Box'), { kind: 'unknown' });
    assert.equal(clients.forgotten, 1);
    assert.equal(changes, 3);
    stop();
    endpoints.set([]);
    assert.equal(changes, 3);
  });

  for (const code of ['cancelled', 'forbidden', 'refused'] as const) {
    it(`are not said to have failed by what was ${code}`, async () => {
      const clients = new Clients();
      const endpoints = new Endpoints(clients.create);
      endpoints.set([box]);
      clients.answer = () => Promise.reject(new EndpointError(code, 'No.'));
      await assert.rejects(endpoints.client(box).ability(signal));
      assert.deepEqual(endpoints.state('Box'), { kind: 'unknown' });
    });
  }

  it('tell nobody of a configuration that is as before', () => {
    const endpoints = new Endpoints(new Clients().create);
    endpoints.set([box, team]);
    let changes = 0;
    endpoints.onChange(() => (changes += 1));
    endpoints.set([{ ...box }, { ...team }]);
    assert.equal(changes, 0);
    endpoints.set([team, box]);
    assert.equal(changes, 1);
  });
});
