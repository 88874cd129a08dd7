import * as vscode from 'vscode';
import type { ModelRow, Proposal } from '../../host/models/modelRows.ts';
import { choices, type Choice, type ChoiceAction } from './choices.ts';

interface Item extends vscode.QuickPickItem {
  readonly action: ChoiceAction | null;
}

export interface Proposed {
  readonly proposals: readonly Proposal[];
  readonly rows: readonly ModelRow[];
}

/**
 * Shows the best models for this machine to pick from, once `propose` has found them. Undefined where the list was
 * dismissed; rejects as `propose` does.
 */
export async function pickProposal(
  propose: () => Promise<Proposed>,
): Promise<{ action: ChoiceAction; row: ModelRow | undefined } | undefined> {
  const quickPick = vscode.window.createQuickPick<Item>();
  quickPick.title = 'Hearth: Choose a Model for This Machine';
  quickPick.placeholder = 'Measuring this machine: that takes some seconds the first time…';
  quickPick.matchOnDescription = true;
  quickPick.matchOnDetail = true;
  quickPick.busy = true;
  const picked = new Promise<ChoiceAction | undefined>((resolve) => {
    quickPick.onDidAccept(() => {
      const [item] = quickPick.selectedItems;
      if (item?.action != null) resolve(item.action);
    });
    quickPick.onDidHide(() => resolve(undefined));
  });
  quickPick.show();
  try {
    const proposed = await Promise.race([propose(), picked.then(() => undefined)]);
    if (proposed === undefined) return undefined;
    quickPick.busy = false;
    quickPick.placeholder = 'What you pick is used. Where its entry says so, it is downloaded first.';
    quickPick.items = choices(proposed.proposals, proposed.rows).map(itemOf);
    const action = await picked;
    if (action === undefined) return undefined;
    const row = action.kind === 'use' ? proposed.rows.find(({ key }) => key === action.key) : undefined;
    return { action, row };
  } finally {
    quickPick.dispose();
  }
}

function itemOf({ action, ...texts }: Choice): Item {
  if (action === null) return { ...texts, kind: vscode.QuickPickItemKind.Separator, action };
  return { ...texts, action };
}
