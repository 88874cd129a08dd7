import { access } from 'node:fs/promises';
import { download, discardUnfinished, unfinished } from '../../remote/download/download.ts';
import type { DownloadProgress, DownloadResult } from '../../remote/download/types.ts';
import { plainAddress } from '../../core/models/plainAddress.ts';
import type { Egress } from '../../remote/egress.ts';
import { ModelFileError } from '../../models/errors.ts';
import type { Registry } from '../../models/registry.ts';
import type { DigestOrigin } from '../../models/registryFile.ts';
import { unfinishedDownloads } from '../../models/unfinished.ts';
import type { PullRow } from './modelRows.ts';
import type { PlannedFile, PullPlan } from './pullPlan.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

export interface PullsParts {
  readonly registry: Registry;
  readonly egress: Pick<Egress, 'request'>;
  /** Why a file that was just fetched can't be used, one sentence about "it", or null. */
  readonly problem: (file: string) => Promise<string | null>;
  readonly changed: () => void;
}

/** A file that is there now. */
interface Fetched extends DownloadResult {
  /** Where the digest came from that its address is held to, where that is not part of the plan. */
  readonly pinnedFrom: DigestOrigin | null;
}

/** The fetches of models: those that are under way here, and what earlier ones left. */
export class Pulls {
  readonly #parts: PullsParts;
  readonly #running = new Map<string, PullRow>();
  readonly #end = new AbortController();
  readonly #ends = new Set<Promise<unknown>>();
  /** Those that ended here with an error. */
  readonly #failed = new Map<string, string>();

  constructor(parts: PullsParts) {
    this.#parts = parts;
  }

