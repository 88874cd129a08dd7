import { constants } from 'node:fs';
import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation, ConversationEvent } from '../../core/chat/conversation.ts';
import { replay, settleInterrupted } from '../../core/chat/events.ts';
import { makeFolder } from '../../disk/makeFolder.ts';
import { systemTimers, type Timers } from '../../engine/timers.ts';
import { damagedCopies, putAside } from './damagedFile.ts';
import { eventLine, readEventLines, wholeEvents, type ReadLines } from './eventLines.ts';
import { deleteProblem, isMissing, readProblem, saveProblem } from './storeProblems.ts';

/** What a crash may lose of an answer that is being written. */
const mostDelayMs = 250;
/** How long a line without an end may still be in another window's pen. */
const writingMs = 20;

/** How a conversation's file tells what goes wrong. */
export interface ConversationFileOptions {
  /** Gets one sentence each time. */
  readonly onProblem: (message: string) => void;
  readonly timers?: Timers;
}

interface Unsaved {
  event: ConversationEvent;
  /** As it was tried to be written; from then on nothing is joined to it. */
  line: string | null;
}

/**
 * The file of one conversation: a line of JSON for each event, only ever appended, also by other windows at the same
 * time. What can't be written is kept and tried again with whatever comes next.
 */
export class ConversationFile {
  /** The conversation's id. */
  readonly id: string;
  readonly #file: string;
  readonly #onProblem: (message: string) => void;
  readonly #timers: Timers;
  #unsaved: Unsaved[] = [];
  readonly #told = new Set<string>();
  #failing = false;
  #deleted = false;
  /** Whether the file was there: then it is not made anew, since somebody may have deleted it. */
  #made = false;
  /** Bytes of the file that are known here: what was read, and what was written since. */
  #known = 0;
  #stopTimer: (() => void) | null = null;
  #due = false;
  #saving: Promise<void> | null = null;
  /** The last of the things that are done with the file, one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, id: string, { onProblem, timers = systemTimers }: ConversationFileOptions) {
    this.id = id;
    this.#file = file;
    this.#onProblem = onProblem;
    this.#timers = timers;
  }

  /** Whether there are events that a question came with or after, and that are not in the file yet. */
  get unsaved(): boolean {
    return this.#unsaved.length > 0 && this.#begun();
  }

