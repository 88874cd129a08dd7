import * as vscode from 'vscode';
import { isEnd, type RefactorEvent, type RefactorState } from '../../core/refactor/lifecycle.ts';
import type { Judgement } from '../../core/refactor/judge.ts';
import type { RefactorRecipe } from '../../core/refactor/kinds.ts';
import type { RefactorFailure, RefactorProgress, RefactorResult } from '../../core/refactor/result.ts';
import { runRefactor } from '../../core/refactor/session.ts';
import { RefactorTask } from '../../core/refactor/task.ts';
import type { FileChange, RefactorTarget } from '../../core/refactor/types.ts';
import { applyChanges, type Applied } from './applying.ts';
import { AskedRequest } from './askedRequest.ts';
import { EditorChange } from './editorChange.ts';
import { freshText, problemLines, problemsOf, type EditorProblem } from './editorProblems.ts';
import { applyRename, renameEdit } from './languageRename.ts';
import type { RunParts, RunSubject } from './runParts.ts';
import type { HunkDecision, ShownFile, ShownRefactor } from './shown.ts';
import { TargetPlace } from './targetPlace.ts';
import type { OffsetRange } from './trackedRange.ts';
import { WrittenChange } from './writtenChange.ts';

const none: readonly ShownFile[] = [];

/** One refactor, from its instruction to its end. Every change of its state goes through its task. */
export class RefactorRun implements ShownRefactor {
  readonly id: number;
  readonly recipe: RefactorRecipe;
  readonly #parts: RunParts;
  readonly #note: readonly string[];
  readonly #task = new RefactorTask();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #place: TargetPlace;
  readonly #asked: AskedRequest;
  #progress: RefactorProgress | null = null;
  #message: string | null = null;
  #failure: RefactorFailure | null = null;
  #notes: readonly string[] = [];
  #change: EditorChange | null = null;
  #written: WrittenChange | null = null;
  /** Whether the model is at it: what comes of it is told with its result. */
  #working = false;
  #isQuiet = false;
  /** Whether the change passed its checks and could only not be written. */
  #isUnwritten = false;
  #isSoon = false;

  constructor({ id, recipe, document, scoped, words }: RunSubject, parts: RunParts) {
    const { target, part, note } = scoped;
    this.id = id;
    this.recipe = recipe;
    this.#parts = parts;
    this.#note = note === null ? [] : [note];
    this.#place = new TargetPlace(document, scoped);
    this.#asked = new AskedRequest({ recipe, words, target, part, problems: [], attempt: 0, earlier: [] });
    this.#task.onStep(({ to }) => this.#stepped(to));
  }

  get state(): RefactorState {
    return this.#task.state;
  }

  get ended(): boolean {
    return this.#task.ended;
  }

  get document(): vscode.TextDocument {
    return this.#place.document;
  }

  get target(): RefactorTarget {
    return this.#asked.now.target;
  }

  /** Where the target is now, in UTF-16 offsets. */
  get place(): OffsetRange {
    return this.#place.whole;
  }

  get range(): vscode.Range {
    return this.#place.range;
  }

  get progress(): RefactorProgress | null {
    return this.#progress;
  }

  get files(): readonly ShownFile[] {
    return this.#change?.files ?? none;
  }

  get message(): string | null {
    return this.#message;
  }

  get failure(): RefactorFailure | null {
    return this.#failure;
  }

