import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { consentNeed, DenyList } from '../../../../src/core/endpoints/consent.ts';

describe('what consent an endpoint needs', () => {
  const cases = [
    ['local', true, null, 'granted'],
    ['local', false, 'never', 'granted'],
    ['own-network', true, null, 'ask'],
    ['own-network', true, 'always', 'granted'],
    ['own-network', false, 'always', 'refused'],
    ['cloud', true, null, 'ask'],
    ['cloud', true, 'always', 'granted'],
    ['cloud', true, 'never', 'refused'],
    ['cloud', false, 'always', 'refused'],
    ['cloud', false, null, 'refused'],
  ] as const;
  for (const [where, trusted, stored, kind] of cases) {
    it(`${where}, ${trusted ? 'trusted' : 'not trusted'}, ${stored ?? 'nothing said'}: ${kind}`, () => {
      assert.equal(consentNeed({ name: 'A', class: where }, { trusted, stored }).kind, kind);
    });
  }

  it('says why it is refused, and what to do', () => {
    const untrusted = consentNeed({ name: 'Team', class: 'cloud' }, { trusted: false, stored: null });
    assert.match(untrusted.kind === 'refused' ? untrusted.message : '', /Team.*not trusted: trust it/);
    const never = consentNeed({ name: 'Team', class: 'cloud' }, { trusted: true, stored: 'never' });
    assert.match(never.kind === 'refused' ? never.message : '', /Revoke Consents/);
  });
});

describe('the deny list', () => {
  const cases: readonly (readonly [glob: string, path: string, denied: boolean])[] = [
    ['secret.ts', 'src/deep/secret.ts', true],
    ['secret.ts', 'src/secret.tsx', false],
    ['clients', 'clients/acme/a.ts', true],
    ['clients/', 'src/clients/acme/a.ts', true],
    ['clients/**', 'clients/acme/deep/a.ts', true],
    ['/clients', 'clients/a.ts', true],
    ['/clients', 'web/src/clients/a.ts', false],
    ['src/*/keys', 'src/a/keys/b.pem', true],
    ['src/*/keys', 'src/a/b/keys/b.pem', false],
    ['**/.env*', '.env.local', true],
    ['**/.env*', 'web/.env', true],
    ['*.{pem,key}', 'a/b.PEM', true],
    ['src/billing', 'shop/src/billing/a.ts', true],
    // Backslashes, as Windows has them, and as signs are taken for what they are.
    [String.raw`secret\keys.txt`, 'secret/keys.txt', true],
    [String.raw`src\private\**`, 'src/private/deep/a.ts', true],
    ['src\\private\\', 'src/private/a.ts', true],
    [String.raw`src/\[id\]/**`, 'src/[id]/a.ts', true],
    ['src/private', String.raw`src\private\a.ts`, true],
    // Composed and decomposed letters.
    ['r\u00e9sum\u00e9/**', 're\u0301sume\u0301/a.ts', true],
    ['re\u0301sume\u0301', 'a/r\u00e9sum\u00e9/a.ts', true],
    // Files outside of the workspace.
    ['src/billing', '/home/ann/shop/src/billing/a.ts', true],
    ['/clients', '/home/ann/clients/a.ts', true],
    ['/home/ann/**', '/home/ann/a.ts', true],
    ['**/.aws/**', '/home/ann/.aws/credentials', true],
    ['Users/Ann/*.txt', String.raw`C:\Users\Ann\a.txt`, true],
    ['src/billing', '/home/ann/src/bill/a.ts', false],
    ['~$*.docx', 'docs/~$letter.docx', true],
  ];
  for (const [glob, path, denied] of cases) {
    it(`${glob} ${denied ? 'denies' : 'lets pass'} ${path}`, () => {
      assert.equal(new DenyList([glob]).denies(path), denied);
    });
  }

  it('names what it can’t read', () => {
    assert.deepEqual(new DenyList(['ok', 'a'.repeat(400)]).unreadable, ['a'.repeat(400)]);
    assert.deepEqual(new DenyList(['', '  ']).unreadable, []);
    const unclear = ['!keep.ts', '!**', '~', '~/x/**', String.raw`~ann\x`, '../up/**', 'a/../b'];
    assert.deepEqual(new DenyList([...unclear, '~$*', 'a..b', './a']).unreadable, unclear);
  });

  it('denies every path below a denied folder', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
    fc.assert(
      fc.property(
        name,
        fc.array(name, { maxLength: 4 }),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        (folder, above, below) => {
          assert.ok(new DenyList([folder]).denies([...above, folder, ...below].join('/')));
        },
      ),
    );
  });
});
