import * as vscode from 'vscode';
import type { Engines } from '../../engine/engines.ts';
import type { Egress } from '../../remote/egress.ts';
import { modelFile, starterFile } from '../engineHost.ts';
import { forgetSettings, readSettings } from '../settings.ts';
import { environmentText, serverLine } from './serverText.ts';
import { Serving, type RunningServer, type ServerWish, type ServingState } from './serving.ts';
import { TokenStore } from './tokenStore.ts';

export interface ServerHostParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engines: Engines;
  readonly egress: Pick<Egress, 'listen' | 'request'>;
  /** Shows a sentence about the server beside the other news of Hearth, or null for none. */
  readonly show: (line: string | null) => void;
}

/**
 * The server for other programs, as the settings want it, and its commands. Nothing of it is made before it is turned
 * on.
 */
export class ServerHost implements vscode.Disposable {
  readonly #parts: ServerHostParts;
  readonly #serving: Serving;
  readonly #subscriptions: vscode.Disposable[];
  #tokens: TokenStore | null = null;

  constructor(parts: ServerHostParts) {
    this.#parts = parts;
    this.#serving = new Serving({
      wish,
      start: (wished) => this.#start(wished),
      isHearthAt: async (port) =>
        (await import('../../host/server/portTaken.ts')).isHearthAt(
          parts.egress,
          port,
          await this.#token.ready(),
        ),
      changed: (state) => this.#changed(state),
    });
    this.#subscriptions = [
      vscode.commands.registerCommand('hearth.server.copy', () => this.#copy()),
      vscode.commands.registerCommand('hearth.server.newToken', () => this.#renew()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('hearth')) return;
        // The others who hear of it may come later.
        forgetSettings();
        void this.#serving.refresh();
      }),
      // The window that served may be closed.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) void this.#serving.takeOver();
      }),
    ];
    void this.#serving.refresh();
  }

  get state(): ServingState {
    return this.#serving.state;
  }

  /** Resolves when nobody is served any more. To be awaited when the extension ends. */
  end(): Promise<void> {
    return this.#serving.dispose();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#tokens?.dispose();
    void this.end();
  }

  get #token(): TokenStore {
    this.#tokens ??= new TokenStore(this.#parts.context.secrets);
    return this.#tokens;
  }

  async #start({ port }: ServerWish): Promise<RunningServer> {
    const { context, log, engines, egress } = this.#parts;
    const tokens = this.#token;
    await tokens.ready();
    const [{ HearthServer }, { offeredModels }] = await Promise.all([
      import('../../host/server/server.ts'),
      import('../../host/server/offeredModels.ts'),
    ]);
    const starter = starterFile(context);
    return HearthServer.start({
      ...{ egress, port },
      // A token that is gone lets nobody in.
      rules: () => ({
        token: tokens.current,
        allowedOrigins: readSettings().settings['server.allowedOrigins'],
      }),
      models: offeredModels({
        engines,
        completionPath: () => modelFile('completion') ?? starter,
        chatContextTokens: () => readSettings().settings['chat.contextTokens'],
        starterPath: starter,
      }),
      log: (message) => log.debug(message),
    });
  }

  #changed(state: ServingState): void {
    const line = serverLine(state);
    if (line !== null) this.#parts.log.info(line);
    this.#parts.show(line);
    if (state.kind === 'failed') void complain(state.sentence);
  }

  async #copy(): Promise<void> {
    if (this.#serving.state.kind === 'off') {
      const turnOn = 'Turn On';
      const asked = await vscode.window.showInformationMessage(
        'Hearth: The server for other programs is turned off (setting hearth.server.enable).',
        turnOn,
      );
      if (asked !== turnOn) return;
      await vscode.workspace
        .getConfiguration('hearth')
        .update('server.enable', true, vscode.ConfigurationTarget.Global);
    }
    await this.#serving.retry();
    const { state } = this.#serving;
    if (state.kind === 'off') {
      void vscode.window.showInformationMessage(
        'Hearth: The server for other programs rests while Hearth is turned off or offline.',
      );
    }
    // What else keeps it from running was said.
    if (state.kind !== 'on' && state.kind !== 'elsewhere') return;
    await vscode.env.clipboard.writeText(environmentText(state.port, await this.#token.ready()));
    void vscode.window.showInformationMessage(
      `Hearth: The address and the token of the server were copied${state.kind === 'on' ? '' : '; another window serves'}. Whoever has the token may ask the model.`,
    );
  }

  async #renew(): Promise<void> {
    await this.#token.renew();
    const copy = 'Copy';
    const asked = await vscode.window.showInformationMessage(
      'Hearth: The server has a new token. Programs that have the old one are refused.',
      copy,
    );
    if (asked === copy) await this.#copy();
  }
}

function wish(): ServerWish | null {
  const { settings } = readSettings();
  const on = settings.enable && settings['server.enable'] && !settings.offline;
  return on ? { port: settings['server.port'] } : null;
}

async function complain(sentence: string): Promise<void> {
  const openSettings = 'Open Settings';
  const asked = await vscode.window.showWarningMessage(
    `Hearth: The server for other programs does not run. ${sentence}`,
    openSettings,
  );
  if (asked === openSettings)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'hearth.server');
}
