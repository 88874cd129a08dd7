import { codeOf } from '../../models/errors.ts';

const noSpace = ['ENOSPC', 'EDQUOT'];
const notAllowed = ['EACCES', 'EPERM'];

/** Why a conversation could not be saved, what becomes of it and what to do, in a sentence. `wasThere`: it once was. */
export function saveProblem(file: string, error: unknown, wasThere: boolean): string {
  const code = codeOf(error);
  const kept = 'what is new in it stays in memory and is saved as soon as that works';
  if (wasThere && code === 'ENOENT')
    return `The file of this chat, ${file}, is gone, probably deleted in another window: what is new in it is lost when Hearth ends.`;
  if (noSpace.includes(code))
    return `This chat can't be saved in ${file} because the disk is full: free some space; ${kept}.`;
  if (code === 'EROFS')
    return `This chat can't be saved in ${file} because the disk is read-only: make it writable; ${kept}.`;
  if (notAllowed.includes(code))
    return `This chat can't be saved in ${file} because you may not write there: allow it; ${kept}.`;
  return `This chat can't be saved in ${file} (${reason(error)}): see that the folder can be written to; ${kept}.`;
}

/** Why a conversation's file could not be read, in a sentence. */
export function readProblem(file: string, error: unknown): string {
  return notAllowed.includes(codeOf(error))
    ? `The chat in ${file} can't be read because you may not read it: change the file's permissions.`
    : `The chat in ${file} can't be read (${reason(error)}).`;
}

/** Why a conversation's file could not be deleted, in a sentence. */
export function deleteProblem(file: string, error: unknown): string {
  return `The chat in ${file} can't be deleted (${reason(error)}): delete the file yourself.`;
}

/** Whether a file or folder could not be read because there is none. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function reason(error: unknown): string {
  return codeOf(error) || String(error);
}
