import * as vscode from 'vscode';
import { terminalSelection } from './terminalSelection.ts';

/** What is selected in the terminal, by VS Code's own command, which copies it; '' where nothing is. */
export async function terminalText(): Promise<string> {
  if (vscode.window.terminals.length === 0) return '';
  const { clipboard } = vscode.env;
  return terminalSelection({
    readText: () => clipboard.readText(),
    writeText: (text) => clipboard.writeText(text),
    copySelection: () => vscode.commands.executeCommand('workbench.action.terminal.copySelection'),
  });
}
