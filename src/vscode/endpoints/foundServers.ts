import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { classOf, hostOf } from '../../host/endpoints/address.ts';
import type { EndpointEntry } from '../../host/endpoints/endpointConfig.ts';
import type { FoundServer } from '../../remote/endpoints/discovery.ts';
import { freeName, proposedRoles } from './entries.ts';

/** An entry of the list of what was found; one without `use` is a heading. */
export interface FoundChoice {
  readonly label: string;
  readonly description?: string;
  readonly use: FoundUse | null;
}

/** What picking an entry does: uses a server with a model ('': its only one), or shows an endpoint that is there. */
export type FoundUse =
  | { readonly kind: 'use'; readonly server: FoundServer; readonly model: string }
  | { readonly kind: 'show'; readonly name: string };

/** Of one server, so many models are listed. */
const mostModels = 50;

/** What was found as a list: each server with its models, so that one pick says all. */
export function foundChoices(
  servers: readonly FoundServer[],
  endpoints: readonly Endpoint[],
): readonly FoundChoice[] {
  return servers.flatMap((server) => {
    const heading = { label: `${server.product} · ${hostOf(server.address)}`, use: null };
    const known = endpoints.find(({ address }) => hostOf(address) === hostOf(server.address));
    const there: readonly FoundChoice[] =
      known === undefined
        ? []
        : [
            {
              label: `$(check) ${plain(known.name)}`,
              description: 'is an endpoint already',
              use: { kind: 'show', name: known.name },
            },
          ];
    return [heading, ...there, ...uses(server)];
  });
}

function uses(server: FoundServer): readonly FoundChoice[] {
  const { product, models, wantsKey } = server;
  if (models.length < 2) {
    const [only] = models;
    const label = `$(plug) Use ${plain(only ?? product)}`;
    const description = wantsKey ? 'wants a key' : only === undefined ? 'has no model yet' : '';
    return [{ label, description, use: { kind: 'use', server, model: '' } }];
  }
  return models.slice(0, mostModels).map((model) => ({
    label: `$(plug) Use ${plain(model)}`,
    use: { kind: 'use', server, model },
  }));
}

/** A found server as an endpoint that can be asked what it can do. */
export function foundEndpoint({ product, address, api }: FoundServer, model: string): Endpoint {
  return {
    ...{ name: product, address, api, model, class: classOf(address, false) },
    roles: ['completion', 'chat', 'refactor', 'hard'],
    ...{ contextTokens: null, price: null, keepAliveMinutes: null },
  };
}

/** The entry that uses a found server for all that it can do. */
export function foundEntry(
  { product, address, api }: FoundServer,
  model: string,
  { ability, others }: { readonly ability: EndpointAbility; readonly others: readonly Endpoint[] },
): EndpointEntry {
  return {
    // Without its version, which changes.
    ...{ name: freeName(product.replace(/\s+v?\d.*$/, ''), others), address, api, model },
    roles: [...proposedRoles({ class: classOf(address, false) }, ability)],
  };
}

/** Labels of a list show icons; a name is to show none. */
function plain(name: string): string {
  return name.replaceAll('$(', '$ (');
}
