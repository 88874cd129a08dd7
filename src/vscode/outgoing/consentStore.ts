import * as v from 'valibot';
import type { StoredConsent } from '../../core/endpoints/consent.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { originOf } from '../../host/endpoints/address.ts';

/** The part of VS Code's storage for a workspace that is needed. No file of the workspace reaches it. */
export interface ConsentMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** What was said for this workspace once and for all. */
export interface KeptConsent {
  /** The endpoint's name, and the origin that its address had. */
  readonly name: string;
  readonly origin: string;
  readonly consent: 'always' | 'never';
}

const key = 'hearth.outgoing.consents';
const keptSchema = v.array(
  v.object({ name: v.string(), origin: v.string(), consent: v.picklist(['always', 'never']) }),
);

/**
 * What may be sent from this workspace without a question, and what may never be. It holds for an endpoint's name and
 * origin: one whose address was changed is asked about anew.
 */
export class WorkspaceConsents {
  readonly #memory: ConsentMemory;

  constructor(memory: ConsentMemory) {
    this.#memory = memory;
  }

  /** All, the oldest first. */
  get all(): readonly KeptConsent[] {
    const parsed = v.safeParse(keptSchema, this.#memory.get(key) ?? []);
    // What can't be read is no consent.
    return parsed.success ? parsed.output : [];
  }

  get(endpoint: Pick<Endpoint, 'name' | 'address'>): StoredConsent {
    return this.all.find(isOf(endpoint))?.consent ?? null;
  }

  async set(endpoint: Pick<Endpoint, 'name' | 'address'>, consent: 'always' | 'never'): Promise<void> {
    const others = this.all.filter((kept) => !isOf(endpoint)(kept));
    const kept: KeptConsent = { name: endpoint.name, origin: originOf(endpoint.address), consent };
    await this.#memory.update(key, [...others, kept]);
  }

  /** Forgets some of them: what they were for is asked about again. */
  async revoke(some: readonly KeptConsent[]): Promise<void> {
    const left = this.all.filter(
      ({ name, origin }) => !some.some((one) => one.name === name && one.origin === origin),
    );
    await this.#memory.update(key, left);
  }
}

function isOf({ name, address }: Pick<Endpoint, 'name' | 'address'>): (kept: KeptConsent) => boolean {
  const origin = originOf(address);
  return (kept) => kept.name === name && kept.origin === origin;
}
