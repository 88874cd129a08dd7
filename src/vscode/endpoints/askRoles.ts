import * as vscode from 'vscode';
import type { EndpointAbility, EndpointRole } from '../../core/endpoints/types.ts';
import { possibleRoles } from '../../host/endpoints/endpointText.ts';
import { pickSome, type Answer } from './steps.ts';

/** What a role means for whoever gives it. */
const roleDetails: Readonly<Record<EndpointRole, string>> = {
  chat: 'It answers the chat in the place of the local model',
  refactor: 'It makes refactors in the place of the local model',
  completion: 'It completes code as you type in the place of the local model',
  hard: 'It is asked when you say so, by a rule, or when the local model could not answer',
};
const roleLabels: Readonly<Record<EndpointRole, string>> = {
  chat: 'Chat',
  refactor: 'Refactor',
  completion: 'Completion',
  hard: 'Hard Questions',
};

export interface RolesQuestion {
  readonly title: string;
  /** What the server is called. */
  readonly who: string;
  /** What it said; null: nobody knows. */
  readonly ability: EndpointAbility | null;
  /** Those that are picked at first. */
  readonly proposed: readonly EndpointRole[];
}

/** What a server is to be used for, one role at least: without one it would never be asked. */
export async function askRoles({
  title,
  who,
  ability,
  proposed,
}: RolesQuestion): Promise<Answer<readonly EndpointRole[]>> {
  const possible = possibleRoles(ability);
  if (possible.length === 0) {
    await vscode.window.showWarningMessage(`${who} can do nothing that Hearth needs.`, {
      modal: true,
      detail: 'It can neither chat nor complete code: choose another of its models, or another server.',
    });
    return 'back';
  }
  const items = possible.map((role) => ({
    label: roleLabels[role],
    detail: roleDetails[role],
    value: role,
    picked: proposed.includes(role),
  }));
  let placeholder = `What is ${who} to be used for?`;
  for (;;) {
    const answer = await pickSome({ title, placeholder, back: true }, items);
    if (typeof answer === 'string' || answer.value.length > 0) return answer;
    placeholder = `Pick one at least: without a role, ${who} is never asked.`;
  }
}
