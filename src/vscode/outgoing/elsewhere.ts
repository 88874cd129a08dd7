import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { OutgoingGate } from '../../host/endpoints/gate.ts';
import { endpointRoutes, type Routes } from '../../host/endpoints/routes.ts';
import { createRedactor, type Redactor } from '../../host/redaction/redactor.ts';
import { FolderNames } from '../../workspace/chat/folderNames.ts';
import type { EndpointsHost } from '../endpoints/endpointsHost.ts';
import { offlineEnd } from '../network/network.ts';
import { readSettings } from '../settings.ts';
import { fileFolders } from '../workspaceIndex.ts';
import { WorkspaceConsents } from './consentStore.ts';
import { registerOutgoingCommands } from './outgoingCommands.ts';
import { OutgoingPreviews } from './outgoingPreviews.ts';

export interface ElsewhereParts {
  readonly context: Pick<vscode.ExtensionContext, 'workspaceState'>;
  readonly host: EndpointsHost;
}

/** The ways to models that are elsewhere, and what stands in each of them: consent, preview, redaction. */
export class Elsewhere implements vscode.Disposable {
  readonly routes: Routes;
  readonly gate: OutgoingGate;
  /** One for as long as the window is open: a placeholder stands for the same, whatever the settings become. */
  readonly redactor: Redactor = createRedactor({ emails: () => readSettings().settings['redaction.emails'] });
  readonly previews: OutgoingPreviews;
  readonly consents: WorkspaceConsents;
  readonly #subscription: vscode.Disposable;

  constructor({ context, host }: ElsewhereParts) {
    this.previews = new OutgoingPreviews({ uriOf: fileUri });
    this.consents = new WorkspaceConsents(context.workspaceState);
    const deny = (): readonly string[] => host.denied;
    this.gate = new OutgoingGate({
      ...{ redactor: this.redactor, consents: this.consents, ask: this.previews.ask, deny },
      trusted: () => vscode.workspace.isTrusted,
      offline: offlineEnd,
    });
    this.routes = endpointRoutes({
      endpoints: () => (readSettings().settings.enable ? host.endpoints.list : []),
      client: (endpoint) => host.endpoints.client(endpoint),
      rules: () => host.rules,
      ...{ deny, gate: this.gate },
      severalFolders: () => fileFolders().length > 1,
    });
    this.#subscription = vscode.Disposable.from(
      this.previews,
      registerOutgoingCommands(this.previews, this.consents, () => host.endpoints.list),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

/** The file of a path as chats write it, an absolute one outside of the workspace; null: it leads to no file. */
function fileUri(path: string): vscode.Uri | null {
  const file = new FolderNames(fileFolders().map(({ uri }) => uri.fsPath)).absolute(path);
  if (file !== null) return vscode.Uri.file(file);
  return isAbsolute(path) ? vscode.Uri.file(path) : null;
}
