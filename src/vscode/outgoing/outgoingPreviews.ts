import * as vscode from 'vscode';
import type { AskConsent, ConsentAnswer, Outgoing } from '../../core/endpoints/outgoing.ts';
import { outgoingPage, outgoingTitle } from '../../core/endpoints/outgoingPage.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { plain } from '../refactor/said.ts';
import { movedMs, tabsWhere } from '../refactor/tabs.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { isSame } from '../uris.ts';
import { OutgoingLooks } from './outgoingLooks.ts';
import { answerLinks, consentQuestion } from './outgoingText.ts';
import {
  outgoingLanguage,
  outgoingScheme,
  wasSeen,
  type PendingConsent,
  type PendingPreview,
} from './pending.ts';

export interface OutgoingParts {
  /** The address of a path as chats write it; null: it leads out of the workspace. */
  readonly uriOf: (path: string) => vscode.Uri | null;
  readonly timers?: Timers;
}

/** What a document of this kind says that is opened without a question behind it. */
const goneText = 'Nothing waits here any more: close this tab.\n';

/**
 * Shows what would be sent to endpoints, each in a read-only document of its own, and asks whether it may. Whatever
 * ends the question otherwise than by an answer is a refusal: closing the document, a stop, an error.
 */
export class OutgoingPreviews implements vscode.Disposable {
  readonly #parts: OutgoingParts;
  readonly #timers: Timers;
  readonly #looks: OutgoingLooks;
  readonly #subscription: vscode.Disposable;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Something waits now that did not, or the other way round. */
  readonly onDidChange = this.#changed.event;
  #pending: readonly PendingPreview[] = [];
  #nextId = 1;

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
    this.#timers = parts.timers ?? systemTimers;
    this.#subscription = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(outgoingScheme, {
        provideTextDocumentContent: (uri) => this.#find(uri)?.page.text ?? goneText,
      }),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#tabsClosed(closed)),
    );
    this.#looks = new OutgoingLooks({
      find: (uri) => this.#find(uri) ?? null,
      uriOf: (path) => this.#parts.uriOf(path),
    });
    void closeLeftOver();
  }

  /** What waits for an answer, in the order in which it was asked. */
  get pending(): readonly PendingConsent[] {
    return this.#pending;
  }

  /** Shows what would be sent and asks whether it may be. Nothing is shown, and the answer is no, without trust. */
  readonly ask: AskConsent = async (outgoing, signal) => {
    if (!vscode.workspace.isTrusted || signal.aborted) return 'cancelled';
    const { preview, answered } = this.#add(outgoing);
    const stop = (): void => preview.settle('cancelled');
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#show(preview);
      this.#tell(preview, answered);
      return await answered;
    } catch (error) {
      void vscode.window.showErrorMessage(plain(`Hearth: Nothing was sent: ${sentenceOf(error)}`));
      return 'cancelled';
    } finally {
      signal.removeEventListener('abort', stop);
      this.#pending = this.#pending.filter((one) => one !== preview);
      this.#changed.fire();
      await closeTabs(preview.uri);
    }
  };

  /** Brings a preview into view; false: it waits no more. */
  async reveal(id: string): Promise<boolean> {
    const preview = this.#pending.find((one) => one.id === id);
    if (preview !== undefined) await this.#show(preview);
    return preview !== undefined;
  }

  /**
   * Answers a preview, which its id or its document's address names. `byKey`: a key was pressed, which does nothing
   * right after the preview came up.
   */
  answer(which: string | vscode.Uri | undefined, answer: ConsentAnswer, byKey = false): void {
    const preview = this.#pending.find(
      ({ id, uri }) => which === id || (which instanceof vscode.Uri && isSame(uri, which)),
    );
    if (preview === undefined || (byKey && !wasSeen(preview, this.#timers.now()))) return;
    preview.settle(answer);
  }

  dispose(): void {
    for (const preview of this.#pending) preview.settle('cancelled');
    this.#looks.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #find(uri: vscode.Uri): PendingPreview | undefined {
    return this.#pending.find((preview) => isSame(preview.uri, uri));
  }

  #add(outgoing: Outgoing): { preview: PendingPreview; answered: Promise<ConsentAnswer> } {
    const id = String(this.#nextId++);
    const { promise: answered, resolve } = Promise.withResolvers<ConsentAnswer>();
    const uri = vscode.Uri.from({
      ...{ scheme: outgoingScheme, path: `/${outgoingTitle(outgoing)}`, query: `preview=${id}` },
    });
    const preview: PendingPreview = {
      ...{ id, outgoing, uri, page: outgoingPage(outgoing), shownAt: this.#timers.now() },
      settle: resolve,
    };
    this.#pending = [...this.#pending, preview];
    this.#changed.fire();
    return { preview, answered };
  }

  async #show(preview: PendingPreview): Promise<void> {
    const opened = await vscode.workspace.openTextDocument(preview.uri);
    // Its own language has lines that wrap, and nobody's completions.
    const document = await vscode.languages.setTextDocumentLanguage(opened, outgoingLanguage);
    // A tab that the next click in the explorer replaces would take the question with it.
    await vscode.window.showTextDocument(document, { preview: false });
    preview.shownAt = this.#timers.now();
    this.#looks.refresh();
  }

  /** Says the same in the corner for as long as it waits, for whoever looks there. */
  #tell({ id, outgoing, settle }: PendingPreview, answered: Promise<unknown>): void {
    const { Notification: location } = vscode.ProgressLocation;
    const title = plain(`Hearth: ${consentQuestion(outgoing)}`);
    void vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      token.onCancellationRequested(() => settle('cancelled'));
      progress.report({ message: answerLinks(id) });
      await answered;
    });
  }

  /** A tab that is only moved closes in one place and opens in another. */
  #tabsClosed(closed: readonly vscode.Tab[]): void {
    const gone = this.#pending.filter(({ uri }) => closed.some((tab) => showsDocument(tab, uri)));
    if (gone.length === 0) return;
    this.#timers.after(movedMs, () => {
      for (const { uri, settle } of gone)
        if (tabsWhere((tab) => showsDocument(tab, uri)).length === 0) settle('cancelled');
    });
  }
}

function showsDocument({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  return input instanceof vscode.TabInputText && isSame(input.uri, uri);
}

async function closeTabs(uri: vscode.Uri): Promise<void> {
  const tabs = tabsWhere((tab) => showsDocument(tab, uri));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, false).then(undefined, () => undefined);
}

/** A window that is opened again has the tabs of questions that ended with it. */
async function closeLeftOver(): Promise<void> {
  const tabs = tabsWhere(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === outgoingScheme,
  );
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}
