import * as vscode from 'vscode';
import { isEnd, isWorking, isWritten, type RefactorState } from '../../core/refactor/lifecycle.ts';
import { say } from '../models/attempt.ts';
import { systemTimers } from '../timers.ts';
import { changedText, plainTitle } from './changeText.ts';
import { TargetHighlight } from './highlight.ts';
import { changedLines } from './hunkPlaces.ts';
import { Offers } from './offers.ts';
import { Preview } from './preview.ts';
import { refactorScheme, type PreviewTexts } from './previewTexts.ts';
import { ProgressNotice } from './progress.ts';
import type { HunkDecision, ShownRefactor } from './shown.ts';
import { isSame } from '../uris.ts';
import { activeTab, movedMs } from './tabs.ts';

/** How long it is said, where it disturbs nobody, that a change waits. */
const waitingMs = 5_000;

/** What is shown of one refactor, from its instruction to its end. */
export class FollowedRefactor implements vscode.Disposable {
  readonly refactor: ShownRefactor;
  readonly preview: Preview;
  readonly #changed: () => void;
  readonly #progress: ProgressNotice;
  readonly #offers: Offers;
  readonly #subscription: vscode.Disposable;
  #highlight: TargetHighlight | null = null;
  #state: RefactorState | null = null;
  #files: ShownRefactor['files'] = [];
  /** Where the first change is; remembered, since what is written is no change any more. */
  #place: vscode.Position | null = null;
  #changedText = '';
  /** Takes away what says that it waits. */
  #waiting: vscode.Disposable | null = null;
  #unheardClosing: () => void = () => undefined;

  /** `changed` is called whenever something of it looks otherwise. */
  constructor(refactor: ShownRefactor, texts: PreviewTexts, changed: () => void) {
    this.refactor = refactor;
    this.preview = new Preview(refactor, texts);
    this.#changed = changed;
    this.#progress = new ProgressNotice(refactor);
    this.#offers = new Offers(refactor, this.preview, () => this.reveal());
    this.#subscription = refactor.onDidChange(() => this.#update());
    this.#update();
  }

  get ended(): boolean {
    return isEnd(this.refactor.state);
  }

  /** Whether it is in, and can be taken back. */
  get isWritten(): boolean {
    return isWritten(this.refactor.state);
  }

  /** Whether a decision is waited for that the user can't see. */
  get waits(): boolean {
    return this.refactor.state === 'ready' && this.refactor.files.length > 0 && !this.preview.isOpen;
  }

  /** Shows whatever there is of it now. */
  async reveal(): Promise<void> {
    const { state, files } = this.refactor;
    if (state === 'ready' && files.length > 1) await this.refactor.accept();
    // VS Code's own preview waits, perhaps where nobody sees it.
    else if (state === 'applying' && files.length > 1)
      await vscode.commands.executeCommand('refactorPreview.focus');
    else if (files.length > 0 && (state === 'ready' || state === 'failed')) {
      await this.preview.open();
      // It may have become something else while it was opened.
      if (this.refactor.state !== state) await this.preview.close();
    } else await this.#goTo(this.refactor.range.start);
    this.#changed();
  }

  /** Decides a hunk, and goes on to the next one. */
  async decide(file: number, hunk: number, decision: HunkDecision): Promise<void> {
    const shown = this.refactor.files[file];
    if (shown === undefined || this.refactor.state !== 'ready') return;
    this.#remember();
    this.refactor.decide(shown.uri, hunk, decision);
    if (this.refactor.state === 'ready') await this.preview.goOn(hunk + 1);
  }

