import type { Place } from '../chat/context.ts';
import type { ChatRole } from '../chat/types.ts';
import type { SentAbout } from './ports.ts';
import type { Endpoint } from './types.ts';

/** A message as it leaves, byte for byte. */
export interface OutgoingMessage {
  readonly role: ChatRole;
  readonly text: string;
}

/** A kind of secret that was replaced, and how often. */
export interface RedactionCount {
  /** As people call it: `AWS access key`. */
  readonly label: string;
  readonly count: number;
  /** What stands in the place of these secrets, each once. */
  readonly placeholders?: readonly string[];
}

/** What would be sent to an endpoint, for whoever has to agree. */
export interface Outgoing {
  readonly endpoint: Endpoint;
  /** The model there. */
  readonly model: string;
  readonly purpose: SentAbout['purpose'];
  readonly messages: readonly OutgoingMessage[];
  /** Files and lines of the workspace whose text is in it. */
  readonly places: readonly Place[];
  readonly redactions: readonly RedactionCount[];
  /** Of the prompt, estimated where nobody counts. */
  readonly tokens: number;
  /** The answer has these at most. */
  readonly answerTokens: number;
  /** US dollars for the prompt alone, and with the longest answer; null where the price is not known. */
  readonly cost: { readonly least: number; readonly most: number } | null;
}

/** What a user says to what would be sent; `always` and `never` hold for the workspace until they are revoked. */
export type ConsentAnswer = 'once' | 'always' | 'never' | 'cancelled';

/** Shows what would be sent and asks; resolves as `cancelled` when `signal` aborts or it is closed. */
export type AskConsent = (outgoing: Outgoing, signal: AbortSignal) => Promise<ConsentAnswer>;
