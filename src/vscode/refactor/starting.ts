import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';
import { mostBytes } from '../../core/index/exclusions.ts';
import { isSecretPath } from '../../core/index/secretPaths.ts';
import { conflictInTarget } from '../../core/refactor/check/text.ts';
import type { RefactorRecipe } from '../../core/refactor/kinds.ts';
import type { SyntaxPort } from '../../core/refactor/ports.ts';
import { targetFor, type ScopedTarget } from '../../core/refactor/scope.ts';
import { readSettings } from '../settings.ts';
import { nameOf } from '../uris.ts';
import type { EditorFiles } from './editorFiles.ts';
import type { RefactorPlace } from './shown.ts';
import { whyNotWritable } from './writable.ts';

/** What a refactor is to act on, and its document. */
export interface Located {
  readonly document: vscode.TextDocument;
  readonly scoped: ScopedTarget;
}

export interface LocatingParts {
  readonly files: EditorFiles;
  readonly syntax: SyntaxPort;
}

/** How often a place is looked for again where its document changes meanwhile. */
const mostTries = 3;

/** Why nothing can be refactored anywhere, in a sentence; null: it can. */
export function whyNoRefactor(): string | null {
  return readSettings().settings.enable
    ? null
    : 'Nothing is done while Hearth is off: run “Hearth: Turn On or Off”.';
}

/** What a refactor acts on at a place, else where the active editor's selection is; or a sentence that says why nothing. */
export async function locate(
  recipe: RefactorRecipe,
  place: RefactorPlace | undefined,
  parts: LocatingParts,
): Promise<Located | string> {
  for (let tries = 1; ; tries += 1) {
    const at = place ?? activePlace();
    if (at === null) return 'Open a file and select the code that is to be changed.';
    const document = await vscode.workspace.openTextDocument(at.uri);
    const { version } = document;
    const located = await locateIn(recipe, document, at.range, parts);
    if (document.version === version || tries === mostTries) return located;
  }
}

function activePlace(): RefactorPlace | null {
  const editor = vscode.window.activeTextEditor;
  return editor === undefined ? null : { uri: editor.document.uri, range: editor.selection };
}

async function locateIn(
  recipe: RefactorRecipe,
  document: vscode.TextDocument,
  range: vscode.Range,
  { files, syntax }: LocatingParts,
): Promise<Located | string> {
  const why =
    (await whyNotHere(document, files)) ?? (recipe.form === 'file' ? whyNoTests(document, files) : null);
  if (why !== null) return why;
  const file = files.fileOf(document);
  const { start, end } = document.validateRange(range);
  const selection = { start: document.offsetAt(start), end: document.offsetAt(end) };
  try {
    const outline = await syntax.facts(file.language, file.path, file.text);
    const scoped = targetFor(recipe, file, selection, outline);
    if ('code' in scoped) return scoped.message;
    const conflict = conflictInTarget(scoped.target);
    return conflict === null
      ? { document, scoped }
      : `There is a merge conflict in line ${conflict}: resolve it first.`;
  } catch (error) {
    return `${file.path} could not be looked through: ${sentenceOf(error)}`;
  }
}

/** Why a document can't be refactored, in a sentence; null: it can. */
export async function whyNotHere(
  document: vscode.TextDocument,
  files: Pick<EditorFiles, 'pathInFolder'>,
): Promise<string | null> {
  const name = nameOf(document.uri);
  // Of what lies in no folder that is open, the folders on the disk tell.
  if (isSecretPath(files.pathInFolder(document.uri) ?? document.uri.path))
    return `${name} is not given to a model: its ${isSecretPath(name) ? 'name' : 'folder'} says that it may hold passwords, keys or tokens.`;
  const { end } = document.lineAt(document.lineCount - 1).range;
  if (document.offsetAt(end) > mostBytes) return `${name} is too large to be refactored (over 1 MB).`;
  return whyNotWritable(document.uri);
}

function whyNoTests({ uri }: vscode.TextDocument, files: EditorFiles): string | null {
  return files.pathInFolder(uri) === null
    ? `There is no place for tests of ${nameOf(uri)}: save it in a folder that is open here.`
    : null;
}
