import { denyListFor } from '../../core/endpoints/consent.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { asItIs, type ClearedCompletion, type CompletionAsked } from './completionQuery.ts';
import type { GateRedactor, OutgoingGate } from './gate.ts';

export interface CompletionGateParts {
  readonly gate: Pick<OutgoingGate, 'check' | 'granted'>;
  readonly redactor: Pick<GateRedactor, 'redact' | 'restore'>;
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
        `Nothing is sent to ${name} as you type before you agreed for this workspace: ask it something in the chat, and choose to allow it always.`,
      );
    }
    const list = denyListFor(name, deny());
    if (query.path !== null && list.denies(query.path)) {
      throw new EndpointError(
        'forbidden',
        `Nothing is sent to ${name} from ${query.path}, which hearth.routing.deny keeps on this machine.`,
      );
    }
    return redacted(
      { ...query, segments: query.segments.filter(({ path }) => !list.denies(path)) },
      redactor,
    );
  };
}

async function redacted(
  query: CompletionAsked,
  redactor: CompletionGateParts['redactor'],
): Promise<ClearedCompletion> {
  let redactions = 0;
  const clean = async (text: string): Promise<string> => {
    if (text === '') return text;
    const { text: without, found } = await redactor.redact(text);
    for (const { count } of found) redactions += count;
    return without;
  };
  const prefix = await clean(query.prefix);
  const suffix = await clean(query.suffix);
  const segments = [];
  for (const segment of query.segments) segments.push({ ...segment, text: await clean(segment.text) });
  return {
    // Offsets of definitions are those of the text as it was.
    query: { ...query, prefix, suffix, segments, anchors: prefix === query.prefix ? query.anchors : [] },
    redactions,
    restore: (text) => redactor.restore(text),
  };
}
