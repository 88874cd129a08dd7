import * as vscode from 'vscode';
import { isWritable } from '../refactor/codeSchemes.ts';
import { readSettings } from '../settings.ts';

const selector: vscode.DocumentSelector = ['file', 'untitled', 'vscode-remote'].map((scheme) => ({ scheme }));

/**
 * Offers in the lightbulb to ask about a problem. Nothing is asked, or even looked at, before one is picked. Where the
 * problem can be fixed right there, which refactors offer, nobody has to ask how.
 */
export class ProblemActions implements vscode.CodeActionProvider {
  static register(): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider(selector, new ProblemActions(), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    });
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const problem = worst(diagnostics);
    if (problem === undefined || !readSettings().settings.enable) return [];
    const isFixable = isWritable(document.uri);
    return (isFixable ? (['explain'] as const) : (['fix', 'explain'] as const)).map((what) => {
      const title = `Ask Hearth to ${what} this problem`;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [problem];
      const { range, message } = problem;
      action.command = {
        title,
        command: `hearth.chat.${what}Problem`,
        arguments: [document.uri, range, message],
      };
      return action;
    });
  }
}

/** The gravest of some problems, of equal ones the first. */
export function worst(diagnostics: readonly vscode.Diagnostic[]): vscode.Diagnostic | undefined {
  return [...diagnostics].sort((a, b) => a.severity - b.severity)[0];
}
