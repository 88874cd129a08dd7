import * as vscode from 'vscode';
import type { ReportedProblem } from '../../core/refactor/newProblems.ts';
import { problemsText, severities } from '../chat/problemsText.ts';
import { problemOf } from '../chat/surroundings.ts';
import { nameOf, openDocument } from '../uris.ts';
import type { ProblemSource } from './problemWatch.ts';

/** A problem in a file of the editor. */
export interface EditorProblem extends ReportedProblem {
  readonly uri: vscode.Uri;
}

/** The problems that are reported in some files. */
export function problemsOf(uris: readonly vscode.Uri[]): readonly EditorProblem[] {
  return uris.flatMap((uri) => {
    const document = openDocument(uri);
    return vscode.languages.getDiagnostics(uri).map((diagnostic) => {
      const { severity, source, code, message, line } = problemOf('', diagnostic);
      const isThere = document !== undefined && line <= document.lineCount;
      return {
        ...{ uri, file: uri.toString(), line, severity, source, code, message },
        lineText: isThere ? document.lineAt(line - 1).text : '',
      };
    });
  });
}

/** The problems of some files, as they come and go. */
export function problemSource(uris: readonly vscode.Uri[]): ProblemSource<EditorProblem> {
  const addresses = new Set(uris.map((uri) => uri.toString()));
  return {
    problems: () => problemsOf(uris),
    onChange: (listener) => {
      const heard = vscode.languages.onDidChangeDiagnostics((event) => {
        if (event.uris.some((uri) => addresses.has(uri.toString()))) listener();
      });
      return () => void heard.dispose();
    },
  };
}

/** What new problems are there, in a sentence. */
export function freshText(fresh: readonly EditorProblem[]): string {
  const [first] = [...fresh].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  if (first === undefined) return '';
  const count = fresh.length === 1 ? 'a new problem' : `${fresh.length} new problems`;
  const message = first.message
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  const files = new Set(fresh.map(({ file }) => file));
  const where = files.size > 1 ? `${nameOf(first.uri)}, line ${first.line}` : `line ${first.line}`;
  return `The change brought ${count}: ${message} (${where}).`;
}

/** The problems that are reported in a range, a line each as the chat gives them. */
export function problemLines(uri: vscode.Uri, range: vscode.Range, path: string): readonly string[] {
  const shown = vscode.languages
    .getDiagnostics(uri)
    .filter((diagnostic) => diagnostic.range.intersection(range) !== undefined)
    .map((diagnostic) => problemOf(path, diagnostic));
  return shown.length === 0 ? [] : problemsText(shown, path, 0).split('\n');
}
