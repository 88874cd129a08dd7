import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';
import type { ChatModel } from '../../core/chat/ports.ts';
import { fileAccess } from '../../core/refactor/fileAccess.ts';
import { judgeAnswer } from '../../core/refactor/judge.ts';
import { refactorRecipes, saidOf, type RefactorRecipe } from '../../core/refactor/kinds.ts';
import type { RefactorPorts, SyntaxPort } from '../../core/refactor/ports.ts';
import type { ScopedTarget } from '../../core/refactor/scope.ts';
import { withoutDenied } from '../../host/endpoints/denied.ts';
import type { Routes } from '../../host/endpoints/routes.ts';
import { syntaxPort } from '../../host/refactor/syntaxPort.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import type { ChatCore } from '../chat/chatCore.ts';
import type { DocumentSync } from '../documentSync.ts';
import { readSettings } from '../settings.ts';
import { isSame } from '../uris.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { plainTitle } from './changeText.ts';
import { Closings } from './closings.ts';
import { EditorFiles } from './editorFiles.ts';
import { pickProjectRefactor } from './projectRefactors.ts';
import { whyNoProjectRefactors } from './projectTrust.ts';
import { RefactorRun } from './run.ts';
import { RunRoute, type AskedModel } from './runRoute.ts';
import { plain } from './said.ts';
import { refactorSettings } from './settings.ts';
import type {
  RefactorPlace,
  RefactorQuestions,
  RefactorShow,
  RefactorStarts,
  ShownRefactor,
} from './shown.ts';
import { locate, whyNoRefactor, whyNotHere } from './starting.ts';
import { touches, type OffsetRange } from './trackedRange.ts';

export interface RefactorsParts {
  readonly client: WorkspaceClient;
  readonly documents: Pick<DocumentSync, 'shareUnsaved'>;
  /** The chat, for its model and what it knows of the workspace; made when the first refactor begins. */
  readonly chat: () => Pick<ChatCore, 'model' | 'workspace' | 'surroundings'>;
  /** Endpoints that may be asked instead of the chat's model; left out for none. */
  readonly routes?: Routes;
  readonly show: RefactorShow;
  readonly questions: RefactorQuestions;
  /** Brings a refactor into view. */
  readonly reveal: (id: number) => unknown;
  /** Says a sentence to the user, with choices; gives the one that was taken. */
  readonly say: (sentence: string, ...choices: string[]) => Thenable<string | undefined>;
  readonly timers?: Timers;
}

/** What refactors work with once there is one. */
interface Made {
  readonly files: EditorFiles;
  readonly syntax: SyntaxPort;
  readonly closings: Closings;
  readonly subscriptions: vscode.Disposable;
}

/** All refactors of the window, from their beginning to their end. Makes nothing before the first one. */
export class Refactors implements RefactorStarts, vscode.Disposable {
  readonly #parts: RefactorsParts;
  #made: Made | null = null;
  #runs: readonly RefactorRun[] = [];
  #nextId = 1;

  constructor(parts: RefactorsParts) {
    this.#parts = parts;
  }

  /** Those that have not ended, in the order in which they began. */
  get refactors(): readonly ShownRefactor[] {
    return this.#runs;
  }

  /** Asks for a refactor of what is selected in the active editor, or of a place. `words` undefined: the user is asked. */
  async start(recipe: RefactorRecipe, place?: RefactorPlace, words?: string): Promise<void> {
    try {
      // Who points at a problem has said what is wrong.
      const isSaid = recipe.kind === 'fix' && place !== undefined;
      await this.#start(recipe, place, words ?? (isSaid ? '' : null));
    } catch (error) {
      this.#say(sentenceOf(error));
    }
  }