  /** Tabs were opened, or closed and perhaps only moved. */
  tabsChanged(closed: readonly vscode.Tab[]): void {
    if (this.preview.isOpen) this.#waiting?.dispose();
    else if (closed.some((tab) => this.preview.isTab(tab))) {
      const { state } = this.refactor;
      this.#unheardClosing();
      this.#unheardClosing = systemTimers.after(movedMs, () => {
        if (this.refactor.state === state && !this.preview.isOpen) this.#previewClosed();
      });
    }
  }

  dispose(): void {
    this.#waiting?.dispose();
    this.#unheardClosing();
    this.#subscription.dispose();
    this.#highlight?.dispose();
    this.#progress.dispose();
    this.preview.dispose();
  }

  /** Its preview was closed by the user: a change stays, what can't be accepted is done with. */
  #previewClosed(): void {
    const { state, recipe } = this.refactor;
    if (state === 'failed') this.refactor.refuse();
    if (state === 'ready') {
      const said = `Hearth: ${plainTitle(recipe)} waits for you: run "Hearth: Show Refactor".`;
      this.#waiting = vscode.window.setStatusBarMessage(said, waitingMs);
    }
    this.#changed();
  }

  #update(): void {
    const { state, files } = this.refactor;
    const from = this.#state;
    const isNew = state !== this.#state;
    const isOther = isNew || files !== this.#files;
    [this.#state, this.#files] = [state, files];
    this.#progress.update();
    this.#showTarget(state === 'asking' || isWorking(state));
    if (isOther && (state === 'ready' || state === 'failed')) this.preview.update();
    if (isOther && state === 'ready') this.#remember();
    if (isNew) void this.#entered(state, from);
    if (isOther) this.#changed();
  }

  /** `from` null: it is in this state from the beginning. */
  async #entered(state: RefactorState, from: RefactorState | null): Promise<void> {
    this.#waiting?.dispose();
    // An editor that can't be opened or closed must not keep the rest from its end.
    if (this.preview.isOpen && state !== 'ready' && state !== 'applying')
      await this.#leave(state).catch((error: unknown) => this.#offers.trouble(error));
    this.#offers.entered(state, from);
    if (state === 'ready')
      await this.#ready(from === null).catch((error: unknown) => this.#offers.trouble(error));
    if (state === 'watching' && this.#changedText !== '') say(`${this.#changedText}.`);
    if (state === 'undone') say(`${plainTitle(this.refactor.recipe)} was taken back.`);
    this.#changed();
    if (isEnd(state)) this.dispose();
  }

  /** `isFirst`: it was ready from the beginning, so the user has asked for it just now. */
  async #ready(isFirst: boolean): Promise<void> {
    const { files, document, notes, instead } = this.refactor;
    if (files.length === 0) return;
    const { input } = activeTab() ?? {};
    const isInPreview = input instanceof vscode.TabInputTextDiff && input.modified.scheme === refactorScheme;
    const isHere = vscode.window.activeTextEditor?.document === document && !isInPreview;
    // Whoever works on something else meanwhile is not led away from it.
    if (!isHere && !isFirst) return this.#offers.ready();
    if (instead !== null) this.#offers.note(instead);
    const others = notes.filter((note) => note !== instead);
    if (others.length > 0) say(others.join(' '));
    await this.reveal();
  }

  /** Closes the preview, and puts the cursor where the change is, or would have been. */
  async #leave(state: RefactorState): Promise<void> {
    const isGone = state === 'abandoned' || state === 'closed';
    // First the document: it must not be closed together with the last tab that shows it.
    try {
      if (!isGone && this.preview.isActive) await this.#goTo(this.#place ?? this.refactor.range.start);
    } finally {
      await this.preview.close();
    }
  }

  async #goTo(position: vscode.Position): Promise<void> {
    const { document, files } = this.refactor;
    const [file] = files;
    const isOther = file !== undefined && !isSame(file.uri, document.uri);
    const written = isOther && this.#state !== null && isWritten(this.#state);
    const shown = written ? await vscode.workspace.openTextDocument(file.uri) : document;
    if (shown.isClosed) return;
    const line = shown.lineAt(Math.min(position.line, shown.lineCount - 1));
    const at = new vscode.Position(line.lineNumber, line.firstNonWhitespaceCharacterIndex);
    await vscode.window.showTextDocument(shown, {
      viewColumn: vscode.window.tabGroups.activeTabGroup.viewColumn,
      selection: new vscode.Range(at, at),
    });
  }

  #remember(): void {
    const { files, recipe } = this.refactor;
    const [file] = files;
    const first = file?.hunks.find(({ decision }) => decision !== 'refused');
    if (file === undefined || first === undefined) return;
    const before = file.change.before ?? '';
    this.#place = new vscode.Position(before.slice(0, first.edit.start).split('\n').length - 1, 0);
    this.#changedText = changedText(recipe, changedLines(files), files.length);
  }

  #showTarget(shows: boolean): void {
    if (!shows) {
      this.#highlight?.dispose();
      this.#highlight = null;
    } else if (this.#highlight === null) this.#highlight = new TargetHighlight(this.refactor);
    else this.#highlight.refresh();
  }
}
