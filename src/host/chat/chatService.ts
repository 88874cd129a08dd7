import { randomUUID } from 'node:crypto';
import type { Attachment, Mention } from '../../core/chat/context.ts';
import type { Conversation, ConversationEvent } from '../../core/chat/conversation.ts';
import { apply } from '../../core/chat/events.ts';
import { exportMarkdown } from '../../core/chat/exportMarkdown.ts';
import { shownMessages } from '../../core/chat/path.ts';
import type { ChatModel, ChatSurroundings, ChatWorkspace } from '../../core/chat/ports.ts';
import type { ChatSettings, PrefillProgress, TurnEvent } from '../../core/chat/turn/parts.ts';
import { planOf } from '../../core/chat/turn/plan.ts';
import { readQuestion, withoutMentioned } from '../../core/chat/turn/readQuestion.ts';
import type { HistoryEntry } from '../../core/chat/view.ts';
import { routeChoices, type RouteChoice } from '../../core/endpoints/routing.ts';
import type { Routes } from '../endpoints/routes.ts';
import { answerByRoute } from './answerByRoute.ts';
import type { ConversationStore } from './conversationStore.ts';

/** What changed, for whoever shows the chat. */
export type ChatChange =
  /**
   * A conversation is shown; null: an empty one. `other` says whether it is another than before: it is the same where
   * its first question begins it, and where it was read again because another window wrote in it.
   */
  | { readonly type: 'opened'; readonly conversation: Conversation | null; readonly other: boolean }
  /** Something happened in the conversation, which is given as it is now. */
  | { readonly type: 'event'; readonly event: ConversationEvent; readonly conversation: Conversation }
  | PrefillProgress
  | { readonly type: 'busy'; readonly busy: boolean };

/** Where conversations are kept. */
export type ChatStore = Pick<
  ConversationStore,
  'append' | 'load' | 'hasNews' | 'list' | 'search' | 'delete' | 'flush'
>;

export interface ChatServiceParts {
  readonly store: ChatStore;
  /** The local model. */
  readonly model: ChatModel;
  /** Endpoints that may answer instead; left out for none. */
  readonly routes?: Routes;
  readonly workspace: ChatWorkspace;
  readonly surroundings: ChatSurroundings;
  /** Read anew for each answer. */
  readonly settings: () => ChatSettings;
  /** Names the workspace for as long as it exists, or null where there is none. */
  readonly workspaceId: string | null;
  /** A time as people read it. */
  readonly formatDate: (milliseconds: number) => string;
  /** Milliseconds since 1970, and names for conversations and messages: a test's own. */
  readonly clock?: () => number;
  readonly newId?: () => string;
}

/** How a question is asked. */
export interface AskOptions {
  /** Who is to answer, where somebody chose that: `local`, or an endpoint's name. */
  readonly route?: string;
}

/** Says that nothing can be asked now. */
export const busySentence = 'An answer is being written: stop it, or wait for its end.';
const goneSentence = 'This message is not there any more.';

interface Running {
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
}

/**
 * The chat of one window: one conversation at a time, and one answer. Everything that happens is saved as it happens.
 * Methods that may be refused give a sentence that says why, or null.
 */
export class ChatService {
  readonly #parts: ChatServiceParts;
  readonly #clock: () => number;
  readonly #newId: () => string;
  readonly #listeners = new Set<(change: ChatChange) => void>();
  #conversation: Conversation | null = null;
  #running: Running | null = null;
  /** Counts what is opened: of several under way, the last one asked for is shown. */
  #opening = 0;

  constructor(parts: ChatServiceParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? Date.now;
    this.#newId = parts.newId ?? randomUUID;
  }

  /** The conversation that is shown; null: an empty one, which nothing is saved of. */
  get conversation(): Conversation | null {
    return this.#conversation;
  }

  /** Whether an answer is being written. */
  get busy(): boolean {
    return this.#running !== null;
  }

