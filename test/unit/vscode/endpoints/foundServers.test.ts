import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEndpoints } from '../../../../src/host/endpoints/endpointConfig.ts';
import type { FoundServer } from '../../../../src/remote/endpoints/discovery.ts';
import { foundChoices, foundEndpoint, foundEntry } from '../../../../src/vscode/endpoints/foundServers.ts';
import { madeUpAbility, madeUpEndpoint } from '../../../support/scriptedEndpoint.ts';

const ollama: FoundServer = {
  ...{ product: 'Ollama 0.12.3', address: 'http://127.0.0.1:11434', api: 'ollama' },
  ...{ models: ['coder:7b', 'chatter:8b'], wantsKey: false },
};
const studio: FoundServer = {
  ...{ product: 'LM Studio', address: 'http://127.0.0.1:1234', api: 'openai' },
  ...{ models: [], wantsKey: true },
};

describe('the servers that were found', () => {
  it('are listed with their models, so that one pick says all', () => {
    assert.deepEqual(
      foundChoices([ollama, studio], []).map(({ label, description, use }) => [
        label,
        description,
        use?.kind,
      ]),
      [
        ['Ollama 0.12.3 · 127.0.0.1:11434', undefined, undefined],
        ['$(plug) Use coder:7b', undefined, 'use'],
        ['$(plug) Use chatter:8b', undefined, 'use'],
        ['LM Studio · 127.0.0.1:1234', undefined, undefined],
        ['$(plug) Use LM Studio', 'wants a key', 'use'],
      ],
    );
  });

  it('are not named by a model that is the only one', () => {
    const [, one] = foundChoices([{ ...ollama, models: ['coder:7b'] }], []);
    assert.equal(one?.label, '$(plug) Use coder:7b');
    assert.ok(one.use?.kind === 'use');
    assert.equal(one.use.model, '');
  });

  it('say which of them is an endpoint already', () => {
    const known = madeUpEndpoint({ name: 'Mine', address: 'http://127.0.0.1:11434' });
    const [, first] = foundChoices([ollama], [known]);
    assert.deepEqual(first?.use, { kind: 'show', name: 'Mine' });
  });

  it('show no icons that are the names of models', () => {
    const [, first] = foundChoices([{ ...ollama, models: ['$(flame)'] }], []);
    assert.equal(first?.label, '$(plug) Use $ (flame)');
  });

  it('are used for all that they can do, under a name that is free', () => {
    const ability = { ...madeUpAbility, infill: 'raw' } as const;
    const others = [madeUpEndpoint({ name: 'Ollama' })];
    const entry = foundEntry(ollama, 'coder:7b', { ability, others });
    assert.deepEqual(entry, {
      ...{ name: 'Ollama 2', address: 'http://127.0.0.1:11434', api: 'ollama', model: 'coder:7b' },
      roles: ['chat', 'refactor', 'completion'],
    });
    assert.deepEqual(readEndpoints([entry]).problems, []);
  });

  it('are asked as what they are', () => {
    const { class: where, api, model } = foundEndpoint(ollama, 'coder:7b');
    assert.deepEqual([where, api, model], ['local', 'ollama', 'coder:7b']);
  });
});