  /**
   * Takes events, which are written at once, text of an answer within 250 ms. Nothing is written before the first
   * question. Never throws: what fails is told.
   */
  append(events: readonly ConversationEvent[]): void {
    if (this.#deleted || events.length === 0) return;
    for (const event of events) this.#take(event);
    if (!this.#begun()) return;
    if (events.some(({ type }) => type !== 'wrote')) void this.#save();
    else this.#stopTimer ??= this.#timers.after(mostDelayMs, () => void this.#save());
  }

  /** Writes what is not written yet; whether everything is in the file now. */
  async flush(): Promise<boolean> {
    if (this.unsaved) await this.#save();
    return !this.unsaved;
  }

  /**
   * The conversation as far as it can be read, with what is not written yet; null where there is none. What is damaged
   * is kept aside and told, once.
   */
  async read(): Promise<Conversation | null> {
    const events = await this.#alone(async () => {
      const found = await this.#readLines();
      return [...wholeEvents(found, this.id), ...this.#unsaved.map(({ event }) => event)];
    });
    const conversation = replay(events);
    return conversation && { ...settleInterrupted(conversation), id: this.id };
  }

  /** Whether others have written in the file since it was read or written here last: it only ever grows. */
  hasNews(): Promise<boolean> {
    return this.#alone(async () => {
      const size = await stat(this.#file).then(
        (facts) => facts.size,
        () => this.#known,
      );
      return size !== this.#known;
    });
  }

  /** Deletes the file, with what was kept aside of it and what is not written yet; whether that succeeded. */
  delete(): Promise<boolean> {
    return this.#alone(async () => {
      try {
        const copies = await damagedCopies(this.#file);
        for (const file of [...copies, this.#file]) await rm(file, { force: true });
      } catch (error) {
        this.#onProblem(deleteProblem(this.#file, error));
        return false;
      }
      this.#deleted = true;
      this.#unsaved = [];
      this.#stopTimer?.();
      return true;
    });
  }

  /** Whether there is anything worth a file: a question, or whatever goes into a file that exists. */
  #begun(): boolean {
    const before = ['created', 'titled', 'prepared'];
    const isNew = this.#unsaved.some(({ event }) => event.type === 'created');
    return !isNew || this.#unsaved.some(({ event }) => !before.includes(event.type));
  }

  /** Puts an event behind the others; text goes on the text before it. */
  #take(event: ConversationEvent): void {
    const last = this.#unsaved.at(-1);
    if (event.type === 'wrote' && last?.line === null && last.event.type === 'wrote') {
      const { id, kind, text } = last.event;
      if (id === event.id && kind === event.kind) {
        last.event = { ...event, text: text + event.text };
        return;
      }
    }
    this.#unsaved.push({ event, line: null });
  }

  #save(): Promise<void> {
    this.#due = true;
    this.#stopTimer?.();
    this.#stopTimer = null;
    return (this.#saving ??= this.#saveAll());
  }

  async #saveAll(): Promise<void> {
    while (this.#due) {
      this.#due = false;
      if (!(await this.#alone(() => this.#write()))) break;
    }
    this.#saving = null;
  }

  /** Writes what there is now; whether that succeeded. */
  async #write(): Promise<boolean> {
    try {
      let left = this.#unsaved.length;
      while (left > 0) left -= await this.#writeLines(this.#unsaved.slice(0, left));
      this.#failing = false;
      return true;
    } catch (error) {
      if (!this.#failing) this.#onProblem(saveProblem(this.#file, error, this.#made));
      this.#failing = true;
      return false;
    }
  }

  /** Writes these events in one go and takes those off that went into the file whole; returns how many did. */
  async #writeLines(entries: readonly Unsaved[]): Promise<number> {
    const lines = entries.map((entry) => Buffer.from((entry.line ??= eventLine(entry.event))));
    if (!this.#made) await makeFolder(path.dirname(this.#file), 0o700);
    const flags = constants.O_RDWR | constants.O_APPEND | (this.#made ? 0 : constants.O_CREAT);
    const file = await open(this.#file, flags, 0o600);
    try {
      this.#made = true;
      // What a crash or a full disk cut short must not run into the next line.
      const start = Buffer.from((await endsWithin(file)) ? '\n' : '');
      const { bytesWritten } = await file.write(Buffer.concat([start, ...lines]));
      this.#known += bytesWritten;
      const count = wholeLines(lines, bytesWritten - start.length);
      this.#unsaved.splice(0, count);
      if (count === 0) throw Object.assign(new Error('Nothing was written.'), { code: 'ENOSPC' });
      const turned = entries.some(({ event: { type } }) => type === 'asked' || type === 'answered');
      // For a loss of power. Some file systems can't, and the line is written without it too.
      if (turned) await file.datasync().catch(() => undefined);
      return count;
    } finally {
      await file.close();
    }
  }

  async #readLines(): Promise<ReadLines> {
    const toCome = this.#unsaved.flatMap(({ line }) => line ?? []);
    let bytes = await this.#bytes();
    let found = readEventLines(bytes, toCome);
    if (found.torn) {
      await sleep(writingMs);
      const later = await this.#bytes();
      if (later.length !== bytes.length) {
        bytes = later;
        found = readEventLines(later, toCome);
      }
    }
    if (found.damage !== null) this.#tell(await putAside(this.#file, bytes, found));
    return found;
  }

  async #bytes(): Promise<Buffer> {
    try {
      const bytes = await readFile(this.#file);
      this.#made = true;
      this.#known = bytes.length;
      return bytes;
    } catch (error) {
      if (!isMissing(error)) this.#tell(readProblem(this.#file, error));
      return Buffer.alloc(0);
    }
  }

  /** Says something unless it was said already. */
  #tell(message: string | null): void {
    if (message === null || this.#told.has(message)) return;
    this.#told.add(message);
    this.#onProblem(message);
  }

  /** Does something with the file when everything before is done. */
  #alone<T>(action: () => Promise<T>): Promise<T> {
    const done = this.#last.then(action);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** Whether the last line of a file has no end. */
async function endsWithin(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer.toString() !== '\n';
}

/** How many of the lines are among so many bytes. */
function wholeLines(lines: readonly Buffer[], bytes: number): number {
  let left = bytes;
  const cut = lines.findIndex(({ length }) => (left -= length) < 0);
  return cut < 0 ? lines.length : cut;
}
