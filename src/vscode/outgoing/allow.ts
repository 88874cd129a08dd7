import * as vscode from 'vscode';
import { alwaysSends, routePlace } from '../../core/endpoints/routeWords.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { say } from '../models/attempt.ts';
import type { WorkspaceConsents } from './consentStore.ts';
import { answerWords } from './outgoingText.ts';

/**
 * Asks whether an endpoint may be sent things from this workspace without a question each time. Completions need that,
 * since nobody can agree at every key. `name` null: the user picks one of those that are asked about.
 */
export async function allowEndpoint(
  name: string | null,
  endpoints: readonly Endpoint[],
  consents: Pick<WorkspaceConsents, 'get' | 'set'>,
): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const untrusted = 'Hearth: Nothing is sent from a workspace that is not trusted: trust it first.';
    await vscode.window.showInformationMessage(untrusted);
    return;
  }
  const away = endpoints.filter((one) => one.class !== 'local' && consents.get(one) !== 'always');
  const endpoint = name === null ? await pick(away) : away.find((one) => one.name === name);
  if (endpoint === undefined) return;
  const { always, never } = answerWords;
  const answer = await vscode.window.showWarningMessage(
    `May ${endpoint.name} be sent text of this workspace without a question each time?`,
    { modal: true, detail: detailOf(endpoint) },
    always,
    never,
  );
  if (answer !== always && answer !== never) return;
  await consents.set(endpoint, answer === always ? 'always' : 'never');
  say(
    answer === always
      ? `${endpoint.name} may be sent text of this workspace.`
      : `${endpoint.name} is never sent text of this workspace.`,
  );
}

async function pick(away: readonly Endpoint[]): Promise<Endpoint | undefined> {
  if (away.length === 0) {
    const none =
      'Hearth: There is no endpoint outside of this machine that is asked about in this workspace.';
    await vscode.window.showInformationMessage(none);
    return undefined;
  }
  const items = away.map((endpoint) => ({
    label: endpoint.name.replaceAll('$(', '$ ('),
    description: routePlace(endpoint.class),
    detail: endpoint.address,
    endpoint,
  }));
  const placeHolder = 'Which one may be sent text of this workspace?';
  const title = 'Hearth: Allow Endpoint for This Workspace';
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.endpoint;
}

function detailOf(endpoint: Endpoint): string {
  const sent = alwaysSends(endpoint).map((one) => `• ${one}`);
  return [
    `${endpoint.address} (${routePlace(endpoint.class)})`,
    '',
    'Sent without a question from then on:',
    ...sent,
    '',
    'Secrets are replaced, and files of the deny list stay here. "Hearth: Revoke Consents of This Workspace…" takes it back.',
  ].join('\n');
}
