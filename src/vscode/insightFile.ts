import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Insight } from '../core/completion/insight.ts';
import { replaceFile } from '../disk/replaceFile.ts';
import { sentenceOf } from '../core/text/sentence.ts';

const fileName = 'insight.json';

/**
 * The insight in `insight.json` of a folder. What was counted is added to what the file holds, so that two windows
 * lose nothing when they write in turn. A damaged file is kept once as `insight.json.bad`. Where nothing can be
 * written, `add` says so once in the log.
 */
export class InsightFile {
  readonly #folder: string;
  readonly #warn: (message: string) => void;
  readonly #said = new Set<string>();
  /** Reads and writes of this process, one after another. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(folder: string, warn: (message: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  /** What the file holds; empty where there is none, or a damaged one. */
  read(): Promise<Insight> {
    return this.#next(() => this.#read());
  }

  /** Adds `more` to the file and forgets what is too old; false where that failed. */
  add(more: Insight, today: string): Promise<boolean> {
    return this.#next(async () => {
      try {
        await mkdir(this.#folder, { recursive: true });
        const insight = await this.#read();
        insight.add(more);
        insight.forget(today);
        await replaceFile(this.#path, [insight.serialise()]);
        return true;
      } catch (error) {
        this.#say(`Completion insight can't be kept in ${this.#folder} (${reason(error)}).`);
        return false;
      }
    });
  }

  /** Deletes the file and the damaged one that was kept. */
  clear(): Promise<void> {
    return this.#next(async () => {
      for (const file of [this.#path, `${this.#path}.bad`]) await rm(file, { force: true });
    });
  }

  get #path(): string {
    return path.join(this.#folder, fileName);
  }

  #next<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(action);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Rejects where there is a file that can't be read, since writing would then lose what it holds. */
  async #read(): Promise<Insight> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Insight();
      throw error;
    }
    const insight = Insight.parse(text);
    if (insight !== null) return insight;
    await this.#setAside(text);
    return new Insight();
  }

  async #setAside(text: string): Promise<void> {
    const aside = `${this.#path}.bad`;
    // The first one is the most likely to be of use; `wx` leaves it as it is.
    await writeFile(aside, text, { flag: 'wx' }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    this.#say(`Completion insight was damaged and starts anew; the damaged file is kept as ${fileName}.bad.`);
  }

  #say(message: string): void {
    if (!this.#said.has(message)) this.#warn(message);
    this.#said.add(message);
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? sentenceOf(error);
}
