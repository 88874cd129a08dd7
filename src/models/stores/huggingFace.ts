import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, readFailure } from '../errors.ts';
import { mapLimited } from '../mapLimited.ts';
import type { StoredModel, Surroundings } from '../types.ts';
import { walk } from '../walk.ts';
import { isModelName, storedIn } from './folder.ts';

/** Repositories have quantisations in folders at most. */
const limits = { maxDepth: 3, maxEntries: 5000 };
/** Snapshots of one repository, and repositories, that are looked at. */
const maxSnapshots = 20;
const maxRepositories = 2000;
const readAtATime = 4;

/** The folders of the Hugging Face cache (huggingface_hub's environment variables, in its order). */
export function huggingFaceFolders({ env, home }: Surroundings): string[] {
  for (const name of ['HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE']) {
    const named = env[name]?.trim() ?? '';
    if (named !== '') return [path.resolve(named)];
  }
  const named = env.HF_HOME?.trim() ?? '';
  const standard = path.join(env.XDG_CACHE_HOME ?? path.join(home, '.cache'), 'huggingface');
  return [path.join(named === '' ? standard : path.resolve(named), 'hub')];
}

/**
 * The GGUF models of a Hugging Face cache, used in place: each file of each repository once, from the newest snapshot
 * that has it. The cache names large files by their SHA-256. Never throws.
 */
export async function readHuggingFace(folder: string): Promise<StoredModel[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    return storedIn(folder, 'hugging-face', {
      files: [],
      problems: [{ path: folder, problem: readFailure(error).message }],
    });
  }
  const repositories = names.filter((name) => name.startsWith('models--')).sort();
  const models = await mapLimited(repositories.slice(0, maxRepositories), readAtATime, (name) =>
    readRepository(path.join(folder, name)),
  );
  return models.flat();
}

async function readRepository(folder: string): Promise<StoredModel[]> {
  const repository = path.basename(folder).split('--').slice(1).join('/');
  const models = new Map<string, StoredModel>();
  for (const snapshot of await snapshotsOf(folder)) {
    const found = storedIn(snapshot, 'hugging-face', await walk(snapshot, isModelName, limits));
    for (const model of found) {
      const name = `${repository}/${model.name}`;
      const newer = models.get(name);
      // A set that is whole in an older snapshot is better than one with parts missing.
      if (newer === undefined || model.files.length > newer.files.length) {
        models.set(name, { ...model, name, sha256: await digestOf(model) });
      }
    }
  }
  return [...models.values()];
}

/** A repository's snapshots: the one that `main` stands for, then the others, the last changed first. */
async function snapshotsOf(folder: string): Promise<string[]> {
  const snapshots = path.join(folder, 'snapshots');
  const names = await readdir(snapshots).catch(() => []);
  const main = (await readFile(path.join(folder, 'refs', 'main'), 'utf8').catch(() => '')).trim();
  const dated = await mapLimited(names.slice(0, maxSnapshots), readAtATime, async (name) => {
    const at = path.join(snapshots, name);
    const changed = await stat(at).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    return { at, rank: name === main ? Infinity : changed };
  });
  return dated.sort((a, b) => b.rank - a.rank || (a.at < b.at ? -1 : 1)).map(({ at }) => at);
}

/** The digest in the name of the blob that a model's only file leads to; small files are named by another one. */
async function digestOf({ files }: StoredModel): Promise<string | null> {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) return null;
  const real = await realpath(file).catch(() => '');
  const inBlobs = path.basename(path.dirname(real)) === 'blobs';
  return inBlobs && /^[0-9a-f]{64}$/.test(path.basename(real)) ? path.basename(real) : null;
}
