import * as vscode from 'vscode';
import { OutgoingGate, type GateRedactor } from '../../host/endpoints/gate.ts';
import { endpointRoutes, type Routes } from '../../host/endpoints/routes.ts';
import { createRedactor, type Redactor } from '../../host/redaction/redactor.ts';
import { FolderNames } from '../../workspace/chat/folderNames.ts';
import type { EndpointsHost } from '../endpoints/endpointsHost.ts';
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
  readonly redactor: GateRedactor = new SettingsRedactor();
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
    });
    this.routes = endpointRoutes({
      endpoints: () => (readSettings().settings.enable ? host.endpoints.list : []),
      client: (endpoint) => host.endpoints.client(endpoint),
      rules: () => host.rules,
      ...{ deny, gate: this.gate },
    });
    this.#subscription = vscode.Disposable.from(
      this.previews,
      registerOutgoingCommands(this.previews, this.consents),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

/** Takes out what the settings say; an answer that is under way while they change keeps its placeholders. */
class SettingsRedactor implements GateRedactor {
  #emails: boolean | null = null;
  #redactor: Redactor | null = null;

  redact(text: string): ReturnType<Redactor['redact']> {
    return this.#now.redact(text);
  }

  restore(text: string): string {
    return this.#now.restore(text);
  }

  restoreJson(text: string): string {
    return this.#now.restoreJson(text);
  }

  restorer(): ReturnType<Redactor['restorer']> {
    return this.#now.restorer();
  }

  get #now(): Redactor {
    const emails = readSettings().settings['redaction.emails'];
    if (this.#redactor === null || this.#emails !== emails) {
      this.#emails = emails;
      this.#redactor = createRedactor({ emails });
    }
    return this.#redactor;
  }
}

/** The file of a path as chats write it; null: it leads out of the workspace. */
function fileUri(path: string): vscode.Uri | null {
  const file = new FolderNames(fileFolders().map(({ uri }) => uri.fsPath)).absolute(path);
  return file === null ? null : vscode.Uri.file(file);
}
