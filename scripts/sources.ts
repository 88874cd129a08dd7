/**
 * `npm run sources`: fetches the packages of bench/sources.json, whose real source files the benchmarks type and cut, and
 * of bench/context/repositories.json, whose files the benchmark of context takes together, into an ignored folder, and
 * compares every digest. `--record` writes the digests of what it fetched instead (after a list was changed).
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fetchArchive, otherArchive } from './archives.ts';
import {
  filesDigest,
  readRepositoryList,
  recordedRepository,
  repositoryFiles,
  writeRepositoryList,
  type RepositoryPackage,
} from './repositoryList.ts';
import { runMain } from './runMain.ts';
import {
  packageFolder,
  readSourceList,
  sha256,
  sourceFile,
  writeSourceList,
  type SourceArchive,
  type SourcePackage,
} from './sourceList.ts';

/** Fetches the missing packages of single files. Prints one sentence for every package that can't be had as recorded. */
export function fetchSources(): { complete: boolean } {
  return fetchWrong(readSourceList(), ({ name, files }) =>
    Object.keys(files).flatMap((file) => {
      const found = sourceFile(name, file);
      return typeof found === 'string' ? [found] : [];
    }),
  );
}

/** Fetches the missing packages that are whole repositories, as `fetchSources` does. */
export function fetchRepositories(): { complete: boolean } {
  return fetchWrong(readRepositoryList(), (entry) => {
    const found = recordedRepository(entry);
    return typeof found === 'string' ? [found] : [];
  });
}

/** Fetches each package of which `wrong` has something to say, and prints what it says afterwards. */
function fetchWrong<Entry extends SourceArchive>(
  list: readonly Entry[],
  wrong: (entry: Entry) => string[],
): { complete: boolean } {
  let complete = true;
  for (const entry of list) {
    if (wrong(entry).length === 0) continue;
    const fetched = fetchArchive(entry);
    if ('problem' in fetched) console.error(fetched.problem);
    else if (fetched.sha256 !== entry.sha256) console.error(otherArchive(entry, fetched));
    for (const sentence of wrong(entry)) {
      complete = false;
      if ('sha256' in fetched) console.error(sentence);
    }
  }
  return { complete };
}

/** Fetches everything anew and writes the digests that it has. */
function record(): void {
  writeSourceList(
    readSourceList().map((entry): SourcePackage => {
      const files = fetchForRecord(entry, () =>
        Object.keys(entry.files).map((file): [string, string] => {
          const full = path.join(packageFolder(entry), file);
          if (!existsSync(full)) throw new Error(`${entry.name} ${entry.version} has no file ${file}.`);
          return [file, sha256(readFileSync(full))];
        }),
      );
      return { ...entry, sha256: files.sha256, files: Object.fromEntries(files.found) };
    }),
  );
  writeRepositoryList(
    readRepositoryList().map((entry): RepositoryPackage => {
      const { sha256: digest, found } = fetchForRecord(entry, () => repositoryFiles(entry));
      if (found.length === 0)
        throw new Error(`${entry.name} ${entry.version} has no files in ${entry.root}.`);
      return { ...entry, sha256: digest, files: found.length, filesSha256: filesDigest(found) };
    }),
  );
}

function fetchForRecord<Found>(entry: SourceArchive, find: () => Found): { sha256: string; found: Found } {
  const fetched = fetchArchive(entry);
  if ('problem' in fetched) throw new Error(fetched.problem);
  return { sha256: fetched.sha256, found: find() };
}

if (import.meta.main) {
  await runMain(() => {
    const { values } = parseArgs({ options: { record: { type: 'boolean' } } });
    if (values.record === true) record();
    const all = [fetchSources(), fetchRepositories()];
    const complete = all.every((one) => one.complete);
    console.log(complete ? 'All source files are there, as recorded.' : 'Some source files are missing.');
    return Promise.resolve(complete ? 0 : 1);
  });
}
