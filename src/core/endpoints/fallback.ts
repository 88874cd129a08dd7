import { EndpointError, isOutOfReach, leavesRoom } from './errors.ts';

/** How far an attempt came: nobody was asked yet, somebody was, or an answer has begun. */
export type AttemptStage = 'before' | 'asked' | 'begun';

/** Who works in the place of an endpoint that gives nothing. */
export interface Fallback<Parts> {
  /** What the local model works with: all of it, since nothing leaves this machine then. */
  readonly parts: Parts;
  /** Somebody chose the endpoint by hand: where nothing may be sent there, they are told so, and nobody else is asked. */
  readonly chosen: boolean;
}

/** Who watches an attempt. */
export interface AttemptCall {
  readonly signal: AbortSignal;
  /** How far the first attempt is. */
  readonly stage: () => AttemptStage;
  /** The local model begins anew, because of this; what was noted of the first attempt holds no more. */
  readonly restart: (why: EndpointError) => void;
}

/**
 * Attempts something with `parts`, and once more with those of the fallback where an endpoint is out of reach, or may be
 * sent nothing and nobody chose it, as long as no answer has begun. A whole attempt is repeated, not a request: what was
 * laid out for one model's window and abilities is of no use to another. Rejects as the last attempt does.
 */
export async function askOrLocal<Parts, Result>(
  parts: Parts,
  fallback: Fallback<Parts> | undefined,
  { signal, stage, restart }: AttemptCall,
  attempt: (parts: Parts) => Promise<Result>,
): Promise<Result> {
  try {
    return await attempt(parts);
  } catch (error) {
    const why = endpointError(error);
    if (fallback === undefined || why === null || signal.aborted) throw error;
    if (!givesWay(why, stage(), fallback.chosen)) throw error;
    restart(why);
    return attempt(fallback.parts);
  }
}

/** What became of the work of a local model that was asked in the place of an endpoint. */
export type InsteadOutcome = 'worked' | 'failed' | 'no-model';

/** What is said of that, before whatever else there is to say: why it was asked, and what came of it. */
export function insteadSentence(
  { message }: Pick<EndpointError, 'message'>,
  outcome: InsteadOutcome,
): string {
  switch (outcome) {
    case 'worked':
      return `${message} So the local model was asked.`;
    case 'failed':
      return `${message} The local model gave no answer either:`;
    case 'no-model':
      return `${message} No model of this machine can answer instead:`;
  }
}

function endpointError(error: unknown): EndpointError | null {
  if (error instanceof EndpointError) return error;
  return error instanceof Error && error.cause instanceof EndpointError ? error.cause : null;
}

/** Once it was asked, a person may have seen what would be sent, and have said no: that is no reason to ask another one. */
function givesWay({ code }: EndpointError, stage: AttemptStage, chosen: boolean): boolean {
  if (stage === 'begun') return false;
  return stage === 'asked' || chosen ? isOutOfReach(code) : leavesRoom(code);
}
