import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../disk/replaceFile.ts';
import { selfTestResult, type LogLevel, type SelfTestResult } from './protocol.ts';
import { sentenceOf } from '../core/text/sentence.ts';

const positive = v.pipe(v.number(), v.minValue(0));
const measuredSpeed = v.object({
  backend: v.string(),
  threads: positive,
  promptTokensPerSecond: positive,
  decodeTokensPerSecond: positive,
  weightsBytes: positive,
  seconds: positive,
  tokens: positive,
});
/** How fast a model was on a backend with so many threads. */
export type MeasuredSpeed = v.InferOutput<typeof measuredSpeed>;

const fileName = 'model-facts.json';
const fileSchema = v.object({
  version: v.literal(1),
  models: v.record(
    v.string(),
    v.object({
      selfTest: v.optional(selfTestResult),
      verified: v.optional(v.string()),
      speeds: v.optional(v.array(measuredSpeed)),
    }),
  ),
});
type Facts = v.InferOutput<typeof fileSchema>['models'];
type Fact = NonNullable<Facts[string]>;

/**
 * What was found out about models, by fingerprint: the best prompt order, the stamp of the file whose full digest was
 * right, and how fast it is on each backend with so many threads.
 * Kept in `model-facts.json` of a folder; where that can't be read or written, in memory, with one warning.
 */
export class ModelFacts {
  readonly #folder: string | null;
  readonly #log: (level: LogLevel, message: string) => void;
  /** What this store found out itself; the file may hold more, also from another process meanwhile. */
  readonly #found: Facts = {};
  #writing: Promise<void> = Promise.resolve();
  #warned = false;

  /** `folder` null keeps everything in memory. */
  constructor(folder: string | null, log: (level: LogLevel, message: string) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  /** The two parameters of `load` that come from here. */
  async forLoad(): Promise<{ remembered: Record<string, SelfTestResult>; verified: string[] }> {
    const facts = await this.#all();
    const remembered: Record<string, SelfTestResult> = {};
    for (const [fingerprint, fact] of Object.entries(facts)) {
      if (fact.selfTest !== undefined) remembered[fingerprint] = fact.selfTest;
    }
    return {
      remembered,
      verified: Object.values(facts).flatMap((fact) => fact.verified ?? []),
    };
  }

  /** The speeds that were measured, by fingerprint; of each backend and number of threads the last. */
  async speeds(): Promise<Record<string, readonly MeasuredSpeed[]>> {
    const facts = await this.#all();
    return Object.fromEntries(
      Object.entries(facts).flatMap(([fingerprint, { speeds }]) =>
        speeds === undefined ? [] : [[fingerprint, speeds] as const],
      ),
    );
  }

  async remember(fingerprint: string, found: Fact): Promise<void> {
    this.#found[fingerprint] = merged(this.#found[fingerprint], found);
    const folder = this.#folder;
    if (folder === null) return;
    this.#writing = this.#writing.then(() => this.#write(folder));
    await this.#writing;
  }

  async #write(folder: string): Promise<void> {
    const models = await this.#all();
    const file = path.join(folder, fileName);
    try {
      await mkdir(folder, { recursive: true });
      await replaceFile(file, [JSON.stringify({ version: 1, models }, null, 2)]);
    } catch (error) {
      this.#warn(`What was learnt about the model can't be kept in ${folder} (${reason(error)}).`);
    }
  }

  /** What the file holds, and what was found out since. */
  async #all(): Promise<Facts> {
    const facts = await this.#read();
    for (const [fingerprint, fact] of Object.entries(this.#found)) {
      facts[fingerprint] = merged(facts[fingerprint], fact);
    }
    return facts;
  }

  async #read(): Promise<Facts> {
    if (this.#folder === null) return {};
    try {
      const text = await readFile(path.join(this.#folder, fileName), 'utf8');
      return v.parse(fileSchema, JSON.parse(text)).models;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#warn(`What was known about models is unreadable and is found out anew (${reason(error)}).`);
      }
      return {};
    }
  }

  #warn(message: string): void {
    if (!this.#warned) this.#log('warn', message);
    this.#warned = true;
  }
}

/** The newer fact counts; of the speeds, those of the same backend and number of threads. */
function merged(old: Fact | undefined, found: Fact): Fact {
  if (old?.speeds === undefined || found.speeds === undefined) return { ...old, ...found };
  const newer = found.speeds;
  const kept = old.speeds.filter(
    ({ backend, threads }) => !newer.some((speed) => speed.backend === backend && speed.threads === threads),
  );
  return { ...old, ...found, speeds: [...kept, ...newer] };
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? sentenceOf(error);
}
