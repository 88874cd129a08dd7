import type * as vscode from 'vscode';
import type { RefactorRecipe } from '../../core/refactor/kinds.ts';
import type { RefactorPorts } from '../../core/refactor/ports.ts';
import type { ScopedTarget } from '../../core/refactor/scope.ts';
import type { Timers } from '../timers.ts';
import type { EditorFiles } from './editorFiles.ts';
import type { AskedModel, RunRoute } from './runRoute.ts';
import type { RefactorQuestions } from './shown.ts';

/** What a refactor works with. */
export interface RunParts {
  readonly ports: (asked: AskedModel) => RefactorPorts;
  readonly route: RunRoute;
  readonly files: EditorFiles;
  readonly questions: RefactorQuestions;
  readonly timers: Timers;
  /** Tells the user what could not be done; it is never waited for. */
  readonly say: (sentence: string) => void;
}

/** What is refactored. */
export interface RunSubject {
  readonly id: number;
  readonly recipe: RefactorRecipe;
  readonly document: vscode.TextDocument;
  readonly scoped: ScopedTarget;
  readonly words: string;
}
