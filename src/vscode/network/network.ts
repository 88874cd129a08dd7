import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { networkGuard } from '../../host/network/networkGuard.ts';
import { NetworkLedger } from '../../host/network/networkLedger.ts';
import type { Egress } from '../../remote/egress.ts';
import { EgressError } from '../../remote/egressError.ts';
import { createEgress } from '../egressHost.ts';
import { stateFolderOf } from '../engineHost.ts';
import { forgetSettings, readSettings } from '../settings.ts';
import { NetworkCommands } from './networkCommands.ts';
import { NetworkView } from './networkView.ts';

export interface NetworkParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  /** Names the open workspace. */
  readonly workspaceId: string | null;
}

/** The one door for sockets in the editor, with its guard, its ledger, and the view of it. */
export class Network implements vscode.Disposable {
  readonly egress: Pick<Egress, 'request' | 'listen'>;
  readonly ledger: NetworkLedger;
  readonly #subscriptions: vscode.Disposable[];

  constructor({ context, log, workspaceId }: NetworkParts) {
    const { version } = context.extension.packageJSON as { version: string };
    // Where VS Code has no folder on a disk, the list lasts as long as the system keeps such files.
    const folder = path.join(stateFolderOf(context) ?? path.join(os.tmpdir(), 'hearth'), 'network');
    this.ledger = new NetworkLedger({
      folder,
      log: (message) => log.warn(message),
      workspace: () => workspaceId,
    });
    const guard = networkGuard({
      offline: offlineEnd,
      trusted: () => vscode.workspace.isTrusted,
    });
    const egress = createEgress({ log, version, guard, ledger: this.ledger.record });
    this.egress = egress;
    const view = new NetworkView(this.ledger);
    view.offline(isOffline());
    this.#subscriptions = [
      view,
      new NetworkCommands({ ledger: this.ledger, view, workspaceId }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('hearth.offline')) return;
        // The others who hear of it may come later.
        forgetSettings();
        const offline = isOffline();
        view.offline(offline);
        if (offline)
          egress.stop(
            new EgressError('forbidden', `Hearth is offline and stopped what was under way: ${howToEnd}`),
          );
      }),
    ];
  }

  /** Resolves when the ledger has everything. To be awaited when the extension ends. */
  flush(): Promise<void> {
    return this.ledger.flush();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** How to end being offline, as the end of a sentence; null: Hearth is not. */
export function offlineEnd(): string | null {
  return isOffline() ? howToEnd : null;
}

const howToEnd = 'run "Hearth: Work Offline or Online" to change that.';

function isOffline(): boolean {
  return readSettings().settings.offline;
}
