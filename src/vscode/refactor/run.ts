import type * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';
import type { RouteChoice, RouteFacts } from '../../core/endpoints/routing.ts';
import type { Judgement } from '../../core/refactor/judge.ts';
import type { RefactorRecipe } from '../../core/refactor/kinds.ts';
import type { RefactorState } from '../../core/refactor/lifecycle.ts';
import type { RefactorFailure, RefactorProgress, RefactorResult } from '../../core/refactor/result.ts';
import { runRefactor } from '../../core/refactor/session.ts';
import type { FileChange, RefactorTarget } from '../../core/refactor/types.ts';
import { isSame } from '../uris.ts';
import { applyChanges } from './applying.ts';
import { AskedRequest } from './askedRequest.ts';
import { EditorChange } from './editorChange.ts';
import { problemLines } from './editorProblems.ts';
import { renameToOne } from './renaming.ts';
import type { RunParts, RunSubject } from './runParts.ts';
import { RunState } from './runState.ts';
import { RunWriting } from './runWriting.ts';
import type { HunkDecision, ShownFile, ShownRefactor } from './shown.ts';
import { TargetPlace } from './targetPlace.ts';
import type { OffsetRange } from './trackedRange.ts';
import { writtenBy } from './writtenBy.ts';

const none: readonly ShownFile[] = [];

/** One refactor, from its instruction to its end. Every change of its state goes through its task. */
export class RefactorRun implements ShownRefactor {
  readonly id: number;
  readonly recipe: RefactorRecipe;
  readonly #parts: RunParts;
  readonly #note: readonly string[];
  readonly #state = new RunState();
  readonly onDidChange = this.#state.onDidChange;
  readonly #place: TargetPlace;
  readonly #asked: AskedRequest;
  readonly #writing: RunWriting;
  #progress: RefactorProgress | null = null;
  #notes: readonly string[] = [];
  #instead: string | null = null;
  #change: EditorChange | null = null;

  constructor({ id, recipe, document, scoped, words }: RunSubject, parts: RunParts) {
    const { target, part, note } = scoped;
    this.id = id;
    this.recipe = recipe;
    this.#parts = parts;
    this.#note = note === null ? [] : [note];
    this.#place = new TargetPlace(document, scoped);
    this.#asked = new AskedRequest({ recipe, words, target, part, problems: [], attempt: 0, earlier: [] });
    this.#writing = new RunWriting(this.#state, parts);
  }

  get state(): RefactorState {
    return this.#state.now;
  }

  get ended(): boolean {
    return this.#state.ended;
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
    return this.#state.message;
  }

  get failure(): RefactorFailure | null {
    return this.#state.failure;
  }

