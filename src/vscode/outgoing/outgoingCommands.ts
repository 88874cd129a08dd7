import * as vscode from 'vscode';
import type { ConsentAnswer } from '../../core/endpoints/outgoing.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { say } from '../models/attempt.ts';
import type { KeptConsent, WorkspaceConsents } from './consentStore.ts';
import { allowEndpoint } from './allow.ts';
import type { OutgoingPreviews } from './outgoingPreviews.ts';
import { answerCommands } from './outgoingText.ts';

/** Registers the commands that answer previews, and those that agree beforehand and take it back. */
export function registerOutgoingCommands(
  previews: OutgoingPreviews,
  consents: WorkspaceConsents,
  endpoints: () => readonly Endpoint[],
): vscode.Disposable {
  return vscode.Disposable.from(
    ...(Object.entries(answerCommands) as [ConsentAnswer, string][]).map(([answer, command]) =>
      vscode.commands.registerCommand(command, (said: unknown) =>
        previews.answer(idOf(said) ?? uriOf(said), answer, said === 'key'),
      ),
    ),
    vscode.commands.registerCommand('hearth.outgoing.revoke', () => revoke(consents)),
    vscode.commands.registerCommand('hearth.outgoing.allow', (name: unknown) =>
      allowEndpoint(typeof name === 'string' ? name : null, endpoints(), consents),
    ),
  );
}

/** Which preview a link means. */
function idOf(said: unknown): string | null {
  const { id } = (said ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === 'string' ? id : null;
}

/** The document that a button is about: of its tab, else the one that is looked at. */
function uriOf(said: unknown): vscode.Uri | undefined {
  return said instanceof vscode.Uri ? said : vscode.window.activeTextEditor?.document.uri;
}

async function revoke(consents: WorkspaceConsents): Promise<void> {
  const items = consents.all.map((kept) => ({ ...itemOf(kept), kept }));
  if (items.length === 0) {
    const none = 'Hearth: Nothing was agreed or refused for this workspace once and for all.';
    await vscode.window.showInformationMessage(none);
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Hearth: Revoke Consents of This Workspace',
    placeHolder: 'Choose what to be asked about again',
    canPickMany: true,
  });
  if (picked === undefined || picked.length === 0) return;
  await consents.revoke(picked.map(({ kept }) => kept));
  say(`${picked.map(({ label }) => label).join(', ')}: asked about again from now on.`);
}

function itemOf(kept: KeptConsent): vscode.QuickPickItem {
  const what =
    kept.consent === 'always' ? 'is sent to without a question' : 'is never sent anything of this workspace';
  const detail = kept.consent === 'always' ? kept.address : kept.origin;
  return { label: kept.name, description: what, detail };
}
