import os from 'node:os';
import * as vscode from 'vscode';
import { readSetups } from '../../host/imports/readSetups.ts';
import { attempt, say } from '../models/attempt.ts';
import { askKey } from './askKey.ts';
import type { EndpointsHost } from './endpointsHost.ts';
import { importChoice, importDetail, leftLines, takeable, type Takeable } from './importChoices.ts';
import { addEntries } from './writeSetting.ts';

/**
 * Reads the set-ups of other extensions and programs on this machine, shows what would be taken of them, and takes what
 * the user agrees to. Keys are asked for, never copied. Nothing is asked over the network.
 */
export async function importSetUp(host: EndpointsHost): Promise<void> {
  const { env, platform } = process;
  const proposals = await readSetups({ env, platform, home: os.homedir() }, host.endpoints.list);
  const possible = takeable(proposals);
  const left = leftLines(proposals);
  if (possible.length === 0) {
    const why = left.length === 0 ? '' : ` ${left.join(' ')}`;
    void vscode.window.showInformationMessage(
      `Hearth: Nothing to take was found of Continue, llama.vscode, Twinny, Ollama and LM Studio.${why}`,
    );
    return;
  }
  const chosen = await pick(possible);
  if (chosen.length === 0 || !(await confirm(chosen, left))) return;
  const written = await attempt(async () => {
    await addEntries(chosen.map(({ endpoint }) => endpoint));
    return true;
  });
  if (written !== true) return;
  const names = chosen.map(({ endpoint }) => endpoint.name).join(', ');
  for (const { endpoint, keyHint } of chosen) {
    const key = keyHint === null ? undefined : await askKey(endpoint);
    if (key !== undefined) await attempt(() => host.keys.set(endpoint, key));
  }
  say(`${names} ${chosen.length === 1 ? 'was' : 'were'} added.`);
}

async function pick(possible: readonly Takeable[]): Promise<readonly Takeable[]> {
  const items = possible.map((proposal) => ({ ...importChoice(proposal), picked: true, proposal }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Hearth: Import Set-up',
    placeHolder: 'What shall be taken? It is shown once more before anything is written.',
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDescription: true,
  });
  return (picked ?? []).map(({ proposal }) => proposal);
}

async function confirm(chosen: readonly Takeable[], left: readonly string[]): Promise<boolean> {
  const question = chosen.length === 1 ? 'Add this endpoint?' : `Add these ${chosen.length} endpoints?`;
  const detail = importDetail(chosen, left);
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, 'Add')) === 'Add';
}
