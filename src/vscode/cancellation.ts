import type * as vscode from 'vscode';

/** A signal that is aborted when VS Code wants something no more. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
