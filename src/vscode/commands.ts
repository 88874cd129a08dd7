import * as vscode from 'vscode';
import { languageEnabled } from '../core/completion/gate.ts';
import type { RequestHistory } from '../core/completion/history.ts';
import type { EngineClient } from '../engine/client.ts';
import { clearWarmStates } from '../engine/warmStates.ts';
import type { EngineMessages } from './engineHost.ts';
import type { CompletionHost } from './endpoints/completionHost.ts';
import { showMenu } from './menu.ts';
import { readSettings } from './settings.ts';
import type { Snooze } from './snooze.ts';
import type { StatusItem } from './status.ts';
import { showWhy } from './why.ts';

export interface CommandServices {
  readonly engine: EngineClient;
  readonly history: RequestHistory;
  readonly snooze: Snooze;
  readonly status: StatusItem;
  readonly messages: EngineMessages;
  readonly log: vscode.LogOutputChannel;
  /** Which endpoint completes nothing before the user allows it. */
  readonly completions: Pick<CompletionHost, 'waiting'>;
  /** Where the engine keeps what it evaluated, or null where it keeps nothing. */
  readonly stateFolder: string | null;
}

/** Registers Hearth's commands. */
export function registerCommands(services: CommandServices): vscode.Disposable {
  const { engine, history, snooze, status, messages, log, stateFolder, completions } = services;
  const handlers: Record<string, () => unknown> = {
    'hearth.toggle': toggle,
    'hearth.toggleLanguage': toggleLanguage,
    'hearth.triggerCompletion': () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
    // The first of these asks by hand, for several answers at once; VS Code moves among those from then on.
    'hearth.nextSuggestion': () => vscode.commands.executeCommand('editor.action.inlineSuggest.showNext'),
    'hearth.previousSuggestion': () =>
      vscode.commands.executeCommand('editor.action.inlineSuggest.showPrevious'),
    'hearth.whyNoSuggestion': () => showWhy(status.status, history.records),
    'hearth.snooze': () => snooze.ask(),
    'hearth.resume': () => snooze.end(),
    'hearth.restartEngine': () => {
      messages.expectAnswer();
      return restart(engine);
    },
    'hearth.clearWarmState': () => clearWarmState(engine, stateFolder),
    'hearth.showMenu': () =>
      showMenu(status.status, {
        snoozed: snooze.active,
        indexing: status.indexing,
        loading: status.loading,
        waiting: completions.waiting?.name ?? null,
      }),
    'hearth.showLog': () => log.show(true),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) => vscode.commands.registerCommand(id, handler)),
  );
}

/** Changes `hearth.enable` where it is set, in the workspace or for the user. */
async function toggle(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('hearth');
  await configuration.update(
    'enable',
    !readSettings().settings.enable,
    target(configuration.inspect('enable')),
  );
}

async function toggleLanguage(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) return;
  const configuration = vscode.workspace.getConfiguration('hearth');
  const languages = readSettings(document).settings['completion.languages'];
  const changed = { ...languages, [document.languageId]: !languageEnabled(languages, document.languageId) };
  await configuration.update(
    'completion.languages',
    changed,
    target(configuration.inspect('completion.languages')),
  );
}

function target(inspected: { workspaceValue?: unknown } | undefined): vscode.ConfigurationTarget {
  return inspected?.workspaceValue === undefined
    ? vscode.ConfigurationTarget.Global
    : vscode.ConfigurationTarget.Workspace;
}

/** A failure shows in the status bar item and, where nothing is retried, in the one message about it. */
async function restart(engine: EngineClient): Promise<void> {
  if (!readSettings().settings.enable) {
    await vscode.window.showInformationMessage(
      'Hearth is turned off. Run "Hearth: Turn On or Off" to start the engine.',
    );
    return;
  }
  await engine.restart().catch(() => undefined);
}

/** How long a message stays in the status bar. */
const messageMs = 5_000;

/** Deletes the saved states of all workspaces; the engine is stopped for it, lest it save its own right behind. */
async function clearWarmState(engine: EngineClient, stateFolder: string | null): Promise<void> {
  const ran = engine.state.kind !== 'stopped';
  if (ran) await engine.stop();
  const deleted = stateFolder === null ? 0 : await clearWarmStates(stateFolder);
  const what = deleted === 1 ? '1 file' : `${deleted} files`;
  vscode.window.setStatusBarMessage(`Hearth: ${what} of saved engine state deleted.`, messageMs);
  // A failure is shown as that of any other start.
  if (ran && readSettings().settings.enable) await engine.restart().catch(() => undefined);
}
