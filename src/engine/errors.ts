import type { EngineErrorCode } from './protocol.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/** A failure with a code for programs and one sentence for people: what is wrong and what to do. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  constructor(code: EngineErrorCode, message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** Failures of a process, which a new process may not have; all others stay until somebody changes something. */
const transient: ReadonlySet<EngineErrorCode> = new Set([
  'crashed',
  'hung',
  'deadline',
  'internal',
  // A process that ended by itself without being asked.
  'stopped',
]);

/** Whether a new process may not have the failure. */
export function isTransient({ code }: EngineError): boolean {
  return transient.has(code);
}

/** Whoever asked does not want the answer any more. */
export function cancelled(): EngineError {
  return new EngineError('cancelled', 'The request was cancelled.');
}

/** The engine was ended on purpose. */
export function stopped(): EngineError {
  return new EngineError('stopped', 'The engine was stopped.');
}

/** Any thrown value as an EngineError; `internal` where it is none. */
export function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  if (error instanceof Error && error.name === 'AbortError') return cancelled();
  return new EngineError('internal', `The engine failed: ${sentenceOf(error)}`);
}

/** What a request is told after somebody cancelled the start of the engine. */
export function startCancelled(): EngineError {
  return new EngineError('stopped', 'The loading of the model was cancelled. Restart the engine to load it.');
}
