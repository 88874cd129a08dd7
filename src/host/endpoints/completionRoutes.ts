import type { CompletionPorts } from '../../core/completion/ports.ts';
import { EndpointError, leavesRoom } from '../../core/endpoints/errors.ts';
import type { EndpointCompletions } from './endpointCompletions.ts';

type Complete = CompletionPorts['complete'];

/** Who completes code at present. */
export interface CompletionRoutes {
  /** The endpoint that has the role; null: the local engine. Asked for each request. */
  readonly endpoint: () => Pick<EndpointCompletions, 'complete'> | null;
  readonly local: Complete;
  /** Told when the local engine takes over, with why, each time that is another reason; null: the endpoint answers. */
  readonly onFallback?: (error: EndpointError | null) => void;
}

/**
 * Completions of the endpoint that has the role; of the local engine, which is loaded for that, where there is none,
 * nobody is there, or nothing may be sent there.
 */
export function completeRouted(routes: CompletionRoutes): Complete {
  let told: string | null = null;
  const tell = (error: EndpointError | null): void => {
    // The sentences of one that rests differ in how long only.
    const why = error === null || error.code !== 'forbidden' ? (error?.code ?? null) : error.message;
    if (why === told) return;
    told = why;
    routes.onFallback?.(error);
  };
  return async (query, call) => {
    const endpoint = routes.endpoint();
    if (endpoint === null) {
      tell(null);
      return routes.local(query, call);
    }
    // Work ahead is for whoever will complete next.
    const isAhead = call.priority === 'warm-up' || call.priority === 'speculation';
    if (told !== null && isAhead) return routes.local(query, call);
    let begun = false;
    const onText: typeof call.onText = (...text) => {
      begun = true;
      call.onText(...text);
    };
    try {
      const answer = await endpoint.complete(query, { ...call, onText });
      tell(null);
      return answer;
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      const isLeft = leavesRoom(error.code);
      tell(isLeft ? error : null);
      // What was shown of one answer is not the beginning of another.
      if (!isLeft || begun) throw error;
      return routes.local(query, call);
    }
  };
}
