import type { EndpointHttpCall } from './transport.ts';

/** Longest time without a byte while a server says what it can do; one that loads a model first takes its time. */
const idleMs = 60_000;

/** A request that only asks what an endpoint can do. */
export function probing(endpoint: string, signal: AbortSignal): EndpointHttpCall {
  const about = { endpoint, purpose: 'probe', places: [], tokens: 0, redactions: 0 } as const;
  return { signal, about, purpose: 'endpoint-probe', idleMs };
}
