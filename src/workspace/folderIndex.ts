import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  contentExclusion,
  isExclusion,
  mostBytes,
  type Exclusion,
  type ExclusionReason,
} from '../core/index/exclusions.ts';
import { noProjectFacts, type ProjectFacts } from '../core/index/imports/types.ts';
import { pathDistance } from '../core/index/pathDistance.ts';
import { RepositoryIndex } from '../core/index/repositoryIndex.ts';
import { decodeSteps, encodeSnapshot, type LeftOut, type Snapshot } from '../core/index/snapshot.ts';
import type { FileFacts } from '../core/index/types.ts';
import { fileFacts, isCode, type SyntaxFacts } from './fileFacts.ts';
import { FolderFiles, type FileText, type WalkedFile } from './files/folderFiles.ts';
import type { Parsers } from './parsers.ts';
import { isProjectFile, readProjectFacts } from './projectFiles.ts';
import type { SnapshotStore } from './snapshotStore.ts';
import { inTurns } from './turns.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/** Stands for the size of what is open: no file on the disk has it. */
const ofOpen = Number.MAX_SAFE_INTEGER;
/** Milliseconds of reading between two turns of the event loop: less than most files take that are felt. */
const readingTurn = 3;
/** Files that are read at once, while others are parsed. */
const readAhead = 8;

export interface FolderIndexOptions {
  /** Absolute path. */
  readonly folder: string;
  /** VS Code's `files.exclude`. */
  readonly exclude: Readonly<Record<string, boolean>>;
  readonly parsers: Parsers;
  readonly snapshots: SnapshotStore | null;
  /** The present text of an open document; null for a file that is not open. */
  readonly openText: (path: string) => string | null;
  /** Called when more was read, and when the state changed. */
  readonly onProgress: () => void;
}

/** What tells whether a file is as it was. */
type Stamp = Pick<WalkedFile, 'bytes' | 'mtimeMs'>;

export type FolderState = 'reading' | 'ready' | 'cancelled';

/**
 * The index of one workspace folder, kept in step with the disk. Files are read one after the other, with a turn of the
 * event loop between them once some milliseconds are over, so that questions wait for little more than one file; those
 * near an open document come first.
 */
export class FolderIndex {
  readonly folder: string;
  readonly #options: FolderIndexOptions;
  readonly #files: FolderFiles;
  #index = new RepositoryIndex();
  #project: ProjectFacts = noProjectFacts;
  #projectFiles = new Set<string>();
  readonly #leftOut = new Map<string, LeftOut>();
  /** What was left out by name in the last walk, by reason. */
  #excluded = new Map<ExclusionReason, number>();
  #state: FolderState = 'reading';
  #progress = { done: 0, total: 0 };
  #removals = 0;
  #parsed = 0;
  /** Aborted when this folder is no longer wanted, and when the present reading of all of it is cancelled. */
  readonly #end = new AbortController();
  #reading = new AbortController();
  #near: string | null = null;
  /** Who works on the index as it is, and what is resolved when nobody does any more. */
  #holders = 0;
  #held: PromiseWithResolvers<void> | null = null;
  /** All work on this folder, one thing after the other. */
  #work: Promise<void> = Promise.resolve();
  #saved = -1;

  constructor(options: FolderIndexOptions) {
    this.folder = options.folder;
    this.#options = options;
    this.#files = new FolderFiles(options.folder, { exclude: options.exclude });
  }

  get index(): RepositoryIndex {
    return this.#index;
  }

  get project(): ProjectFacts {
    return this.#project;
  }

  get state(): FolderState {
    return this.#state;
  }

  /** Files done, of those that the present reading has to look at. */
  get progress(): { readonly done: number; readonly total: number } {
    return this.#progress;
  }

  /** Counts removals: what was shown of a file that is gone, or excluded now, must go at once. */
  get removals(): number {
    return this.#removals;
  }

  /** How many files were parsed, for tests and benchmarks. */
  get parsed(): number {
    return this.#parsed;
  }