  get notes(): readonly string[] {
    return [...this.#note, ...this.#notes];
  }

  /** Asks the user for the instruction, where it was not given, and works on it. Never rejects. */
  async begin(words: string | null): Promise<void> {
    const said = words ?? (await this.#askWords());
    if (said === null || (this.recipe.words === 'needed' && said.trim() === '')) {
      this.#task.send('cancel');
      return;
    }
    this.#asked.update({ words: said });
    if (this.#task.send('instructed')) await this.#work();
  }

  /** Takes what was judged of a recorded answer; gives a sentence where it was refused, and is of no use then. */
  take(answer: string, { accepted, problem, changes }: Judgement): string | null {
    if (!accepted) return problem?.message ?? 'The answer was refused.';
    this.#asked.given(answer);
    this.#change = this.#changeOf(changes);
    this.#sendQuietly('instructed', 'gathered', 'answered', 'passed');
    return this.#move() ? null : this.#message;
  }

  async accept(): Promise<void> {
    const change = this.#change;
    if (change === null || this.#working || !this.#task.send('accept') || !this.#move()) return;
    await this.#write(
      change.toWrite.map(({ uri }) => uri),
      () => applyChanges(change.toWrite, this.recipe.title),
    );
  }

  refuse(): void {
    this.#task.send('refuse');
  }

  retry(): void {
    if (!this.#canAskAgain()) return;
    if (this.#isUnwritten) {
      this.#showAgain();
      return;
    }
    this.#asked.retry();
    this.#askAgain();
  }

  refine(words: string): void {
    if (!this.#canAskAgain() || words.trim() === '') return;
    this.#asked.refine(words);
    this.#askAgain();
  }

  decide(uri: vscode.Uri, hunk: number, decision: HunkDecision): void {
    const change = this.#change;
    if (change === null || this.state !== 'ready' || !change.decide(uri, hunk, decision)) return;
    if (change.isRefused) this.refuse();
    else if (!change.isOpen) void this.accept();
    else if (this.#move()) this.#changed.fire();
  }

  cancel(): void {
    this.#task.send('cancel');
  }

  async undo(): Promise<void> {
    if (this.#written === null || !this.#isWritten()) return;
    const why = await this.#written.takeBack();
    if (why === null) this.#task.send('undo');
    else if (this.#task.send('keep')) this.#parts.say(why);
  }

  keep(): void {
    this.#task.send('keep');
  }

  /** Its document is closed or deleted, and does not come back. */
  documentGone(): void {
    this.#task.send('document-closed');
  }

  windowClosed(): void {
    this.#task.send('window-closed');
  }

  /** The same document once more: VS Code let the one before go, since no tab showed it. */
  reopened(document: vscode.TextDocument): void {
    this.#place.reopened(document);
    this.#changedSoon();
  }

  /** Some document was changed. */
  documentChanged(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return;
    const { uri } = event.document;
    const isOurs =
      this.#place.changed(event) ||
      this.files.some((file) => file.uri.toString() === uri.toString()) ||
      this.#written?.isAbout(uri) === true;
    if (isOurs) this.#changedSoon();
  }

  /** One edit can bring several events; and what is heard of a text comes after the text itself. */
  #changedSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      if (this.ended || (this.state === 'ready' && !this.#move())) return;
      const isTakenBack = this.#isWritten() && this.#written?.isTakenBack === true;
      if (isTakenBack) this.#task.send('undo');
      else this.#changed.fire();
    });
  }

  #isWritten(): boolean {
    return this.state === 'watching' || this.state === 'warned';
  }

  async #askWords(): Promise<string | null> {
    if (this.recipe.words === 'none') return '';
    const over = new AbortController();
    const unheard = this.#task.onStep(() => over.abort());
    try {
      return await this.#parts.questions.words(this.recipe, over.signal);
    } catch {
      return null;
    } finally {
      unheard();
    }
  }

  #canAskAgain(): boolean {
    return !this.#working && (['ready', 'failed', 'outdated'] as RefactorState[]).includes(this.state);
  }

  /** A good change that could not be written is still one: perhaps it can be by now. */
  #showAgain(): void {
    [this.#isUnwritten, this.#message, this.#failure] = [false, null, null];
    this.#sendQuietly('retry', 'gathered', 'answered', 'passed');
    if (this.#move()) this.#changed.fire();
  }

  #askAgain(): void {
    this.#change = null;
    this.#isUnwritten = false;
    if (this.#task.send('retry')) void this.#work();
  }

  async #work(): Promise<void> {
    const { ports, files } = this.#parts;
    [this.#progress, this.#message, this.#failure, this.#notes] = [null, null, null, []];
    const { document, whole, part, range } = this.#place;
    const file = files.fileOf(document);
    if (whole.start === whole.end) {
      this.#failed('no-target', `The code is gone from ${file.path}: select what is to be changed.`);
      return;
    }
    const { definition } = this.target;
    const target = { file, ...whole, definition };
    this.#asked.update({ target, part, problems: problemLines(document.uri, range, file.path) });
    this.#working = true;
    const { signal } = new AbortController();
    const result = await runRefactor(this.#asked.now, ports(), this.#task, signal, (progress) =>
      this.#went(progress),
    );
    this.#working = false;
    await this.#came(result);
  }

  #went(progress: RefactorProgress): void {
    if (progress.kind === 'refused') {
      this.#message = progress.message;
      return;
    }
    const sofar = this.#progress?.kind === 'wrote' ? this.#progress.units : 0;
    this.#progress = progress.kind === 'wrote' ? { kind: 'wrote', units: sofar + progress.units } : progress;
    this.#changed.fire();
  }

  async #came({ outcome, answer, notes }: RefactorResult): Promise<void> {
    this.#message = null;
    this.#asked.came(answer);
    this.#notes = notes;
    switch (outcome.kind) {
      case 'change':
        this.#change = this.#changeOf(outcome.judgement.changes);
        if (!this.#move()) return;
        break;
      case 'names':
        await this.#rename(outcome.names);
        return;
      case 'failed':
        this.#message = outcome.message;
        this.#failure = outcome.reason;
        this.#change = this.#changeOf(outcome.judgement?.changes ?? []);
        break;
      case 'stopped':
        return;
    }
    this.#changed.fire();
  }

  async #rename(names: readonly string[]): Promise<void> {
    this.#changed.fire();
    const { definition } = this.target;
    if (definition === null) return;
    const name = await this.#parts.questions.name(definition.name, names).catch(() => null);
    if (name === null || name === definition.name) {
      this.#task.send('refuse');
      return;
    }
    if (!this.#task.send('accept')) return;
    const edit = await renameEdit({ document: this.document, range: this.range, definition }, name);
    if (typeof edit === 'string') this.#unapplied(edit);
    else
      await this.#write(
        edit.documents.map(({ uri }) => uri),
        () => applyRename(edit, this.#parts.files),
      );
  }

  /** Writes, and watches the problems of the files afterwards. */
  async #write(uris: readonly vscode.Uri[], work: () => Promise<Applied>): Promise<void> {
    // What stands in the line of a problem is known of open documents only.
    await Promise.allSettled(uris.map((uri) => vscode.workspace.openTextDocument(uri)));
    const before = problemsOf(uris);
    const applied = await work();
    switch (applied.kind) {
      case 'written':
        this.#written = new WrittenChange(applied.files);
        this.#message = null;
        if (this.#task.send('applied')) this.#watchProblems(this.#written, before);
        await this.#written.showMade();
        return;
      case 'discarded':
        // The user refused it there; that it was not written is nothing to tell.
        this.#sendQuietly('unapplied');
        this.#task.send('refuse');
        return;
      case 'conflict':
        this.#conflicted(applied.message);
        return;
      case 'unwritable':
        this.#unapplied(applied.message);
        return;
    }
  }

  #watchProblems(written: WrittenChange, before: readonly EditorProblem[]): void {
    written.watch(before, this.#parts.timers, {
      problems: (fresh) => {
        this.#message = freshText(fresh);
        if (!this.#task.send('problems')) this.#changed.fire();
      },
      quiet: () => void this.#task.send('quiet'),
    });
  }

  #unapplied(message: string): void {
    this.#isUnwritten = this.#change !== null;
    [this.#message, this.#failure] = [message, 'wrong-file'];
    this.#task.send('unapplied');
  }

  #failed(failure: RefactorFailure, message: string): void {
    [this.#message, this.#failure] = [message, failure];
    this.#task.send('unanswered');
  }

  #conflicted(message: string): void {
    [this.#message, this.#failure] = [message, 'conflict'];
    this.#task.send('conflicted');
  }

  #changeOf(changes: readonly FileChange[]): EditorChange {
    const { path } = this.target.file;
    return new EditorChange(changes, (one) =>
      one === path ? this.document.uri : this.#parts.files.uriOf(one),
    );
  }

  /** Moves the change to the documents as they are now; false where it does not fit them, so that it is outdated. */
  #move(): boolean {
    const why = this.#change?.move() ?? null;
    if (why !== null) this.#conflicted(why);
    return why === null;
  }

  /** Several events of which only the last state is anything to tell, by who calls this. */
  #sendQuietly(...events: readonly RefactorEvent[]): void {
    this.#isQuiet = true;
    for (const event of events) this.#task.send(event);
    this.#isQuiet = false;
  }

  #stepped(to: RefactorState): void {
    if (isEnd(to)) this.#written?.stopWatching();
    const isToldLater = this.#working && (to === 'ready' || to === 'failed');
    if (!isToldLater && !this.#isQuiet) this.#changed.fire();
  }
}
