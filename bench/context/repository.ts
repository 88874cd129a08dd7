import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  isManifest,
  readRepositoryList,
  recordedRepository,
  type RepositoryFile,
} from '../../scripts/repositoryList.ts';

/** The files of a repository, in memory. */
export interface Repository {
  readonly name: string;
  readonly language: string;
  /** Never looked at while anything is tuned. */
  readonly heldOut: boolean;
  /** Sources in one language, ordered by path. */
  readonly files: readonly RepositoryFile[];
  /** What says how the modules are called, such as `go.mod`. */
  readonly manifests: readonly RepositoryFile[];
}

/** The recorded repositories, or those with these names, and a sentence for each that is not there as recorded. */
export function loadRepositories(names?: readonly string[]): {
  repositories: Repository[];
  missing: string[];
} {
  const list = readRepositoryList();
  const unknown = names?.find((name) => !list.some((entry) => shortName(entry.name) === name));
  if (unknown !== undefined) {
    const known = list.map(({ name }) => shortName(name)).join(', ');
    throw new Error(`There is no repository ${unknown}; there are: ${known}.`);
  }
  const repositories: Repository[] = [];
  const missing: string[] = [];
  for (const entry of list) {
    const name = shortName(entry.name);
    if (names !== undefined && !names.includes(name)) continue;
    const files = recordedRepository(entry);
    if (typeof files === 'string') missing.push(files);
    else
      repositories.push({
        name,
        language: entry.language,
        heldOut: entry.heldOut,
        files: files.filter((file) => !isManifest(file.path)),
        manifests: files.filter((file) => isManifest(file.path)),
      });
  }
  return { repositories, missing };
}

/** Writes a repository into a folder, for a program that reads it from the disk. */
export function writeCopy({ files, manifests }: Repository, folder: string): void {
  for (const file of [...files, ...manifests]) {
    const full = path.join(folder, file.path);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, file.text);
  }
}

/** What people call the repository that a package holds. */
function shortName(name: string): string {
  return name
    .replace(/^python3-|^librust-|-dev$/g, '')
    .replace(/^golang-github-(?:go-git|gin-gonic)-/, '')
    .replace(/^@([^/]+)\//, '$1-');
}

const testFolders = /(^|\/)(tests?|__tests__|specs?|examples?|benches|benchmarks?)\//;
const testFiles =
  /(_test\.go|\.(test|spec)\.[cm]?tsx?|(^|\/)tests\.rs|(^|\/)test_[^/]*\.py|_test\.py|(^|\/)conftest\.py)$/;

/** Whether a file holds tests or examples, by its path. */
export function isTest(file: string): boolean {
  return testFolders.test(file) || testFiles.test(file);
}
