import * as vscode from 'vscode';
import { reasonSentences } from '../core/completion/reasons.ts';
import { contextPage, type ContextPage } from '../core/context/contextPage.ts';
import type { ContextReport } from '../core/context/report.ts';
import { exclusionSentences, type Exclusion } from '../core/index/exclusions.ts';
import { windowLimits } from '../core/text/window.ts';
import type { WorkspaceClient } from '../workspace/client.ts';
import type { ContextReply } from '../workspace/protocol.ts';
import type { DocumentSync } from './documentSync.ts';
import { whyNothing, type IndexHost } from './workspaceIndex.ts';
import { sentenceOf } from '../core/text/sentence.ts';

export interface ContextViewParts {
  readonly workspace: WorkspaceClient;
  readonly documents: DocumentSync;
  readonly index: IndexHost;
  /** Tokens of the window that a prompt may fill. */
  readonly contextTokens: () => number;
  /** Whether somebody can count tokens now. */
  readonly counts: () => boolean;
}

const scheme = 'hearth-context';
const pageUri = vscode.Uri.from({ scheme, path: '/Context for This Position.md' });

interface Place {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
}

/** Shows what a completion at the cursor is given from the rest of the workspace, and why. */
export class ContextView
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable
{
  readonly #parts: ContextViewParts;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #page: ContextPage = { text: '', links: [] };
  #place: Place | null = null;

  constructor(parts: ContextViewParts) {
    this.#parts = parts;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.languages.registerDocumentLinkProvider({ scheme }, this),
      vscode.commands.registerCommand('hearth.showContext', () => this.#show()),
    ];
  }

  provideTextDocumentContent(): string {
    return this.#page.text;
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { text, links } = this.#page;
    const folder = this.#place && vscode.workspace.getWorkspaceFolder(this.#place.document.uri);
    // What the editor still shows may be the page before.
    if (!folder || document.getText() !== text) return [];
    return links.map(({ start, end, path, startLine, endLine }) => {
      const lines = endLine > startLine ? `L${startLine}-L${endLine + 1}` : `L${startLine}`;
      const target = vscode.Uri.joinPath(folder.uri, path).with({ fragment: lines });
      return new vscode.DocumentLink(
        new vscode.Range(document.positionAt(start), document.positionAt(end)),
        target,
      );
    });
  }

  dispose(): void {
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #show(): Promise<void> {
    this.#place = this.#currentPlace() ?? this.#place;
    if (this.#place === null) {
      await vscode.window.showInformationMessage(
        'Hearth: Open a file and put the cursor where code is to be.',
      );
      return;
    }
    this.#page = await this.#pageOf(this.#place);
    // A page that is open shows what it was; this makes it ask again.
    this.#changed.fire(pageUri);
    const shown = vscode.window.tabGroups.all.find(({ tabs }) =>
      tabs.some(
        ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === pageUri.toString(),
      ),
    );
    const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(pageUri, { viewColumn, preview: true });
  }

  /** Where the cursor is; in the page itself, that of the file that the page is about. */
  #currentPlace(): Place | null {
    const active = vscode.window.activeTextEditor;
    const editor =
      active?.document.uri.scheme === scheme
        ? vscode.window.visibleTextEditors.find(({ document }) => document === this.#place?.document)
        : active;
    return editor === undefined ? null : { document: editor.document, position: editor.selection.active };
  }

  async #pageOf({ document, position }: Place): Promise<ContextPage> {
    return contextPage({
      path: vscode.workspace.asRelativePath(document.uri, false).replaceAll('\\', '/'),
      line: position.line + 1,
      column: position.character + 1,
      answer: await this.#answer({ document, position }),
      exclusion: await this.#exclusion(document.uri),
      note: this.#note(),
    });
  }

  async #answer({ document, position }: Place): Promise<ContextReport | string> {
    if (document.isUntitled) return 'This document is no file yet, so it belongs to no folder.';
    const { documents, contextTokens, counts } = this.#parts;
    try {
      const reply = await documents.context(document, {
        offset: document.offsetAt(position),
        limits: windowLimits(contextTokens()),
        budget: null,
        estimate: !counts(),
        wait: false,
      });
      return reply.kind === 'context' ? reply.report : sentenceFor(reply);
    } catch (error) {
      return sentenceOf(error);
    }
  }

  async #exclusion(uri: vscode.Uri): Promise<Exclusion | null> {
    if (uri.scheme !== 'file' || whyNothing() !== null) return null;
    // The answer above says what is wrong with the worker.
    return this.#parts.workspace.excluded(uri.fsPath).catch(() => null);
  }

  #note(): string | null {
    const nothing = whyNothing();
    if (nothing !== null) return nothing;
    const { progress } = this.#parts.index;
    if (progress?.state === 'ready') return null;
    if (progress?.state === 'cancelled') {
      return (
        'Reading the workspace was cancelled: what was read is used. ' +
        '*Hearth: Rebuild Workspace Index* reads all of it.'
      );
    }
    const { done, total } = progress ?? { done: 0, total: 0 };
    const files = `${done.toLocaleString('en')} of ${total.toLocaleString('en')} files`;
    return `The workspace is still being read (${files}): what is read so far is used.`;
  }
}

function sentenceFor(reply: Exclude<ContextReply, { kind: 'context' }>): string {
  if (reply.kind === 'unknown') return reasonSentences['document-changed'];
  const { problem } = reply;
  if (problem === 'no-folder')
    return 'This file is in no folder that is read, so there is nothing that belongs to it.';
  if (problem === 'secret') return `Nothing is looked up for this file. ${exclusionSentences.secret}`;
  return reasonSentences[problem];
}
