import type { Attachment, Citation, Source } from './context.ts';
import type { ChatMessage, ChatStopReason, ChatTimes, ChatTokens, SentAway, ToolCall } from './types.ts';

/** A slash command before a question. */
export const slashCommands = ['explain', 'fix', 'tests', 'doc', 'review', 'commit'] as const;
export type SlashCommand = (typeof slashCommands)[number];

/** A question, and what it carried. Questions that were sent are never changed: editing one makes another beside it. */
export interface UserMessage {
  readonly role: 'user';
  readonly id: string;
  /** The message before it; null for the first. */
  readonly parent: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As it was typed, mentions and command included. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** A step of an answer, in order. */
export type AnswerStep =
  | { readonly kind: 'text' | 'reasoning'; readonly text: string }
  | {
      readonly kind: 'tool';
      readonly call: ToolCall;
      /** Null until the tool gave something. */
      readonly result: string | null;
      /** The model made it in one breath with the call before it, without having seen that one's result. */
      readonly together?: true;
    };

/** What became of an answer. */
export type AnswerState =
  | 'writing'
  | 'done'
  /** By the user; what came stays. */
  | 'stopped'
  /** The engine or the program died; what came stays. */
  | 'failed';

/** Why an answer has no text, or not all of it. */
export type AnswerReason =
  | ChatStopReason
  | 'no-chat-model'
  /** The question does not fit into the model's window, by itself. */
  | 'question-too-long'
  | 'engine'
  /** It was not sent to an endpoint: the user, a setting or the workspace's state did not allow it. */
  | 'not-sent'
  | 'stopped'
  /** The tools were called as often as they may be. */
  | 'tool-limit'
  /** The program ended while it was written. */
  | 'interrupted';

/** How a model was asked for an answer. */
export interface AnswerRequest {
  /** The message with the question as it was sent to the model, retrieval included; the same ever after. */
  readonly prompt: ChatMessage;
  /** Where older messages began to be left out for want of room: the first message that was sent; null: all were. */
  readonly firstSent: string | null;
  /** Names of the model and of the route. */
  readonly model: string | null;
  readonly route: string;
  /** Why that route, a few words each, where nobody chose it by hand; left out for none. */
  readonly routeReasons?: readonly string[];
  readonly sources: readonly Source[];
}

/** An answer, as far as it came. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly id: string;
  readonly parent: string;
  readonly at: number;
  readonly state: AnswerState;
  readonly reason: AnswerReason | null;
  /** One sentence that says what went wrong and what to do; null for nothing. */
  readonly message: string | null;
  /** Null until the question was sent. */
  readonly request: AnswerRequest | null;
  readonly steps: readonly AnswerStep[];
  readonly citations: readonly Citation[];
  readonly tokens: ChatTokens | null;
  readonly times: ChatTimes | null;
  /** What was sent to an endpoint elsewhere; left out where nothing was. */
  readonly sent?: SentAway;
  /** Something that belongs to the question had no room in the model's window. */
  readonly leftOut?: true;
  /** The user marked it. */
  readonly rating?: 'bad';
}

export type ConversationMessage = UserMessage | AssistantMessage;

/** The beginning of every prompt of a conversation, made once: it stays in the KV cache. */
export interface Preamble {
  readonly system: string;
  /** The instructions and files of the map in it, for people. */
  readonly instructions: readonly string[];
  readonly mapFiles: readonly string[];
  /** The model for which it was made: another one has another window. */
  readonly fingerprint: string;
}

/** One thing that happened; a conversation is the sum of its events, which are only ever appended. */
export type ConversationEvent =
  | {
      readonly type: 'created';
      readonly version: 1;
      readonly id: string;
      readonly at: number;
      /** Names the workspace it belongs to, or null. */
      readonly workspace: string | null;
    }
  | { readonly type: 'titled'; readonly title: string }
  | { readonly type: 'prepared'; readonly preamble: Preamble }
  | { readonly type: 'asked'; readonly message: UserMessage }
  | { readonly type: 'answering'; readonly id: string; readonly parent: string; readonly at: number }
  | { readonly type: 'sent'; readonly id: string; readonly request: AnswerRequest }
  /** More text: it goes on the last step where that is of the same kind, else it begins one. */
  | {
      readonly type: 'wrote';
      readonly id: string;
      readonly kind: 'text' | 'reasoning';
      readonly text: string;
    }
  | { readonly type: 'called'; readonly id: string; readonly call: ToolCall }
  | {
      readonly type: 'returned';
      readonly id: string;
      readonly callId: string;
      readonly result: string;
      readonly sources: readonly Source[];
    }
  | {
      readonly type: 'answered';
      readonly id: string;
      readonly state: Exclude<AnswerState, 'writing'>;
      readonly reason: AnswerReason;
      readonly message: string | null;
      readonly citations: readonly Citation[];
      readonly tokens: ChatTokens | null;
      readonly times: ChatTimes | null;
      readonly sent?: SentAway;
      readonly leftOut?: true;
    }
  /** Somebody asks in another workspace than the one that the conversation belongs to. */
  | { readonly type: 'entered'; readonly workspace: string | null }
  /** The user marks an answer, or takes that back. */
  | { readonly type: 'rated'; readonly id: string; readonly rating: 'bad' | null }
  /** Of several messages with one parent, the one that is shown with what follows it. */
  | { readonly type: 'chosen'; readonly id: string }
  /** A message and all that follows it are shown no more. */
  | { readonly type: 'deleted'; readonly id: string };

/** A conversation as the sum of its events. Messages make a tree: questions that were edited stand beside one another. */
export interface Conversation {
  readonly id: string;
  readonly at: number;
  readonly workspace: string | null;
  /** Somebody asked in another workspace too, whose text may be in it; left out where nobody did. */
  readonly entered?: true;
  readonly title: string;
  readonly preamble: Preamble | null;
  /** All messages that are not deleted, by id, in the order in which they came. */
  readonly messages: ReadonlyMap<string, ConversationMessage>;
  /** Of each parent (null's key is ''), the message that is shown. */
  readonly chosen: ReadonlyMap<string, string>;
}
