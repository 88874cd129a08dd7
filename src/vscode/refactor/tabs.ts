import * as vscode from 'vscode';

/** Whether a tab compares something with this document. */
export function isPreviewTab(tab: vscode.Tab | undefined, modified: vscode.Uri): boolean {
  return tab?.input instanceof vscode.TabInputTextDiff && isSame(tab.input.modified, modified);
}

/** All open tabs for which `test` holds. */
export function tabsWhere(test: (tab: vscode.Tab) => boolean): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(test));
}

/** The tab that the user looks at, or did last. */
export function activeTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.activeTabGroup.activeTab;
}

export function isSame(a: vscode.Uri, b: vscode.Uri): boolean {
  return a.toString() === b.toString();
}
