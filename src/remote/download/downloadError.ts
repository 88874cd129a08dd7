import { EgressError } from '../egressError.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** What stopped a download, for programs. */
export type DownloadErrorCode =
  /** Stopped by whoever asked; what was loaded is kept. */
  | 'paused'
  /** Stopped by whoever asked; nothing is kept. */
  | 'cancelled'
  /** Another download of the same file is running. */
  | 'busy'
  /** A file that is not the one wanted has the target's name. */
  | 'exists'
  /** A file that is not Hearth's has the name of the part file or its state. */
  | 'in-the-way'
  | 'no-space'
  | 'disk'
  | 'network'
  /** The file on the server has another size than expected. */
  | 'length'
  /** What was loaded is not what it should be; it is removed. */
  | 'digest'
  | 'not-gguf'
  | 'invalid';

/** A download that did not end with a file, with one sentence for people. */
export class DownloadError extends Error {
  readonly code: DownloadErrorCode;

  constructor(code: DownloadErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'DownloadError';
    this.code = code;
  }
}

/** Any failure as a DownloadError. `file` is what the sentence is about. */
export function asDownloadError(error: unknown, file: string): DownloadError {
  if (error instanceof DownloadError) return error;
  if (error instanceof EgressError) return new DownloadError('network', error.message, error);
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new DownloadError(
      'no-space',
      `The disk of ${file} is full: free some space and go on; what was loaded is kept.`,
      error,
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new DownloadError(
      'disk',
      `${file} can't be written (${code}): choose a folder that you may write to.`,
      error,
    );
  }
  const why = code ?? sentenceOf(error);
  return new DownloadError(
    'disk',
    `${file} can't be written (${why}): check the disk, and try again.`,
    error,
  );
}
