import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { entriesOf, isAway, type LedgerEntry, type LedgerStart } from '../../core/network/ledger.ts';
import { isAlive } from '../../disk/isAlive.ts';
import { EgressError } from '../../remote/egressError.ts';
import type { EgressClosed, EgressLedger, EgressOpened, EgressPurpose } from '../../remote/egressTypes.ts';
import { LedgerFiles, type LedgerPart } from './ledgerFiles.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

export interface NetworkLedgerOptions {
  /** Its files' folder, which is made when needed. */
  readonly folder: string;
  /** Gets one sentence for what could not be written though the request went on. */
  readonly log: (message: string) => void;
  /** The open workspace, as an address. */
  readonly workspace?: () => string | null;
  /** Size of a file at which the next is begun. Default: 500 kB. */
  readonly fileBytes?: number;
}

/** What the user asked for by itself, and that takes nothing of the user's along. */
const fetches: ReadonlySet<EgressPurpose> = new Set(['model-download', 'catalogue', 'engine-package']);

/** The ledger of all requests of this machine's user, kept in files that windows share. */
export class NetworkLedger {
  readonly #files: LedgerFiles;
  readonly #options: NetworkLedgerOptions;
  readonly #listeners = new Set<() => void>();
  /** Requests of this process that are under way. */
  readonly #open = new Set<string>();
  /** What is written by this process, one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;
  readonly #name = `${process.pid.toString(36)}-${randomBytes(6).toString('hex')}`;

  constructor(options: NetworkLedgerOptions) {
    this.#files = new LedgerFiles(options.folder, options);
    this.#options = options;
  }

  /**
   * Writes a request down before its socket opens. Where that can't be done, what would go to another machine with
   * something of the user's in it is refused; downloads, and what stays on this machine, go on with a line in the log.
   */
  readonly record: EgressLedger = async (opened) => {
    const start = this.#start(opened);
    const part: LedgerPart = isAway(start.reach) ? 'away' : 'local';
    this.#open.add(start.id);
    try {
      await this.#next(() => this.#files.append(part, start));
    } catch (error) {
      if (part === 'away' && !fetches.has(opened.purpose)) {
        this.#open.delete(start.id);
        throw new EgressError('forbidden', this.#refusal(opened.host, error));
      }
      this.#options.log(`Network: ${this.#notWritten(opened.host, error)}`);
    }
    this.#tell();
    return (closed) => this.#close(part, start.id, closed);
  };

  /** All requests that are written down, the newest first. Rejects with the system's error. */
  async entries(): Promise<LedgerEntry[]> {
    const lines = await this.#next(() => this.#files.lines());
    return entriesOf(lines, (start) => this.#isRunning(start));
  }

  /** Deletes the whole ledger. Rejects with the system's error. */
  async clear(): Promise<void> {
    await this.#next(() => this.#files.clear());
    this.#tell();
  }

  /** Hears of what this process writes; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when what was told so far is written. To be awaited before the program ends. */
  async flush(): Promise<void> {
    await this.#last;
  }

  get folder(): string {
    return this.#files.folder;
  }

  #start(opened: EgressOpened): LedgerStart {
    const { purpose, method, host, reach, proxy, verified, when, about } = opened;
    this.#count += 1;
    return {
      id: `${this.#name}-${this.#count}`,
      at: when,
      ...{ purpose, method, host, reach, proxy, verified, about },
      workspace: this.#options.workspace?.() ?? null,
      pid: process.pid,
    };
  }

  #close(part: LedgerPart, id: string, closed: EgressClosed): void {
    this.#open.delete(id);
    this.#next(() => this.#files.append(part, { id, end: closed })).catch((error: unknown) =>
      this.#options.log(`Network: how a request ended ${this.#notWritten('', error)}`),
    );
    void this.#last.then(() => this.#tell());
  }

  /** Whether a request without an end is under way in a program that lives. */
  #isRunning({ id, pid, at }: LedgerStart): boolean {
    if (pid === process.pid) return this.#open.has(id);
    // A number of a process before the last start of the machine may be another's now.
    return at > Date.now() - os.uptime() * 1000 && isAlive(pid);
  }

  #refusal(host: string, error: unknown): string {
    return (
      `What would be sent to ${host} can't be written down before, in ${this.folder} (${reason(error)}): make room on ` +
      'the disk, or make the folder writable.'
    );
  }

  #notWritten(host: string, error: unknown): string {
    const what = host === '' ? '' : `the connection to ${host} `;
    return `${what}could not be written to the list in ${this.folder} (${reason(error)}).`;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #next<T>(action: () => Promise<T>): Promise<T> {
    const done = this.#last.then(action);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? sentenceOf(error);
}
