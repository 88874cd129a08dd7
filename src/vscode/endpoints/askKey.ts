import * as vscode from 'vscode';
import type { Endpoint } from '../../core/endpoints/types.ts';
import { hostOf } from '../../host/endpoints/address.ts';
import { keyProblem } from '../../host/endpoints/environmentKeys.ts';

/** Asks for the key of an endpoint; undefined where the question was dismissed. */
export async function askKey({
  name,
  address,
}: Pick<Endpoint, 'name' | 'address'>): Promise<string | undefined> {
  const key = await vscode.window.showInputBox({
    title: `Hearth: Key of ${name}`,
    prompt: `It is kept in the editor's secret storage, and sent to ${hostOf(address)} only.`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const problem = keyProblem(text);
      return problem === null ? null : `The key ${problem}.`;
    },
  });
  return key?.trim();
}
