import { sentenceOf } from '../core/text/sentence.ts';
/** Exit codes of the command line (docs/command-line.md). */
export const exitCode = { done: 0, nothing: 1, badInput: 2, engineFailed: 3 } as const;

/** Ends a command with a code for programs, a sentence for people and an exit code. */
export class CliError extends Error {
  readonly code: string;
  readonly exit: number;
  constructor(code: string, message: string, exit: number = exitCode.badInput) {
    super(message);
    this.code = code;
    this.exit = exit;
  }
}

/** Any thrown value as a CliError; the engine's own failures end with exit code 3. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const { code } = error as { code?: unknown };
  const message = sentenceOf(error);
  const name = typeof code === 'string' ? code : 'internal';
  // A model that can't be used is bad input; anything else is the engine's own failure.
  return new CliError(name, message, name.startsWith('model-') ? exitCode.badInput : exitCode.engineFailed);
}

/** Times in milliseconds, to a tenth. */
export function rounded<T extends Readonly<Record<keyof T, number>>>(times: T): Record<string, number> {
  return Object.fromEntries(
    Object.entries<number>(times).map(([name, value]) => [name, Math.round(value * 10) / 10]),
  );
}

/** Standard output holds the answer and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Logs, reasons and warnings go to standard error. */
export function printNote(message: string): void {
  process.stderr.write(`${message}\n`);
}
