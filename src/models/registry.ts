import { stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../disk/makeFolder.ts';
import { readFailure, writeFailure } from './errors.ts';
import { withFileLock } from './fileLock.ts';
import {
  checkWritable,
  readRegistry,
  writeRegistry,
  type DigestOrigin,
  type Pin,
  type RecordedModel,
  type RegistryContents,
} from './registryFile.ts';

/** What to record of a model that was just put into the models folder. */
export interface NewModel {
  /** Absolute paths in the models folder, in the order of the parts. */
  readonly files: readonly { readonly path: string; readonly sha256: string | null }[];
  readonly digestFrom: DigestOrigin | null;
  readonly origin: RecordedModel['origin'];
  readonly catalogueId: string | null;
}

/**
 * What Hearth knows about its models folder: the files it put there, the digests it pinned, and the user's files that
 * are used in place. Kept in `registry.json` of that folder. Nothing is held in memory, and every change is made under a
 * lock to what the file then holds, so any number of windows can share it.
 */
export class Registry {
  /** The models folder, absolute; it need not exist. */
  readonly folder: string;
  readonly #file: string;
  readonly #now: () => Date;

  constructor(folder: string, options: { readonly now?: () => Date } = {}) {
    this.folder = path.resolve(folder);
    this.#file = path.join(this.folder, 'registry.json');
    this.#now = options.now ?? (() => new Date());
  }

  /** What is recorded, and a sentence where the file is damaged. Never throws. */
  async read(): Promise<{ contents: RegistryContents; problem: string | null }> {
    const { contents, problem } = await readRegistry(this.#file);
    return { contents, problem };
  }

  /** Records files that Hearth just put into its folder; an older record of the same files is replaced. */
  async addModel(model: NewModel): Promise<RecordedModel> {
    const files = await Promise.all(
      model.files.map(async ({ path: file, sha256 }) => {
        const facts = await stat(file).catch((error: unknown) => {
          throw readFailure(error);
        });
        return { path: this.#inner(file), bytes: facts.size, sha256, changedMs: facts.mtimeMs };
      }),
    );
    const recorded: RecordedModel = {
      files,
      digestFrom: model.digestFrom,
      origin: model.origin,
      catalogueId: model.catalogueId,
      addedAt: this.#now().toISOString(),
    };
    const own = new Set(files.map((file) => file.path));
    await this.#change((contents) => ({
      ...contents,
      models: [
        ...contents.models.filter((other) => !other.files.some(({ path: at }) => own.has(at))),
        recorded,
      ],
    }));
    return recorded;
  }

  /** Takes a model's record away; its files stay. */
  async dropModel(model: RecordedModel): Promise<void> {
    const [first] = model.files;
    await this.#change((contents) => ({
      ...contents,
      models: contents.models.filter(({ files: [other] }) => other?.path !== first?.path),
    }));
  }

  /** Uses a file or folder of the user's where it lies from now on. */
  async addInPlace(named: string): Promise<void> {
    const absolute = path.resolve(named);
    await this.#change((contents) => ({
      ...contents,
      inPlace: [
        ...contents.inPlace.filter((other) => other.path !== absolute),
        { path: absolute, addedAt: this.#now().toISOString() },
      ],
    }));
  }

  /** Lists a file or folder that is used in place no longer. Returns whether it was listed; nothing is deleted. */
  async forgetInPlace(named: string): Promise<boolean> {
    const absolute = path.resolve(named);
    let known = false;
    await this.#change((contents) => {
      const inPlace = contents.inPlace.filter((other) => other.path !== absolute);
      known = inPlace.length < contents.inPlace.length;
      return { ...contents, inPlace };
    });
    return known;
  }

  /** Holds the file at an address to a digest from now on; one that is pinned already stays and is returned. */
  async pin(address: string, pin: Omit<Pin, 'pinnedAt'>): Promise<Pin> {
    let valid: Pin = { ...pin, pinnedAt: this.#now().toISOString() };
    await this.#change((contents) => {
      const known = Object.hasOwn(contents.pins, address) ? contents.pins[address] : undefined;
      if (known === undefined) return { ...contents, pins: { ...contents.pins, [address]: valid } };
      valid = known;
      return contents;
    });
    return valid;
  }

  /** The digest that is pinned for an address, or null. */
  async pinned(address: string): Promise<Pin | null> {
    const { pins } = (await this.read()).contents;
    return (Object.hasOwn(pins, address) ? pins[address] : undefined) ?? null;
  }

  /** Lets go of a pinned digest, as the user must before another version of the file is taken. */
  async unpin(address: string): Promise<void> {
    await this.#change(({ pins, ...contents }) => ({
      ...contents,
      pins: Object.fromEntries(Object.entries(pins).filter(([other]) => other !== address)),
    }));
  }

  /** Throws as a change would where nothing can be recorded: to be asked before work that would be lost. */
  async checkWritable(): Promise<void> {
    checkWritable(this.#file, await readRegistry(this.#file));
  }

  /** A recorded file's absolute path. */
  pathOf(file: RecordedModel['files'][number]): string {
    return path.join(this.folder, ...file.path.split('/'));
  }

  #inner(file: string): string {
    const inner = path.relative(this.folder, path.resolve(file));
    if (inner === '' || inner.split(path.sep)[0] === '..' || path.isAbsolute(inner)) {
      throw new Error(`${file} is not in the models folder ${this.folder}.`);
    }
    return inner.split(path.sep).join('/');
  }

  async #change(next: (contents: RegistryContents) => RegistryContents): Promise<void> {
    await makeFolder(this.folder).catch((error: unknown) => {
      throw writeFailure(this.folder, error);
    });
    await withFileLock(`${this.#file}.lock`, async () => {
      const read = await readRegistry(this.#file);
      const changed = next(read.contents);
      if (changed !== read.contents) await writeRegistry(this.#file, read, changed);
    });
  }
}
