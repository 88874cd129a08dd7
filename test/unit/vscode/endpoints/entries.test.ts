import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readEndpoints, type EndpointEntry } from '../../../../src/host/endpoints/endpointConfig.ts';
import {
  freeName,
  proposedRoles,
  withEntry,
  withoutEntry,
} from '../../../../src/vscode/endpoints/entries.ts';
import { presets } from '../../../../src/vscode/endpoints/presets.ts';
import { madeUpAbility } from '../../../support/scriptedEndpoint.ts';

const entry: EndpointEntry = { name: 'Box', address: 'http://127.0.0.1:1234', api: 'auto', model: '' };

describe('the setting of endpoints', () => {
  it('gets an entry more, without what is the default anyway', () => {
    assert.deepEqual(withEntry(undefined, entry), [{ name: 'Box', address: 'http://127.0.0.1:1234' }]);
    const full: EndpointEntry = { ...entry, api: 'ollama', model: 'coder', roles: ['chat'], network: 'own' };
    assert.deepEqual(withEntry([], full), [full]);
  });

  it('keeps what was there as it was, what is broken too', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (before) => {
        assert.deepEqual(withEntry(before, entry).slice(0, -1), before);
        const others = before.filter((value) => (value as { name?: unknown } | null)?.name !== 'Box');
        assert.deepEqual(withoutEntry(withEntry(others, entry), 'Box'), others);
      }),
    );
  });

  it('loses the entry of a name, and no other', () => {
    const before = [{ name: ' Box ' }, { name: 'Box 2' }, 'Box', null];
    assert.deepEqual(withoutEntry(before, 'Box'), [{ name: 'Box 2' }, 'Box', null]);
    assert.deepEqual(withoutEntry('nonsense', 'Box'), []);
  });
});

describe('a name for an endpoint', () => {
  it('is the wanted one, or one with a number', () => {
    assert.equal(freeName('Ollama', []), 'Ollama');
    assert.equal(freeName('Ollama', [{ name: 'ollama' }, { name: 'Ollama 2' }]), 'Ollama 3');
    assert.equal(freeName('local', []), 'local 2');
  });
});

describe('the roles that are proposed', () => {
  const able = { ...madeUpAbility, infill: 'suffix' } as const;

  it("are all that a server of one's own can do", () => {
    assert.deepEqual(proposedRoles({ class: 'local' }, able), ['chat', 'refactor', 'completion']);
    assert.deepEqual(proposedRoles({ class: 'own-network' }, madeUpAbility), ['chat', 'refactor']);
  });

  it('are hard questions for a service', () => {
    assert.deepEqual(proposedRoles({ class: 'cloud' }, able), ['hard']);
  });

  it('leave completions to the local model where nobody knows', () => {
    assert.deepEqual(proposedRoles({ class: 'local' }, null), ['chat', 'refactor']);
  });
});

describe('the kinds of servers that are offered', () => {
  for (const { name, address, api, kind } of presets.filter((preset) => preset.address !== '')) {
    it(`${name} has an address that the settings take, on this machine or by https`, () => {
      const { endpoints, problems } = readEndpoints([{ name, address, api }]);
      assert.deepEqual(problems, []);
      assert.equal(endpoints[0]?.address, address);
      assert.equal(endpoints[0]?.class, kind === 'own' ? 'local' : 'cloud');
    });
  }
});
