import path from 'node:path';
import { contentExclusion, mostBytes, pathExclusion } from '../../src/core/index/exclusions.ts';
import { decodeText } from '../../src/workspace/files/decode.ts';
import type { RepositoryFile } from '../../scripts/repositoryList.ts';
import type { Repository } from '../context/repository.ts';
import { git, GitFailure } from './git.ts';

/** The name of the project's own repository among the questions. */
export const ownName = 'hearth';
/** The state that is asked about; the questions come from the commits before it. */
export const ownCommit = 'c4ea5c4b661833f43a65abb97712c91855aed32b';
export const ownFolder = path.join(import.meta.dirname, '../..');

/**
 * The project's own repository as it was at the fixed commit, with its README and documents, read from the checkout's
 * history; a sentence where that is not there.
 */
export function ownRepository(): Repository | string {
  try {
    return repositoryAt(ownFolder, ownCommit);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    return `${ownName}: the commit ${ownCommit.slice(0, 7)} is not in this checkout's history; fetch the whole history to ask about it.`;
  }
}

/** The files of a commit that the index would take, in all languages, ordered by path. */
export function repositoryAt(folder: string, commit: string): Repository {
  const entries = git(folder, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit])
    .toString()
    .split('\0')
    .flatMap((line) => {
      const found = /^100\d{3} blob (?<hash>\w+) +(?<bytes>\d+)\t(?<file>.*)$/s.exec(line)?.groups;
      const { hash = '', bytes = '', file = '' } = found ?? {};
      const isLeftOut = found === undefined || Number(bytes) > mostBytes || pathExclusion(file) !== null;
      return isLeftOut ? [] : [{ hash, file }];
    });
  const contents = contentsOf(
    folder,
    entries.map(({ hash }) => hash),
  );
  const files = entries.flatMap(({ file }, at): RepositoryFile[] => {
    const decoded = decodeText(contents[at] ?? Buffer.alloc(0));
    if ('problem' in decoded || contentExclusion(file, decoded.text) !== null) return [];
    return [{ path: file, text: decoded.text }];
  });
  return { name: ownName, language: 'TypeScript', heldOut: true, files, manifests: [] };
}

/** The contents of blobs, in the order of their hashes. */
function contentsOf(folder: string, hashes: readonly string[]): Buffer[] {
  const printed = git(folder, ['cat-file', '--batch'], `${hashes.join('\n')}\n`);
  let at = 0;
  return hashes.map(() => {
    // Each has a line "<hash> blob <bytes>" before it and a line end behind it.
    const start = printed.indexOf('\n', at) + 1;
    const bytes = Number(printed.toString('latin1', at, start).trim().split(' ').at(-1));
    at = start + bytes + 1;
    return printed.subarray(start, start + bytes);
  });
}
