import { ModelFileError } from '../models/errors.ts';
import { DownloadError, type DownloadErrorCode } from '../remote/download/downloadError.ts';
import { EgressError } from '../remote/egressError.ts';
import { CliError, exitCode } from './output.ts';

/** Downloads that may go well the next time: what was asked for is no mistake. */
const passing: ReadonlySet<DownloadErrorCode> = new Set([
  'paused',
  'cancelled',
  'busy',
  'network',
  'no-space',
  'disk',
]);

/** What went wrong with files, downloads and connections, as a CliError; other errors as they are. */
export function modelsError(error: unknown): unknown {
  if (error instanceof ModelFileError) {
    const exit = error.code === 'busy' ? exitCode.nothing : exitCode.badInput;
    return new CliError(error.code, error.message, exit);
  }
  if (error instanceof DownloadError) {
    const exit = passing.has(error.code) ? exitCode.nothing : exitCode.badInput;
    return new CliError(error.code, error.message, exit);
  }
  if (error instanceof EgressError) {
    const exit = error.code === 'invalid-address' ? exitCode.badInput : exitCode.nothing;
    return new CliError(error.code, error.message, exit);
  }
  return error;
}

/** Runs what speaks of a file as "it", and lets its failures name the file. */
export async function about<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ModelFileError) || error.message.includes(file)) throw error;
    throw new ModelFileError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}
