/** Why something about a model file was refused or failed. */
export type ModelFileErrorCode =
  | 'gone'
  | 'unreadable'
  | 'not-a-file'
  | 'not-a-model'
  | 'incomplete'
  | 'changed'
  | 'taken'
  | 'no-space'
  | 'not-writable'
  | 'in-use'
  | 'not-ours'
  | 'busy';

/** A failure with model files on disk. The message is a sentence or two for the user. */
export class ModelFileError extends Error {
  readonly code: ModelFileErrorCode;

  constructor(code: ModelFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelFileError';
    this.code = code;
  }
}

/** The system's code of an error (`ENOENT`), or '' for any other error. */
export function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** A failure to read, from the system's error, as one sentence about "it". */
export function readFailure(error: unknown): ModelFileError {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ModelFileError('gone', 'It is not there: choose another file.', { cause: error });
  }
  const why =
    {
      EACCES: 'You may not read it: change its permissions, or use another copy.',
      EPERM: 'You may not read it: change its permissions, or use another copy.',
      ELOOP: 'It is a link that leads in a circle: remove the link.',
      EIO: 'The disk fails to read it: copy or download it again.',
    }[code] ?? `It can't be read (${code === '' ? String(error) : code}).`;
  return new ModelFileError('unreadable', why, { cause: error });
}

/** A failure to write below `folder`, from the system's error, as a sentence. */
export function writeFailure(folder: string, error: unknown): ModelFileError {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ModelFileError(
      'no-space',
      `There is no space left in ${folder}: free some and try again. Nothing was left behind.`,
      { cause: error },
    );
  }
  const advice =
    {
      EROFS: 'the disk is read-only, choose a folder on another one',
      EACCES: 'allow writing to it, or choose another folder',
      EPERM: 'allow writing to it, or choose another folder',
      EFBIG: "this disk can't hold files of that size, choose a folder on another one",
    }[code] ?? 'see that it is a folder that can be written to';
  return new ModelFileError(
    'not-writable',
    `Nothing can be written in ${folder} (${code === '' ? String(error) : code}): ${advice}.`,
    { cause: error },
  );
}
