import * as vscode from 'vscode';
import { backoffMs, type UserAction } from '../core/completion/backoff.ts';
import type { CompletionOutcome } from '../core/completion/ports.ts';
import type { CompletionService } from '../core/completion/service.ts';
import { SuggestionTracker, type Findings } from '../core/completion/tracker.ts';
import { changesOf } from './documentSync.ts';
import type { InsightStore } from './insight.ts';

/** Runs when VS Code has inserted an item; not for people, so not in the palette. */
const acceptedCommand = 'hearth._suggestionAccepted';
/** Outcomes that may still meet their fate. */
const mostRemembered = 50;
/** Acceptances and refusals that the personal back-off looks at. */
const mostRecent = 10;

/**
 * Follows what becomes of suggestions, from document changes and the item's command (VS Code's own events for it are
 * proposed API), and tells those who learn from it.
 */
export class Suggestions implements vscode.Disposable {
  readonly #tracker = new SuggestionTracker();
  readonly #outcomes = new Map<string, CompletionOutcome>();
  readonly #insight: InsightStore;
  readonly #subscriptions: vscode.Disposable[];
  #service: CompletionService | null = null;
  #recent: readonly UserAction[] = [];
  #nextId = 1;
  #timer: NodeJS.Timeout | undefined;

  constructor(insight: InsightStore) {
    this.#insight = insight;
    this.#subscriptions = [
      vscode.commands.registerCommand(acceptedCommand, (id: unknown) =>
        this.#tell(this.#tracker.command(String(id), performance.now())),
      ),
      vscode.workspace.onDidChangeTextDocument((event) =>
        this.#tell(this.#tracker.changed(event.document.uri.toString(), changesOf(event), performance.now())),
      ),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections: [selection], kind }) => {
        // Typing and accepting move the cursor too, and are seen as changes of the document.
        const byHand =
          kind === vscode.TextEditorSelectionChangeKind.Mouse ||
          kind === vscode.TextEditorSelectionChangeKind.Keyboard;
        if (selection === undefined || !byHand) return;
        const { document } = textEditor;
        const offset = document.offsetAt(selection.active);
        this.#tell(this.#tracker.moved(document.uri.toString(), offset, performance.now()));
      }),
      vscode.workspace.onDidCloseTextDocument((document) =>
        this.#tell(this.#tracker.closed(document.uri.toString(), performance.now())),
      ),
    ];
  }

  /** Whom to tell of suggestions that are shown, accepted and turned down. */
  follow(service: CompletionService): void {
    this.#service = service;
  }

  /** Milliseconds to wait before an automatic request, after repeated refusals. */
  backOffMs(): number {
    return backoffMs(this.#recent, performance.now());
  }

  /** The editor is given `outcome` at `position`; returns the command that its item must run once it is accepted. */
  shown(
    document: vscode.TextDocument,
    position: vscode.Position,
    outcome: CompletionOutcome,
  ): vscode.Command | undefined {
    const { insertion, record } = outcome;
    if (insertion === null) return undefined;
    const id = String(this.#nextId++);
    this.#outcomes.set(id, outcome);
    const [oldest] = this.#outcomes.keys();
    if (this.#outcomes.size > mostRemembered && oldest !== undefined) this.#outcomes.delete(oldest);
    const another = this.#tracker.shown({
      id,
      document: document.uri.toString(),
      offset: document.offsetAt(position),
      ...insertion,
      alternatives: outcome.alternatives,
      languageId: document.languageId,
      at: performance.now(),
    });
    // What is left of a suggestion while it is typed along is no other suggestion.
    if (another) this.#insight.shown(document.languageId, record.milliseconds.total);
    this.#service?.shown(outcome);
    return { command: acceptedCommand, title: '', arguments: [id] };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #tell({ fates, verdicts }: Findings): void {
    for (const verdict of verdicts) this.#insight.survived(verdict);
    for (const fate of fates) {
      this.#insight.record(fate);
      if (fate.kind === 'accepted' || fate.kind === 'typed') this.#service?.accepted();
      const outcome = this.#outcomes.get(fate.id);
      if (fate.kind === 'rejected' && outcome !== undefined) this.#service?.rejected(outcome);
      if (fate.kind === 'accepted' || fate.kind === 'rejected')
        this.#recent = [...this.#recent, fate].slice(-mostRecent);
    }
    this.#lookAgain();
  }

  /** Looks at accepted texts when the next of them is due. */
  #lookAgain(): void {
    clearTimeout(this.#timer);
    const wait = this.#tracker.wait(performance.now());
    if (wait === null) return;
    this.#timer = setTimeout(
      () => this.#tell({ fates: [], verdicts: this.#tracker.due(performance.now()) }),
      wait,
    );
  }
}
