import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DenyList } from '../../../../src/core/endpoints/consent.ts';
import { defaultDeny } from '../../../../src/host/endpoints/defaultDeny.ts';

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, { default?: unknown }>>;
    }[];
  };
}

describe('the default deny list', () => {
  it('is the one of the setting', () => {
    const file = new URL('../../../../package.json', import.meta.url);
    const { contributes } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const settings = Object.assign(
      {},
      ...contributes.configuration.map(({ properties }) => properties),
    ) as Readonly<Record<string, { default?: unknown }>>;
    assert.deepEqual(settings['hearth.routing.deny']?.default, defaultDeny);
  });

  it('can be read, and keeps what its names say', () => {
    const list = new DenyList(defaultDeny);
    assert.deepEqual(list.unreadable, []);
    for (const path of [
      '.env.local',
      'secrets/keys.ts',
      'a/secrets/b/c.ts',
      'deploy/prod.tfvars',
      'id_rsa.pub',
    ])
      assert.ok(list.denies(path), path);
    for (const path of ['src/secrets.ts', 'README.md', 'src/env.ts']) assert.ok(!list.denies(path), path);
  });
});
