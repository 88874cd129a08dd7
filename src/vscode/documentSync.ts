import * as vscode from 'vscode';
import { documentLimits, type DocumentProblem, type TextChange } from '../core/text/textDocument.ts';
import { windowLimits, type TextWindow } from '../core/text/window.ts';
import type { CompletionQuery } from '../core/completion/ports.ts';
import { windowOf } from '../workspace/protocol.ts';
import type { WorkspaceClient } from '../workspace/client.ts';

/**
 * Keeps the worker's mirror of documents up to date. A document is sent when a completion first asks for it, from
 * then on only its changes are.
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
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    if (document === undefined) return 'unknown';
    const request = {
      document: uri,
      documentVersion: query.version,
      offset: query.offset,
      limits: windowLimits(contextTokens),
      ...(query.overlay === undefined ? {} : { overlay: query.overlay }),
    };
    if (!this.#client.isOpen(uri)) {
      if (!this.#open(document)) return 'too-large';
    }
    const reply = await this.#client.window(request);
    // A worker that was replaced, or missed a change, gets the whole text once more.
    if (reply.kind !== 'unknown' || document.version !== query.version) return windowOf(reply);
    this.#open(document);
    return windowOf(await this.#client.window(request));
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
