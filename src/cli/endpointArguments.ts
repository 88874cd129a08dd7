import path from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { defaultDeny } from '../host/endpoints/defaultDeny.ts';
import { CliError } from './output.ts';

/** Options of the commands that may ask an endpoint. */
export interface EndpointOptions {
  /** The file of endpoints, absolute; null for none. */
  readonly endpoints: string | null;
  /** Who is to answer: `local`, an endpoint's name, or null where the endpoints' roles say it. */
  readonly route: string | null;
  /** Whether what would leave this machine is sent without being shown first. */
  readonly send: boolean;
  /** Globs of paths that are never sent: the default ones of the editor, and what was added. */
  readonly deny: readonly string[];
}

export const endpointArguments = {
  endpoints: { type: 'string' },
  route: { type: 'string' },
  send: { type: 'boolean' },
  deny: { type: 'string', multiple: true },
} as const satisfies ParseArgsConfig['options'];

/** Throws CliError for what can't be understood. */
export function endpointOptions(values: {
  readonly endpoints?: string | undefined;
  readonly route?: string | undefined;
  readonly send?: boolean | undefined;
  readonly deny?: string[] | undefined;
}): EndpointOptions {
  const { endpoints, route, send = false, deny = [] } = values;
  if (endpoints === undefined && route !== undefined && route !== 'local') {
    throw new CliError(
      'usage',
      `There is no endpoint ${JSON.stringify(route)}: name a file of endpoints with --endpoints FILE, or leave out --route.`,
    );
  }
  return {
    endpoints: endpoints === undefined ? null : path.resolve(endpoints),
    route: route ?? null,
    ...{ send, deny: [...defaultDeny, ...deny] },
  };
}
