import * as vscode from 'vscode';
import type { TabLook } from './previewTab.ts';

/** A tab that is moved closes in one place and opens in another, so long after it. */
export const movedMs = 250;

/** What a tab is known by. */
export function lookOf({ label, input }: vscode.Tab): TabLook {
  return { label, modified: input instanceof vscode.TabInputTextDiff ? input.modified.toString() : null };
}

/** The labels of all open tabs. */
export function allLabels(): string[] {
  return tabsWhere(() => true).map(({ label }) => label);
}

/** All open tabs for which `test` holds. */
export function tabsWhere(test: (tab: vscode.Tab) => boolean): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(test));
}

/** The tab that the user looks at, or did last. */
export function activeTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.activeTabGroup.activeTab;
}
