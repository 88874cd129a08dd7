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

const company = { name: 'Company', address: 'https://models.example.com/team-a/v1', class: 'cloud' } as const;

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

  const elsewhere = [
    { ...company, name: 'company' },
    { ...company, address: 'https://models.example.org/team-a/v1' },
    { ...company, address: 'http://models.example.com/team-a/v1' },
    { ...company, address: 'https://models.example.com:8443/team-a/v1' },
  ];
  const behindTheSameOrigin = [
    { ...company, address: 'https://models.example.com/someone-else/v1' },
    { ...company, address: 'https://models.example.com' },
    { ...company, class: 'own-network' as const },
  ];

  it('hold for no other endpoint, and an agreement not for the same one at another address or place', async () => {
    const consents = new WorkspaceConsents(memory());
    await consents.set(company, 'always');
    for (const other of [...elsewhere, ...behindTheSameOrigin])
      assert.equal(consents.get(other), null, JSON.stringify(other));
    const [, moved] = behindTheSameOrigin;
    assert.ok(moved !== undefined);
    await consents.set(moved, 'always');
    assert.deepEqual([consents.get(moved), consents.get(company)], ['always', null]);
    // The list has no consent that nothing is sent by, and what it has can be taken back.
    assert.deepEqual(
      consents.all.map((kept) => kept.consent === 'always' && kept.address),
      [moved.address],
    );
    await consents.revoke(consents.all);
    assert.equal(consents.get(moved), null);
  });

  it('are a refusal for all that is behind the same origin', async () => {
    const consents = new WorkspaceConsents(memory());
    await consents.set(company, 'never');
    for (const other of elsewhere) assert.equal(consents.get(other), null, JSON.stringify(other));
    for (const other of behindTheSameOrigin)
      assert.equal(consents.get(other), 'never', JSON.stringify(other));
  });

  it('are asked about again where an agreement does not say what it was for, and refusals stay', async () => {
    const kept = memory();
    const { name } = company;
    const origin = 'https://models.example.com';
    const other = { name: 'Other', address: 'https://b.example', class: 'cloud' } as const;
    await kept.update('hearth.outgoing.consents', [
      { name, origin, consent: 'always' },
      { name: 'Other', origin: 'https://b.example', consent: 'never' },
    ]);
    const consents = new WorkspaceConsents(kept);
    assert.deepEqual([consents.get(company), consents.get(other)], [null, 'never']);
    await consents.set(company, 'always');
    assert.deepEqual([consents.get(company), consents.get(other)], ['always', 'never']);
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
