import { denyListFor } from '../../core/endpoints/consent.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { isSecretPath } from '../../core/index/secretPaths.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { asItIs, type ClearedCompletion, type CompletionAsked } from './completionQuery.ts';
import type { GateRedactor, OutgoingGate } from './gate.ts';

export interface CompletionGateParts {
  readonly gate: Pick<OutgoingGate, 'check' | 'granted'>;
  readonly redactor: Pick<GateRedactor, 'redact' | 'restore'> & Pick<Redactor, 'redactAround'>;
  /** Globs of paths that are never sent. */
  readonly deny: () => readonly string[];
}

/**
 * What of a completion's query may be sent to an endpoint. Nobody can agree at every key, so that other machines get
 * something only where the user agreed for the workspace. Rejects with EndpointError (`forbidden`).
 */
export function completionGate(
  { gate, redactor, deny }: CompletionGateParts,
  endpoint: Endpoint,
): (query: CompletionAsked) => Promise<ClearedCompletion> {
  return async (query) => {
    gate.check(endpoint);
    if (endpoint.class === 'local') return asItIs(query);
    const { name } = endpoint;
    if (!gate.granted(endpoint)) {
      throw new EndpointError(
        'forbidden',
        `${name} gets nothing of what you type before you agreed for this workspace: "Hearth: Allow Endpoint for This Workspace…" asks you.`,
      );
    }
    const list = denyListFor(name, deny());
    const places = [...(query.path === null ? [] : [query.path]), ...(query.places ?? [])];
    if (places.some((place) => list.denies(place))) {
      throw new EndpointError(
        'forbidden',
        `Nothing is sent to ${name} from ${query.path}, which the deny list (hearth.routing.deny) keeps on this machine.`,
      );
    }
    if (places.some(isSecretPath)) {
      throw new EndpointError(
        'forbidden',
        `Nothing is sent to ${name} from ${query.path}, whose name or folder says that it may hold passwords, keys or tokens.`,
      );
    }
    const segments = query.segments.filter(({ path }) => !list.denies(path) && !isSecretPath(path));
    const cleared = await redacted({ ...query, segments }, redactor);
    if (cleared !== null) return cleared;
    throw new EndpointError(
      'forbidden',
      `Nothing is sent to ${name} while the cursor stands in what may be a secret.`,
    );
  };
}

/** The query without its secrets; null where the cursor stands in one. */
async function redacted(
  query: CompletionAsked,
  redactor: CompletionGateParts['redactor'],
): Promise<ClearedCompletion | null> {
  const around = await redactor.redactAround(query.prefix, query.suffix);
  if (around === null) return null;
  const { prefix, suffix } = around;
  let redactions = sum(around.found);
  const clean = async (text: string): Promise<string> => {
    if (text === '') return text;
    const { text: without, found } = await redactor.redact(text);
    redactions += sum(found);
    return without;
  };
  const paths = query.segments.map((segment) => segment.path);
  const name = await namesWithout([query.path ?? '', query.repository ?? '', ...paths], clean);
  const segments = [];
  for (const segment of query.segments)
    segments.push({ ...segment, path: name(segment.path), text: await clean(segment.text) });
  return {
    query: {
      ...{ ...query, prefix, suffix, segments },
      path: query.path === null ? null : name(query.path),
      repository: query.repository === null ? null : name(query.repository),
      // Offsets of definitions are those of the text as it was.
      anchors: prefix === query.prefix ? query.anchors : [],
    },
    redactions,
    restore: (text) => redactor.restore(text),
  };
}

/** Cleans paths by their parts: between slashes a rule may take an e-mail address for the user and host of a command. */
async function namesWithout(
  paths: readonly string[],
  clean: (text: string) => Promise<string>,
): Promise<(path: string) => string> {
  const parts = [...new Set(paths.flatMap((path) => path.split('/')))];
  const lines = (await clean(parts.join('\n'))).split('\n');
  const cleaned = new Map<string, string>();
  // A name with a line end in it is looked at by itself.
  for (const [index, part] of parts.entries())
    cleaned.set(part, lines.length === parts.length ? (lines[index] ?? '') : await clean(part));
  return (path) =>
    path
      .split('/')
      .map((part) => cleaned.get(part) ?? '')
      .join('/');
}

function sum(found: readonly { readonly count: number }[]): number {
  return found.reduce((all, { count }) => all + count, 0);
}
