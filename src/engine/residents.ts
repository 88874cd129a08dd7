import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { isAlive } from '../disk/isAlive.ts';
import { replaceFile } from '../disk/replaceFile.ts';
import type { LoadedModel, LogLevel } from './protocol.ts';

const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));
const residentSchema = v.object({
  version: v.literal(1),
  /** The engine process that holds it. */
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  modelPath: v.string(),
  name: v.string(),
  fingerprint: v.string(),
  /** Weights mapped into the machine's memory, which the system calls free all the same; and all in the GPU's memory. */
  mappedBytes: bytes,
  deviceBytes: bytes,
  /** When it was loaded, in milliseconds since the epoch. */
  since: v.number(),
});

/** A model that an engine process holds in memory. */
export type Resident = v.InferOutput<typeof residentSchema>;

/** What the machine knows, for tests. */
export interface ResidentsPorts {
  /** Whether there is a process with this id. */
  readonly alive: (pid: number) => boolean;
  /** Milliseconds since the epoch: now, and when the machine was started. */
  readonly now: () => number;
  readonly booted: () => number;
}

const machine: ResidentsPorts = {
  alive: isAlive,
  now: () => Date.now(),
  booted: () => Date.now() - os.uptime() * 1000,
};

/** A clock that was set since may put the start of the machine a little later than it was. */
const clockTolerance = 60_000;
const fileName = /^(\d+)\.json$/;

/**
 * What the engines of all windows hold in memory: a file `PID.json` for each process in a folder that they share. What
 * dead processes left behind is ignored and swept. Nothing that fails here fails a load: it costs one warning.
 */
export class Residents {
  readonly #folder: string;
  readonly #log: (level: LogLevel, message: string) => void;
  readonly #ports: ResidentsPorts;
  readonly #own = new Set<number>();
  #warned = false;

  constructor(
    folder: string,
    log: (level: LogLevel, message: string) => void,
    ports: ResidentsPorts = machine,
  ) {
    this.#folder = folder;
    this.#log = log;
    this.#ports = ports;
  }

  /** Tells the other windows of a model that a process of this one has loaded. */
  async add(
    modelPath: string,
    { name, fingerprint, memory, bytes }: Pick<LoadedModel, 'name' | 'fingerprint' | 'memory' | 'bytes'>,
    pid: number,
  ): Promise<void> {
    const resident: Resident = {
      version: 1,
      pid,
      modelPath: path.resolve(modelPath),
      name,
      fingerprint,
      mappedBytes: memory === null ? bytes : Math.min(memory.weights, memory.host),
      deviceBytes: memory?.device ?? 0,
      since: this.#ports.now(),
    };
    this.#own.add(pid);
    try {
      await mkdir(this.#folder, { recursive: true });
      await replaceFile(this.#file(pid), [JSON.stringify(resident)]);
      // It may have ended while this was written.
      if (!this.#own.has(pid)) await rm(this.#file(pid), { force: true });
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!this.#warned)
        this.#log('warn', `Other windows can't be told what this one has loaded (${reason}).`);
      this.#warned = true;
    }
  }

  /** A process of this window has ended. */
  async remove(pid: number): Promise<void> {
    this.#own.delete(pid);
    await rm(this.#file(pid), { force: true }).catch(() => undefined);
  }

  /** What other windows hold, oldest first; files of dead processes are removed. */
  async others(): Promise<Resident[]> {
    const found: Resident[] = [];
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const pid = Number(fileName.exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(pid) || this.#own.has(pid)) continue;
      const resident = await this.#read(pid);
      if (resident !== null) found.push(resident);
    }
    return found.sort((a, b) => a.since - b.since);
  }

  async #read(pid: number): Promise<Resident | null> {
    const file = this.#file(pid);
    try {
      const resident = v.parse(residentSchema, JSON.parse(await readFile(file, 'utf8')));
      // After a new start of the machine, its process ids mean other processes.
      const old = resident.since < this.#ports.booted() - clockTolerance;
      if (resident.pid === pid && !old && this.#ports.alive(pid)) return resident;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      // What a living process has written wrongly stays its own.
      if (this.#ports.alive(pid)) return null;
    }
    await rm(file, { force: true }).catch(() => undefined);
    return null;
  }

  #file(pid: number): string {
    return path.join(this.#folder, `${pid}.json`);
  }
}

/** A sentence for people where another window has the same model loaded, each in memory of its own; else null. */
export async function loadedAgain(
  modelPath: string,
  residents: Pick<Residents, 'others'> | undefined,
): Promise<string | null> {
  const own = path.resolve(modelPath);
  const others = (await residents?.others()) ?? [];
  const other = others.find((resident) => path.resolve(resident.modelPath) === own);
  if (other === undefined) return null;
  return `Another window has ${other.name} loaded; this one loads it again, into memory of its own.`;
}
