import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Conversation, ConversationEvent } from '../../src/core/chat/conversation.ts';
import { shownMessages } from '../../src/core/chat/path.ts';
import { ConversationStore } from '../../src/host/chat/conversationStore.ts';
import { made, turn } from './chatEvents.ts';
import { temporaryFolder } from './engine.ts';
import { FakeTimers } from './fakeTimers.ts';

/** A window's store, what it told, and its time. */
export interface StoreWorld {
  readonly folder: string;
  readonly file: string;
  readonly store: ConversationStore;
  readonly problems: string[];
  readonly timers: FakeTimers;
}

/** A store of its own on a folder, as each window has one; `file` is that of the conversation `chat`. */
export function newStore(folder = path.join(temporaryFolder(), 'Gespräche')): StoreWorld {
  const problems: string[] = [];
  const timers = new FakeTimers();
  const store = new ConversationStore({ folder, timers, onProblem: (message) => problems.push(message) });
  return { folder, file: path.join(folder, 'chat.jsonl'), store, problems, timers };
}

/** A conversation of two turns. */
export const chat = [made.created(), ...turn(1, null), ...turn(2, 'a1')];

/** A store in which these events are saved. */
export async function saved(events: readonly ConversationEvent[] = chat): Promise<StoreWorld> {
  const world = newStore();
  world.store.append('chat', events);
  assert.equal(await world.store.flush(), true);
  return world;
}

/** A conversation of a store, which must have it. */
export async function loaded({ store }: StoreWorld, id = 'chat'): Promise<Conversation> {
  const conversation = await store.load(id);
  assert.ok(conversation !== null);
  return conversation;
}

/** What is shown of a conversation: the questions and the texts of the answers. */
export function textsOf(conversation: Conversation): string[] {
  return shownMessages(conversation).map((message) =>
    message.role === 'user' ? message.text : message.steps.map((step) => 'text' in step && step.text).join(),
  );
}

/** The lines of a file. */
export const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
/** Events as they stand in a file. */
export const lines = (events: readonly ConversationEvent[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');
