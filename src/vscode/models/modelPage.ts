import * as vscode from 'vscode';
import type { ModelRow, ModelService } from '../../host/models/modelRows.ts';
import { rowLabel } from './rowText.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

const scheme = 'hearth-model';

/** Shows what a model's file says of itself as a page that can't be edited. */
export class ModelPage implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #service: ModelService;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  /** By address, as long as the page is open. */
  readonly #pages = new Map<string, string>();

  constructor(service: ModelService) {
    this.#service = service;
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#pages.delete(uri.toString())),
    ];
  }

  /** A page that was open when the window was closed is asked for without `show`. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const known = this.#pages.get(uri.toString());
    if (known !== undefined) return known;
    return this.#service.inspect(uri.query).catch((error: unknown) => sentenceOf(error));
  }

  /** Opens the page beside what is open, or shows it where it is open already. Rejects with one clear sentence. */
  async show(row: ModelRow): Promise<void> {
    const text = await this.#service.inspect(row.key);
    const name = rowLabel(row).replace(/[\\/:*?"<>|]/g, '-');
    const uri = vscode.Uri.from({ scheme, path: `/${name}.md`, query: row.key });
    this.#pages.set(uri.toString(), text);
    // A page that is open shows what it was; this makes it ask again.
    this.#changed.fire(uri);
    const shown = vscode.window.tabGroups.all.find(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === scheme),
    );
    const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(uri, { viewColumn, preview: true });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