  /** Tells what changes from now on; the function that comes back ends that. */
  onChange(listener: (change: ChatChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asks a question after what is shown. Resolves when it is answered, or at once with the reason why it is not asked. */
  async ask(text: string, chips: readonly Mention[], options: AskOptions = {}): Promise<string | null> {
    const refusal = this.#refusal(text);
    if (refusal !== null) return refusal;
    const parent =
      this.#conversation === null ? null : (shownMessages(this.#conversation).at(-1)?.id ?? null);
    return this.#askBelow(parent, text, { chips, attachments: [] }, options);
  }

  /** Asks another question beside one; what went with that one stays, but for what its text mentioned. */
  async edit(id: string, text: string, options: AskOptions = {}): Promise<string | null> {
    const refusal = this.#refusal(text);
    if (refusal !== null) return refusal;
    const message = this.#conversation?.messages.get(id);
    if (message?.role !== 'user') return goneSentence;
    const kept = withoutMentioned(message.attachments, planOf(message.text).mentions);
    return this.#askBelow(message.parent, text, { chips: [], attachments: kept }, options);
  }

  /** Writes another answer beside one; or the first one, of a question. */
  async retry(id: string, options: AskOptions = {}): Promise<string | null> {
    if (this.busy) return busySentence;
    const conversation = this.#conversation;
    const message = conversation?.messages.get(id);
    const question = message?.role === 'assistant' ? conversation?.messages.get(message.parent) : message;
    if (conversation == null || question?.role !== 'user') return goneSentence;
    return this.#run((signal) => this.#answer(question.id, [], options, signal));
  }

  /** Who may be asked, the local model first. */
  routes(): readonly RouteChoice[] {
    return this.#parts.routes?.choices('chat') ?? routeChoices('chat', []);
  }

  /** Marks an answer as bad, or takes that back. */
  rate(id: string, rating: 'bad' | null): string | null {
    const conversation = this.#conversation;
    if (conversation?.messages.get(id)?.role !== 'assistant') return goneSentence;
    this.#record(conversation.id, { type: 'rated', id, rating });
    return null;
  }

  /** Stops the answer that is being written; what came stays. Resolves when that is so. */
  async stop(): Promise<void> {
    this.#running?.controller.abort();
    // Whoever asked hears of what went wrong.
    await this.#running?.done.catch(() => undefined);
  }

  /** Removes a message with all that follows it. */
  async delete(id: string): Promise<string | null> {
    // What is being written stands at the end of what is shown, and would go with it.
    await this.stop();
    const conversation = this.#conversation;
    if (conversation?.messages.has(id) !== true) return goneSentence;
    this.#record(conversation.id, { type: 'deleted', id });
    return null;
  }

  /** Shows a message instead of the one beside it. */
  choose(id: string): string | null {
    const conversation = this.#conversation;
    if (conversation?.messages.has(id) !== true) return goneSentence;
    this.#record(conversation.id, { type: 'chosen', id });
    return null;
  }

  /** Shows an empty conversation. What is being written is stopped. */
  async newConversation(): Promise<void> {
    const opening = ++this.#opening;
    await this.stop();
    if (opening === this.#opening) this.#show(null, true);
  }

  /** Shows another conversation. What is being written is stopped. */
  async open(id: string): Promise<string | null> {
    const opening = ++this.#opening;
    if (this.#conversation?.id === id) {
      await this.reread();
      return null;
    }
    const conversation = await this.#parts.store.load(id);
    if (opening !== this.#opening) return null;
    if (conversation === null) return 'This chat is not there any more.';
    // Only now, since something may have been asked meanwhile.
    await this.stop();
    if (opening === this.#opening) this.#show(conversation, true);
    return null;
  }

  /** Reads what is shown again where another window wrote in it, unless an answer is being written. */
  async reread(): Promise<void> {
    const shown = this.#conversation;
    if (shown === null || this.busy) return;
    const opening = this.#opening;
    if (!(await this.#parts.store.hasNews(shown.id))) return;
    const conversation = await this.#parts.store.load(shown.id);
    // What happened here meanwhile is newer than what was read.
    const still = opening === this.#opening && this.#conversation === shown && !this.busy;
    if (still && conversation !== null) this.#show(conversation, false);
  }

  /** The conversations that a search finds, or all of them; the latest first. */
  async history(query: string): Promise<readonly HistoryEntry[]> {
    const { store, workspaceId } = this.#parts;
    const entry = (
      found: { id: string; title: string; at: number; workspace: string | null },
      excerpt = '',
    ) => ({
      ...{ id: found.id, title: found.title, at: found.at },
      ...{ excerpt: excerpt === '' ? null : excerpt, here: found.workspace === workspaceId },
    });
    if (query.trim() === '') return (await store.list()).map((found) => entry(found));
    return (await store.search(query)).map((found) => entry(found, found.excerpt));
  }

  /** Deletes a conversation for good; one that is shown is closed first. */
  async deleteConversation(id: string): Promise<string | null> {
    if (this.#conversation?.id === id) await this.newConversation();
    return (await this.#parts.store.delete(id)) ? null : 'This chat could not be deleted.';
  }

  /** What is shown, as a Markdown document; null where nothing is. */
  exportMarkdown(): string | null {
    return this.#conversation === null ? null : exportMarkdown(this.#conversation, this.#parts.formatDate);
  }

  /** Stops what is being written, and waits until all is saved; whether it is. */
  async shutdown(): Promise<boolean> {
    await this.stop();
    return this.#parts.store.flush();
  }

  #refusal(text: string): string | null {
    if (this.busy) return busySentence;
    return text.trim() === '' ? 'There is no question yet: type one.' : null;
  }

  async #askBelow(
    parent: string | null,
    text: string,
    beside: { readonly chips: readonly Mention[]; readonly attachments: readonly Attachment[] },
    options: AskOptions,
  ): Promise<string | null> {
    const { id } = this.#conversation ?? this.#begin();
    const typed = { id: this.#newId(), parent, at: this.#clock(), text, ...beside };
    return this.#run(async (signal) => {
      const { surroundings } = this.#parts;
      const { message, problems, refusal } = await readQuestion(typed, surroundings, signal);
      if (refusal !== null) return refusal;
      this.#record(id, { type: 'asked', message });
      return this.#answer(message.id, problems, options, signal);
    });
  }

  /** Begins a conversation; nothing of it is on the disk before its first question is. */
  #begin(): Conversation {
    const { workspaceId: workspace, store } = this.#parts;
    const event = { type: 'created', version: 1, id: this.#newId(), at: this.#clock(), workspace } as const;
    store.append(event.id, [event]);
    const conversation = apply(null, event);
    this.#show(conversation, false);
    return conversation;
  }

  async #answer(
    questionId: string,
    problems: readonly string[],
    { route = null }: { readonly route?: string | null },
    signal: AbortSignal,
  ): Promise<string | null> {
    const question = this.#conversation?.messages.get(questionId);
    if (question?.role !== 'user') return null;
    const { model, routes = null, workspace, surroundings, settings, workspaceId } = this.#parts;
    this.#enter();
    return answerByRoute(question, route, {
      parts: { model, workspace, surroundings, settings: settings(), clock: this.#clock },
      ...{ routes, problems, workspaceId },
      newId: this.#newId,
      conversation: () => this.#conversation,
      emit: (id, event) => this.#take(id, event),
      signal,
    });
  }

  /** From now on, text of this workspace may be in the conversation, also where that belongs to another one. */
  #enter(): void {
    const { workspaceId: workspace } = this.#parts;
    const conversation = this.#conversation;
    if (conversation === null || conversation.workspace === workspace || conversation.entered === true)
      return;
    this.#record(conversation.id, { type: 'entered', workspace });
  }

  /** Runs what writes an answer, with nothing else beside it. */
  async #run(work: (signal: AbortSignal) => Promise<string | null>): Promise<string | null> {
    const controller = new AbortController();
    const done = Promise.resolve()
      .then(() => work(controller.signal))
      .finally(() => {
        this.#running = null;
        this.#tell({ type: 'busy', busy: false });
      });
    this.#running = { controller, done };
    this.#tell({ type: 'busy', busy: true });
    return done;
  }

  #take(id: string, event: TurnEvent): void {
    if (event.type === 'prefill') this.#tell(event);
    else this.#record(id, event);
  }

  /** Saves an event, applies it, and tells of it. */
  #record(id: string, event: ConversationEvent): void {
    this.#parts.store.append(id, [event]);
    if (this.#conversation?.id !== id) return;
    this.#conversation = apply(this.#conversation, event);
    this.#tell({ type: 'event', event, conversation: this.#conversation });
  }

  #show(conversation: Conversation | null, other: boolean): void {
    this.#conversation = conversation;
    this.#tell({ type: 'opened', conversation, other });
  }

  #tell(change: ChatChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