  /** By the keys of their rows; `keyOf` names the row that an address belongs to. */
  async rows(keyOf: (address: string) => string): Promise<Map<string, PullRow>> {
    const rows = new Map<string, PullRow>();
    for (const { target } of await unfinishedDownloads(this.#parts.registry.folder)) {
      const left = await unfinished(target);
      if (left === null || !URL.canParse(left.address)) continue;
      const key = keyOf(left.address);
      const problem = this.#failed.get(key) ?? null;
      rows.set(key, {
        state: problem === null ? 'paused' : 'failed',
        bytes: left.bytes,
        total: left.total,
        bytesPerSecond: null,
        secondsLeft: null,
        problem,
      });
    }
    for (const [key, problem] of this.#failed) {
      const nothing = { bytes: 0, total: null, bytesPerSecond: null, secondsLeft: null };
      if (!rows.has(key)) rows.set(key, { ...nothing, state: 'failed', problem });
    }
    for (const [key, row] of this.#running) rows.set(key, row);
    return rows;
  }

  /** Pauses all fetches for good, and waits until what was loaded of them is safe. */
  async end(): Promise<void> {
    this.#end.abort();
    await Promise.allSettled([...this.#ends]);
  }

  /** Fetches, verifies and records a model; resolves with the path to load. */
  pull(
    plan: PullPlan,
    signal: AbortSignal,
    onProgress: (pull: PullRow, key: string) => void,
  ): Promise<string> {
    const pulling = this.#pull(plan, AbortSignal.any([signal, this.#end.signal]), onProgress);
    this.#ends.add(pulling);
    pulling.catch(() => undefined).finally(() => this.#ends.delete(pulling));
    return pulling;
  }

  async #pull(
    plan: PullPlan,
    signal: AbortSignal,
    onProgress: (pull: PullRow, key: string) => void,
  ): Promise<string> {
    const { key, files } = plan;
    if (this.#running.has(key)) {
      throw new ModelFileError('busy', 'This model is being downloaded already.');
    }
    const tell = (row: PullRow): void => {
      this.#running.set(key, row);
      onProgress(row, key);
    };
    this.#failed.delete(key);
    tell(progressRow(files, 0, 0, null));
    this.#parts.changed();
    try {
      await this.#refuseOther(files);
      await this.#fetchAll(plan, signal, tell);
      return files[0]?.target ?? '';
    } catch (error) {
      // Who stopped it knows.
      if (!signal.aborted) this.#failed.set(key, sentenceOf(error));
      throw error;
    } finally {
      this.#running.delete(key);
      this.#parts.changed();
    }
  }

  /** Removes what a fetch left. */
  async discard(key: string, targets: readonly string[]): Promise<void> {
    if (this.#running.has(key)) {
      throw new ModelFileError('busy', 'This model is being downloaded: pause the download first.');
    }
    for (const target of targets) if ((await unfinished(target)) !== null) await discardUnfinished(target);
    this.#failed.delete(key);
    this.#parts.changed();
  }

  /** The targets that a fetch of some key has left unfinished. */
  async leftOf(key: string, keyOf: (address: string) => string): Promise<string[]> {
    const targets: string[] = [];
    for (const { target } of await unfinishedDownloads(this.#parts.registry.folder)) {
      const left = await unfinished(target);
      if (left !== null && keyOf(left.address) === key) targets.push(target);
    }
    return targets;
  }

  /** Without a digest, a file that lies at the target could not be told from the one that is wanted. */
  async #refuseOther([first]: readonly PlannedFile[]): Promise<void> {
    const { registry } = this.#parts;
    if (first === undefined || first.sha256 !== null) return;
    const { models } = (await registry.read()).contents;
    const record = models.find(({ files }) => files.some((file) => registry.pathOf(file) === first.target));
    if (record?.origin.kind !== 'download' || record.origin.address === plainAddress(first.address)) return;
    const gone = await access(first.target).then(
      () => false,
      () => true,
    );
    if (gone) return;
    throw new ModelFileError(
      'taken',
      `${first.target} was downloaded from ${record.origin.address}: delete that model first, or use it.`,
    );
  }

  /** Fetches file by file, each of which is recorded at once: a window may close between two of them. */
  async #fetchAll(plan: PullPlan, signal: AbortSignal, tell: (row: PullRow) => void): Promise<void> {
    const { files } = plan;
    const results: Fetched[] = [];
    for (const [index, file] of files.entries()) {
      const before = results.reduce((sum, { bytes }) => sum + bytes, 0);
      const progressed = (progress: DownloadProgress): void =>
        tell(progressRow(files, index, before, progress));
      results.push(await this.#fetch(file, signal, progressed));
      await this.#record(plan, results);
    }
  }

  async #fetch(
    { address, target, sha256, bytes }: PlannedFile,
    signal: AbortSignal,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<Fetched> {
    const { egress, registry, problem } = this.#parts;
    const known = plainAddress(address);
    const pinned = await registry.pinned(known);
    const digest = sha256 ?? pinned?.sha256 ?? null;
    const result = await download({
      address,
      target,
      egress,
      signal,
      onProgress,
      expected: {
        ...(digest === null ? {} : { sha256: digest }),
        ...(bytes === null ? {} : { bytes }),
      },
      validate: async (file) => {
        const sentence = await problem(file);
        return sentence === null ? null : `What is at ${known} can't be used. ${sentence}`;
      },
    });
    if (digest !== null || result.sha256 === null) return { ...result, pinnedFrom: pinned?.from ?? null };
    const from = result.digestFrom === 'host' ? 'host' : 'computed';
    await registry.pin(known, { sha256: result.sha256, bytes: result.bytes, from });
    return { ...result, pinnedFrom: from };
  }

  /**
   * Records what was fetched so far, and whether that is the whole model. Files that were there before and of which no
   * fetch of Hearth's has told may be somebody else's, whatever they hold: they are not ours to delete.
   */
  async #record({ files, catalogueId }: PullPlan, results: readonly Fetched[]): Promise<void> {
    const { registry } = this.#parts;
    const { models } = (await registry.read()).contents;
    const own = new Set(models.flatMap((model) => model.files.map((file) => registry.pathOf(file))));
    const there = files.slice(0, results.length);
    const foreign = there.some(
      ({ target }, index) => results[index]?.status === 'already-there' && !own.has(target),
    );
    if (foreign) return;
    const [first] = files;
    // The hub's list says what the hub's answer would have said.
    const stated = catalogueId === null ? 'host' : 'catalogue';
    await registry.addModel({
      files: there.map(({ target }, index) => ({ path: target, sha256: results[index]?.sha256 ?? null })),
      digestFrom: first?.sha256 == null ? (results[0]?.pinnedFrom ?? null) : stated,
      origin: { kind: 'download', address: plainAddress(first?.address ?? '') },
      // A part of a model is none of the catalogue's.
      catalogueId: results.length === files.length ? catalogueId : null,
    });
  }
}

/** How far a fetch of several files is, of which `index` is under way. */
function progressRow(
  files: readonly PlannedFile[],
  index: number,
  before: number,
  progress: DownloadProgress | null,
): PullRow {
  const verifying = progress?.state === 'verifying';
  const own = progress === null ? 0 : verifying ? (progress.total ?? progress.bytes) : progress.bytes;
  const rest = files.slice(index + 1).map(({ bytes }) => bytes);
  const total = progress?.total ?? files[index]?.bytes ?? null;
  const whole =
    total === null || rest.includes(null)
      ? null
      : before + total + rest.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  const bytesPerSecond = progress === null || verifying ? null : progress.bytesPerSecond;
  const left = whole === null ? null : whole - before - own;
  return {
    state: 'running',
    bytes: before + own,
    total: whole,
    bytesPerSecond,
    secondsLeft:
      left === null || bytesPerSecond === null || bytesPerSecond <= 0 ? null : left / bytesPerSecond,
    problem: progress?.trouble ?? null,
  };
}
