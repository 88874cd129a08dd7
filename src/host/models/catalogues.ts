import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { loadCatalogues, readCatalogueFile, type CatalogueModels } from '../../models/catalogueFile.ts';
import { ModelFileError } from '../../models/errors.ts';

export interface CataloguesParts {
  /** Hearth's own catalogue. */
  readonly builtIn: string;
  /** Folder for copies of what addresses gave; made when first needed. */
  readonly copies: string;
  /** Paths and addresses of the user's. */
  readonly users: () => readonly string[];
  /** The text at an address, over the network. */
  readonly fetchText: (address: string) => Promise<string>;
}

/** Hearth's catalogue and the user's. Addresses are asked by `refresh` alone; else their last copies are read. */
export class Catalogues {
  readonly #parts: CataloguesParts;
  #read: { readonly users: string; readonly reading: Promise<CatalogueModels> } | null = null;

  constructor(parts: CataloguesParts) {
    this.#parts = parts;
  }

  /** What they hold and what is wrong with them, read anew where the user named others. Never rejects. */
  read(): Promise<CatalogueModels> {
    const users = JSON.stringify(this.#parts.users());
    if (this.#read?.users !== users) this.#read = { users, reading: this.#fromDisk() };
    return this.#read.reading;
  }

  /** Reads the files and asks the addresses. What is sound is taken also where it rejects, with what is not. */
  async refresh(): Promise<void> {
    const { builtIn, copies, users, fetchText } = this.#parts;
    const asked = users();
    if (asked.some(isAddress)) await mkdir(copies, { recursive: true }).catch(() => undefined);
    const cachedAt = (address: string): string => this.#copyOf(address);
    const reading = await loadCatalogues(builtIn, asked, { cachedAt, fetchText });
    this.#read = { users: JSON.stringify(asked), reading: Promise.resolve(reading) };
    if (reading.problems.length > 0) throw new ModelFileError('unreadable', reading.problems.join(' '));
  }

  async #fromDisk(): Promise<CatalogueModels> {
    const { builtIn, users, fetchText } = this.#parts;
    const files: string[] = [];
    const missing: string[] = [];
    for (const from of users()) {
      const file = isAddress(from) ? this.#copyOf(from) : from;
      // An address that was never asked is no mistake.
      const absent = isAddress(from) && (await readCatalogueFile(file)).catalogue === null;
      if (absent) missing.push(`The catalogue ${from} was not fetched yet: refresh the list to do so.`);
      else files.push(file);
    }
    const cachedAt = (address: string): string => this.#copyOf(address);
    const reading = await loadCatalogues(builtIn, files, { cachedAt, fetchText });
    return { ...reading, notes: [...missing, ...reading.notes] };
  }

  #copyOf(address: string): string {
    const name = createHash('sha256').update(address).digest('hex').slice(0, 16);
    return path.join(this.#parts.copies, `${name}.json`);
  }
}

function isAddress(from: string): boolean {
  return /^https?:\/\//i.test(from);
}
