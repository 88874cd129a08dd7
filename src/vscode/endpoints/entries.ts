import type { Endpoint, EndpointAbility, EndpointRole } from '../../core/endpoints/types.ts';
import type { EndpointEntry } from '../../host/endpoints/endpointConfig.ts';
import { nameProblem } from '../../host/endpoints/endpointConfig.ts';
import { possibleRoles } from '../../host/endpoints/endpointText.ts';

/** An entry without what is the default anyway. */
export function shortEntry({ api, model, roles, ...entry }: EndpointEntry): EndpointEntry {
  return {
    ...entry,
    ...(api === undefined || api === 'auto' ? {} : { api }),
    ...(model === undefined || model === '' ? {} : { model }),
    ...(roles === undefined ? {} : { roles }),
  };
}

/** A name that none of the others has. */
export function freeName(wanted: string, others: readonly Pick<Endpoint, 'name'>[]): string {
  const free = (name: string): boolean => nameProblem(name, others) === null;
  if (free(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    if (free(`${wanted} ${number}`)) return `${wanted} ${number}`;
  }
}

/**
 * The roles that are proposed for an endpoint: a server of one's own does all that it can, a service what the local
 * model could not.
 */
export function proposedRoles(
  { class: where }: Pick<Endpoint, 'class'>,
  ability: EndpointAbility | null,
): readonly EndpointRole[] {
  const possible = possibleRoles(ability);
  if (where === 'cloud') return possible.filter((role) => role === 'hard');
  // What nobody knows it can do is not taken from the local model.
  return possible.filter((role) => role !== 'hard' && (role !== 'completion' || ability !== null));
}

/** The setting's value with an entry more; what is there stays as it is, what can't be used too. */
export function withEntry(value: unknown, entry: EndpointEntry): readonly unknown[] {
  return [...entriesOf(value), shortEntry(entry)];
}

/** The setting's value without the entries of a name. */
export function withoutEntry(value: unknown, name: string): readonly unknown[] {
  return entriesOf(value).filter((entry) => nameOf(entry) !== name);
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function nameOf(entry: unknown): unknown {
  const name: unknown = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : null;
  return typeof name === 'string' ? name.trim() : null;
}