  /** Lets the user pick a refactor of the project's own, and asks for that. */
  async startProject(place?: RefactorPlace): Promise<void> {
    const { workspaceFolders = [], isTrusted } = vscode.workspace;
    const why = whyNoRefactor() ?? whyNoProjectRefactors(isTrusted, workspaceFolders.length);
    // The list takes the focus, but not the selection of the editor that was active.
    const picked = why ?? (await pickProjectRefactor().catch(sentenceOf));
    if (typeof picked === 'string') this.#say(picked);
    else if (picked !== null) await this.start(picked, place);
  }

  /**
   * Judges a recorded answer, such as a block of code in the chat, and shows what it would change as that of a refactor;
   * `selection` null: it is about the whole document. Gives a sentence where it can't be applied, else null.
   */
  async applyAnswer(
    document: vscode.TextDocument,
    selection: vscode.Range | null,
    answer: string,
    words: string,
  ): Promise<string | null> {
    const recipe = selection === null ? { ...givenCode, scope: 'file' as const } : givenCode;
    try {
      const located = await this.#locateAnswer(recipe, document, selection);
      if (typeof located === 'string') return located;
      const { target } = located;
      const overlapping = this.#blocking(document, target);
      if (overlapping !== null) return overlapText(overlapping);
      const { files, syntax } = this.#make();
      const access = await fileAccess(answer, { files, target, known: [], mayCreate: false });
      // The words are ours, so what they happen to name may not be lost.
      const instruction = saidOf(recipe, []);
      const judgement = await judgeAnswer(answer, { kind: recipe.kind, instruction, target, access }, syntax);
      const run = this.#newRun(recipe, document, located, words);
      const why = run.take(answer, judgement);
      if (why !== null) return why;
      const other = this.#follow(run);
      return other === null ? null : overlapText(other);
    } catch (error) {
      return sentenceOf(error);
    }
  }

