/** Who is asked for a refactor. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatModel } from '../../../../src/core/chat/ports.ts';
import {
  chooseRoute,
  routeChoices,
  ruleFor,
  type RouteRule,
} from '../../../../src/core/endpoints/routing.ts';
import type { Routes } from '../../../../src/host/endpoints/routes.ts';
import { RunRoute } from '../../../../src/vscode/refactor/runRoute.ts';
import { ScriptedModel } from '../../../support/chatPorts.ts';
import { cloudEndpoint } from '../../../support/outgoing.ts';

const facts = { language: 'typescript', path: 'src/a.ts' };
const model = (route: string): ChatModel => Object.assign(new ScriptedModel(), { route });

/** One endpoint for hard questions, with these rules. */
function world(...rules: readonly Partial<RouteRule>[]): RunRoute {
  const one = { endpoint: 'Company', languages: [], folders: [], when: 'hard' } as const;
  const routing = {
    endpoints: [cloudEndpoint],
    rules: rules.map((rule) => ({ ...one, ...rule })),
    denies: () => false,
  };
  const routes: Routes = {
    choices: (role) => routeChoices(role, routing.endpoints),
    choose: (role, chosen, about) => chooseRoute(role, chosen, about, routing),
    chooseHard: (about) => {
      const rule = ruleFor('hard', about, routing);
      return rule && { route: rule.endpoint, reasons: [`a rule of yours asks ${rule.endpoint} then`] };
    },
    model: (route) => (route === 'Company' ? model(route) : null),
    leaves: (route) => route !== 'local',
    denies: () => null,
  };
  return new RunRoute({ local: () => model('local'), routes });
}

describe('who is asked for a refactor', () => {
  it('is the local model, and there is nobody else, where there are no endpoints', () => {
    const route = new RunRoute({ local: () => model('local'), routes: null });
    assert.equal(route.model(facts).model.route, 'local');
    assert.deepEqual(route.others, []);
    assert.equal(route.goesOn('check', 2, facts), false);
  });

  it('is whoever the user chose, and the others may be asked then', () => {
    const route = world();
    assert.equal(route.model(facts).model.route, 'local');
    assert.deepEqual(
      route.others.map((other) => other.route),
      ['Company'],
    );
    route.choose('Company');
    assert.equal(route.model(facts).model.route, 'Company');
    assert.deepEqual(
      route.others.map((other) => other.route),
      ['local'],
    );
    assert.deepEqual(route.notes, []);
  });

  it('is whom a rule says, which is noted', () => {
    const route = world({ when: 'always', languages: ['typescript'] });
    assert.equal(route.model(facts).model.route, 'Company');
    assert.deepEqual(route.notes, ['A rule of yours sends typescript to Company.']);
    assert.equal(route.goesOn('check', 2, facts), false, 'it was not the local model that failed');
  });

  it('is whom a rule says once the local model failed, and only then', () => {
    const route = world({ when: 'hard' });
    assert.equal(route.model(facts).model.route, 'local');
    assert.equal(route.goesOn('check', 1, facts), false);
    assert.equal(route.goesOn('conflict', 2, facts), false);
    assert.equal(route.goesOn('check', 2, facts), true);
    assert.equal(route.model(facts).model.route, 'Company');
    assert.deepEqual(route.notes, [
      'The local answer failed its checks twice; a rule of yours asks Company then.',
    ]);
    assert.equal(route.goesOn('check', 2, facts), false);
  });

  it('stays the local model where the user chose that', () => {
    const route = world({ when: 'hard' });
    route.choose('local');
    assert.equal(route.model(facts).model.route, 'local');
    assert.equal(route.goesOn('check', 2, facts), false);
  });

  it('has the local model behind an endpoint, as whoever chose it', () => {
    const route = world({ when: 'always' });
    const byRule = route.model(facts);
    assert.deepEqual([byRule.fallback?.model.route, byRule.fallback?.chosen], ['local', false]);
    route.choose('Company');
    assert.equal(route.model(facts).fallback?.chosen, true);
    route.choose('local');
    assert.equal(route.model(facts).fallback, null);
  });

  it('has nobody behind an endpoint that is asked because the local model failed', () => {
    const route = world({ when: 'hard' });
    route.model(facts);
    assert.equal(route.goesOn('check', 2, facts), true);
    assert.equal(route.model(facts).fallback, null);
    route.choose('Company');
    assert.equal(route.model(facts).fallback?.model.route, 'local', 'the user wants it once more');
  });

  it('offers whom it was given up for, and asks them no more by itself', () => {
    const route = world({ when: 'always' }, { when: 'hard' });
    assert.equal(route.model(facts).model.route, 'Company');
    route.came('local');
    assert.deepEqual(
      route.others.map((other) => other.route),
      ['Company'],
    );
    assert.equal(route.goesOn('check', 2, facts), false);
  });
});
