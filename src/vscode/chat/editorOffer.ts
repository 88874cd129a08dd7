import * as vscode from 'vscode';
import type { Mention } from '../../core/chat/context.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import type { ChipBox } from './chips.ts';
import { linesOf, refusal, type WorkspacePaths } from './documents.ts';
import { lookedAt } from './targets.ts';

/** So long nothing moves before the offer follows: whoever scrolls or selects is not done yet. */
const restMs = 120;
/** Documents that code is read in; outputs, diffs and settings are none. */
const schemes: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-remote', 'vscode-vfs']);

/** Offers what the active editor shows, and follows it as long as somebody sees the offer. */
export class EditorOffer implements vscode.Disposable {
  readonly #chips: Pick<ChipBox, 'offer'>;
  readonly #paths: WorkspacePaths;
  readonly #client: Pick<WorkspaceClient, 'excluded'>;
  /** Whether the active editor's document may be given, as a whole and in lines: the rules are not asked for each key. */
  readonly #refused = new Map<string, boolean>();
  #subscriptions: vscode.Disposable[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    chips: Pick<ChipBox, 'offer'>,
    paths: WorkspacePaths,
    client: Pick<WorkspaceClient, 'excluded'>,
  ) {
    this.#chips = chips;
    this.#paths = paths;
    this.#client = client;
  }

  /** Follows from now on, or no more. */
  follow(follows: boolean): void {
    if (follows === this.#subscriptions.length > 0) return;
    if (!follows) {
      this.dispose();
      return;
    }
    const soon = (): void => this.#soon();
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#refused.clear();
        soon();
      }),
      vscode.window.onDidChangeTextEditorSelection(soon),
      vscode.window.onDidChangeTextEditorVisibleRanges(soon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) soon();
      }),
    ];
    this.#refused.clear();
    this.refresh();
  }

  /** Offers what is there now. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !schemes.has(editor.document.uri.scheme)) {
      this.#chips.offer(null);
      return;
    }
    const { document } = editor;
    if (document.lineCount === 1 && document.lineAt(0).text === '') {
      this.#chips.offer(null);
      return;
    }
    const mention = lookedAt(editor, this.#paths);
    const refused = this.#isRefused(mention);
    this.#chips.offer(refused ? null : { mention, state: String(document.version) });
  }

  /** Whether a mention would be refused; what is not known yet counts so until it is, when the offer is made anew. */
  #isRefused(mention: Mention): boolean {
    const { value } = mention;
    const lines = linesOf(mention);
    const key = `${value}\n${lines === null ? 'all' : 'lines'}`;
    const known = this.#refused.get(key);
    if (known !== undefined) return known;
    void refusal(this.#client, this.#paths, value, lines)
      .then(
        (reason) => reason !== null,
        // Where the rules can't be asked, the question that it goes with says so.
        () => false,
      )
      .then((refused) => {
        this.#refused.set(key, refused);
        if (this.#subscriptions.length > 0) this.refresh();
      });
    return true;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), restMs);
  }
}
