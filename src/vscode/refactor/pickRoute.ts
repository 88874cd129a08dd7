import * as vscode from 'vscode';
import { routePlace } from '../../core/endpoints/routeWords.ts';
import { localRoute, type RouteChoice } from '../../core/endpoints/routing.ts';
import type { ShownRefactor } from './shown.ts';

/** The button that asks another model for a refactor; none where there is no other. */
export function retryWithWords(others: readonly RouteChoice[]): readonly string[] {
  const [only, second] = others;
  if (only === undefined) return [];
  return [second === undefined ? `Retry With ${nameOf(only)}` : 'Retry With…'];
}

/** The route of another model for a refactor: the only one, else the one that the user picks; null for none. */
export async function pickRoute({ others }: Pick<ShownRefactor, 'others'>): Promise<string | null> {
  const [only, second] = others;
  if (second === undefined) return only?.route ?? null;
  const items = others.map((choice) => ({
    label: nameOf(choice),
    description: routePlace(choice.class),
    route: choice.route,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Hearth: Ask Another Model' });
  return picked?.route ?? null;
}

function nameOf({ route, label }: RouteChoice): string {
  return route === localRoute ? 'the Local Model' : label;
}
