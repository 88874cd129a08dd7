import * as vscode from 'vscode';
import type { BlockAction } from '../../core/chat/view.ts';
import { indentOf } from '../../core/refactor/indentation.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { languageIdentifier } from './blockLanguage.ts';
import { currentRepository } from './git.ts';
import { insertedText } from './insertedText.ts';

/** Does with a block of code what the user asks; gives a sentence where that can't be done, else null. */
export async function runBlockAction(
  action: BlockAction,
  text: string,
  language: string,
): Promise<string | null> {
  switch (action) {
    case 'copy':
      await vscode.env.clipboard.writeText(text);
      return null;
    case 'insert':
      return insertAtCursor(text);
    case 'new-file':
      return newFile(text, language);
    case 'commit-message':
      return putCommitMessage(text);
  }
}

/** Puts a block in the place of the selection of the active editor, in one step that one undo takes back. */
async function insertAtCursor(block: string): Promise<string | null> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return 'Open the file that the code is to go into, and put the cursor there.';
  const { document, selection } = editor;
  const indentation = indentOf(document.lineAt(selection.start.line).text);
  const text = insertedText(block, indentation.slice(0, selection.start.character));
  const done = await editor.edit((edit) => edit.replace(selection, text));
  if (!done) return 'The code could not be inserted: the file is read-only, or it changed just now.';
  await vscode.window.showTextDocument(document, {
    viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active,
  });
  return null;
}

async function newFile(text: string, language: string): Promise<null> {
  const known = new Set(await vscode.languages.getLanguages());
  const content = text.endsWith('\n') ? text : `${text}\n`;
  const document = await vscode.workspace.openTextDocument({
    language: languageIdentifier(language, known),
    content,
  });
  await vscode.window.showTextDocument(document);
  return null;
}

/**
 * Puts a message into the source control box, of a given repository or of the active file's. What the user wrote there
 * is only replaced when they say so.
 */
export async function putCommitMessage(text: string, root?: vscode.Uri): Promise<string | null> {
  try {
    const { inputBox } = await currentRepository(root);
    const message = text.trim();
    const there = inputBox.value.trim();
    if (there !== '' && there !== message) {
      const replace = 'Replace It';
      const question = 'Hearth: The source control box has a message already.';
      if ((await vscode.window.showWarningMessage(question, replace)) !== replace) return null;
    }
    inputBox.value = message;
    await vscode.commands.executeCommand('workbench.view.scm');
    return null;
  } catch (error) {
    return sentenceOf(error);
  }
}
