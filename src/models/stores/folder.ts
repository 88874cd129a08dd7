import { stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, readFailure } from '../errors.ts';
import { partNames, splitName } from '../../core/models/splitFiles.ts';
import { groupParts, type FileGroup } from '../fileGroups.ts';
import type { ModelSource, StoredModel, Surroundings } from '../types.ts';
import { walk, type Walked } from '../walk.ts';
import { broken } from './broken.ts';

/** A folder of models is shallow; a home folder given by mistake must not be read for minutes. */
const limits = { maxDepth: 6, maxEntries: 20_000 };

/** Whether a file's name is a model's; the parts of models that read pictures (`mmproj`) are named so by custom. */
export function isModelName(name: string): boolean {
  return /\.gguf$/i.test(name) && !/mmproj/i.test(name);
}

/** The folder that llama.cpp downloads to (`fs_get_cache_directory` in its common/common.cpp). */
export function llamaCppFolders({ env, platform, home }: Surroundings): string[] {
  const named = env.LLAMA_CACHE?.trim() ?? '';
  if (named !== '') return [path.resolve(named)];
  if (platform === 'darwin') return [path.join(home, 'Library', 'Caches', 'llama.cpp')];
  const standard =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'))
      : (env.XDG_CACHE_HOME ?? path.join(home, '.cache'));
  return [path.join(standard, 'llama.cpp')];
}

/**
 * The models in a folder and the folders in it, by their paths in it; a split model is one. A folder that is not there
 * has none. Never throws.
 */
export async function readFolder(folder: string, source: ModelSource): Promise<StoredModel[]> {
  return storedIn(folder, source, await walk(folder, isModelName, limits));
}

/** The models of a folder that was walked. */
export function storedIn(folder: string, source: ModelSource, { files, problems }: Walked): StoredModel[] {
  return [
    ...groupParts(files).map((group) => stored(group, source, path.relative(folder, group.base))),
    ...problems.map(({ path: at, problem }) => broken(source, path.basename(at), at, problem)),
  ];
}

/**
 * What the user named: a folder's models, or one file, whatever its name, with the other parts where it is one of a
 * split model's. Never throws; what is not there has a problem.
 */
export async function readNamed(named: string, source: ModelSource): Promise<StoredModel[]> {
  try {
    if ((await stat(named)).isDirectory()) return await readFolder(named, source);
    return [await readFile(named, source)];
  } catch (error) {
    return [
      broken(
        source,
        path.basename(named),
        named,
        codeOf(error) === 'ENOENT'
          ? 'It is no longer there: put it back, or take it out of the list.'
          : readFailure(error).message,
      ),
    ];
  }
}

/** A file with the other parts of its model; of those that are missing, a few are enough to tell. */
async function readFile(file: string, source: ModelSource): Promise<StoredModel> {
  const files: string[] = [];
  let missing = 0;
  for (const part of splitName(file) === null ? [] : partNames(file)) {
    const there = await stat(part).then(
      () => true,
      () => false,
    );
    if (there) files.push(part);
    else if ((missing += 1) > 3) break;
  }
  const [group] = groupParts(files.length === 0 ? [file] : files);
  if (group === undefined) throw new Error(`${file} is no path of a file.`);
  return stored(group, source, path.basename(group.base));
}

function stored({ files }: FileGroup, source: ModelSource, name: string): StoredModel {
  const [first = ''] = files;
  return {
    source,
    name: name.split(path.sep).join('/'),
    path: first,
    files,
    sha256: null,
    expectedBytes: null,
    notes: [],
    problem: null,
  };
}
