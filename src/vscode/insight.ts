import * as vscode from 'vscode';
import type { Fate } from '../core/completion/fate.ts';
import { dayOf, Insight } from '../core/completion/insight.ts';
import { insightPage } from '../core/completion/insightPage.ts';
import type { SurvivalVerdict } from '../core/completion/survival.ts';
import { InsightFile } from './insightFile.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/** Counts that come within this time are written at once. */
const writeMs = 10_000;

const scheme = 'hearth-insight';
const pageUri = vscode.Uri.from({ scheme, path: '/Completion Insight.md' });

/** Keeps the acceptance insight in the extension's global storage and shows it. Nothing of it leaves the machine. */
export class InsightStore implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #file: InsightFile;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  /** Counted, but not written yet. */
  #unsaved = new Insight();
  #timer: NodeJS.Timeout | undefined;

  constructor(storage: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#file = new InsightFile(storage.fsPath, (message) => log.warn(message));
  }

  /** A suggestion was given to the editor, so many milliseconds after it was asked for. */
  shown(languageId: string, milliseconds: number): void {
    this.#unsaved.shown(dayOf(new Date()), languageId, milliseconds);
    this.#schedule();
  }

  record(fate: Fate): void {
    this.#unsaved.fate(dayOf(new Date()), fate);
    this.#schedule();
  }

  survived(verdict: SurvivalVerdict): void {
    this.#unsaved.survival(dayOf(new Date()), verdict);
    this.#schedule();
  }

  /** Registers the two commands and the page; the storage ends with the extension. */
  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(
      this,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.commands.registerCommand('hearth.showInsight', () => this.#show()),
      vscode.commands.registerCommand('hearth.clearInsight', () => this.#clear()),
    );
  }

  async provideTextDocumentContent(): Promise<string> {
    await this.flush();
    const today = dayOf(new Date());
    let insight = new Insight();
    try {
      insight = await this.#file.read();
    } catch {
      // What can't be read was told in the log when it was to be written.
    }
    insight.add(this.#unsaved);
    return insightPage(insight, today);
  }

  /** Writes what was counted; what can't be written is counted on. To be awaited when the extension ends. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#unsaved.empty) return;
    const saving = this.#unsaved;
    this.#unsaved = new Insight();
    if (await this.#file.add(saving, dayOf(new Date()))) return;
    // In the order in which they were counted, so that what was taken back finds what it takes back.
    saving.add(this.#unsaved);
    this.#unsaved = saving;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush(), writeMs);
  }

  async #show(): Promise<void> {
    // A page that is open shows what it was; this makes it ask again.
    this.#changed.fire(pageUri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', pageUri);
    } catch {
      // The built-in Markdown extension may be turned off.
      await vscode.window.showTextDocument(pageUri, { preview: true });
    }
  }

  async #clear(): Promise<void> {
    const clear = 'Clear';
    const answer = await vscode.window.showWarningMessage(
      "Clear the completion insight of all days? This can't be undone.",
      { modal: true },
      clear,
    );
    if (answer !== clear) return;
    this.#unsaved = new Insight();
    try {
      await this.#file.clear();
    } catch (error) {
      const why = sentenceOf(error);
      await vscode.window.showErrorMessage(`The completion insight could not be cleared: ${why}`);
    }
    this.#changed.fire(pageUri);
  }
}
