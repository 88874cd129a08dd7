import * as v from 'valibot';
import type { StoredConsent } from '../../core/endpoints/consent.ts';
import type { Endpoint, EndpointClass } from '../../core/endpoints/types.ts';
import { originOf } from '../../host/endpoints/address.ts';

/** The part of VS Code's storage for a workspace that is needed. No file of the workspace reaches it. */
export interface ConsentMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** What was said for this workspace once and for all of an endpoint, by its name and the origin that its address had. */
export type KeptConsent =
  | { readonly name: string; readonly origin: string; readonly consent: 'never' }
  | {
      readonly name: string;
      readonly origin: string;
      readonly consent: 'always';
      /** The whole address, and where it stood: behind one origin may be several people's servers. */
      readonly address: string;
      readonly class: EndpointClass;
    };

const key = 'hearth.outgoing.consents';
const whose = { name: v.string(), origin: v.string() };
const keptSchema = v.variant('consent', [
  v.object({ ...whose, consent: v.literal('never') }),
  v.object({
    ...{ ...whose, consent: v.literal('always'), address: v.string() },
    class: v.picklist(['local', 'own-network', 'cloud']),
  }),
]);

/** The part of an endpoint that a consent is about. */
type Asked = Pick<Endpoint, 'name' | 'address' | 'class'>;

/**
 * What may be sent from this workspace without a question, and what may never be. The first holds for an endpoint's name,
 * whole address and class: where one of them was changed, it is asked about anew. The second holds for its name and
 * origin.
 */
export class WorkspaceConsents {
  readonly #memory: ConsentMemory;

  constructor(memory: ConsentMemory) {
    this.#memory = memory;
  }

  /** All, the oldest first. */
  get all(): readonly KeptConsent[] {
    const kept = this.#memory.get(key);
    // What can't be read is no consent, and takes no other with it.
    return (Array.isArray(kept) ? kept : []).flatMap((one) => {
      const parsed = v.safeParse(keptSchema, one);
      return parsed.success ? [parsed.output] : [];
    });
  }

  get(endpoint: Asked): StoredConsent {
    const kept = this.all.find(isOf(endpoint));
    if (kept?.consent !== 'always') return kept?.consent ?? null;
    return kept.address === endpoint.address && kept.class === endpoint.class ? 'always' : null;
  }

  async set({ name, address, class: where }: Asked, consent: 'always' | 'never'): Promise<void> {
    const whose = { name, origin: originOf(address) };
    const others = this.all.filter((kept) => !isOf({ name, address })(kept));
    const kept: KeptConsent =
      consent === 'never' ? { ...whose, consent } : { ...whose, consent, address, class: where };
    await this.#memory.update(key, [...others, kept]);
  }

  /** Forgets some of them: what they were for is asked about again. */
  async revoke(some: readonly Pick<KeptConsent, 'name' | 'origin'>[]): Promise<void> {
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
