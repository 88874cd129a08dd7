import type { PromptPart, PromptSegment } from '../prompt/layout.ts';
import type { DocumentProblem } from '../text/textDocument.ts';
import type { Overlay, TextWindow } from '../text/window.ts';
import type { RequestRecord } from './history.ts';
import type { Dropped, Insertion, MultilineMode, StopReason, StopSpec } from './types.ts';

/** One request for a completion. */
export interface CompletionQuery {
  /** URI of the document, and its version that `offset` belongs to. */
  readonly document: string;
  readonly version: number;
  readonly offset: number;
  readonly languageId: string;
  /** Path in its workspace folder with `/`, and the folder's name. In no folder: the file's name, and null. */
  readonly path: string | null;
  readonly repository: string | null;
  /**
   * Paths beside `path` by which is decided whether its text may be sent; they stand in no prompt. Absolute for what is in
   * no folder, with the folder's name first where there are several; and where a link leads to.
   */
  readonly places?: readonly string[];
  readonly manual: boolean;
  readonly multiline: MultilineMode;
  readonly maxTokens: number;
  /** Milliseconds the model may take; 0: no limit. */
  readonly deadlineMs: number;
  /** The item selected in the suggest widget, taken as typed. */
  readonly overlay?: Overlay;
  /** Give the model's text as it came. */
  readonly raw?: boolean;
}

/** What the model is asked. */
export interface ModelQuery {
  readonly repository: string | null;
  readonly path: string | null;
  /** As in `CompletionQuery`. */
  readonly places?: readonly string[];
  readonly segments: readonly PromptSegment[];
  readonly prefix: string;
  readonly suffix: string;
  /** Line of the document, from 1, in which the cursor stands. */
  readonly cursorLine?: number;
  /** Offsets into `prefix`, ascending, at which definitions start. */
  readonly anchors: readonly number[];
  /** 0: only evaluate the prompt. */
  readonly maxTokens: number;
  /** Most prompt tokens; 0: as many as the model's window has. */
  readonly budgetTokens: number;
  /** Answers already given at this place, from which the new one must differ. */
  readonly avoid: readonly string[];
  readonly stop: StopSpec | null;
}

/** How urgent a model call is and who may end it. */
export interface ModelCall {
  readonly priority: 'keystroke' | 'manual' | 'warm-up' | 'speculation';
  readonly deadlineMs: number;
  /** Ends the call with an error whose `code` is `cancelled`. */
  readonly signal: AbortSignal;
  /** Ends the call with what it has so far, as if a stop rule had. */
  readonly enough: AbortSignal;
  /** Makes work ahead as urgent as a keystroke: now a request waits for it. */
  readonly urgent: AbortSignal;
  /** All text that is certain so far. */
  readonly onText: (text: string) => void;
}

export interface ModelAnswer {
  readonly text: string;
  readonly stopReason: StopReason;
  readonly parts: readonly PromptPart[];
  readonly tokens: RequestRecord['tokens'];
  readonly milliseconds: { readonly prompt: number; readonly firstToken: number; readonly total: number };
}

/** A place in a document for the syntax's questions; `offset` as in a query. */
export interface SyntaxPlace {
  readonly document: string;
  readonly version: number;
  readonly offset: number;
  readonly overlay?: Overlay;
}

/** What a parser says while and after a completion is written. Both answer null where there is no grammar, and reject where the document is no longer the one that was asked about. */
export interface SyntaxPort {
  /** How many units of `text` (line ends `\n`) stay, and whether writing may stop. */
  end(place: SyntaxPlace, text: string, ended: boolean): Promise<{ keep: number; stop: boolean } | null>;
  /** The first candidate that leaves the document without a syntax error, else the first that adds none, or -1. */
  check(
    place: SyntaxPlace,
    candidates: readonly { text: string; replaceRight: number }[],
  ): Promise<number | null>;
}

/** The outside of the pipeline: where the text comes from, who continues it, and what time it is. */
export interface CompletionPorts {
  /** The text around the cursor, or why there is none; rejects where nobody can tell. */
  window(query: CompletionQuery): Promise<TextWindow | DocumentProblem | 'unknown'>;
  /** Asks the model; rejects with an error whose `code` is `cancelled`, `preempted`, `deadline` or something worse. */
  complete(query: ModelQuery, call: ModelCall): Promise<ModelAnswer>;
  readonly syntax: SyntaxPort | null;
  /** Milliseconds of a steady clock, and of the calendar. */
  now(): number;
  date(): number;
  /** Resolves after so many milliseconds, or when `signal` aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface CompletionOutcome {
  /** What to insert, or null with `record.reason`. */
  readonly insertion: Insertion | null;
  /** Other answers for the same place, after the first. */
  readonly alternatives: readonly Insertion[];
  readonly record: RequestRecord;
  readonly dropped: readonly Dropped[];
  readonly parts: readonly PromptPart[];
}
