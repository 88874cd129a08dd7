import path from 'node:path';
import * as vscode from 'vscode';
import { RequestHistory } from './core/completion/history.ts';
import { CompletionService } from './core/completion/service.ts';
import type { EngineClient } from './engine/client.ts';
import type { Engines } from './engine/engines.ts';
import { completionPorts } from './host/completionPorts.ts';
import type { LocalModels } from './host/models/localModels.ts';
import { Power } from './host/power.ts';
import { Chat } from './vscode/chat/chat.ts';
import { registerCommands } from './vscode/commands.ts';
import { ContextView } from './vscode/contextView.ts';
import { DocumentSync } from './vscode/documentSync.ts';
import { registerEndpointCommands } from './vscode/endpoints/endpointCommands.ts';
import { CompletionHost } from './vscode/endpoints/completionHost.ts';
import { EndpointsHost } from './vscode/endpoints/endpointsHost.ts';
import { EngineMessages, stateFolderOf } from './vscode/engineHost.ts';
import { GhostText } from './vscode/ghostText.ts';
import { InsightStore } from './vscode/insight.ts';
import { LanguageServerDefinitions } from './vscode/languageServer.ts';
import { createModels } from './vscode/modelsHost.ts';
import { ModelsUi } from './vscode/models/modelsUi.ts';
import { Network } from './vscode/network/network.ts';
import { Elsewhere } from './vscode/outgoing/elsewhere.ts';
import { PowerState } from './vscode/powerState.ts';
import { RefactorActions } from './vscode/refactor/codeActions.ts';
import { registerRefactorCommands } from './vscode/refactor/commands.ts';
import { EditorQuestions } from './vscode/refactor/questions.ts';
import { Refactors } from './vscode/refactor/refactors.ts';
import { RefactorsShow } from './vscode/refactor/show.ts';
import { ServerHost } from './vscode/server/serverHost.ts';
import { engineSettingsChanged, forgetSettings, readSettings } from './vscode/settings.ts';
import { Snooze } from './vscode/snooze.ts';
import { StatusItem } from './vscode/status.ts';
import { Suggestions } from './vscode/suggestions.ts';
import { WarmUp } from './vscode/warmUp.ts';
import { showWhyExcluded } from './vscode/whyExcluded.ts';
import { IndexHost } from './vscode/workspaceIndex.ts';
import { WorkspaceClient } from './workspace/client.ts';

/** What the editor tests look at. */
export interface HearthApi {
  /** The client of completions. */
  readonly engine: EngineClient;
  readonly engines: Engines;
  readonly models: LocalModels;
  readonly history: RequestHistory;
  readonly service: CompletionService;
  readonly snooze: Snooze;
  readonly status: StatusItem;
  readonly workspace: WorkspaceClient;
  readonly index: IndexHost;
  readonly chat: Chat;
  readonly documents: DocumentSync;
  readonly refactors: Refactors;
  readonly network: Network;
  readonly server: ServerHost;
  readonly endpoints: EndpointsHost;
  readonly elsewhere: Elsewhere;
}

/** Names the open workspace for as long as it exists: its file, else its first folder. */
function workspaceId(): string | null {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders?.[0]?.uri)?.toString() ?? null;
}

/** Tokens of the window that a prompt may fill: the loaded model's, else what it will be loaded with at most. */
function contextTokens({ state }: EngineClient): number {
  const model = state.kind === 'ready' || state.kind === 'unloaded' ? state.model : null;
  return model?.contextTokens ?? readSettings().settings['engine.contextTokens'];
}

let shutDown: () => Promise<void> = () => Promise.resolve();

