import * as vscode from 'vscode';
import { documentLimits, type DocumentProblem, type TextChange } from '../core/text/textDocument.ts';
import { windowLimits, type TextWindow } from '../core/text/window.ts';
import type { CompletionQuery } from '../core/completion/ports.ts';
import { windowOf, type ContextReply, type ContextRequest } from '../workspace/protocol.ts';
import type { WorkspaceClient } from '../workspace/client.ts';
import { openDocument } from './uris.ts';

/**
 * Keeps the worker's mirror of documents up to date. A document is sent when a completion first asks for it,
 * or when the chat reads while it is not saved; from then on only its changes are.
 */
export class DocumentSync implements vscode.Disposable {
  readonly #client: WorkspaceClient;
  readonly #subscriptions: vscode.Disposable[];

  constructor(client: WorkspaceClient) {
    this.#client = client;
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => {
        const uri = event.document.uri.toString();
        if (!client.isOpen(uri) || event.contentChanges.length === 0) return;
        client.change(uri, event.document.version, changesOf(event));
      }),
      vscode.workspace.onDidCloseTextDocument((document) => client.close(document.uri.toString())),
    ];
  }

  /** The text around the query's cursor, read by the worker. */
  async window(
    query: CompletionQuery,
    contextTokens: number,
  ): Promise<TextWindow | DocumentProblem | 'unknown'> {
    const uri = query.document;
    const document = openDocument(uri);
    if (document === undefined) return 'unknown';
    const request = {
      document: uri,
      documentVersion: query.version,
      offset: query.offset,
      limits: windowLimits(contextTokens),
      ...(query.overlay === undefined ? {} : { overlay: query.overlay }),
    };
    const reply = await this.#ask(document, query.version, () => this.#client.window(request));
    return reply === null ? 'too-large' : windowOf(reply);
  }

  /** What the rest of the workspace gives for a place in a document as it is now. */
  async context(
    document: vscode.TextDocument,
    request: Omit<ContextRequest, 'document' | 'documentVersion'>,
  ): Promise<ContextReply> {
    const { version } = document;
    const whole = { ...request, document: document.uri.toString(), documentVersion: version };
    const reply = await this.#ask(document, version, () => this.#client.context(whole));
    return reply ?? { kind: 'problem', problem: 'too-large' };
  }

  /** Tells the worker of all documents that differ from their files, so that whatever it reads is what the editor has. */
  shareUnsaved(): void {
    for (const document of vscode.workspace.textDocuments) {
      const { uri, isDirty } = document;
      if (isDirty && uri.scheme === 'file' && !this.#client.isOpen(uri.toString())) this.#open(document);
    }
  }

  /** Asks about a document that the worker is told of first if need be; null: it is too large for that. */
  async #ask<Reply extends { readonly kind: string }>(
    document: vscode.TextDocument,
    version: number,
    ask: () => Promise<Reply>,
  ): Promise<Reply | null> {
    if (!this.#client.isOpen(document.uri.toString()) && !this.#open(document)) return null;
    const reply = await ask();
    // A worker that was replaced, or missed a change, gets the whole text once more.
    if (reply.kind !== 'unknown' || document.version !== version) return reply;
    this.#open(document);
    return ask();
  }

  /** Sends the whole text, unless it is so long that even copying it would be felt. */
  #open(document: vscode.TextDocument): boolean {
    const end = document.lineAt(document.lineCount - 1).range.end;
    if (document.offsetAt(end) > documentLimits.document) return false;
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    this.#client.open(document.uri.toString(), document.version, {
      text: document.getText(),
      languageId: document.languageId,
      path: folder === undefined ? null : vscode.workspace.asRelativePath(document.uri, false),
      folder: folder?.uri.scheme === 'file' ? folder.uri.fsPath : null,
    });
    return true;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** The changes of one edit as the core knows them. */
export function changesOf(event: vscode.TextDocumentChangeEvent): TextChange[] {
  return event.contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
    offset: rangeOffset,
    length: rangeLength,
    text,
  }));
}
