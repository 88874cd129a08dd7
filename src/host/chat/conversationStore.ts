import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Conversation, ConversationEvent } from '../../core/chat/conversation.ts';
import { queryWords, searchText } from '../../core/chat/searchText.ts';
import { ConversationFile, type ConversationFileOptions } from './conversationFile.ts';
import { ConversationIndex, summaryOf, textsOf, type StoredConversation } from './conversationIndex.ts';
import { isMissing, readProblem } from './storeProblems.ts';

/** A conversation in which something was found. */
export interface FoundConversation extends StoredConversation {
  /** The text around the first place; '' where it was found in the title only. */
  readonly excerpt: string;
}

/** Names that Windows keeps for devices. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const extension = '.jsonl';

/** Whether a conversation of this id can be stored: its file's name comes from it, on any file system. */
export function isConversationId(id: string): boolean {
  return /^[a-z\d][a-z\d_-]{0,63}$/.test(id) && !devices.test(id);
}

/**
 * The conversations in a folder, a file each (`ID.jsonl`), which several windows may share. Nothing throws for what is
 * wrong with the disk: it is told in a sentence, and what can't be saved is kept in memory and tried again.
 */
export class ConversationStore {
  readonly #folder: string;
  readonly #options: ConversationFileOptions;
  readonly #files = new Map<string, ConversationFile>();
  readonly #index = new ConversationIndex();

  constructor(options: ConversationFileOptions & { readonly folder: string }) {
    this.#folder = options.folder;
    this.#options = options;
  }

  /**
   * Takes further events of a conversation: they are written at once, the text of an answer within 250 ms, and nothing
   * before the first question. Throws RangeError for an id that can't be a file's name.
   */
  append(id: string, events: readonly ConversationEvent[]): void {
    this.#fileOf(id).append(events);
  }

  /** Writes what is not written yet; whether all of it is on the disk now. To be awaited before the program ends. */
  async flush(): Promise<boolean> {
    const saved = await Promise.all([...this.#files.values()].map((file) => file.flush()));
    return saved.every(Boolean);
  }

  /**
   * A conversation with what every window has written of it so far; an answer that has no end counts as interrupted.
   * Null where there is none.
   */
  async load(id: string): Promise<Conversation | null> {
    return isConversationId(id) ? this.#fileOf(id).read() : null;
  }

  /** Whether another window has written in a conversation since it was loaded or written here last. */
  async hasNews(id: string): Promise<boolean> {
    return isConversationId(id) && this.#fileOf(id).hasNews();
  }

  /** All conversations, the latest first. */
  async list(): Promise<StoredConversation[]> {
    const ids = await this.#ids();
    const stored = await this.#index.summaries(ids.map((id) => ({ id, file: this.#path(id) })));
    const found = new Map(stored.flatMap(({ id, summary }) => (summary === null ? [] : [[id, summary]])));
    // What the disk does not take is known here alone; and reading a file of which nothing can be used puts it aside.
    const unsaved = [...this.#files.values()].filter((file) => file.unsaved).map(({ id }) => id);
    const useless = stored.filter(({ useless }) => useless).map(({ id }) => id);
    for (const id of new Set([...unsaved, ...useless])) {
      const conversation = await this.load(id);
      if (conversation !== null) found.set(id, summaryOf(conversation));
    }
    return [...found.values()].sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  }

  /** The conversations whose titles and messages have all words of a query, the latest first. */
  async search(query: string): Promise<FoundConversation[]> {
    const words = queryWords(query);
    const found: FoundConversation[] = [];
    for (const entry of await this.list()) {
      const texts = await this.#textsOf(entry.id);
      const excerpt = searchText(words, entry.title, texts);
      if (excerpt !== null) found.push({ ...entry, excerpt });
    }
    return found;
  }

  /** Deletes a conversation and whatever was kept of it, for good; whether that succeeded. Later events go nowhere. */
  async delete(id: string): Promise<boolean> {
    return isConversationId(id) && this.#fileOf(id).delete();
  }

  async #textsOf(id: string): Promise<readonly string[]> {
    if (this.#files.get(id)?.unsaved !== true) {
      const texts = await this.#index.texts({ id, file: this.#path(id) });
      if (texts !== null) return texts;
    }
    const conversation = await this.load(id);
    return conversation === null ? [] : textsOf(conversation);
  }

  async #ids(): Promise<string[]> {
    try {
      const names = await readdir(this.#folder);
      return names
        .filter((name) => name.endsWith(extension))
        .map((name) => name.slice(0, -extension.length))
        .filter(isConversationId);
    } catch (error) {
      if (!isMissing(error)) this.#options.onProblem(readProblem(this.#folder, error));
      return [];
    }
  }

  #path(id: string): string {
    return path.join(this.#folder, `${id}${extension}`);
  }

  #fileOf(id: string): ConversationFile {
    if (!isConversationId(id)) throw new RangeError(`${JSON.stringify(id)} can't be a conversation's id.`);
    let file = this.#files.get(id);
    if (file === undefined) {
      file = new ConversationFile(this.#path(id), id, this.#options);
      this.#files.set(id, file);
    }
    return file;
  }
}
