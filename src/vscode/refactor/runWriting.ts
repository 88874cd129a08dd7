import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';
import { isEnd } from '../../core/refactor/lifecycle.ts';
import type { Applied } from './applying.ts';
import { freshText, problemsOf, type EditorProblem } from './editorProblems.ts';
import type { RunParts } from './runParts.ts';
import type { RunState } from './runState.ts';
import { WrittenChange } from './writtenChange.ts';

/** How the change of a refactor gets into the documents, and what becomes of it there. */
export class RunWriting {
  readonly #state: RunState;
  readonly #parts: Pick<RunParts, 'timers' | 'say'>;
  #written: WrittenChange | null = null;
  #isUnwritten = false;

  constructor(state: RunState, parts: Pick<RunParts, 'timers' | 'say'>) {
    this.#state = state;
    this.#parts = parts;
    state.task.onStep(({ to }) => {
      if (isEnd(to)) this.#written?.stopWatching();
    });
  }

  /** Whether the change was good and could only not be written. */
  get isUnwritten(): boolean {
    return this.#isUnwritten;
  }

  /** Whether a document has some of what is written. */
  isAbout(uri: vscode.Uri): boolean {
    return this.#written?.isAbout(uri) === true;
  }

  /** Whether somebody took it back by hand. */
  get isTakenBack(): boolean {
    return this.#state.isWritten && this.#written?.isTakenBack === true;
  }

  /** Writes, and watches the problems of the files afterwards. */
  async write(uris: readonly vscode.Uri[], work: () => Promise<Applied>): Promise<void> {
    // What stands in the line of a problem is known of open documents only.
    await Promise.allSettled(uris.map((uri) => vscode.workspace.openTextDocument(uri)));
    const before = problemsOf(uris);
    const applied = await work().catch((error: unknown): Applied => ({
      kind: 'unwritable',
      message: sentenceOf(error),
    }));
    switch (applied.kind) {
      case 'written':
        this.#written = new WrittenChange(applied.files);
        this.#state.say(null);
        if (this.#state.send('applied')) this.#watchProblems(this.#written, before);
        await this.#written.showMade();
        return;
      case 'discarded':
        // The user refused it there; that it was not written is nothing to tell.
        this.#state.sendQuietly('unapplied');
        this.#state.send('refuse');
        return;
      case 'conflict':
        this.#state.fail('conflicted', 'conflict', applied.message);
        return;
      case 'unwritable':
        this.unwritable(applied.message);
        return;
    }
  }

  /** It can't be written, for a reason that has nothing to do with what it is. */
  unwritable(message: string): void {
    this.#isUnwritten = true;
    this.#state.fail('unapplied', 'wrong-file', message);
  }

  /** Another change is asked for, or the same is tried once more. */
  again(): void {
    this.#isUnwritten = false;
  }

  async undo(): Promise<void> {
    if (this.#written === null || !this.#state.isWritten) return;
    const why = await this.#written.takeBack();
    if (why === null) this.#state.send('undo');
    else if (this.#state.send('keep')) this.#parts.say(why);
  }

  #watchProblems(written: WrittenChange, before: readonly EditorProblem[]): void {
    written.watch(before, this.#parts.timers, {
      problems: (fresh) => {
        this.#state.say(freshText(fresh));
        if (!this.#state.send('problems')) this.#state.changed();
      },
      quiet: () => void this.#state.send('quiet'),
    });
  }
}
