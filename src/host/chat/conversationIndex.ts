import { readFile, stat } from 'node:fs/promises';
import type { Conversation } from '../../core/chat/conversation.ts';
import { replay } from '../../core/chat/events.ts';
import { readEventLines, wholeEvents } from './eventLines.ts';

/** What a list shows of a conversation. */
export interface StoredConversation {
  readonly id: string;
  readonly title: string;
  /** Of its last message; milliseconds since 1970. */
  readonly at: number;
  readonly workspace: string | null;
}

/** A conversation's file. */
interface Place {
  readonly id: string;
  readonly file: string;
}

interface Known {
  /** Size and time of the file that it is true of. */
  readonly stamp: string;
  /** Null for a file without a conversation; `useless`: though there is something in it. */
  readonly summary: StoredConversation | null;
  readonly useless: boolean;
  /** For searching; null where they were let go. */
  texts: readonly string[] | null;
}

/** Characters of texts that are kept for the next search. */
const mostTexts = 32_000_000;
/** Files that are looked at beside one another. */
const atOnce = 16;

/**
 * What lists and searches need of files of conversations, read again only when a file's size or time of change is
 * another.
 */
export class ConversationIndex {
  readonly #known = new Map<string, Known>();
  #textSize = 0;

  /** The summary of each, in any order; null for a file in which there is no conversation. Forgets all others. */
  async summaries(
    places: readonly Place[],
  ): Promise<{ id: string; summary: StoredConversation | null; useless: boolean }[]> {
    const ids = new Set(places.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#forget(id);
    const found: { id: string; summary: StoredConversation | null; useless: boolean }[] = [];
    const left = [...places];
    const work = async (): Promise<void> => {
      for (let place = left.pop(); place !== undefined; place = left.pop()) {
        const known = await this.#look(place, false);
        if (known !== null) found.push({ id: place.id, summary: known.summary, useless: known.useless });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return found;
  }

  /** The texts of a conversation's messages, as old as its summary; null for none. */
  async texts(place: Place): Promise<readonly string[] | null> {
    return this.#known.get(place.id)?.texts ?? (await this.#look(place, true))?.texts ?? null;
  }

  async #look(place: Place, withTexts: boolean): Promise<Known | null> {
    try {
      const { size, mtimeMs } = await stat(place.file);
      const stamp = `${size} ${mtimeMs}`;
      const known = this.#known.get(place.id);
      if (known?.stamp === stamp && (!withTexts || known.texts !== null)) return known;
      const now = { stamp, ...readConversation(await readFile(place.file), place.id) };
      this.#forget(place.id);
      this.#keep(place.id, now);
      return now;
    } catch {
      // Deleted in the meantime, or unreadable, which whoever opens it is told.
      return null;
    }
  }

  #keep(id: string, known: Known): void {
    this.#known.set(id, known);
    this.#textSize += sizeOf(known);
    for (const other of this.#known.values()) {
      if (this.#textSize <= mostTexts) break;
      if (other === known) continue;
      this.#textSize -= sizeOf(other);
      other.texts = null;
    }
  }

  #forget(id: string): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    this.#textSize -= sizeOf(known);
    this.#known.delete(id);
  }
}

/** What a list shows of a conversation. */
export function summaryOf({ id, title, at, workspace, messages }: Conversation): StoredConversation {
  const times = [...messages.values()].map((message) => message.at);
  return { id, title, workspace, at: times.reduce((latest, time) => Math.max(latest, time), at) };
}

/** What a search looks through: questions and answers, without what was thought and looked up. */
export function textsOf({ messages }: Conversation): string[] {
  return [...messages.values()].flatMap((message) =>
    message.role === 'user'
      ? [message.text]
      : message.steps.flatMap((step) => (step.kind === 'text' ? [step.text] : [])),
  );
}

function readConversation(bytes: Uint8Array, id: string): Omit<Known, 'stamp'> {
  const lines = readEventLines(bytes);
  const conversation = replay(wholeEvents(lines, id));
  const shown = conversation !== null && conversation.title !== '' ? { ...conversation, id } : null;
  return {
    summary: shown && summaryOf(shown),
    useless: lines.damage !== null && lines.events.length === 0,
    texts: shown && textsOf(shown),
  };
}

function sizeOf({ texts }: Known): number {
  return (texts ?? []).reduce((sum, { length }) => sum + length, 0);
}
