import type { ConversationEvent, UserMessage } from '../conversation.ts';
import type { Fallback } from '../../endpoints/fallback.ts';
import type { ChatModel, ChatSurroundings, ChatWorkspace } from '../ports.ts';

/** What the user set. */
export interface ChatSettings {
  /** Tokens of prompt and answer together, where that is to be less than the model's window. */
  readonly contextTokens?: number;
  /** Most tokens that a model may write at once. */
  readonly maxTokens: number;
  readonly temperature: number;
  readonly thinking: boolean;
  /** Whether the repository is searched for each question, and its map stands at the beginning of new chats. */
  readonly retrieval: boolean;
  /** Whether models that can call tools may. */
  readonly tools: boolean;
}

/** What is to be answered. */
export interface TurnQuestion {
  readonly userMessage: UserMessage;
  readonly answerId: string;
  /** What could not be attached to it, a sentence each. */
  readonly problems?: readonly string[];
}

/** A question, and what its answer is made with. */
export interface AskedTurn {
  readonly parts: TurnParts;
  readonly question: TurnQuestion;
}

/** What an answer is made with. */
export interface TurnParts {
  readonly model: ChatModel;
  /** Why that one, a few words each, where nobody chose it by hand. */
  readonly routeReasons?: readonly string[];
  /** How the local model answers in the place of an endpoint; left out where it does not. */
  readonly fallback?: Fallback<AskedTurn>;
  readonly workspace: ChatWorkspace;
  readonly surroundings: ChatSurroundings;
  readonly settings: ChatSettings;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** How far the prompt of an answer is evaluated, in tokens. */
export interface PrefillProgress {
  readonly type: 'prefill';
  readonly id: string;
  readonly done: number;
  readonly total: number;
}

export type TurnEvent = ConversationEvent | PrefillProgress;
export type Emit = (event: TurnEvent) => void;
