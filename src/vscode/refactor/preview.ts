import * as vscode from 'vscode';
import { previewTitle } from './changeText.ts';
import { HunkMarks } from './hunkMarks.ts';
import { hunkPlaces, nextOpen, type HunkPlace } from './hunkPlaces.ts';
import { refactorScheme, type PreviewTexts } from './previewTexts.ts';
import type { ShownFile, ShownRefactor } from './shown.ts';
import { freeTitle, isOwnTab } from './previewTab.ts';
import { isSame, nameOf, openDocument } from '../uris.ts';
import { activeTab, allLabels, lookOf, tabsWhere } from './tabs.ts';

/** So long a comparison is given to show what was decided, before the cursor goes on. */
const mostMs = 500;

/** The documents beside one another: as they are, and as a refactor would make them. */
export class Preview implements vscode.Disposable {
  readonly #refactor: ShownRefactor;
  readonly #texts: PreviewTexts;
  readonly #marks = new HunkMarks();
  /** Whether its tabs are there for the user, who then closes them. */
  #isShown = false;
  /** Of the comparison of several files. */
  #title = '';
  /** Documents that it made: what the refactor says may be gone before they are. */
  #made: readonly vscode.Uri[] = [];

  constructor(refactor: ShownRefactor, texts: PreviewTexts) {
    this.#refactor = refactor;
    this.#texts = texts;
  }

  get isOpen(): boolean {
    return this.#tabs().length > 0;
  }

  /** Whether the user looks at it. */
  get isActive(): boolean {
    const tab = activeTab();
    return tab !== undefined && this.isTab(tab);
  }

  /** Whether a tab, which may be closed already, is its own. */
  isTab(tab: vscode.Tab): boolean {
    const own = { title: this.#title, documents: this.#made.map(String) };
    return this.#isShown && isOwnTab(lookOf(tab), own);
  }

  /** Whether one of its documents is this one: what it becomes, or, while it is looked at, what it is. */
  shows(uri: vscode.Uri): boolean {
    return this.#refactor.files.some(
      (file) => isSame(this.#right(file), uri) || (this.isActive && isSame(file.uri, uri)),
    );
  }

  /** The file and the side that a document is. */
  sideOf(uri: vscode.Uri): { readonly file: ShownFile; readonly side: 'left' | 'right' } | null {
    for (const file of this.#refactor.files) {
      if (isSame(this.#right(file), uri)) return { file, side: 'right' };
      if (isSame(file.uri, uri)) return { file, side: 'left' };
    }
    return null;
  }

  /** Opens it, or goes there, with the cursor on the first change that is not decided. */
  async open(): Promise<void> {
    const { files, recipe, state, document } = this.#refactor;
    const [first] = files;
    if (first === undefined) return;
    this.update();
    if (files.length > 1) {
      if (!this.isOpen) this.#title = freeTitle(previewTitle(recipe, null, state), allLabels());
      this.#isShown = true;
      const resources = files.map((file) => [file.uri, this.#left(file), this.#right(file)]);
      await vscode.commands.executeCommand('vscode.changes', this.#title, resources);
      return;
    }
    this.#isShown = true;
    const place = nextOpen(hunkPlaces(first), 0);
    const options: vscode.TextDocumentShowOptions = {
      viewColumn: columnOf(document),
      // A tab that the next click in the explorer replaces would take the change with it.
      preview: false,
      selection: place === null ? undefined : cursorAt(place),
    };
    await vscode.commands.executeCommand(
      'vscode.diff',
      this.#left(first),
      this.#right(first),
      previewTitle(recipe, nameOf(first.uri), state),
      options,
    );
    await this.#setLanguage(this.#right(first), first);
    this.#mark();
  }

  /** Shows what the refactor says now. */
  update(): void {
    const { files } = this.#refactor;
    for (const file of files) {
      this.#texts.set(this.#right(file), file.change.after);
      if (file.change.before === null) this.#texts.set(this.#left(file), '');
    }
    if (files.length > 0) this.#made = files.flatMap((file) => [this.#right(file), this.#left(file)]);
    this.#mark();
  }

  /** Puts the cursor on the first change from a number on that is not decided, once the comparison shows what was. */
  async goOn(index: number): Promise<void> {
    const [file] = this.#refactor.files;
    if (file === undefined) return;
    const uri = this.#right(file);
    await textIs(uri, file.change.after);
    const place = nextOpen(hunkPlaces(file), index);
    const editor = vscode.window.visibleTextEditors.find(({ document }) => isSame(document.uri, uri));
    this.#mark();
    if (place === null || editor === undefined) return;
    const cursor = cursorAt(place);
    editor.selection = new vscode.Selection(cursor.start, cursor.end);
    editor.revealRange(cursor, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  async close(): Promise<void> {
    const tabs = this.#tabs();
    // What we close ourselves is not closed by the user.
    this.#isShown = false;
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }

  dispose(): void {
    this.#marks.dispose();
    for (const uri of this.#made) this.#texts.delete(uri);
  }

  #tabs(): vscode.Tab[] {
    return tabsWhere((tab) => this.isTab(tab));
  }

  #right(file: ShownFile): vscode.Uri {
    return this.#virtual(file, '');
  }

  /** The document itself; an empty one for a file that does not exist yet. */
  #left(file: ShownFile): vscode.Uri {
    return file.change.before === null ? this.#virtual(file, '&new') : file.uri;
  }

  /** The path stays, so that the name, the icon and the language are the file's. */
  #virtual({ uri }: ShownFile, what: string): vscode.Uri {
    const query = `refactor=${this.#refactor.id}${what}`;
    return vscode.Uri.from({ scheme: refactorScheme, path: `/${uri.path.replace(/^\/+/, '')}`, query });
  }

  /** A name does not say the language of what was never saved. */
  async #setLanguage(uri: vscode.Uri, { change }: ShownFile): Promise<void> {
    const { document } = this.#refactor;
    const right = openDocument(uri);
    if (right === undefined || change.before === null || right.languageId === document.languageId) return;
    await vscode.languages.setTextDocumentLanguage(right, document.languageId).then(
      () => undefined,
      () => undefined,
    );
  }

  #mark(): void {
    const { files, state, message } = this.#refactor;
    const why = state === 'failed' ? message : null;
    for (const file of files) {
      const uri = this.#right(file);
      const editors = vscode.window.visibleTextEditors.filter(({ document }) => isSame(document.uri, uri));
      if (editors.length > 0) this.#marks.show(editors, hunkPlaces(file), why);
    }
  }
}

/** Where the document is shown, so that nothing else is covered. */
function columnOf(document: vscode.TextDocument): vscode.ViewColumn | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const active = activeTextEditor?.document === document ? activeTextEditor : undefined;
  return (active ?? visibleTextEditors.find((editor) => editor.document === document))?.viewColumn;
}

function cursorAt({ right }: HunkPlace): vscode.Range {
  return new vscode.Range(right.from, 0, right.from, 0);
}

/** Resolves once a virtual document has this text, or after a while. */
async function textIs(uri: vscode.Uri, text: string): Promise<void> {
  const lines = text.split('\n').length;
  const shown = (): boolean => openDocument(uri)?.lineCount === lines;
  if (shown()) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      changes.dispose();
      resolve();
    };
    const timer = setTimeout(done, mostMs);
    const changes = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (isSame(document.uri, uri) && shown()) done();
    });
  });
}
