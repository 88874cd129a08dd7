import * as vscode from 'vscode';
import { blockPaths, codeOf, type AnswerBlock } from '../../core/refactor/blockPath.ts';
import { blockTarget, type BlockTarget } from '../../core/refactor/blockTarget.ts';
import type { SyntaxPort } from '../../core/refactor/ports.ts';
import type { RefactorProblem } from '../../core/refactor/types.ts';
import type { HostChatWorkspace } from '../../host/chat/workspacePort.ts';
import type { ChatOutside } from './chatCore.ts';
import { refactorScheme } from '../refactor/previewTexts.ts';
import { relativePath } from './documents.ts';

export interface ApplyingParts {
  readonly workspace: Pick<HostChatWorkspace, 'absolute' | 'relative' | 'findPaths'>;
  readonly syntax: Pick<SyntaxPort, 'facts'>;
  readonly applyAnswer: ChatOutside['applyAnswer'];
}

/** What a refactor is told to do where its answer comes from the chat. */
const words = 'Take over the code from the chat.';
/** Files with the end of a path that are looked through. */
const mostFiles = 50;

/** Shows what a block of code would change in the file that it is for; gives a sentence where that can't be done, else null. */
export async function applyBlock(block: AnswerBlock, parts: ApplyingParts): Promise<string | null> {
  const documents = await documentsFor(block, parts);
  if (typeof documents === 'string') return documents;
  const found: Placed[] = [];
  for (const document of documents) {
    const placed = await place(block, document, parts);
    found.push(placed);
    if (!('code' in placed.target) && placed.target.by === 'definitions') break;
  }
  // What is mentioned before a block may have nothing to do with it: what it defines goes before that, and so does the
  // file in front of the user.
  const last = found.at(-1);
  if (last === undefined) return 'Open the file that the code is for.';
  const { document, target, version } = last;
  if ('code' in target) return target.message;
  if (document.version !== version) return 'The file was changed just now: try again.';
  const { range, answer } = target;
  const selection =
    range === null
      ? null
      : new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
  // A change is shown by itself only to who looks at its file.
  if (vscode.window.activeTextEditor?.document !== document) await vscode.window.showTextDocument(document);
  return parts.applyAnswer(document, selection, answer, words);
}

interface Placed {
  readonly document: vscode.TextDocument;
  /** Of the document, as it was looked through. */
  readonly version: number;
  readonly target: BlockTarget | RefactorProblem;
}

async function place(
  block: AnswerBlock,
  document: vscode.TextDocument,
  { workspace, syntax }: ApplyingParts,
): Promise<Placed> {
  const { version, languageId: language } = document;
  const text = document.getText();
  const path = relativePath(workspace, document.uri);
  const [outline, inBlock] = await Promise.all([
    syntax.facts(language, path, text),
    syntax.facts(language, path, codeOf(block)),
  ]);
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  const file = {
    file: { path, text, language },
    definitions: outline?.definitions ?? [],
    selection:
      editor === undefined
        ? null
        : {
            start: document.offsetAt(editor.selection.start),
            end: document.offsetAt(editor.selection.end),
          },
  };
  return { document, version, target: blockTarget(block, file, inBlock?.definitions ?? []) };
}

/** The documents that a block may be for, the likeliest last; or a sentence that says why the one that it names is none. */
async function documentsFor(
  block: AnswerBlock,
  { workspace }: ApplyingParts,
): Promise<readonly vscode.TextDocument[] | string> {
  const { named, near } = blockPaths(block);
  const active = activeDocument();
  if (named !== null) {
    const document = await documentOf(named, active, workspace);
    return typeof document === 'string' ? document : [document];
  }
  const mentioned = near === null ? '' : await documentOf(near, active, workspace);
  const all = [
    ...(typeof mentioned === 'string' ? [] : [mentioned]),
    ...(active === undefined ? [] : [active]),
  ];
  return [...new Set(all)];
}

/** The document in front of the user; of a comparison with what it is to become, the one that there is. */
function activeDocument(): vscode.TextDocument | undefined {
  const { activeTextEditor: active, visibleTextEditors } = vscode.window;
  const editors = active === undefined ? [] : [active, ...visibleTextEditors];
  return editors.find(({ document }) => document.uri.scheme !== refactorScheme)?.document;
}

/** The document of a path that may be shortened to its end. */
async function documentOf(
  path: string,
  active: vscode.TextDocument | undefined,
  workspace: ApplyingParts['workspace'],
): Promise<vscode.TextDocument | string> {
  const isMeant = (other: string): boolean => other === path || other.endsWith(`/${path}`);
  const exact = await opened(path, workspace);
  if (exact !== null) return exact;
  if (active !== undefined && isMeant(relativePath(workspace, active.uri))) return active;
  const files = (await workspace.findPaths(path, mostFiles)).filter(isMeant);
  const [only] = files;
  if (only === undefined)
    return `There is no file ${path} in this workspace: open the code in a new file, or insert it at the cursor.`;
  if (files.length > 1)
    return `There are ${files.length} files that ${path} can mean: open the right one, and apply the code then.`;
  return (await opened(only, workspace)) ?? `${only} can't be opened: it is not text, or too large.`;
}

async function opened(
  path: string,
  workspace: ApplyingParts['workspace'],
): Promise<vscode.TextDocument | null> {
  const file = workspace.absolute(path);
  if (file === null) return null;
  return vscode.workspace.openTextDocument(vscode.Uri.file(file)).then(
    (document) => document,
    () => null,
  );
}
