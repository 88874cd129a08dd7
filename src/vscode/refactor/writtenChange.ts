import * as vscode from 'vscode';
import type { Timers } from '../timers.ts';
import type { WrittenFile } from './applying.ts';
import { isSame, openDocument } from '../uris.ts';
import { problemSource, type EditorProblem } from './editorProblems.ts';
import { ProblemWatch, type WatchListener } from './problemWatch.ts';
import { takeBack } from './undoing.ts';

/** A change that is in the documents: its problems are watched, and it can be taken back. */
export class WrittenChange {
  readonly files: readonly WrittenFile[];
  #watch: ProblemWatch<EditorProblem> | null = null;
  #takingBack: Promise<string | null> | null = null;

  constructor(files: readonly WrittenFile[]) {
    this.files = files;
  }

  /** Compares the problems from now on with those before it. */
  watch(before: readonly EditorProblem[], timers: Timers, listener: WatchListener<EditorProblem>): void {
    const source = problemSource(this.files.map(({ uri }) => uri));
    this.#watch = new ProblemWatch(before, source, timers, listener);
  }

  stopWatching(): void {
    this.#watch?.stop();
  }

  isAbout(uri: vscode.Uri): boolean {
    return this.files.some((file) => isSame(file.uri, uri));
  }

  /** Whether somebody took it back by hand. */
  get isTakenBack(): boolean {
    return (
      this.files.length > 0 &&
      this.files.every(({ uri, change }) => {
        return change.before !== null && openDocument(uri)?.getText() === change.before;
      })
    );
  }

  /** Takes it back; a sentence where that can't be done, else null. */
  takeBack(): Promise<string | null> {
    this.stopWatching();
    this.#takingBack ??= takeBack(this.files);
    return this.#takingBack;
  }

  /** Shows the file that was made, where it is the only one: it is new to the user, and not in view anywhere. */
  async showMade(): Promise<void> {
    const [only] = this.files;
    if (only?.change.before !== null || this.files.length > 1) return;
    await vscode.window.showTextDocument(only.uri, { preview: false }).then(
      () => undefined,
      () => undefined,
    );
  }
}