  get notes(): readonly string[] {
    const instead = this.#instead === null ? [] : [this.#instead];
    return [...this.#note, ...instead, ...this.#notes, ...this.#parts.route.notes];
  }

  get instead(): string | null {
    return this.#instead;
  }

  get others(): readonly RouteChoice[] {
    return this.#parts.route.others;
  }

  /** Asks the user for the instruction, where it was not given, and works on it. Never rejects. */
  async begin(words: string | null): Promise<void> {
    const isAsked = words === null && this.recipe.words !== 'none';
    const said = isAsked ? await this.#askWords() : (words ?? '');
    if (said == null || (this.recipe.words === 'needed' && said.trim() === '')) {
      this.#state.send('cancel');
      return;
    }
    this.#asked.update({ words: said });
    if (this.#state.send('instructed')) await this.#work();
  }

  /** Takes what was judged of a recorded answer; gives a sentence where it was refused, and is of no use then. */
  take(answer: string, { accepted, problem, changes }: Judgement): string | null {
    if (!accepted) return problem?.message ?? 'The answer was refused.';
    this.#asked.given(answer);
    this.#change = this.#changeOf(changes);
    this.#state.sendQuietly('instructed', 'gathered', 'answered', 'passed');
    return this.#move() ? null : this.message;
  }

  async accept(): Promise<void> {
    const change = this.#change;
    if (change === null || this.#state.isWorking || !this.#state.send('accept') || !this.#move()) return;
    await this.#writing.write(
      change.toWrite.map(({ uri }) => uri),
      () => applyChanges(change.toWrite, this.recipe.title),
    );
  }

  refuse(): void {
    this.#state.send('refuse');
  }

  retry(): void {
    if (!this.#state.canAskAgain) return;
    if (this.#writing.isUnwritten && this.#change !== null) {
      this.#showAgain();
      return;
    }
    this.#asked.retry();
    this.#askAgain();
  }

  askOther(route: string): void {
    if (!this.#state.canAskAgain || !this.others.some((other) => other.route === route)) return;
    this.#parts.route.choose(route);
    this.#asked.askOther();
    this.#askAgain();
  }

  refine(words: string): void {
    if (!this.#state.canAskAgain || words.trim() === '') return;
    this.#asked.refine(words);
    this.#askAgain();
  }

  decide(uri: vscode.Uri, hunk: number, decision: HunkDecision): void {
    const change = this.#change;
    if (change === null || this.state !== 'ready' || !change.decide(uri, hunk, decision)) return;
    if (change.isRefused) this.refuse();
    else if (!change.isOpen) this.#detached(this.accept());
    else if (this.#move()) this.#state.changed();
  }

  cancel(): void {
    this.#state.send('cancel');
  }

  undo(): Promise<void> {
    return this.#writing.undo();
  }

  keep(): void {
    this.#state.send('keep');
  }

  /** Its document is closed or deleted, and does not come back. */
  documentGone(): void {
    this.#state.send('document-closed');
  }

  windowClosed(): void {
    this.#state.send('window-closed');
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
      this.files.some((file) => isSame(file.uri, uri)) ||
      this.#writing.isAbout(uri);
    if (isOurs) this.#changedSoon();
  }

  #changedSoon(): void {
    this.#state.soon(() => {
      if (this.state === 'ready' && !this.#move()) return;
      if (this.#writing.isTakenBack) this.#state.send('undo');
      else this.#state.changed();
    });
  }

  #askWords(): Promise<string | null | undefined> {
    return this.#state.whileHere((signal) => this.#parts.questions.words(this.recipe, signal));
  }

  /** A good change that could not be written is still one: perhaps it can be by now. */
  #showAgain(): void {
    this.#writing.again();
    this.#state.say(null);
    this.#state.sendQuietly('retry', 'gathered', 'answered', 'passed');
    if (this.#move()) this.#state.changed();
  }

  #askAgain(): void {
    this.#change = null;
    this.#writing.again();
    if (this.#state.send('retry')) this.#detached(this.#work());
  }

  /** Lets work go on by itself; what it could not do is said. */
  #detached(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.say(sentenceOf(error)));
  }

  async #work(): Promise<void> {
    const { ports, files, route } = this.#parts;
    [this.#progress, this.#notes, this.#instead] = [null, [], null];
    this.#state.say(null);
    const { document, whole, part, range } = this.#place;
    const file = files.fileOf(document);
    if (whole.start === whole.end) {
      const gone = `The code is gone from ${file.path}: select what is to be changed.`;
      this.#state.fail('unanswered', 'no-target', gone);
      return;
    }
    const { definition } = this.target;
    const target = { file, ...whole, definition };
    this.#asked.update({ target, part, problems: problemLines(document.uri, range, file.path) });
    const { signal } = new AbortController();
    const result = await this.#state
      .whileWorking(() =>
        runRefactor(
          this.#asked.now,
          ports(route.model(this.#routeFacts)),
          this.#state.task,
          signal,
          (progress) => this.#went(progress),
        ),
      )
      // It rejects only where there is nothing to work with.
      .catch((error: unknown) => this.#state.fail('unanswered', 'failed', sentenceOf(error)));
    if (typeof result === 'object') await this.#came(result);
  }

  #went(progress: RefactorProgress): void {
    if (progress.kind === 'refused') {
      this.#state.say(progress.message);
      return;
    }
    const sofar = this.#progress?.kind === 'wrote' ? this.#progress.units : 0;
    this.#progress = progress.kind === 'wrote' ? { kind: 'wrote', units: sofar + progress.units } : progress;
    this.#state.changed();
  }

  get #routeFacts(): RouteFacts {
    const { path, language } = this.target.file;
    return { path, language };
  }

  async #came(result: RefactorResult): Promise<void> {
    const { outcome, answer, notes, rounds, route, instead } = result;
    this.#state.say(null);
    this.#asked.came(answer);
    this.#parts.route.came(route);
    const written = writtenBy(result);
    // The message of a failure is all that is sure to be read.
    this.#notes = outcome.kind === 'failed' ? notes : [...written, ...notes];
    this.#instead = instead;
    switch (outcome.kind) {
      case 'change':
        this.#change = this.#changeOf(outcome.judgement.changes);
        if (!this.#move()) return;
        break;
      case 'names':
        // The names are asked about at once, and nothing is shown that could say it.
        if (instead !== null) this.#parts.say(instead);
        await this.#rename(outcome.names);
        return;
      case 'failed':
        if (this.#parts.route.goesOn(outcome.reason, rounds, this.#routeFacts)) {
          this.#askAgain();
          return;
        }
        this.#state.say([outcome.message, ...written].join(' '), outcome.reason);
        this.#change = this.#changeOf(outcome.judgement?.changes ?? []);
        break;
      case 'stopped':
        return;
    }
    this.#state.changed();
  }

  async #rename(names: readonly string[]): Promise<void> {
    this.#state.changed();
    const { definition } = this.target;
    const parts = { ...this.#parts, state: this.#state, writing: this.#writing, place: this.#place };
    if (definition !== null) await renameToOne(names, definition, parts);
  }

  #changeOf(changes: readonly FileChange[]): EditorChange {
    const { file, start, end } = this.target;
    return new EditorChange(changes, {
      uriOf: (path) => (path === file.path ? this.document.uri : this.#parts.files.uriOf(path)),
      placeIn: (path) => (path === file.path ? { was: { start, end }, is: this.place } : null),
    });
  }

  /** Moves the change to the documents as they are now; false where it does not fit them, so that it is outdated. */
  #move(): boolean {
    const why = this.#change?.move() ?? null;
    if (why !== null) this.#state.fail('conflicted', 'conflict', why);
    return why === null;
  }
}
