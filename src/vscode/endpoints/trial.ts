import * as vscode from 'vscode';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { EndpointClient } from '../../core/endpoints/ports.ts';
import type { EndpointAbility } from '../../core/endpoints/types.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { waitFor } from './steps.ts';

/** What it said, or its models where one of them must be chosen first; `ability` is null where nobody knows. */
export interface Asked {
  readonly ability: EndpointAbility | null;
  readonly models: readonly string[];
}

/**
 * Asks a server what it can do, and the user what to do where it fails: try again, go back by the button `change`, or
 * take it as it is, of which nothing is known then.
 */
export async function askAbility(
  client: EndpointClient,
  { change, ...question }: { readonly title: string; readonly placeholder: string; readonly change: string },
): Promise<Asked | 'back' | 'end'> {
  for (;;) {
    const answer = await waitFor({ ...question, back: true }, (signal) => ability(client, signal));
    if (typeof answer === 'string') return answer;
    const { value } = answer;
    if (!('failure' in value)) return value;
    client.forget();
    const retry = 'Try Again';
    const leave = 'Add It As It Is';
    const choices = [retry, change, leave];
    const said = await vscode.window.showWarningMessage(value.failure, { modal: true }, ...choices);
    if (said === leave) return { ability: null, models: [] };
    if (said !== retry) return said === change ? 'back' : 'end';
  }
}

async function ability(
  client: EndpointClient,
  signal: AbortSignal,
): Promise<Asked | { readonly failure: string }> {
  try {
    const said = await client.ability(signal);
    return { ability: said, models: said.models };
  } catch (error) {
    const models = error instanceof EndpointError ? error.models : [];
    return models.length > 0 ? { ability: null, models } : { failure: sentenceOf(error) };
  }
}
