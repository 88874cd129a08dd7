import { createHash } from 'node:crypto';
import path from 'node:path';
import { boundedPartNames, onHubHost, parsePullAddress, type PullTarget } from '../../core/models/address.ts';
import { nameOf } from '../../core/models/candidates.ts';
import type { CatalogueModel, ModelChoice } from '../../core/models/catalogue.ts';
import { plainAddress } from '../../core/models/plainAddress.ts';
import { choicesOf } from '../../core/models/catalogue.ts';
import { chooseFile } from '../../core/models/hubListing.ts';
import { ModelFileError } from '../../models/errors.ts';

/** One file to fetch. */
export interface PlannedFile {
  readonly address: string;
  /** Where it goes, absolute. */
  readonly target: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** What a pull fetches, and the key of its row. */
export interface PullPlan {
  readonly key: string;
  /** The catalogue's name of it, or null. */
  readonly catalogueId: string | null;
  readonly files: readonly PlannedFile[];
}

export interface PlanWorld {
  readonly models: readonly CatalogueModel[];
  /** Hearth's models folder, absolute. */
  readonly folder: string;
  /** Another host that answers as Hugging Face does. */
  readonly hubHost: string | undefined;
  /** The text at an address, over the network. */
  readonly fetchText: (address: string) => Promise<string>;
}

/** What keys of fetches begin with that are in no catalogue. */
const addressKey = 'address:';

/** The key of the row for a fetch from an address; all parts of a split model have the first one's. */
export function keyOfAddress(address: string): string {
  return `${addressKey}${plainAddress(firstPart(address))}`;
}

/** The address in a key that `keyOfAddress` made; null for any other key. */
export function addressOfKey(key: string): string | null {
  return key.startsWith(addressKey) ? key.slice(addressKey.length) : null;
}

function firstPart(address: string): string {
  const name = fileNameOf(address);
  const first = boundedPartNames(name)?.[0] ?? name;
  if (first === name) return address;
  const url = new URL(address);
  url.pathname = [...url.pathname.split('/').slice(0, -1), encodeURIComponent(first)].join('/');
  return url.href;
}

/** The choice of a catalogue that a key names. */
export function choiceOf(models: readonly CatalogueModel[], key: string): ModelChoice | undefined {
  return models.flatMap(choicesOf).find((choice) => nameOf(choice) === key);
}

/**
 * Works out which files to fetch, for a row's key or what a person typed; asks the hub for its list where only a
 * repository is named. Rejects with one clear sentence.
 */
export async function planPull(
  request: { readonly key: string } | { readonly address: string },
  world: PlanWorld,
): Promise<PullPlan> {
  const address = 'key' in request ? addressOfKey(request.key) : request.address;
  if ('key' in request && address === null) {
    const choice = choiceOf(world.models, request.key);
    if (choice === undefined) {
      throw new ModelFileError('gone', `There is no model ${request.key} in the catalogue any more.`);
    }
    return choicePlan(choice, world);
  }
  const target = parsePullAddress(address ?? '', {
    ...(world.hubHost === undefined ? {} : { hubHost: world.hubHost }),
    inCatalogue: (id) => world.models.some((model) => model.id === id),
  });
  if ('problem' in target) throw new ModelFileError('not-a-model', target.problem);
  switch (target.kind) {
    case 'catalogue':
      return choicePlan(namedChoice(target, world), world);
    case 'files':
      return filesPlan(
        target.addresses.map((address) => ({ address, sha256: null, bytes: null })),
        target.repository,
        world,
      );
    case 'repository':
      return repositoryPlan(target, world);
  }
}

/** The files of a choice of the catalogue, in a folder of the model's name. */
export function choicePlan(
  choice: ModelChoice,
  { folder, hubHost }: Pick<PlanWorld, 'folder' | 'hubHost'>,
): PullPlan {
  const { model, quantization } = choice;
  if (quantization.files.length === 0) {
    throw new ModelFileError('taken', `${model.name} ships with Hearth: it is there already.`);
  }
  return {
    key: nameOf(choice),
    catalogueId: nameOf(choice),
    files: quantization.files.map(({ address, sha256 = null, bytes = null }) => ({
      address: onHubHost(address, hubHost),
      target: path.join(folder, safeName(model.id), fileNameOf(address)),
      sha256,
      bytes,
    })),
  };
}

function namedChoice(
  { id, quantization }: PullTarget & { kind: 'catalogue' },
  { models }: PlanWorld,
): ModelChoice {
  const model = models.find((one) => one.id === id);
  const choices = model === undefined ? [] : choicesOf(model);
  const choice =
    quantization === null
      ? (choices.find((one) => one.quantization.name === 'Q4_K_M') ?? choices[0])
      : choices.find((one) => one.quantization.name.toLowerCase() === quantization.toLowerCase());
  if (choice !== undefined) return choice;
  const known = choices.map((one) => one.quantization.name).join(', ');
  throw new ModelFileError('not-a-model', `${id} has no ${quantization ?? 'file'}; it has ${known}.`);
}

async function repositoryPlan(
  target: PullTarget & { kind: 'repository' },
  world: PlanWorld,
): Promise<PullPlan> {
  const text = await world.fetchText(target.listAddress);
  let listing: unknown;
  try {
    listing = JSON.parse(text);
  } catch {
    throw new ModelFileError('unreadable', `The list of files of ${target.repository} can't be read.`);
  }
  const choice = chooseFile(listing, target);
  if ('problem' in choice) throw new ModelFileError('not-a-model', choice.problem);
  return filesPlan(choice.files, target.repository, world);
}

function filesPlan(
  files: readonly Omit<PlannedFile, 'target'>[],
  repository: string | null,
  { folder }: PlanWorld,
): PullPlan {
  const [first] = files;
  const inside = folderOf(first?.address ?? '', repository);
  return {
    key: keyOfAddress(first?.address ?? ''),
    catalogueId: null,
    files: files.map((file) => ({ ...file, target: path.join(folder, ...inside, fileNameOf(file.address)) })),
  };
}

/**
 * The folders that a file goes to: those of its repository or host, and one for its own folder there, since files of
 * one name in different folders are different models.
 */
function folderOf(address: string, repository: string | null): string[] {
  const url = new URL(address);
  if (repository === null) {
    return [safeName(url.host), ...joined(url.pathname.split('/').slice(1, -1))];
  }
  // The revision stands first there.
  const [, inside = ''] = url.pathname.split(`/${repository}/resolve/`);
  return [...repository.split('/').map(safeName), ...joined(inside.split('/').slice(1, -1))];
}

function joined(folders: readonly string[]): string[] {
  return folders.length === 0 ? [] : [safeName(folders.map(decoded).join('_'))];
}

/** The name that a file at an address gets: its own, without what file systems refuse. */
export function fileNameOf(address: string): string {
  const name = decoded(new URL(address).pathname.split('/').at(-1) ?? '');
  return name === '' ? 'model.gguf' : safeName(name);
}

/** Plain text from a part of a path; as it is written where its escapes are wrong. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Most UTF-8 bytes of a name; file systems take 255, and a download adds some of its own. */
const longestName = 200;
/** Names of devices on Windows, with any extension. */
const devices = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** A name that every file system takes, whichever it is on: with underscores for what one of them refuses. */
function safeName(name: string): string {
  const plain = name
    // eslint-disable-next-line no-control-regex -- Windows refuses these in names, and so do we everywhere.
    .replace(/[\u0000-\u001f<>:"/\\|?*]/g, '_')
    .replace(/^\.+|[. ]+$/g, '_');
  return shortened(devices.test(plain) ? `_${plain}` : plain);
}

/** Shorter in the middle, so that the extension and the numbers of split models stay, and differs where names do. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name;
  const characters = [...name];
  const end = characters.slice(-30).join('');
  let begin = characters.slice(0, -30);
  const mark = createHash('sha256').update(begin.join('')).digest('hex').slice(0, 12);
  while (Buffer.byteLength(`${begin.join('')}-${mark}${end}`) > longestName) begin = begin.slice(0, -1);
  return `${begin.join('')}-${mark}${end}`;
}
