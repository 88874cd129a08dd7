import { examine, lookAt, type Examined, type Looked } from './examine.ts';
import type { HeaderCache } from './headerCache.ts';
import { mapLimited } from './mapLimited.ts';
import { unusable } from './modelKind.ts';
import type { Registry } from './registry.ts';
import type { RecordedModel } from './registryFile.ts';
import { readFolder, readNamed } from './stores/folder.ts';
import { readHuggingFace } from './stores/huggingFace.ts';
import { readLmStudio } from './stores/lmStudio.ts';
import { readOllamaStore } from './stores/ollama.ts';
import {
  modelSources,
  type InstalledModel,
  type LibraryPlaces,
  type OtherName,
  type StoredModel,
} from './types.ts';

/** Files that are looked at at a time: headers are small reads, and more only makes a disk seek. */
const atATime = 4;

/** What a listing needs. */
export interface LibraryOptions {
  readonly places: LibraryPlaces;
  /** Hearth's models folder; its registry also names the user's files in place. Null where there is none. */
  readonly registry: Registry | null;
  readonly headers: HeaderCache;
}

/**
 * Every model on this machine, each once whatever number of stores and names it has: the same file and the same digest
 * are one. Helpers of models (projectors, adapters and the like) are left out, what can't be used has a `problem`. In
 * the order of names. Never throws for what lies on the disk, and changes nothing there but the cache of headers.
 */
export async function listModels({ places, registry, headers }: LibraryOptions): Promise<InstalledModel[]> {
  const contents = (await registry?.read())?.contents;
  const stored = await readStores(places, registry, contents?.inPlace.map(({ path }) => path) ?? []);
  const looked = (await mapLimited(stored, atATime, lookAt)).filter((model) => model !== null);
  // Another name of the same file is not opened again.
  const groups = grouped(looked, ({ states: [first] }) => first?.identity ?? null);
  const examined = await mapLimited(groups, atATime, (names) => examineOne(names, headers));
  await headers.save();
  const records = new Map<string, RecordedModel>();
  for (const record of contents?.models ?? []) {
    for (const file of record.files) records.set(registry?.pathOf(file) ?? '', record);
  }
  const models = examined
    .filter((model) => model !== null)
    .filter(({ facts }) => facts === null || ['text', 'embedding'].includes(facts.kind))
    .map((model) => installed(model, records));
  return grouped(models, ({ sha256, problem }) => (problem === null ? sha256 : null))
    .map(mergeCopies)
    .sort((a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()) || compare(a.path, b.path));
}

async function readStores(
  places: LibraryPlaces,
  registry: Registry | null,
  inPlace: readonly string[],
): Promise<StoredModel[]> {
  const named = new Set([...places.folders, ...inPlace]);
  const found = await Promise.all([
    ...(registry === null ? [] : [readFolder(registry.folder, 'hearth')]),
    ...(places.starter === null ? [] : [readNamed(places.starter, 'starter')]),
    ...[...named].map((file) => readNamed(file, 'file')),
    ...places.lmStudio.map(readLmStudio),
    ...places.ollama.map(readOllamaStore),
    ...places.huggingFace.map(readHuggingFace),
    ...places.llamaCpp.map((folder) => readFolder(folder, 'llama-cpp')),
  ]);
  return found.flat();
}

interface Named extends Examined {
  readonly names: readonly StoredModel[];
}

/** The best of one file's names, and all of them; null where the file is gone. */
async function examineOne(names: readonly Looked[], headers: HeaderCache): Promise<Named | null> {
  const sorted = [...names].sort(
    ({ stored: a }, { stored: b }) =>
      Number(a.problem !== null) - Number(b.problem !== null) ||
      modelSources.indexOf(a.source) - modelSources.indexOf(b.source) ||
      // Of a split model's set and one of its parts, the set; of two names, the plainer.
      b.files.length - a.files.length ||
      compare(a.name, b.name),
  );
  const [best] = sorted;
  const examined = best === undefined ? null : await examine(best, headers);
  return examined === null ? null : { ...examined, names: sorted.map(({ stored }) => stored) };
}

function installed(model: Named, records: ReadonlyMap<string, RecordedModel>): InstalledModel {
  const { stored, facts, names } = model;
  const { source, name, path, files } = stored;
  const record = records.get(path);
  const known = model.problem === null && facts !== null;
  return {
    source,
    name,
    path,
    files,
    bytes: model.bytes,
    stamp: model.stamp,
    kind: facts?.kind ?? null,
    title: facts?.title ?? null,
    architecture: facts?.architecture ?? null,
    quantization: facts?.quantization ?? null,
    parameters: facts?.shape?.parameters?.total ?? null,
    trainedContext: facts?.trainedContext ?? null,
    licence: facts?.licence ?? null,
    shape: known ? facts.shape : null,
    family: facts?.family ?? null,
    roles: known ? facts.roles : [],
    sha256: known ? digestOf(model, record) : null,
    catalogueId: record?.catalogueId ?? null,
    removable: record !== undefined,
    alsoKnownAs: names.filter((other) => other !== stored).map(otherName),
    notes: [...new Set(names.flatMap(({ notes }) => notes))],
    problem: model.problem ?? (facts === null ? null : unusable(facts.kind)),
  };
}

/** The digest that the registry or a store names for a model's only file, where it says the same of its length. */
function digestOf({ bytes, names, stored }: Named, record: RecordedModel | undefined): string | null {
  if (stored.files.length > 1) return null;
  const recorded = record?.files[0];
  if (recorded?.sha256 != null && recorded.bytes === bytes) return recorded.sha256;
  const named = names.find(
    ({ sha256, expectedBytes }) => sha256 !== null && (expectedBytes ?? bytes) === bytes,
  );
  return named?.sha256 ?? null;
}

/** The preferred one of several files with the same digest; the others become its other names. */
function mergeCopies(copies: readonly InstalledModel[]): InstalledModel {
  const [best, ...others] = [...copies].sort(
    (a, b) =>
      modelSources.indexOf(a.source) - modelSources.indexOf(b.source) ||
      compare(a.name, b.name) ||
      compare(a.path, b.path),
  );
  if (best === undefined) throw new Error('A model has no file.');
  return {
    ...best,
    alsoKnownAs: [
      ...best.alsoKnownAs,
      ...others.flatMap((other) => [otherName(other), ...other.alsoKnownAs]),
    ],
    notes: [...new Set([...best.notes, ...others.flatMap(({ notes }) => notes)])],
  };
}

function otherName({ source, name, path }: OtherName): OtherName {
  return { source, name, path };
}

/** Items with equal keys together, in the order of each key's first; an item without a key stays alone. */
function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string | null): Item[][] {
  const groups: Item[][] = [];
  const byKey = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = key === null ? undefined : byKey.get(key);
    if (known !== undefined) {
      known.push(item);
      continue;
    }
    const group = [item];
    groups.push(group);
    if (key !== null) byKey.set(key, group);
  }
  return groups;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
