import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeyStore, type Secrets } from '../../../../src/vscode/endpoints/keyStore.ts';

/** The editor's storage, shared by all windows. */
class MadeUpSecrets implements Secrets {
  readonly kept = new Map<string, string>();
  readonly #listeners = new Set<(event: { readonly key: string }) => unknown>();

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept.get(key));
  }

  store(key: string, value: string): Promise<void> {
    this.kept.set(key, value);
    for (const listener of this.#listeners) listener({ key });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.kept.delete(key);
    for (const listener of this.#listeners) listener({ key });
    return Promise.resolve();
  }

  onDidChange(listener: (event: { readonly key: string }) => unknown): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }
}

const team = { name: 'Team', address: 'https://models.example.org/api/v1' };

describe('the keys of endpoints', () => {
  it('are kept for a name and an origin', async () => {
    const keys = new KeyStore(new MadeUpSecrets());
    assert.equal(await keys.get(team), null);
    await keys.set(team, ' sk-1 ');
    assert.equal(await keys.get(team), 'sk-1');
    assert.equal(await keys.get({ ...team, address: 'https://models.example.org/other' }), 'sk-1');
    assert.equal(await keys.get({ ...team, name: 'Other' }), null);
  });

  for (const address of [
    'https://evil.example/api/v1',
    'http://models.example.org/api/v1',
    'https://models.example.org:8443/api/v1',
    'https://models.example.org.evil.example',
  ]) {
    it(`go nowhere else than they were typed for: not to ${address}`, async () => {
      const keys = new KeyStore(new MadeUpSecrets());
      await keys.set(team, 'sk-1');
      assert.equal(await keys.get({ ...team, address }), null);
      assert.equal(await keys.state({ ...team, address }), 'other-address');
    });
  }

  it('are there again when the address is as it was', async () => {
    const keys = new KeyStore(new MadeUpSecrets());
    await keys.set(team, 'sk-1');
    assert.equal(await keys.get({ ...team, address: 'https://other.example' }), null);
    assert.equal(await keys.get(team), 'sk-1');
    assert.equal(await keys.state(team), 'set');
  });

  it('are one for each name, and are gone when they are deleted', async () => {
    const secrets = new MadeUpSecrets();
    const keys = new KeyStore(secrets);
    await keys.set(team, 'sk-1');
    await keys.set({ name: 'TEAM', address: 'https://new.example' }, 'sk-2');
    assert.equal(await keys.get(team), null);
    await keys.delete(team);
    assert.equal(secrets.kept.size, 0);
    assert.equal(await keys.state(team), 'none');
  });

  it('tell of what another window did', async () => {
    const secrets = new MadeUpSecrets();
    const [here, there] = [new KeyStore(secrets), new KeyStore(secrets)];
    const heard: boolean[][] = [];
    const listening = here.onChange((isOf) => heard.push([isOf('team'), isOf('Other')]));
    await there.set(team, 'sk-1');
    await secrets.store('of something else', 'x');
    await there.delete(team);
    listening.dispose();
    await there.set(team, 'sk-3');
    assert.deepEqual(heard, [
      [true, false],
      [true, false],
    ]);
  });

  for (const text of ['', 'sk-1', '{}', '{"origin":7,"key":"x"}', '[]']) {
    it(`are none where the storage has ${JSON.stringify(text)}`, async () => {
      const secrets = new MadeUpSecrets();
      const keys = new KeyStore(secrets);
      await keys.set(team, 'sk-1');
      for (const key of secrets.kept.keys()) secrets.kept.set(key, text);
      assert.equal(await keys.get(team), null);
      assert.equal(await keys.state(team), 'none');
    });
  }
});
