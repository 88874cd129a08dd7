import * as vscode from 'vscode';
import { worst } from '../chat/problemActions.ts';
import { readSettings } from '../settings.ts';
import { codeSchemes, isWritable } from './codeSchemes.ts';
import type { RefactorPlace } from './shown.ts';

const { Refactor, RefactorExtract, RefactorRewrite, QuickFix } = vscode.CodeActionKind;
const rewrite = (what: string): vscode.CodeActionKind => RefactorRewrite.append('hearth').append(what);
const other = (what: string): vscode.CodeActionKind => Refactor.append('hearth').append(what);

/** An entry of the lightbulb and of the Refactor menu. */
interface Entry {
  readonly title: string;
  readonly command: string;
  readonly kind: vscode.CodeActionKind;
  /** Where nobody asked for refactors: it is offered where something is selected. */
  readonly atSelection?: true;
}

const fix: Entry = { title: 'Fix with Hearth', command: 'hearth.refactor.fix', kind: QuickFix };
/** In the order of the menu. */
const entries: readonly Entry[] = [
  {
    title: 'Extract with Hearth…',
    command: 'hearth.refactor.extract',
    kind: RefactorExtract.append('hearth'),
    atSelection: true,
  },
  {
    title: 'Rewrite with Hearth…',
    command: 'hearth.refactor.rewrite',
    kind: rewrite('instruction'),
    atSelection: true,
  },
  { title: 'Simplify with Hearth', command: 'hearth.refactor.simplify', kind: rewrite('simplify') },
  { title: 'Convert with Hearth…', command: 'hearth.refactor.convert', kind: rewrite('convert') },
  { title: 'Add Types with Hearth', command: 'hearth.refactor.addTypes', kind: rewrite('types') },
  { title: 'Add Documentation with Hearth', command: 'hearth.refactor.addDocs', kind: rewrite('docs') },
  { title: 'Rename By Meaning with Hearth…', command: 'hearth.refactor.rename', kind: other('rename') },
  { title: 'Generate Tests with Hearth', command: 'hearth.refactor.tests', kind: other('tests') },
];

/** Offers refactors in the lightbulb and in the Refactor menu. Nothing is looked at before one of them is picked. */
export class RefactorActions implements vscode.CodeActionProvider {
  static register(): vscode.Disposable {
    const selector = codeSchemes.map((scheme) => ({ scheme }));
    return vscode.languages.registerCodeActionsProvider(selector, new RefactorActions(), {
      providedCodeActionKinds: [fix, ...entries].map(({ kind }) => kind),
    });
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics, only, triggerKind }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (!readSettings().settings.enable || !isWritable(document.uri)) return [];
    const { uri } = document;
    const problem = worst(diagnostics);
    const fixes = problem === undefined ? [] : [actionOf(fix, { uri, range: problem.range }, problem)];
    const isBlank = document.lineCount === 1 && document.lineAt(0).isEmptyOrWhitespace;
    if (isBlank) return fixes;
    const isAsked = triggerKind === vscode.CodeActionTriggerKind.Invoke && only !== undefined;
    const offered = entries.filter(
      ({ kind, atSelection }) =>
        (isAsked && only.contains(kind)) || (atSelection === true && !range.isEmpty && only === undefined),
    );
    return [...fixes, ...offered.map((entry) => actionOf(entry, { uri, range }))];
  }
}

function actionOf(
  { title, command, kind }: Entry,
  place: RefactorPlace,
  problem?: vscode.Diagnostic,
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, kind);
  if (problem !== undefined) action.diagnostics = [problem];
  action.command = { title, command, arguments: [place.uri, place.range] };
  return action;
}
