import type { AnswerReason, AnswerState, AnswerStep, SlashCommand } from './conversation.ts';
import type { AttachmentKind, Citation, Mention, Place, Source } from './context.ts';
import type { Route, RouteChoice } from '../endpoints/routing.ts';
import type { AnswerBlock } from '../refactor/blockPath.ts';
import type { ChatTimes, ChatTokens, SentAway } from './types.ts';

/** Something that goes with the next question, or went with one. */
export interface Chip {
  /** Tells it from the other chips. */
  readonly id: string;
  readonly kind: AttachmentKind;
  readonly label: string;
  /** For the tooltip and for screen readers. */
  readonly description: string;
  /** Offered by itself, because it is selected or open; the user can take it away, and put it back. */
  readonly implicit: boolean;
  /** Opens this place on a click; null where there is none. */
  readonly place: Place | null;
}

/** A message as the page shows it. */
export interface ShownMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly at: number;
  /** Which of how many messages beside it (edited questions, answers written again), and their ids. */
  readonly siblings: readonly string[];
  /** Of a question: as it was typed, and what went with it. */
  readonly text: string;
  readonly chips: readonly Chip[];
  /** Of an answer. */
  readonly steps: readonly AnswerStep[];
  readonly state: AnswerState | null;
  readonly reason: AnswerReason | null;
  readonly message: string | null;
  readonly sources: readonly Source[];
  readonly citations: readonly Citation[];
  readonly model: string | null;
  readonly route: string;
  /** Why that route, a few words each, where nobody chose it by hand. */
  readonly routeReasons: readonly string[];
  readonly tokens: ChatTokens | null;
  readonly times: ChatTimes | null;
  /** What an endpoint elsewhere was sent; null: nothing. */
  readonly sent: SentAway | null;
  /** How the user marked it. */
  readonly rating: 'bad' | null;
  /** Why another model may do better, a few words each; none: nothing says so. */
  readonly offer: readonly string[];
  /** True for the first message that is still sent to the model, where older ones are not. */
  readonly windowStart: boolean;
}

/** A conversation in the list of all. */
export interface HistoryEntry {
  readonly id: string;
  readonly title: string;
  /** Of its last message. */
  readonly at: number;
  /** Where a search found something: the text around it. */
  readonly excerpt: string | null;
  /** Whether it belongs to the open workspace. */
  readonly here: boolean;
}

/** The model that would answer. */
export interface ModelStatus {
  readonly state: 'none' | 'loading' | 'ready' | 'failed' | 'off';
  /** Its name, or null. */
  readonly name: string | null;
  /** One sentence for people: why there is none, how far it is loaded, what is wrong with its template. */
  readonly message: string | null;
  /** Commands that help, with the words on their buttons. */
  readonly actions: readonly { readonly label: string; readonly command: string }[];
}

/** Who can be asked, and who answers the next question. */
export interface RouteStatus {
  /** The local model first; it alone where there is no endpoint for questions. */
  readonly choices: readonly RouteChoice[];
  /** What the user chose for the next questions; null: nothing, so the rules and roles decide. */
  readonly chosen: string | null;
  /** Who answers the next question, and why, where a rule says so. */
  readonly next: Route;
}

/** An answer that waits until the user has said whether its question may be sent. */
export interface WaitingConsent {
  /** The answer's id, and that of the preview. */
  readonly id: string;
  readonly preview: string;
  /** The endpoint's name. */
  readonly endpoint: string;
}

/** An offer while a mention or command is typed. */
export interface Suggestion {
  /** What is put in the place of what was typed: `@file:src/a.ts`, `/explain`. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  /** A codicon's name, or that of one of the page's own pictures. */
  readonly icon: string;
  /** Whether typing goes on after it (`@file:`), instead of a blank. */
  readonly open: boolean;
}

