import type { NoChatModel } from '../chat/ports.ts';
import type { ChatTimes, ChatTokens, SentAway } from '../chat/types.ts';
import type { Judgement } from './judge.ts';
import type { RefactorProblemCode } from './types.ts';

/** How far a refactor is, between two of its states. */
export type RefactorProgress =
  /** Tokens of the prompt that are evaluated. */
  | { readonly kind: 'prefill'; readonly done: number; readonly total: number }
  /** Characters that the model has written. */
  | { readonly kind: 'wrote'; readonly units: number }
  /** The answer failed its checks, for this reason, and the model is asked once more. */
  | { readonly kind: 'refused'; readonly message: string };

/** Why there is nothing to accept. */
export type RefactorFailure =
  | RefactorProblemCode
  | NoChatModel['code']
  /** It was not sent to an endpoint: the user, a setting or the workspace's state did not allow it. */
  | 'not-sent'
  /** The code does not fit into the model's window. */
  | 'too-long'
  /** The answer went over a limit. */
  | 'max-tokens'
  | 'window-full'
  | 'repetition';

/** What came of a refactor. */
export interface RefactorResult {
  readonly outcome:
    | { readonly kind: 'change'; readonly judgement: Judgement }
    /** Proposals: nothing is changed. */
    | { readonly kind: 'names'; readonly names: readonly string[] }
    /** `judgement`: what there is to show of a refused change. */
    | {
        readonly kind: 'failed';
        readonly reason: RefactorFailure;
        readonly message: string;
        readonly judgement: Judgement | null;
      }
    /** The task was ended before there was anything to accept. */
    | { readonly kind: 'stopped' };
  /** The last answer, its envelope included; '' for none. */
  readonly answer: string;
  /** How often the model was asked: twice where a check failed. */
  readonly rounds: number;
  /** Whoever was asked last: its route, and the model's name; null for none. */
  readonly route: string;
  readonly model: string | null;
  readonly tokens: ChatTokens | null;
  readonly times: ChatTimes | null;
  /** Why the local model worked in the place of an endpoint, in a sentence; null: it did not. Of a failure, its message says it. */
  readonly instead: string | null;
  /** Of an endpoint that is not on this machine: what was sent there. */
  readonly sent?: SentAway;
  /** What else there is to know, a sentence each. */
  readonly notes: readonly string[];
}