  /** The window is being closed: what is not written is gone. */
  shutdown(): void {
    for (const run of this.#runs) run.windowClosed();
  }

  dispose(): void {
    this.shutdown();
    this.#made?.closings.dispose();
    this.#made?.subscriptions.dispose();
  }

  async #start(
    recipe: RefactorRecipe,
    place: RefactorPlace | undefined,
    words: string | null,
  ): Promise<void> {
    const off = whyNoRefactor();
    const located = off ?? (await locate(recipe, place, this.#make()));
    if (typeof located === 'string') {
      this.#say(located);
      return;
    }
    const { document, scoped } = located;
    const overlapping = this.#blocking(document, scoped.target);
    if (overlapping !== null) {
      this.#showOther(overlapping);
      return;
    }
    await keepTab(document);
    const run = this.#newRun(recipe, document, scoped, '');
    const other = this.#follow(run);
    if (other === null) await run.begin(words);
    else this.#showOther(other);
  }

  async #locateAnswer(
    recipe: RefactorRecipe,
    document: vscode.TextDocument,
    selection: vscode.Range | null,
  ): Promise<ScopedTarget | string> {
    const why = whyNoRefactor() ?? (await whyNotHere(document, this.#make().files));
    if (why !== null) return why;
    if (selection !== null) {
      const located = await locate(recipe, { uri: document.uri, range: selection }, this.#make());
      return typeof located === 'string' ? located : located.scoped;
    }
    const file = this.#make().files.fileOf(document);
    return { target: { file, start: 0, end: file.text.length, definition: null }, part: null, note: null };
  }

  #newRun(
    recipe: RefactorRecipe,
    document: vscode.TextDocument,
    scoped: ScopedTarget,
    words: string,
  ): RefactorRun {
    const { files } = this.#make();
    const { questions, routes = null, timers = systemTimers } = this.#parts;
    const route = new RunRoute({ local: () => this.#parts.chat().model, routes });
    const say = (sentence: string): void => this.#say(sentence);
    return new RefactorRun(
      { id: this.#nextId++, recipe, document, scoped, words },
      { files, questions, timers, say, route, ports: (asked) => this.#ports(asked) },
    );
  }

  /**
   * Shows a new one from now on, unless another is in the way, which is given. What makes room ends: what failed is asked
   * for anew by this one, and what is written stays in. Nothing may come between the look at the others and this.
   */
  #follow(run: RefactorRun): RefactorRun | null {
    const blocking = this.#blocking(run.document, run.place);
    if (blocking !== null) return blocking;
    for (const other of this.#inTheWay(run.document, run.place)) {
      other.keep();
      other.cancel();
    }
    this.#runs = [...this.#runs, run];
    run.onDidChange(() => {
      if (!run.ended) return;
      this.#runs = this.#runs.filter((one) => one !== run);
      this.#made?.closings.forget();
    });
    this.#made?.closings.watch(run);
    this.#parts.show.follow(run);
    return null;
  }

  /** One that works on the same code, or waits to be accepted there. */
  #blocking(document: vscode.TextDocument, place: OffsetRange): RefactorRun | null {
    return this.#inTheWay(document, place).find(({ state }) => !gives.has(state)) ?? null;
  }

  #inTheWay(document: vscode.TextDocument, place: OffsetRange): readonly RefactorRun[] {
    const text = document.getText();
    return this.#runs.filter((run) => run.document === document && touches(text, run.place, place));
  }

  #showOther(other: RefactorRun): void {
    const show = 'Show';
    this.#parts.say(plain(overlapText(other)), show).then(
      (picked) => void (picked === show && this.#parts.reveal(other.id)),
      () => undefined,
    );
  }

  #say(sentence: string): void {
    void this.#parts.say(plain(sentence));
  }

  #ports({ model, fallback }: AskedModel): RefactorPorts {
    // What the worker reads is what the editor has.
    this.#parts.documents.shareUnsaved();
    const ports = this.#portsWith(model);
    if (fallback === null) return ports;
    return { ...ports, fallback: { parts: this.#portsWith(fallback.model), chosen: fallback.chosen } };
  }

  #portsWith(model: ChatModel): RefactorPorts {
    const { chat, routes } = this.#parts;
    const { workspace, surroundings } = withoutDenied(chat(), routes?.denies(model.route) ?? null);
    const { files, syntax } = this.#make();
    return { model, workspace, surroundings, files, syntax, settings: refactorSettings() };
  }

  #make(): Made {
    this.#made ??= this.#makeParts();
    return this.#made;
  }

  #makeParts(): Made {
    const { client, chat, timers = systemTimers } = this.#parts;
    const subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => {
        for (const run of this.#runs) run.documentChanged(event);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        // Once all have forgotten the settings as they were.
        if (event.affectsConfiguration('hearth.enable')) setImmediate(() => this.#enabledChanged());
      }),
    );
    return {
      files: new EditorFiles({ client, workspace: chat().workspace }),
      syntax: syntaxPort(client),
      closings: new Closings(() => this.#runs, timers),
      subscriptions,
    };
  }

  #enabledChanged(): void {
    if (readSettings().settings.enable) return;
    for (const run of this.#runs) run.cancel();
  }
}

/** States in which a refactor makes room for another one. */
const gives: ReadonlySet<ShownRefactor['state']> = new Set([
  'asking',
  'failed',
  'outdated',
  'watching',
  'warned',
]);

/** What is done with code that the user had from elsewhere. */
const givenCode: RefactorRecipe = { ...refactorRecipes.rewrite, title: 'Apply to File' };

function overlapText({ recipe, range }: ShownRefactor): string {
  return `${plainTitle(recipe)} from line ${range.start.line + 1} on is not done yet, and this is about the same code: accept, refuse or cancel that first.`;
}

/** A tab that the next click in the explorer replaces stays: somebody works in it now, as if they had typed. */
async function keepTab(document: vscode.TextDocument): Promise<void> {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  const { input, isPreview = false } = activeTab ?? {};
  if (!isPreview || !(input instanceof vscode.TabInputText)) return;
  if (isSame(input.uri, document.uri)) await vscode.commands.executeCommand('workbench.action.keepEditor');
}
