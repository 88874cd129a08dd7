import * as vscode from 'vscode';
import { languageEnabled } from '../core/completion/gate.ts';
import type { Status } from './status.ts';
import { readSettings } from './settings.ts';

interface Action extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

const command =
  (id: string, ...args: unknown[]) =>
  () =>
    vscode.commands.executeCommand(id, ...args);

/** What goes on beside the completions. */
export interface Background {
  readonly snoozed: boolean;
  /** How far the reading of the workspace is, while that lasts; else null. */
  readonly indexing: string | null;
  /** How far the loading of a model is, while that lasts; else null. */
  readonly loading: string | null;
  /** The endpoint that completes nothing here before the user allows it; null for none. */
  readonly waiting: string | null;
}

/** The quick pick behind the status bar item. */
export async function showMenu(
  status: Status,
  { snoozed, indexing, loading, waiting }: Background,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const { settings } = readSettings(document);
  const actions: Action[] = [
    {
      label: `$(flame) ${status.kind[0]?.toUpperCase()}${status.kind.slice(1)}`,
      detail: status.sentence,
      run: command('hearth.whyNoSuggestion'),
    },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...(waiting === null
      ? []
      : [
          {
            label: `$(shield) Allow ${waiting.replaceAll('$(', '$ (')} for This Workspace…`,
            detail: 'It completes what you type from then on',
            run: command('hearth.outgoing.allow', waiting),
          },
        ]),
    ...(loading === null
      ? []
      : [
          {
            label: '$(stop-circle) Cancel Loading',
            detail: loading,
            run: command('hearth.cancelLoading'),
          },
        ]),
    ...(indexing === null
      ? []
      : [
          {
            label: '$(stop-circle) Cancel Indexing',
            detail: indexing,
            run: command('hearth.cancelIndexing'),
          },
        ]),
    settings.enable
      ? { label: '$(circle-slash) Turn Hearth Off', run: command('hearth.toggle') }
      : { label: '$(check) Turn Hearth On', run: command('hearth.toggle') },
  ];
  if (document !== undefined && settings.enable) {
    const on = languageEnabled(settings['completion.languages'], document.languageId);
    actions.push({
      label: `$(code) Turn Completions ${on ? 'Off' : 'On'} for ${document.languageId}`,
      run: command('hearth.toggleLanguage'),
    });
  }
  if (settings.enable) {
    actions.push(
      snoozed
        ? { label: '$(bell) Resume Completions', run: command('hearth.resume') }
        : { label: '$(bell-slash) Snooze Completions…', run: command('hearth.snooze') },
      { label: '$(sparkle) Trigger Completion', run: command('hearth.triggerCompletion') },
    );
  }
  actions.push(
    { label: '$(comment-discussion) Ask Hearth…', run: command('hearth.chat.ask') },
    { label: '$(star-full) Choose a Model…', run: command('hearth.models.choose') },
    { label: '$(list-tree) Show Models', run: command('hearth.showModels') },
    { label: '$(plug) Add Endpoint…', run: command('hearth.endpoints.add') },
    { label: '$(question) Why No Suggestion?', run: command('hearth.whyNoSuggestion') },
    { label: '$(references) Show Context for This Position', run: command('hearth.showContext') },
    { label: '$(graph) Show Completion Insight', run: command('hearth.showInsight') },
    { label: '$(debug-restart) Restart Engine', run: command('hearth.restartEngine') },
    { label: '$(output) Show Log', run: command('hearth.showLog') },
    { label: '$(globe) Show Network', run: command('hearth.showNetwork') },
    settings.offline
      ? { label: '$(plug) Work Online', run: command('hearth.toggleOffline') }
      : { label: '$(debug-disconnect) Work Offline', run: command('hearth.toggleOffline') },
    { label: '$(gear) Settings', run: command('workbench.action.openSettings', '@ext:hearth.hearth') },
  );
  const picked = await vscode.window.showQuickPick(actions, {
    title: 'Hearth',
    placeHolder: 'What would you like to do?',
  });
  await picked?.run?.();
}
