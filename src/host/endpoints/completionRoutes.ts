import type { CompletionPorts } from '../../core/completion/ports.ts';
import { EndpointError, isOutOfReach } from '../../core/endpoints/errors.ts';
import type { EndpointCompletions } from './endpointCompletions.ts';

type Complete = CompletionPorts['complete'];

/** Who completes code at present. */
export interface CompletionRoutes {
  /** The endpoint that has the role; null: the local engine. Asked for each request. */
  readonly endpoint: () => Pick<EndpointCompletions, 'complete'> | null;
  readonly local: Complete;
  /** Whether the local engine answers while the endpoint can't be reached; it is loaded for that. */
  readonly fallsBack: () => boolean;
  /** Told when it does so, with why, and once (null) when the endpoint answers again. */
  readonly onFallback?: (error: EndpointError | null) => void;
}

/** Completions of the endpoint that has the role, else of the local engine. */
export function completeRouted(routes: CompletionRoutes): Complete {
  let fallen = false;
  const tell = (error: EndpointError | null): void => {
    if ((error !== null) === fallen) return;
    fallen = error !== null;
    routes.onFallback?.(error);
  };
  return async (query, call) => {
    const endpoint = routes.endpoint();
    if (endpoint === null) {
      tell(null);
      return routes.local(query, call);
    }
    try {
      const answer = await endpoint.complete(query, call);
      tell(null);
      return answer;
    } catch (error) {
      const away = error instanceof EndpointError && isOutOfReach(error.code);
      if (!away || !routes.fallsBack()) throw error;
      tell(error);
      return routes.local(query, call);
    }
  };
}
