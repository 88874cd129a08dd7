import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { abilityText, possibleRoles, rolesText } from '../../../../src/host/endpoints/endpointText.ts';
import { madeUpAbility } from '../../../support/scriptedEndpoint.ts';

describe('what an endpoint can do, in words', () => {
  const box = { name: 'Box' };

  it('says who it is, with which model, and in what window', () => {
    const all = { tools: true, thinking: true, infill: 'suffix', embeddings: true } as const;
    const ability = { ...madeUpAbility, ...all, product: 'Ollama 0.12.3', model: 'coder:7b' };
    assert.equal(
      abilityText(box, ability),
      'Box answers: Ollama 0.12.3 with coder:7b. It can chat, call tools, think before it answers, complete code and ' +
        'make embeddings, in a window of 32,768 tokens.',
    );
  });

  it('says no more than is known', () => {
    const ability = { ...madeUpAbility, model: '', contextTokens: null, tools: false };
    assert.equal(
      abilityText(box, ability),
      'Box answers: a server with an OpenAI-compatible interface. It can chat.',
    );
  });

  it('says so where it can do nothing that Hearth needs', () => {
    const ability = { ...madeUpAbility, chat: false, tools: false };
    assert.match(
      abilityText(box, ability),
      /^Box answers \(.*\), but it can neither chat nor complete code\.$/,
    );
  });

  it('names roles', () => {
    assert.equal(rolesText(['completion', 'chat', 'hard']), 'completion, chat and hard questions');
    assert.equal(rolesText([]), 'no role');
  });
});

describe('the roles that an endpoint can have', () => {
  it('are those that it can do', () => {
    assert.deepEqual(possibleRoles(madeUpAbility), ['chat', 'refactor', 'hard']);
    assert.deepEqual(possibleRoles({ ...madeUpAbility, chat: false, infill: 'raw' }), ['completion']);
    assert.deepEqual(possibleRoles({ ...madeUpAbility, chat: false }), []);
  });

  it('are all where it was not asked', () => {
    assert.deepEqual(possibleRoles(null), ['chat', 'refactor', 'completion', 'hard']);
  });
});
