import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { ChatStore } from '../host/chat/chatService.ts';
import { ConversationFile } from '../host/chat/conversationFile.ts';
import { readEventLines } from '../host/chat/eventLines.ts';
import { CliError, printNote } from './output.ts';

/** Where the command line keeps a conversation, and the id of the one that is there already, or null. */
export interface ChatHistory {
  readonly store: ChatStore;
  readonly id: string | null;
}

/**
 * A file that keeps one conversation; without a file nothing is kept. Throws CliError for a file that is something
 * else, which is left as it is.
 */
export async function openHistory(file: string | null): Promise<ChatHistory> {
  if (file === null) return { store: storeOf(null), id: null };
  const id = randomUUID();
  const exists = await holdsConversation(file);
  return {
    store: storeOf(new ConversationFile(file, id, { onProblem: printNote })),
    id: exists ? id : null,
  };
}

async function holdsConversation(file: string): Promise<boolean> {
  const bytes = await contentOf(file);
  if (bytes.length === 0) return false;
  const { events, newer } = readEventLines(bytes);
  if (events.length > 0) return true;
  if (newer) throw new CliError('bad-history', `${file} was written by a newer Hearth: update this one.`);
  throw new CliError('bad-history', `${file} holds no chat: name a file that does, or one that is new.`);
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    if ((await stat(file)).isDirectory())
      throw new CliError('unreadable', `${file} is a folder, not a file.`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return new Uint8Array();
    throw new CliError('unreadable', `${file} can't be read: ${code ?? String(error)}.`);
  }
}

/** What the chat takes for a folder of conversations: there is one in it at most. */
function storeOf(file: ConversationFile | null): ChatStore {
  return {
    append: (_id, events) => file?.append(events),
    load: async () => (await file?.read()) ?? null,
    hasNews: async () => (await file?.hasNews()) ?? false,
    flush: async () => (await file?.flush()) ?? true,
    delete: () => Promise.resolve(false),
    list: () => Promise.resolve([]),
    search: () => Promise.resolve([]),
  };
}
