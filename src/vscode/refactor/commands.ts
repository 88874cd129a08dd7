import * as vscode from 'vscode';
import { refactorRecipes } from '../../core/refactor/kinds.ts';
import { isWorking, type RefactorState } from '../../core/refactor/lifecycle.ts';
import type { RefactorKind } from '../../core/refactor/types.ts';
import { plainTitle } from './changeText.ts';
import { pickRoute } from './pickRoute.ts';
import type { FollowedRefactor } from './followed.ts';
import { hunkAt, hunkPlaces, indexFrom } from './hunkPlaces.ts';
import type { EditorQuestions } from './questions.ts';
import type { RefactorsShow } from './show.ts';
import type { HunkDecision, RefactorPlace, RefactorStarts } from './shown.ts';

/** What the commands work with; what begins refactors is made when the first of them runs. */
export interface RefactorCommandParts {
  readonly show: RefactorsShow;
  readonly questions: Pick<EditorQuestions, 'refinement'>;
  readonly starts: () => RefactorStarts;
}

/** The commands that begin a refactor. */
const starting: Readonly<Record<string, RefactorKind>> = {
  rewrite: 'rewrite',
  fix: 'fix',
  extract: 'extract',
  rename: 'rename',
  addDocs: 'add-docs',
  addTypes: 'add-types',
  tests: 'tests',
  simplify: 'simplify',
  convert: 'convert',
};

/** Registers the commands of refactors. */
export function registerRefactorCommands(parts: RefactorCommandParts): vscode.Disposable {
  const { show, starts } = parts;
  const handlers: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    project: (...args) => starts().startProject(placeOf(args)),
    accept: (said) => chosen(show, said)?.refactor.accept(),
    refuse: (said) => chosen(show, said)?.refactor.refuse(),
    acceptHunk: (said) => decide(show, said, 'accepted'),
    refuseHunk: (said) => decide(show, said, 'refused'),
    retry: (said) => chosen(show, said)?.refactor.retry(),
    refine: (said) => refine(parts, said),
    askOther: (said) => askOther(chosen(show, said)),
    undo: () => undo(show),
    cancel: () => cancel(show),
    show: (said) => showOne(show, said),
  };
  const begins = Object.entries(starting).map(([id, kind]) =>
    register(id, (...args) => starts().start(refactorRecipes[kind], placeOf(args))),
  );
  const others = Object.entries(handlers).map(([id, handler]) => register(id, handler));
  return vscode.Disposable.from(...begins, ...others);
}

function register(id: string, handler: (...args: readonly unknown[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(`hearth.refactor.${id}`, handler);
}

/** What the lightbulb says; menus give other things, and mean the selection of the active editor. */
function placeOf([uri, range]: readonly unknown[]): RefactorPlace | undefined {
  return uri instanceof vscode.Uri && range instanceof vscode.Range ? { uri, range } : undefined;
}

/** What a link or a lens says. */
function saidOf(said: unknown): { readonly id?: number; readonly hunk?: number } {
  const { id, hunk } = (said ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...(typeof id === 'number' ? { id } : {}),
    ...(typeof hunk === 'number' ? { hunk } : {}),
  };
}

/** The refactor that a link names, else the one whose preview is looked at. */
function chosen(show: RefactorsShow, said: unknown): FollowedRefactor | null {
  const { id } = saidOf(said);
  return id === undefined ? show.active : show.get(id);
}

async function decide(show: RefactorsShow, said: unknown, decision: HunkDecision): Promise<void> {
  const followed = chosen(show, said);
  if (followed === null) return;
  const { hunk } = saidOf(said);
  if (hunk !== undefined) return followed.decide(0, hunk, decision);
  const at = lineOf(said) ?? cursorOf(vscode.window.activeTextEditor);
  const found = at === null ? null : followed.preview.sideOf(at.uri);
  if (at === null || found === null) return followed.preview.goOn(0);
  const places = hunkPlaces(found.file);
  const place = hunkAt(places, found.side, at.line);
  if (place !== null && place.decision !== decision) return followed.decide(0, place.index, decision);
  // Nothing is decided that the cursor is not on: it goes there first.
  return followed.preview.goOn(indexFrom(places, found.side, at.line));
}

interface Line {
  readonly uri: vscode.Uri;
  /** From 0. */
  readonly line: number;
}

/** The line whose number was clicked. */
function lineOf(said: unknown): Line | null {
  const { uri, lineNumber } = (said ?? {}) as Readonly<Record<string, unknown>>;
  return uri instanceof vscode.Uri && typeof lineNumber === 'number' ? { uri, line: lineNumber - 1 } : null;
}

function cursorOf(editor: vscode.TextEditor | undefined): Line | null {
  return editor === undefined ? null : { uri: editor.document.uri, line: editor.selection.active.line };
}

async function refine({ show, questions }: RefactorCommandParts, said: unknown): Promise<void> {
  const followed = chosen(show, said);
  if (followed === null) return;
  const words = await questions.refinement(followed.refactor.recipe);
  if (words !== null) followed.refactor.refine(words);
}

/** Asks another model for the same: the only other one, else the one that the user picks. */
async function askOther(followed: FollowedRefactor | null): Promise<void> {
  const route = followed === null ? null : await pickRoute(followed.refactor);
  if (route !== null) followed?.refactor.askOther(route);
}

async function undo(show: RefactorsShow): Promise<void> {
  const written = show.lastWritten;
  if (written === null) await tell('There is no refactor that was just accepted: use Undo of the editor.');
  else await written.refactor.undo();
}

async function cancel(show: RefactorsShow): Promise<void> {
  const busy = show.all.filter(({ refactor: { state } }) => isWorking(state) || state === 'asking');
  const document = vscode.window.activeTextEditor?.document;
  const here = busy.findLast(({ refactor }) => refactor.document === document) ?? busy.at(-1);
  if (here === undefined) await tell('No refactor is being worked on.');
  else here.refactor.cancel();
}

/** Shows the refactor that is named, else the only one, else lets the user pick. */
async function showOne(show: RefactorsShow, said: unknown): Promise<void> {
  const { id } = saidOf(said);
  const named = id === undefined ? null : show.get(id);
  if (named !== null) return named.reveal();
  const [first, ...others] = show.all;
  if (first === undefined) return tell('There is no refactor that waits for you.');
  if (others.length === 0) return first.reveal();
  const items = show.all.map((followed) => ({ ...itemOf(followed), followed }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Hearth: Show Refactor' });
  await picked?.followed.reveal();
}

function itemOf({ refactor }: FollowedRefactor): vscode.QuickPickItem {
  const { recipe, document, range, state } = refactor;
  const where = `${vscode.workspace.asRelativePath(document.uri)}:${range.start.line + 1}`;
  return { label: plainTitle(recipe), description: `${where}, ${stateWords(state)}` };
}

/** A state in words. */
function stateWords(state: RefactorState): string {
  if (isWorking(state)) return 'at work';
  const known: Partial<Record<RefactorState, string>> = {
    asking: 'waits for your words',
    ready: 'to be accepted or refused',
    failed: 'refused',
    outdated: 'fits the file no more',
    applying: 'being written',
    watching: 'written',
    warned: 'written, with new problems',
  };
  return known[state] ?? 'ended';
}

async function tell(sentence: string): Promise<void> {
  await vscode.window.showInformationMessage(`Hearth: ${sentence}`);
}
