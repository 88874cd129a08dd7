import type { MemoryFit } from '../../core/models/fit.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import type { LongWork } from '../../models/digest.ts';
import type { ModelSource as InstalledSource } from '../../models/types.ts';

/** Where a model comes from: a place on this machine, or the catalogue. */
export type ModelSource = InstalledSource | 'catalogue';

/** What a speed is in tokens a second: measured on this machine, or expected from what was. */
export interface SpeedRow {
  readonly promptTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly measured: boolean;
}

/** A download that is under way, or that can be gone on with. */
export interface PullRow {
  readonly state: 'running' | 'paused' | 'failed';
  readonly bytes: number;
  /** Null where the server has not said. */
  readonly total: number | null;
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** What went wrong and what to do, for one that failed. */
  readonly problem: string | null;
}

/** One model as lists show it, whether it lies on this machine or could be fetched. Sizes are in bytes. */
export interface ModelRow {
  /** Tells it from all others, and stays the same: the path of what is installed, else the catalogue's `id:quantisation`. */
  readonly key: string;
  readonly name: string;
  readonly source: ModelSource;
  /** What it can be used for. */
  readonly roles: readonly ModelRole[];
  /** What it is used for now. */
  readonly inUse: readonly ModelRole[];
  readonly installed: boolean;
  /** The file, or the first of several; null for what is not installed. */
  readonly path: string | null;
  readonly quantization: string | null;
  readonly bytes: number | null;
  /** Whether `bytes` is reckoned from the number of parameters only. */
  readonly bytesAreApproximate: boolean;
  readonly parameters: number | null;
  readonly trainedContext: number | null;
  readonly licence: string | null;
  readonly fit: MemoryFit | null;
  readonly speed: SpeedRow | null;
  readonly pull: PullRow | null;
  /** Where a fetch of it comes from, such as `huggingface.co`; null for what is not fetched. */
  readonly host: string | null;
  /** Whether `delete` removes it: only what Hearth put there. */
  readonly deletable: boolean;
  /** SHA-256 in hex of what is here, where it is known without reading the file; null else, and for split models. */
  readonly sha256: string | null;
  /** One sentence where it can't be used. */
  readonly problem: string | null;
  /** One sentence on what it is good for. */
  readonly description: string | null;
}

/** What is proposed for a role: the row, and why, in plain sentences; `key` null where nothing but the starter fits. */
export interface Proposal {
  readonly role: ModelRole;
  readonly key: string | null;
  readonly why: readonly string[];
  /** Rows that are faster and smaller, or better and slower. */
  readonly alternatives: readonly { readonly key: string; readonly why: string }[];
}

/** How a pull is asked for: a row of the catalogue, or an address as a person writes it. */
export type PullRequest = { readonly key: string } | { readonly address: string };

/** The models of this machine, as the editor's view and the command line see them. All reject with one clear sentence. */
export interface ModelService {
  /** Everything installed and available: what is installed by name, then the catalogue's in its order. */
  rows(): Promise<readonly ModelRow[]>;
  /**
   * Looks through all folders anew, and asks the addresses among the user's catalogues: this is the only time that they
   * are asked.
   */
  refresh(): Promise<void>;
  /** What is wrong with the catalogues, each of which then gives no models; a sentence each. */
  problems(): Promise<readonly string[]>;
  /** The best for each role on this machine. Measures the machine for about 3 seconds the first time; aborts with `signal`. */
  propose(signal?: AbortSignal): Promise<readonly Proposal[]>;
  /**
   * Fetches a model, or goes on with a fetch that was paused; resolves with the file's path when it is whole and
   * verified. Aborting `signal` pauses it: what was fetched stays, and the promise rejects. `onProgress` also gets the
   * key of the row that the fetch belongs to, with which it can be gone on with.
   */
  pull(
    request: PullRequest,
    signal: AbortSignal,
    onProgress: (pull: PullRow, key: string) => void,
  ): Promise<string>;
  /** Ends a paused or failed fetch and removes what was fetched of it. */
  discard(key: string): Promise<void>;
  /** Takes a file into the list: in place, or as a copy in Hearth's folder. Resolves with the path to use. */
  importFile(path: string, options: { readonly copy: boolean } & LongWork): Promise<string>;
  /** Deletes what Hearth put there, and nothing else; takes what was only listed off the list. */
  remove(key: string): Promise<void>;
  /** What a file says of itself, as a readable Markdown document. */
  inspect(key: string): Promise<string>;
  /** Calls `listener` whenever the rows may have changed; returns how to stop that. */
  onChange(listener: () => void): () => void;
}
