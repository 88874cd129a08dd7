import type { Conversation, ConversationEvent } from '../../core/chat/conversation.ts';
import { apply } from '../../core/chat/events.ts';
import { queryWords, searchText } from '../../core/chat/searchText.ts';
import type { ChatStore } from '../../host/chat/chatService.ts';
import { summaryOf, textsOf, type StoredConversation } from '../../host/chat/conversationIndex.ts';
import type { FoundConversation } from '../../host/chat/conversationStore.ts';

/** Conversations of one window, where VS Code has no folder on a disk to keep them in. */
export class MemoryStore implements ChatStore {
  readonly #conversations = new Map<string, Conversation>();

  append(id: string, events: readonly ConversationEvent[]): void {
    for (const event of events) {
      const conversation = apply(this.#conversations.get(id) ?? null, event);
      if (conversation !== null) this.#conversations.set(id, conversation);
    }
  }

  load(id: string): Promise<Conversation | null> {
    return Promise.resolve(this.#conversations.get(id) ?? null);
  }

  /** No other window knows them. */
  hasNews(): Promise<boolean> {
    return Promise.resolve(false);
  }

  list(): Promise<StoredConversation[]> {
    const asked = [...this.#conversations.values()].filter(({ messages }) => messages.size > 0);
    return Promise.resolve(asked.map(summaryOf).sort((a, b) => b.at - a.at));
  }

  async search(query: string): Promise<FoundConversation[]> {
    const words = queryWords(query);
    return (await this.list()).flatMap((entry) => {
      const conversation = this.#conversations.get(entry.id);
      const excerpt =
        conversation === undefined ? null : searchText(words, entry.title, textsOf(conversation));
      return excerpt === null ? [] : [{ ...entry, excerpt }];
    });
  }

  delete(id: string): Promise<boolean> {
    return Promise.resolve(this.#conversations.delete(id));
  }

  flush(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