/** What the page is told. */
export type ToPage =
  /** The whole conversation; replaces what is shown. */
  | {
      readonly type: 'conversation';
      readonly id: string | null;
      readonly title: string;
      readonly messages: readonly ShownMessage[];
    }
  /** One message, new or changed. */
  | { readonly type: 'message'; readonly message: ShownMessage }
  /** More text of the last step of an answer: appended where that step has this kind, else a step of its own. */
  | {
      readonly type: 'wrote';
      readonly id: string;
      readonly kind: 'text' | 'reasoning';
      readonly text: string;
    }
  /** How far the prompt is evaluated, in tokens. */
  | { readonly type: 'prefill'; readonly id: string; readonly done: number; readonly total: number }
  /** Whether an answer is being written; the box's button says Send or Stop. */
  | { readonly type: 'busy'; readonly busy: boolean }
  | { readonly type: 'chips'; readonly chips: readonly Chip[] }
  | { readonly type: 'model'; readonly status: ModelStatus }
  | { readonly type: 'suggestions'; readonly request: number; readonly suggestions: readonly Suggestion[] }
  | { readonly type: 'history'; readonly query: string; readonly entries: readonly HistoryEntry[] }
  /** Shows the list of conversations, or the conversation again. */
  | { readonly type: 'show'; readonly what: 'history' | 'conversation' }
  /** Puts the cursor into the box, with this text in it where it is empty. */
  | { readonly type: 'compose'; readonly text: string }
  /** Something that could not be done, in a sentence. */
  | { readonly type: 'notice'; readonly message: string }
  /** What the user can do with a block of code beside copying it. */
  | { readonly type: 'abilities'; readonly commitMessage: boolean }
  | { readonly type: 'routes'; readonly status: RouteStatus }
  /** The answer that waits for consent; null: none does. */
  | { readonly type: 'consent'; readonly waiting: WaitingConsent | null };

/** What can be done with a block of code of an answer. */
export const blockActions = ['copy', 'insert', 'new-file', 'commit-message'] as const;
export type BlockAction = (typeof blockActions)[number];

/** What the page tells. */
export type FromPage =
  | { readonly type: 'ready' }
  /** A question; its mentions stand in the text, the chips beside it are those that were not taken away. */
  | { readonly type: 'ask'; readonly text: string }
  | { readonly type: 'stop' }
  /** Writes an answer again, beside the one that is there; `route`: asks somebody else for it. */
  | { readonly type: 'retry'; readonly id: string; readonly route?: string }
  /** Chooses who answers the next questions; null: the rules. */
  | { readonly type: 'route'; readonly name: string | null }
  /** Marks an answer as bad, or takes that back. */
  | { readonly type: 'bad'; readonly id: string; readonly bad: boolean }
  /** Shows the preview of what is to be sent. */
  | { readonly type: 'preview'; readonly preview: string }
  /** Asks another question in the place of one. */
  | { readonly type: 'edit'; readonly id: string; readonly text: string }
  | { readonly type: 'delete'; readonly id: string }
  /** Shows this message instead of the one beside it. */
  | { readonly type: 'choose'; readonly id: string }
  | { readonly type: 'copy'; readonly text: string }
  | {
      readonly type: 'block';
      readonly action: BlockAction;
      readonly text: string;
      readonly language: string;
    }
  /** Changes a file as a block of code says. */
  | { readonly type: 'apply'; readonly block: AnswerBlock }
  | { readonly type: 'open'; readonly path: string; readonly startLine: number; readonly endLine: number }
  /** A link in an answer; only `https:` ones are given, and the editor asks before it opens one. */
  | { readonly type: 'link'; readonly href: string }
  | { readonly type: 'removeChip'; readonly id: string }
  | { readonly type: 'restoreChips' }
  | { readonly type: 'addMention'; readonly mention: Mention }
  /** Files that were dropped on the page: what the editor gave as `text/uri-list`. */
  | { readonly type: 'drop'; readonly uris: readonly string[] }
  /** The word before the cursor, from its `@` or `/` on. */
  | { readonly type: 'suggest'; readonly request: number; readonly word: string }
  | { readonly type: 'new' }
  | { readonly type: 'history'; readonly query: string }
  | { readonly type: 'openConversation'; readonly id: string }
  | { readonly type: 'deleteConversation'; readonly id: string }
  | { readonly type: 'export' }
  | { readonly type: 'command'; readonly command: string };

/** What each command asks, for the list of suggestions. */
export const commandDescriptions: Readonly<Record<SlashCommand, string>> = {
  explain: 'Explain the code',
  fix: 'Find and fix problems',
  tests: 'Write tests',
  doc: 'Write documentation',
  review: 'Review changes',
  commit: 'Write a commit message',
};
