import * as vscode from 'vscode';
import type { FollowedRefactor } from './followed.ts';
import { hunkPlaces, type HunkPlace } from './hunkPlaces.ts';
import { refactorScheme } from './previewTexts.ts';

/** Finds what a document of a preview belongs to. */
export interface Previews {
  of(uri: vscode.Uri): FollowedRefactor | null;
}

/** Accept and refuse above each change of a preview; seen where `diffEditor.codeLens` is on. */
export class HunkLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #previews: Previews;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(previews: Previews) {
    this.#previews = previews;
    this.#registration = vscode.languages.registerCodeLensProvider({ scheme: refactorScheme }, this);
  }

  /** The changes, or what was said of them, are others now. */
  refresh(): void {
    this.#changed.fire();
  }

  provideCodeLenses({ uri, lineCount }: vscode.TextDocument): vscode.CodeLens[] {
    const followed = this.#previews.of(uri);
    const found = followed?.preview.sideOf(uri);
    if (followed?.refactor.state !== 'ready' || found == null || found.side === 'left') return [];
    const { id } = followed.refactor;
    return hunkPlaces(found.file)
      .filter(({ decision }) => decision !== 'refused')
      .flatMap((place) => lensesOf(place, id, lineCount));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function lensesOf({ index, decision, right }: HunkPlace, id: number, lineCount: number): vscode.CodeLens[] {
  const line = Math.min(right.from, lineCount - 1);
  const range = new vscode.Range(line, 0, line, 0);
  const lens = (title: string, command: string): vscode.CodeLens =>
    new vscode.CodeLens(range, { title, command, arguments: [{ id, hunk: index }] });
  return [
    ...(decision === 'accepted' ? [] : [lens('$(check) Accept', 'hearth.refactor.acceptHunk')]),
    lens(
      decision === 'accepted' ? '$(close) Refuse Instead' : '$(close) Refuse',
      'hearth.refactor.refuseHunk',
    ),
  ];
}