export function activate(context: vscode.ExtensionContext): HearthApi | undefined {
  const log = vscode.window.createOutputChannel('Hearth', { log: true });
  const power = new PowerState(new Power());
  const network = new Network({ context, log, workspaceId: workspaceId() });
  const {
    engines,
    models,
    backend,
    dispose: disposeModels,
  } = createModels(context, log, power, network.egress);
  const endpoints = new EndpointsHost({ secrets: context.secrets, log, egress: network.egress });
  const elsewhere = new Elsewhere({ context, host: endpoints });
  const engine = engines.completion;
  const workspace = new WorkspaceClient(path.join(context.extensionPath, 'dist/worker.cjs'), {
    log: (level, message) => log[level](message),
    // The index is no reason to start an engine.
    countTokens: (texts) =>
      engine.state.kind === 'ready' ? engine.countTokens(texts) : Promise.resolve(null),
  });
  const documents = new DocumentSync(workspace);
  const history = new RequestHistory();
  const snooze = new Snooze();
  const status = new StatusItem(snooze);
  const messages = new EngineMessages();
  const index = new IndexHost({
    workspace,
    engine,
    storage: context.storageUri,
    show: (progress) => status.indexed(progress),
  });
  const definitions = new LanguageServerDefinitions(workspace);
  const contextView = new ContextView({
    workspace,
    documents,
    index,
    contextTokens: () => contextTokens(engine),
    counts: () => engine.state.kind === 'ready',
  });
  const insight = new InsightStore(context.globalStorageUri, log);
  const suggestions = new Suggestions(insight);
  const completions: CompletionHost = new CompletionHost({
    ...{ endpoints, gate: elsewhere.gate, redactor: elsewhere.redactor },
    changed: () => completionsChanged(),
  });
  const ports = completionPorts({
    engine: engines,
    workspace,
    workspaceId: workspaceId(),
    window: (query) => {
      definitions.soon();
      return documents.window(query, completions.contextTokens ?? contextTokens(engine));
    },
  });
  const service = new CompletionService(
    { ...ports, complete: completions.routed((...asked) => ports.complete(...asked)) },
    {
      cache: true,
      speculate: () => readSettings().settings['completion.workAhead'] && power.mayWorkUnasked,
      backOffMs: () => suggestions.backOffMs(),
    },
  );
  suggestions.follow(service);
  const ghostText = new GhostText({
    service,
    suggestions,
    history,
    snooze,
    log,
    working: (change) => status.working(change),
  });
  const warmUp = new WarmUp((editor) => ghostText.warmUp(editor));
  const modelsUi = new ModelsUi({
    service: models,
    engines: engines.clients,
    backend,
    endpoints,
    memory: context.globalState,
  });
  const chat: Chat = new Chat({
    ...{ context, log, engines, client: workspace, documents, workspaceId: workspaceId() },
    ...{ routes: elsewhere.routes, previews: elsewhere.previews, onRoutesChanged: endpoints.onDidChange },
    redactor: elsewhere.redactor,
    applyAnswer: (...asked) => refactors.applyAnswer(...asked),
  });
  const server = new ServerHost({
    ...{ context, log, engines, egress: network.egress },
    show: (line) => status.served(line),
  });
  const show = new RefactorsShow();
  const questions = new EditorQuestions(context.globalState);
  const refactors: Refactors = new Refactors({
    ...{ client: workspace, documents, chat: () => chat.core, show, questions },
    routes: elsewhere.routes,
    reveal: (id) => show.get(id)?.reveal(),
    say: (sentence, ...choices) => vscode.window.showInformationMessage(`Hearth: ${sentence}`, ...choices),
  });
  let readyPid: number | null = null;
  let resting = false;
  engine.onState((state) => {
    status.engineChanged(state);
    messages.engineChanged(state);
    // It is ready once more while another model is being loaded to take its place.
    const pid = state.kind === 'ready' ? state.pid : null;
    // A model that was unloaded comes back as it was, and whoever woke it waits for its answer.
    const woken = state.kind === 'ready' && resting;
    resting = state.kind === 'unloaded' || (resting && state.kind === 'starting');
    if (pid === readyPid) return;
    readyPid = pid;
    models.changed();
    // Another model, or the same one anew, gives other answers at another speed.
    if (!woken) service.forget();
    if (state.kind !== 'ready') return;
    warmUp.soon();
    log.info(`Ready: ${JSON.stringify({ ...state.model, selfTest: undefined })}`);
  });
  let ended = false;
  // A failed start is shown by the listeners above.
  const start = (): void => {
    if (!ended) engine.start().catch(() => undefined);
  };
  /** Somebody else completes from now on: what is known came from another model. */
  function completionsChanged(): void {
    service.forget();
    if (completions.endpoint === null && readSettings().settings.enable) start();
  }
  const configurationChanged = (event: vscode.ConfigurationChangeEvent): void => {
    if (!event.affectsConfiguration('hearth')) return;
    forgetSettings();
    for (const problem of readSettings().problems) log.warn(problem);
    const { enable } = readSettings().settings;
    if (event.affectsConfiguration('hearth.enable')) {
      ghostText.cancelAll();
      completions.refresh();
      const wanted = enable && completions.endpoint === null;
      void (wanted ? engine.restart().catch(() => undefined) : engines.stop());
    } else if (event.affectsConfiguration('hearth.offline')) {
      completions.refresh();
    } else if (enable && engineSettingsChanged(event)) {
      // What can't be loaded leaves what is in use; that, too, is told by the state.
      engines.apply().catch(() => undefined);
    }
    models.changed();
    if (event.affectsConfiguration('hearth.completion')) service.forget();
    status.refresh();
  };
  context.subscriptions.push(
    log,
    documents,
    snooze,
    status,
    ghostText,
    suggestions,
    warmUp,
    index,
    definitions,
    contextView,
    modelsUi,
    chat,
    show,
    refactors,
    network,
    endpoints,
    elsewhere,
    completions,
    completions.onDidChange(() => status.endpointChanged(completions.status)),
    server,
    registerEndpointCommands(endpoints, network.egress),
    registerRefactorCommands({ show, questions, starts: () => refactors }),
    RefactorActions.register(),
    vscode.commands.registerCommand('hearth.whyExcluded', (uri: unknown) =>
      showWhyExcluded(workspace, index, uri),
    ),
    registerCommands({
      engine,
      history,
      snooze,
      status,
      messages,
      log,
      stateFolder: stateFolderOf(context),
      completions,
    }),
    snooze.onDidChange(() => status.refresh()),
    vscode.window.onDidChangeActiveTextEditor(() => status.refresh()),
    // Comes with every change of a document's language too.
    vscode.workspace.onDidOpenTextDocument(() => status.refresh()),
    vscode.workspace.onDidChangeConfiguration(configurationChanged),
    vscode.workspace.onDidChangeWorkspaceFolders(forgetSettings),
  );
  shutDown = async () => {
    ended = true;
    refactors.shutdown();
    await server.end();
    // What it was told last is saved before the engine's end stops it from being told more.
    await chat.shutdown();
    await Promise.all([engines.stop(), workspace.dispose(), insight.flush(), models.end()]);
    await disposeModels();
    await network.flush();
  };
  insight.register(context);
  for (const problem of readSettings().problems) log.warn(problem);
  index.refresh();
  // Forking takes some milliseconds that the editor's own start should not wait for.
  status.endpointChanged(completions.status);
  if (readSettings().settings.enable && completions.endpoint === null) setImmediate(start);
  // Other extensions have no business with the engine and what it writes.
  return context.extensionMode === vscode.ExtensionMode.Test
    ? {
        engine,
        engines,
        models,
        history,
        service,
        snooze,
        status,
        workspace,
        index,
        chat,
        documents,
        refactors,
        network,
        server,
        endpoints,
        elsewhere,
      }
    : undefined;
}

export function deactivate(): Promise<void> {
  return shutDown();
}
