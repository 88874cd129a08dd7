import type { RefactorRecipe } from '../../core/refactor/kinds.ts';
import { isEnd, type RefactorState } from '../../core/refactor/lifecycle.ts';

/** A refactor's title within a sentence: without the mark that something is asked for. */
export function plainTitle({ title }: Pick<RefactorRecipe, 'title'>): string {
  return title.replace(/\s*(?:…|\.\.\.)$/, '');
}

/** Title of the comparison of a document with what it is to become; `name` null: of several, which VS Code counts. */
export function previewTitle(
  recipe: Pick<RefactorRecipe, 'title'>,
  name: string | null,
  state: RefactorState,
): string {
  const mark = state === 'failed' ? ', refused' : '';
  const what = `Hearth: ${plainTitle(recipe)}${mark}`;
  return name === null ? what : `${name} (${what})`;
}

/** What was done, for the status bar. */
export function changedText(recipe: Pick<RefactorRecipe, 'title'>, lines: number, files: number): string {
  const inFiles = files > 1 ? ` in ${files} files` : '';
  return `${plainTitle(recipe)} changed ${lines} ${lines === 1 ? 'line' : 'lines'}${inFiles}`;
}

/** What became of a refactor that was ended with its document. */
export function lostText(name: string): string {
  return `${name} was closed or deleted, so nothing was changed: open it and ask again.`;
}

/** Why nothing comes of an answer to a message from before; `state`: that of the refactor by now. */
export function lateText(state: RefactorState): string {
  if (state === 'accepted') return 'the change was kept meanwhile: take it back with Undo of the editor.';
  if (state === 'undone') return 'the change was taken back already.';
  if (isEnd(state)) return 'it has ended meanwhile: ask for it again.';
  return 'it has gone on since this message: run "Hearth: Show Refactor".';
}
