import * as v from 'valibot';
import type { EndpointKeys } from '../../core/endpoints/ports.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { originOf } from '../../host/endpoints/address.ts';

/** The editor's storage of secrets, as far as keys need it. */
export interface Secrets {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
  onDidChange(listener: (event: { readonly key: string }) => unknown): { dispose(): unknown };
}

/** Whether an endpoint has a key, and whether it is sent: one that was set for another address is not. */
export type KeyState = 'set' | 'other-address' | 'none';

const storedSchema = v.object({ origin: v.string(), key: v.string() });
const prefix = 'hearth.endpoints.key/';

/**
 * The keys of endpoints, in the editor's storage of secrets and nowhere else. A key belongs to the name and the origin
 * that it was typed for: where the endpoint's address leads elsewhere now, there is none.
 */
export class KeyStore implements EndpointKeys {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Null where there is none for this origin. Rejects where the system's storage of secrets can't be used. */
  async get({ name, address }: Pick<Endpoint, 'name' | 'address'>): Promise<string | null> {
    const stored = await this.#stored(name);
    return stored?.origin === originOf(address) ? stored.key : null;
  }

  /** Whether there is one, and whether it is for this origin. Rejects as `get` does. */
  async state({ name, address }: Pick<Endpoint, 'name' | 'address'>): Promise<KeyState> {
    const stored = await this.#stored(name);
    if (stored === null) return 'none';
    return stored.origin === originOf(address) ? 'set' : 'other-address';
  }

  /** Keeps a key for an endpoint as it is now, in the place of the one before. */
  async set({ name, address }: Pick<Endpoint, 'name' | 'address'>, key: string): Promise<void> {
    await this.#secrets.store(placeOf(name), JSON.stringify({ origin: originOf(address), key: key.trim() }));
  }

  async delete({ name }: Pick<Endpoint, 'name'>): Promise<void> {
    await this.#secrets.delete(placeOf(name));
  }

  /** Calls back when some key was set or removed, in another window too, with a test for whose it was. */
  onChange(listener: (isOf: (name: string) => boolean) => void): { dispose(): unknown } {
    return this.#secrets.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) listener((name) => placeOf(name) === key);
    });
  }

  async #stored(name: string): Promise<v.InferOutput<typeof storedSchema> | null> {
    const text = await this.#secrets.get(placeOf(name));
    if (text === undefined) return null;
    try {
      return v.parse(storedSchema, JSON.parse(text));
    } catch {
      // What Hearth did not write is no key.
      return null;
    }
  }
}

function placeOf(name: string): string {
  return `${prefix}${name.trim().toLowerCase()}`;
}
