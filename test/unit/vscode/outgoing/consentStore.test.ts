/** What was said for a workspace once and for all: to whom it holds, and that it can be taken back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { WorkspaceConsents } from '../../../../src/vscode/outgoing/consentStore.ts';

/** VS Code's storage of a workspace. */
function memory(): { get(key: string): unknown; update(key: string, value: unknown): Promise<void> } {
  const kept = new Map<string, string>();
  return {
    get: (key) => (JSON.parse(kept.get(key) ?? 'null') as unknown) ?? undefined,
    update: (key, value) => {
      kept.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

const company = { name: 'Company', address: 'https://models.example.com/v1' };

describe('the consents of a workspace', () => {
  it('hold for an endpoint until another is said, or they are revoked', async () => {
    const consents = new WorkspaceConsents(memory());
    assert.equal(consents.get(company), null);
    await consents.set(company, 'always');
    assert.equal(consents.get(company), 'always');
    await consents.set(company, 'never');
    assert.equal(consents.get(company), 'never');
    assert.deepEqual(consents.all, [
      { name: 'Company', origin: 'https://models.example.com', consent: 'never' },
    ]);
    await consents.revoke(consents.all);
    assert.equal(consents.get(company), null);
  });

  it('hold for no other endpoint, and not for the same one at another address', async () => {
    const consents = new WorkspaceConsents(memory());
    await consents.set(company, 'always');
    for (const other of [
      { ...company, name: 'company' },
      { ...company, address: 'https://models.example.org/v1' },
      { ...company, address: 'http://models.example.com/v1' },
      { ...company, address: 'https://models.example.com:8443/v1' },
    ])
      assert.equal(consents.get(other), null, JSON.stringify(other));
    assert.equal(consents.get({ ...company, address: 'https://models.example.com/v2' }), 'always');
  });

  it('are kept over a restart, and what can’t be read is none', async () => {
    const kept = memory();
    await new WorkspaceConsents(kept).set(company, 'always');
    assert.equal(new WorkspaceConsents(kept).get(company), 'always');
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const broken = memory();
        await broken.update('hearth.outgoing.consents', value);
        assert.equal(new WorkspaceConsents(broken).get(company), null);
      }),
    );
  });

  it('are those that were said last, whatever was said and revoked before', async () => {
    const endpoint = fc.constantFrom(
      company,
      { ...company, name: 'Other' },
      { ...company, address: 'https://b.example' },
    );
    const said = fc.tuple(endpoint, fc.constantFrom('always' as const, 'never' as const, null));
    await fc.assert(
      fc.asyncProperty(fc.array(said), async (all) => {
        const consents = new WorkspaceConsents(memory());
        const expected = new Map<string, string | null>();
        for (const [one, consent] of all) {
          const { origin } = new URL(one.address);
          const isOf = (kept: { name: string; origin: string }): boolean =>
            kept.name === one.name && kept.origin === origin;
          if (consent === null) await consents.revoke(consents.all.filter(isOf));
          else await consents.set(one, consent);
          expected.set(`${one.name} ${one.address}`, consent);
        }
        for (const [one] of all) assert.equal(consents.get(one), expected.get(`${one.name} ${one.address}`));
      }),
    );
  });
});
