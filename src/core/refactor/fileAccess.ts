import { pathOfFence } from './answer/fences.ts';
import type { FileAccess } from './place.ts';
import type { RefactorFiles } from './ports.ts';
import type { RefactorFile, RefactorTarget } from './types.ts';

export interface FileAccessParts {
  readonly files: RefactorFiles;
  readonly target: RefactorTarget;
  /** Files that the answer was asked for, whether it names them or not. */
  readonly known: readonly string[];
  readonly mayCreate: boolean;
}

/** Files that an answer may name; one that names more is no refactor. */
const mostNamed = 40;
/** Words that may be the path of a file. */
const word = /[\p{L}\p{N}_@.+-]+(?:[\\/]+[\p{L}\p{N}_@.+-]+)*\.\w{1,12}/gu;

/**
 * Reads the files that an answer names, so that it can be judged without waiting. Of all others none can be changed:
 * their paths stand in no part of the answer.
 */
export async function fileAccess(
  answer: string,
  { files, target, known, mayCreate }: FileAccessParts,
): Promise<FileAccess> {
  const read = new Map<string, RefactorFile | null | 'forbidden'>();
  for (const path of [...known, ...namedPaths(answer)]) {
    if (read.has(path) || path === target.file.path) continue;
    read.set(path, await files.read(path));
  }
  return { other: (path) => read.get(path) ?? (read.has(path) ? null : 'forbidden'), mayCreate };
}

function namedPaths(answer: string): string[] {
  const words = new Set(answer.match(word));
  const paths = [...words].flatMap((one) => {
    const plain = one.replace(/\\+/g, '/').replace(/^(?:\.\/)+/, '');
    // Most words with a dot in code name a member.
    return pathOfFence({ info: plain, above: '' }) === null ? [] : [plain];
  });
  return [...new Set(paths)].slice(0, mostNamed);
}
