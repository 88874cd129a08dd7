import type { ModelRow, ModelService } from '../../host/models/modelRows.ts';
import type { Timers } from '../timers.ts';
import { Batches } from './batches.ts';
import { ModelTree, type RowNode } from './modelTree.ts';
import { Pulls } from './pulls.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

export interface ModelListParts {
  readonly service: ModelService;
  readonly timers: Timers;
  /** Shows a row anew, or everything. */
  readonly show: (node: RowNode | undefined) => void;
}

/** The list is shown anew at most so often, in milliseconds. */
const refreshMs = 250;
/** Among the keys of rows: all rows are to be read again. */
const everything = '*';

/** The rows as they were read last, with the downloads of this window as they are now. */
export class ModelList {
  readonly pulls: Pulls;
  readonly tree = new ModelTree();
  readonly #parts: ModelListParts;
  readonly #batches: Batches;
  readonly #stop: () => void;
  #reading: Promise<void> | null = null;
  #asked = 0;
  #taken = 0;
  #problem: string | null = null;
  #findings: readonly string[] = [];

  constructor(parts: ModelListParts) {
    this.#parts = parts;
    this.#batches = new Batches(parts.timers, refreshMs, (keys) => this.#flush(keys));
    this.pulls = new Pulls(parts.service, (key) => this.#batches.add(key));
    this.#stop = parts.service.onChange(() => this.refresh());
  }

  /** Why the rows can't be read, in a sentence, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What is wrong with catalogues, while the rows of all others are there. */
  get findings(): readonly string[] {
    return this.#findings;
  }

  /** All rows, read if they may have changed; what was known before where they can't be read. */
  async rows(): Promise<readonly ModelRow[]> {
    await (this.#reading ??= this.#read());
    return this.tree.rows;
  }

  /** Reads all rows again when somebody next asks for them, and shows them anew. */
  refresh(): void {
    // Whoever asks before they are shown gets no old ones either.
    this.#reading = null;
    this.#batches.add(everything);
  }

  dispose(): void {
    this.#stop();
    this.pulls.dispose();
    this.#batches.dispose();
  }

  async #read(): Promise<void> {
    const asked = (this.#asked += 1);
    try {
      const [rows, findings] = await Promise.all([
        this.#parts.service.rows(),
        this.#parts.service.problems(),
      ]);
      // A later answer may have overtaken this one.
      if (asked < this.#taken) return;
      this.tree.setRows(rows, this.pulls.progress);
      this.#problem = null;
      this.#findings = findings;
    } catch (error) {
      if (asked < this.#taken) return;
      this.#problem = sentenceOf(error);
    }
    this.#taken = asked;
  }

  #flush(keys: ReadonlySet<string>): void {
    const { show } = this.#parts;
    const { progress } = this.pulls;
    const shown = [...keys].map((key) => {
      const pull = progress.get(key);
      return pull === undefined ? null : this.tree.setPull(key, pull);
    });
    // A row that has ended its download, or that is new, is known to the service only.
    if (shown.includes(null)) this.#reading = null;
    if (shown.includes(null) || shown.includes('all')) show(undefined);
    else for (const node of shown) if (node !== null && node !== 'all') show(node);
  }
}
