import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { difficultyOf, nothingHard, offerFrom } from '../../../../src/core/endpoints/difficulty.ts';
import { costOf, dollars, estimateTokens } from '../../../../src/core/endpoints/cost.ts';
import {
  chooseRoute,
  routeChoices,
  ruleFor,
  type RouteRule,
} from '../../../../src/core/endpoints/routing.ts';
import { madeUpEndpoint } from '../../../support/scriptedEndpoint.ts';

const cloud = madeUpEndpoint();
const team = madeUpEndpoint({ name: 'Team', class: 'own-network', roles: ['chat', 'hard'] });
const server = madeUpEndpoint({ name: 'Ollama', class: 'local', roles: ['refactor'] });
const rule = (more: Partial<RouteRule>): RouteRule => ({
  ...{ endpoint: 'Cloud', languages: [], folders: [], when: 'always' },
  ...more,
});
const facts = { language: 'python', path: 'services/billing/tax.py' };
const none = { endpoints: [cloud, server], rules: [], denies: () => false };

describe('who is asked', () => {
  it('is the local model, where nobody said anything else', () => {
    assert.deepEqual(chooseRoute('chat', null, facts, none), { route: 'local', reasons: [] });
  });

  it('is the endpoint that has the role', () => {
    assert.equal(chooseRoute('refactor', null, facts, none).route, 'Ollama');
    assert.equal(chooseRoute('chat', null, facts, { ...none, endpoints: [cloud, team] }).route, 'Team');
  });

  it('is whoever was chosen, whatever the rules say', () => {
    const world = { ...none, rules: [rule({})] };
    assert.equal(chooseRoute('chat', 'local', facts, world).route, 'local');
    assert.equal(chooseRoute('refactor', 'Cloud', facts, world).route, 'Cloud');
    assert.deepEqual(chooseRoute('chat', 'Ollama', facts, world), { route: 'Ollama', reasons: [] });
  });

  it('follows the first rule that fits, and says which', () => {
    const rules = [
      rule({ languages: ['rust'], endpoint: 'Ollama' }),
      rule({ languages: ['python'], folders: ['services/**'] }),
      rule({ endpoint: 'Ollama' }),
    ];
    assert.deepEqual(chooseRoute('chat', null, facts, { ...none, rules }), {
      route: 'Cloud',
      reasons: ['a rule of yours sends python in services/billing/tax.py to Cloud'],
    });
    assert.equal(
      chooseRoute('chat', null, { language: null, path: null }, { ...none, rules }).route,
      'Ollama',
    );
  });

  for (const [folder, fits] of [
    ['services', true],
    ['/services/', true],
    ['services/billing', true],
    ['billing', false],
    ['services/*/tax.py', true],
  ] as const) {
    it(`the folder ${folder} ${fits ? 'has' : 'has not'} the file`, () => {
      const world = { ...none, rules: [rule({ folders: [folder] })] };
      assert.equal(chooseRoute('chat', null, facts, world).route === 'Cloud', fits);
    });
  }

  it('fits a folder of a rule to each of several workspace folders', () => {
    const world = { ...none, rules: [rule({ folders: ['src/kernel'] })], severalFolders: true };
    const chosen = (path: string, severalFolders: boolean): string =>
      chooseRoute('chat', null, { language: 'c', path }, { ...world, severalFolders }).route;
    assert.equal(chosen('app/src/kernel/a.c', true), 'Cloud');
    assert.equal(chosen('src/kernel/a.c', true), 'Cloud');
    assert.equal(chosen('lib/app/src/kernel/a.c', true), 'local');
    assert.equal(chosen('app/src/kernel/a.c', false), 'local');
  });

  it('never follows a rule out of this machine with a file of the deny list', () => {
    const world = { ...none, rules: [rule({})], denies: () => true };
    assert.equal(chooseRoute('chat', null, facts, world).route, 'local');
    const here = { ...world, rules: [rule({ endpoint: 'Ollama' })] };
    assert.equal(chooseRoute('chat', null, facts, here).route, 'Ollama');
  });

  it('takes rules for hard questions and rules of endpoints that are gone for none', () => {
    const rules = [rule({ endpoint: 'Gone' }), rule({ when: 'hard' })];
    assert.equal(chooseRoute('chat', null, facts, { ...none, rules }).route, 'local');
    assert.equal(ruleFor('hard', facts, { ...none, rules })?.endpoint, 'Cloud');
  });

  it('can be chosen among the local model and the endpoints of the role and for hard questions', () => {
    const choices = routeChoices('chat', [cloud, server, team]);
    assert.deepEqual(
      choices.map(({ route, class: where, usual }) => [route, where, usual]),
      [
        ['local', null, false],
        ['Cloud', 'cloud', false],
        ['Team', 'own-network', true],
      ],
    );
  });
});

describe('whether another model may do better', () => {
  it('is not said of an answer without a sign', () => {
    assert.deepEqual(difficultyOf(nothingHard), { score: 0, reasons: [] });
  });

  it('is said from one sure sign on, and not from a weak one', () => {
    for (const sure of [
      'tooLong',
      'windowFull',
      'leftOut',
      'noModel',
      'empty',
      'repetition',
      'markedBad',
    ] as const) {
      const { score, reasons } = difficultyOf({ ...nothingHard, [sure]: true });
      assert.ok(score >= offerFrom, sure);
      assert.equal(reasons.length, 1);
    }
    assert.ok(difficultyOf({ ...nothingHard, failedChecks: 1 }).score < offerFrom);
    assert.ok(difficultyOf({ ...nothingHard, failedChecks: 2 }).score >= offerFrom);
    assert.equal(difficultyOf({ ...nothingHard, places: 9, wrongPlaces: 3 }).score, 0);
    assert.ok(difficultyOf({ ...nothingHard, places: 3, wrongPlaces: 2 }).score >= offerFrom);
  });
});

describe('cost', () => {
  it('is reckoned by the million', () => {
    assert.equal(costOf({ input: 3, output: 15 }, { prompt: 2000, generated: 1000 }), 0.021);
  });

  it('reads well', () => {
    assert.deepEqual([0, 0.00001, 0.0042, 0.0213, 1.5].map(dollars), [
      ...['$0', 'less than $0.0001', '$0.0042', '$0.021', '$1.50'],
    ]);
  });

  it('takes a token for 3.6 units of code, and for one of other scripts', () => {
    assert.equal(estimateTokens('x'.repeat(36)), 10);
    assert.equal(estimateTokens('語'.repeat(10)), 10);
    assert.equal(estimateTokens(''), 0);
  });
});