  /** How many files and folders are left out, by reason. */
  get excluded(): Partial<Record<ExclusionReason, number>> {
    const counts = new Map(this.#excluded);
    for (const { exclusion } of this.#leftOut.values())
      counts.set(exclusion.reason, (counts.get(exclusion.reason) ?? 0) + 1);
    return Object.fromEntries(counts);
  }

  /** Reads the snapshot, then everything that changed since. Resolves when all is read, or the reading was cancelled. */
  start(): Promise<void> {
    return this.#enqueue(async () => this.#readAll(await this.#restored()));
  }

  /** Resolves when no work is left that was asked for before. */
  async idle(): Promise<void> {
    await this.#work;
  }

  /** Ends the first reading; what was read so far stays. */
  cancel(): void {
    if (this.#state === 'reading') this.#reading.abort();
  }

  /** Forgets the folder. */
  dispose(): void {
    this.#end.abort();
    this.#reading.abort();
  }

  /** Whether `hold` is at work: what is typed may wait too. */
  get isHeld(): boolean {
    return this.#held !== null;
  }

  /**
   * Does work during which nothing that is read from the disk comes into the index: it waits. What `setOpen` gives does
   * not, nor what is to be left out.
   */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holders += 1;
    this.#held ??= Promise.withResolvers();
    try {
      return await work();
    } finally {
      this.#holders -= 1;
      if (this.#holders === 0) {
        this.#held.resolve();
        this.#held = null;
      }
    }
  }

  /** Files near this path are read first from now on. */
  prefer(path: string): void {
    this.#near = path;
  }

  /** Something happened to these paths (relative, files or folders) on the disk. */
  changed(paths: readonly string[]): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#end.signal.aborted) return;
      // A rule that changed, a folder that came or went, or a switch of branches: look at everything once.
      const rules = paths.some((path) => this.#files.isIgnoreFile(path));
      if (rules) this.#files.refresh();
      const many = paths.length > manyPaths || (await this.#haveFolder(paths));
      // Who cancelled the reading does not want it for a build either, but what is to be left out must go.
      if (rules || (many && this.#state !== 'cancelled')) return this.#readAll();
      for (const path of paths.flatMap((one) => this.#withFilesBelow(one))) await this.#look(path);
      if (paths.some(isProjectFile)) await this.#readProject();
      this.#options.onProgress();
    });
  }

  /**
   * The text of an open document, and what its syntax says: it goes before what is on the disk. One that was opened by a
   * link counts only where it is read by that path.
   */
  async setOpen(path: string, text: string, facts: SyntaxFacts | null): Promise<void> {
    if (await this.#isLink(path)) return this.#remove(path);
    const content = await this.#openContent(path, text);
    if (isExclusion(content)) return this.#remove(path);
    const { definitions = [], imports = [] } = facts ?? {};
    this.#leftOut.delete(path);
    this.#index.set({ path, ...content, code: isCode(path), definitions, imports });
  }

  /** A document was closed: what is on the disk counts again. */
  closed(path: string): Promise<void> {
    return this.#enqueue(() => this.#look(path));
  }

  /** The text of a file as it is on the disk; null where it can't be read, or is left out now. */
  async read(path: string): Promise<string | null> {
    const content = await this.#files.read(path);
    return isExclusion(content) ? null : content.text;
  }

  /** The present text of a file, an open document's before the disk's; null where there is none, or it is left out. */
  async present(path: string): Promise<string | null> {
    if (this.#leftOut.get(path)?.exclusion.reason === 'slow') return null;
    const content = await this.#content(path);
    return isExclusion(content) ? null : content.text;
  }

  /** The path in the folder of what a link leads to; null for no link. */
  linkTarget(path: string): Promise<string | null> {
    return this.#files.linkTarget(path);
  }

  /** Why a path is left out; null: it is not. */
  async exclusion(path: string): Promise<Exclusion | null> {
    return this.#leftOut.get(path)?.exclusion ?? (await this.#files.exclusion(path));
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(task, task);
    // Whoever waits hears of a failure; the next task runs whatever became of this one.
    this.#work.catch(() => undefined);
    return this.#work;
  }

  /** Whether one of the paths is a folder, or was one. */
  async #haveFolder(paths: readonly string[]): Promise<boolean> {
    for (const path of paths) {
      if (this.#index.paths.has(path)) continue;
      if (this.#index.paths.hasFolder(path)) return true;
      const isThere = (await this.#files.exclusion(path)) === null;
      if (isThere && isExclusion(await this.#files.stat(path))) return true;
    }
    return false;
  }

  /** A path, or the files that are known of the folder that it is or was. */
  #withFilesBelow(path: string): string[] {
    if (!this.#index.paths.hasFolder(path)) return [path];
    const files = this.#index.files().filter((file) => file.path.startsWith(`${path}/`));
    return files.map((file) => file.path);
  }

  async #restored(): Promise<Snapshot | null> {
    const bytes = await this.#options.snapshots?.read(this.folder);
    if (bytes == null) return null;
    try {
      return await inTurns(decodeSteps(bytes));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Written by another version of the same schema, or damaged in a way that the digest does not tell: read anew.
      return null;
    }
  }

  /**
   * Walks the folder, drops what is gone, and reads what is new or changed. What an earlier session knew counts from the
   * end of the walk on: by then it is certain that no rule excludes it now.
   */
  async #readAll(restored: Snapshot | null = null): Promise<void> {
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    if (this.#end.signal.aborted) return;
    this.#progress = { done: 0, total: 0 };
    this.#setState('reading');
    try {
      const walked: WalkedFile[] = [];
      const excluded = new Map<ExclusionReason, number>();
      const onExcluded = (_: string, { reason }: Exclusion): void => {
        excluded.set(reason, (excluded.get(reason) ?? 0) + 1);
      };
      for await (const file of this.#files.walk({ signal, onExcluded })) walked.push(file);
      this.#excluded = excluded;
      const present = new Set(walked.map(({ path }) => path));
      const unsaved = this.#index.files().filter(({ path, bytes }) => bytes === ofOpen && !present.has(path));
      if (restored !== null) this.#goOnWith(restored);
      this.#dropAllBut(present);
      this.#projectFiles = new Set(walked.flatMap(({ path }) => (isProjectFile(path) ? [path] : [])));
      await this.#readProject();
      const left = walked.filter((file) => !this.#isKnown(file));
      await this.#readFiles([
        ...left,
        ...unsaved.filter(({ path }) => this.#options.openText(path) !== null),
      ]);
      this.#setState('ready');
      await this.#save();
    } catch (error) {
      if (this.#state === 'reading') this.#setState('cancelled');
      if (!signal.aborted) throw error;
    }
  }

  #goOnWith({ index, leftOut }: Snapshot): void {
    this.#index = index;
    this.#saved = index.generation;
    for (const one of leftOut) if (!this.#leftOut.has(one.path)) this.#leftOut.set(one.path, one);
    // What was open then is on no disk.
    for (const { path, bytes } of index.files()) if (bytes === ofOpen) index.remove(path);
  }

  #dropAllBut(present: ReadonlySet<string>): void {
    for (const { path } of this.#index.files()) if (!present.has(path)) this.#remove(path);
    for (const path of this.#leftOut.keys()) if (!present.has(path)) this.#leftOut.delete(path);
  }

  /** Whether a file is as it was when it was read. What is open is not read from the disk. */
  #isKnown({ path, bytes, mtimeMs }: WalkedFile): boolean {
    const leftOut = this.#leftOut.get(path);
    // What can't be read now may be read another time, though it stays as it is.
    const known = this.#index.get(path) ?? (leftOut?.exclusion.reason === 'unreadable' ? undefined : leftOut);
    if (this.#options.openText(path) !== null) return known?.bytes === ofOpen;
    return known?.bytes === bytes && known.mtimeMs === mtimeMs;
  }

  async #readFiles(files: readonly WalkedFile[]): Promise<void> {
    const { signal } = this.#reading;
    this.#progress = { done: 0, total: files.length };
    let left = [...files];
    let near: string | null = null;
    let began = performance.now();
    while (left.length > 0) {
      signal.throwIfAborted();
      if (near !== this.#near) [near, left] = [this.#near, byDistance(left, this.#near)];
      const some = left.splice(0, readAhead);
      const contents = await Promise.all(some.map(({ path }) => this.#content(path)));
      for (const [at, { path, ...stamp }] of some.entries()) {
        const content = contents[at];
        if (content !== undefined) await this.#take(path, stamp, content);
        this.#progress = { ...this.#progress, done: this.#progress.done + 1 };
        this.#options.onProgress();
        if (performance.now() - began > readingTurn) {
          await nextTurn();
          began = performance.now();
        }
        signal.throwIfAborted();
      }
    }
  }

  /** One file, as it is on the disk now, or not any more. */
  async #look(path: string): Promise<void> {
    if (await this.#isLink(path)) return this.#remove(path);
    const content = await this.#content(path);
    const stamp = isExclusion(content) ? await this.#files.stat(path) : content;
    if (isProjectFile(path)) this.#projectFiles[isExclusion(content) ? 'delete' : 'add'](path);
    if (isExclusion(stamp)) {
      this.#leftOut.delete(path);
      this.#remove(path);
    } else await this.#take(path, stamp, content);
  }

  /** What a link leads to is in the index under its own path, by which it is excluded and kept on this machine. */
  async #isLink(path: string): Promise<boolean> {
    return (await this.#files.linkTarget(path)) !== null;
  }

  async #content(path: string): Promise<FileText | Exclusion> {
    const text = this.#options.openText(path);
    return text === null ? this.#files.read(path) : this.#openContent(path, text);
  }

  /** The text of an open document as a file's. One that was not saved yet is no file, but code like any other. */
  async #openContent(path: string, text: string): Promise<FileText | Exclusion> {
    const excluded = await this.#files.exclusion(path);
    if (excluded !== null && excluded.reason !== 'no-file') return excluded;
    if (text.length > mostBytes) return { reason: 'too-large', detail: `${text.length} characters` };
    return contentExclusion(path, text) ?? { text, bytes: ofOpen, mtimeMs: 0 };
  }

  async #take(path: string, stamp: Stamp, content: FileText | Exclusion): Promise<void> {
    while (this.#held !== null) await this.#held.promise;
    const facts = isExclusion(content) ? content : await this.#facts(path, content);
    // It was opened, or changed again, while it was read.
    const open = this.#options.openText(path);
    const isOld = open !== null && !isExclusion(content) && content.text !== open;
    if (isOld) return this.#take(path, { bytes: ofOpen, mtimeMs: 0 }, await this.#openContent(path, open));
    if (isExclusion(facts)) return this.#leaveOut(path, stamp, facts);
    this.#leftOut.delete(path);
    this.#index.set(facts);
  }

  #leaveOut(path: string, { bytes, mtimeMs }: Stamp, exclusion: Exclusion): void {
    this.#remove(path);
    this.#leftOut.delete(path);
    if (exclusion.reason !== 'no-file') this.#leftOut.set(path, { path, bytes, mtimeMs, exclusion });
  }

  async #facts(path: string, content: FileText): Promise<FileFacts | Exclusion> {
    this.#parsed += 1;
    try {
      return await fileFacts(this.#options.parsers, path, content);
    } catch (error) {
      // One file must not keep the others out.
      return { reason: 'unreadable', detail: sentenceOf(error) };
    }
  }

  #remove(path: string): void {
    if (this.#index.remove(path)) this.#removals += 1;
  }

  async #readProject(): Promise<void> {
    this.#project = await readProjectFacts([...this.#projectFiles].sort(), async (path) => {
      const content = await this.#content(path);
      return isExclusion(content) ? null : content.text;
    });
  }

  async #save(): Promise<void> {
    const { snapshots } = this.#options;
    if (snapshots === null || this.#saved === this.#index.generation) return;
    const { generation } = this.#index;
    // A file that was slow was so on a machine that was busy: the next start tries it again.
    const leftOut = [...this.#leftOut.values()].filter(({ exclusion }) => exclusion.reason !== 'slow');
    const bytes = encodeSnapshot({ index: this.#index, leftOut });
    if (await snapshots.write(this.folder, bytes)) this.#saved = generation;
  }

  #setState(state: FolderState): void {
    this.#state = state;
    this.#options.onProgress();
  }
}

/** So many changes at once are a switch of branches or a build: one pass over the folder costs less. */
const manyPaths = 200;

function byDistance(files: readonly WalkedFile[], near: string | null): WalkedFile[] {
  if (near === null) return [...files];
  const ranked = files.map((file) => ({ file, distance: pathDistance(file.path, near) }));
  return ranked.sort((a, b) => a.distance - b.distance).map(({ file }) => file);
}
