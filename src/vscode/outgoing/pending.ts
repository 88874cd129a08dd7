import type * as vscode from 'vscode';
import type { ConsentAnswer, Outgoing } from '../../core/endpoints/outgoing.ts';
import type { OutgoingPage } from '../../core/endpoints/outgoingPage.ts';

/** Something that waits for the user's word before it is sent. */
export interface PendingConsent {
  /** Tells it from the others. */
  readonly id: string;
  readonly outgoing: Outgoing;
}

/** The same with its document, and how it is settled. */
export interface PendingPreview extends PendingConsent {
  readonly page: OutgoingPage;
  readonly uri: vscode.Uri;
  /** By the timers' clock, in milliseconds, when it was shown last. */
  shownAt: number;
  /** Only the first answer counts. */
  readonly settle: (answer: ConsentAnswer) => void;
}

/** Scheme of the documents that show what would be sent. */
export const outgoingScheme = 'hearth-outgoing';
/** Language of these documents, as the manifest declares it. */
export const outgoingLanguage = 'hearth-outgoing';

/** Keys that are pressed sooner than this after a preview came up, in milliseconds, were meant for what was there before. */
const surpriseMs = 600;

/** Whether a preview has been there for so long that a key may answer it. */
export function wasSeen({ shownAt }: Pick<PendingPreview, 'shownAt'>, now: number): boolean {
  return now - shownAt >= surpriseMs;
}
