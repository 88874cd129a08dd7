import type * as vscode from 'vscode';
import type { RouteChoice } from '../../core/endpoints/routing.ts';
import type { RefactorRecipe } from '../../core/refactor/kinds.ts';
import type { RefactorState } from '../../core/refactor/lifecycle.ts';
import type { RefactorFailure, RefactorProgress } from '../../core/refactor/result.ts';
import type { FileChange, RefactorTarget, TextEdit } from '../../core/refactor/types.ts';

/** What the user said of one hunk of a change. */
export type HunkDecision = 'open' | 'accepted' | 'refused';

/** One piece of a file's change that can be accepted or refused by itself. */
export interface ShownHunk {
  readonly edit: TextEdit;
  readonly decision: HunkDecision;
}

/** A file that a refactor changes. */
export interface ShownFile {
  readonly uri: vscode.Uri;
  /** As it is to become, for the document as it is now; refused hunks are left out. */
  readonly change: FileChange;
  /** In order; the refused ones too. */
  readonly hunks: readonly ShownHunk[];
}

/** A refactor as the editor shows it, from its instruction to its end. */
export interface ShownRefactor {
  readonly id: number;
  readonly recipe: RefactorRecipe;
  readonly state: RefactorState;
  readonly document: vscode.TextDocument;
  readonly target: RefactorTarget;
  /** Where the target is in the document as it is now. */
  readonly range: vscode.Range;
  readonly progress: RefactorProgress | null;
  /** What is changed; of a failed refactor what would have been. Empty while there is nothing to show. */
  readonly files: readonly ShownFile[];
  /**
   * Why it failed, is outdated, or is tried once more (`repairing`); or what is new after it (`warned`); in a sentence.
   * Null: nothing of these.
   */
  readonly message: string | null;
  /** What made it fail; null: it did not. */
  readonly failure: RefactorFailure | null;
  /** What else there is to know, a sentence each. */
  readonly notes: readonly string[];
  /** Of the notes, why the local model worked on it in the place of an endpoint; null: it did not. */
  readonly instead: string | null;
  /** Who else may be asked for it than whoever was. */
  readonly others: readonly RouteChoice[];
  /** Called at each change of what this says. */
  readonly onDidChange: vscode.Event<void>;
  /** Writes all hunks that are not refused, as one undo step. */
  accept(): Promise<void>;
  refuse(): void;
  /** Asks for another answer. */
  retry(): void;
  /** Asks another model, by its route. */
  askOther(route: string): void;
  /** Asks for the same in another way ("shorter", "keep the name"). */
  refine(words: string): void;
  /** Once no hunk is open the accepted ones are written; where all are refused, the change is. */
  decide(uri: vscode.Uri, hunk: number, decision: HunkDecision): void;
  /** Stops it while the model or we work on it. */
  cancel(): void;
  /** Takes back what was written. */
  undo(): Promise<void>;
  /** Leaves what was written in, whatever the problems. */
  keep(): void;
}

/** What the user is asked for. */
export interface RefactorQuestions {
  /** The words of an instruction; null: the user gave up. Past ones are offered. */
  words(recipe: RefactorRecipe, signal: AbortSignal): Promise<string | null>;
  /** A name, of those that are proposed or another; null: the user gave up, or the signal took the list away. */
  name(present: string, proposed: readonly string[], signal: AbortSignal): Promise<string | null>;
}

/** Shows refactors as they go. */
export interface RefactorShow {
  /** Shows a refactor from now to its end: highlight, progress, change, offers. */
  follow(refactor: ShownRefactor): void;
}

/** What a command, or an entry of the lightbulb, is about where it is not the selection of the active editor. */
export interface RefactorPlace {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
}

/** Begins refactors. What stands against one is told to the user; neither rejects. */
export interface RefactorStarts {
  /** Asks for a refactor of what is selected in the active editor, or of a place. */
  start(recipe: RefactorRecipe, place?: RefactorPlace): Promise<void>;
  /** Lets the user pick one of the project's own, and asks for that. */
  startProject(place?: RefactorPlace): Promise<void>;
}
