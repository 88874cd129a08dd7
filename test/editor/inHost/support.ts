import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RequestHistory, RequestRecord } from '../../../src/core/completion/history.ts';
import type { HearthApi } from '../../../src/extension.ts';

/** Hearth as it is active in this window. */
export async function hearth(): Promise<HearthApi> {
  const extension = vscode.extensions.getExtension<HearthApi>('hearth.hearth');
  assert.ok(extension, 'hearth.hearth is not among the extensions');
  return extension.activate();
}

/** Waits until `condition` gives something true; fails after a time that no machine needs. */
export async function until<T>(
  condition: () => T | Promise<T>,
  what: string | (() => string),
): Promise<NonNullable<T>> {
  const end = performance.now() + 45_000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) {
      throw new Error(`It never came about: ${typeof what === 'string' ? what : what()}.`);
    }
    await sleep(25);
  }
}

/** Waits for the engine to be ready and gives its process id. */
export async function readyPid(): Promise<number> {
  const { engine } = await hearth();
  await until(() => engine.state.kind === 'ready', 'the engine is ready');
  assert.ok(engine.state.kind === 'ready');
  return engine.state.pid;
}

/** Sets a setting of Hearth for the user (or the machine, where that is its scope). */
export async function configure(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('hearth').update(key, value, vscode.ConfigurationTarget.Global);
}

/** Sets a setting that the engine is started with, and waits for the new engine's process; gives its id. */
export async function configureEngine(key: string, value: unknown): Promise<number> {
  const { engine } = await hearth();
  const before = await readyPid();
  await configure(key, value);
  await until(
    () => engine.state.kind === 'ready' && engine.state.pid !== before,
    `a new engine after hearth.${key} became ${JSON.stringify(value)}`,
  );
  return readyPid();
}

/** Path of the model whose answers are known (test/support/editorModel.ts). */
export function scriptedModelPath(): string {
  const model = process.env['HEARTH_TEST_MODEL'];
  assert.ok(model, 'HEARTH_TEST_MODEL names no model');
  return model;
}

export interface OpenOptions {
  language?: string;
  eol?: vscode.EndOfLine;
}

/** Opens an untitled document with the cursor at `█`. */
export async function openPicture(picture: string, options: OpenOptions = {}): Promise<vscode.TextEditor> {
  const language = options.language ?? 'typescript';
  const content = picture.replace('█', '');
  const document = await until(async () => {
    const opened = await vscode.workspace.openTextDocument({ language, content });
    if (opened.getText() === content) return opened;
    // On a busy machine VS Code may give what it kept of the untitled document that had this name before.
    await vscode.window.showTextDocument(opened);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    return undefined;
  }, 'a new document has the text that was given');
  return showAt(document, picture, options);
}

/** Shows a document with the cursor where `█` is in the picture. */
export async function showAt(
  document: vscode.TextDocument,
  picture: string,
  options: OpenOptions = {},
): Promise<vscode.TextEditor> {
  const [line = 0, character = 0] = cursorOf(picture);
  const position = new vscode.Position(line, character);
  // Given along, the cursor is there when the promise resolves; set afterwards, it may come after a command.
  const editor = await vscode.window.showTextDocument(document, {
    selection: new vscode.Selection(position, position),
  });
  if (options.eol !== undefined) {
    await editor.edit((edit) => edit.setEndOfLine(options.eol ?? vscode.EndOfLine.LF));
  }
  return editor;
}

function cursorOf(picture: string): [number, number] {
  const before = picture.slice(0, picture.indexOf('█')).split('\n');
  return [before.length - 1, before.at(-1)?.length ?? 0];
}

/** The document as a picture with `█` at the cursor, with `\n` line ends. */
export function pictureOf(editor: vscode.TextEditor): string {
  const text = editor.document.getText();
  const offset = editor.document.offsetAt(editor.selection.active);
  return `${text.slice(0, offset)}█${text.slice(offset)}`.replaceAll('\r\n', '\n');
}

/**
 * Asks for a completion by hand and runs one of VS Code's own accepting commands until it changes the document: the
 * command does nothing before the ghost text is there.
 */
export async function acceptBy(editor: vscode.TextEditor, command = 'commit'): Promise<string> {
  const { history } = await hearth();
  const version = editor.document.version;
  await vscode.commands.executeCommand('hearth.triggerCompletion');
  await until(
    async () => {
      await vscode.commands.executeCommand(`editor.action.inlineSuggest.${command}`);
      return editor.document.version !== version;
    },
    () => `${command} changes ${JSON.stringify(pictureOf(editor))} (${lastReasons(history)})`,
  );
  return pictureOf(editor);
}

/** Asks for a completion, by hand or as if typing, and gives the record of that request. */
export async function recordOf(action: () => Thenable<unknown>): Promise<RequestRecord> {
  const { history } = await hearth();
  const before = history.records[0];
  await action();
  await until(() => history.records[0] !== before, 'a request is recorded');
  const [record] = history.records;
  assert.ok(record);
  return record;
}

export const trigger = () => vscode.commands.executeCommand('hearth.triggerCompletion');

/** Types text as a keyboard does, which makes the editor ask for a completion by itself. */
export const type = (text: string) => vscode.commands.executeCommand('type', { text });

/** Keeps the suggest widget closed until disposed of: what it has selected would be taken as typed. */
export async function quietPopups(): Promise<vscode.Disposable> {
  const set = async (quick: unknown, triggers: unknown): Promise<void> => {
    const editor = vscode.workspace.getConfiguration('editor');
    await editor.update('quickSuggestions', quick, vscode.ConfigurationTarget.Global);
    await editor.update('suggestOnTriggerCharacters', triggers, vscode.ConfigurationTarget.Global);
  };
  await set({ other: 'off', comments: 'off', strings: 'off' }, false);
  return new vscode.Disposable(() => void set(undefined, undefined));
}

/** The newest reasons, newest first. */
function lastReasons({ records }: RequestHistory): string {
  const newest = records.slice(0, 4).map(({ reason, detail, manual, tokens }) => {
    return `${reason} ${detail}${manual ? ' by hand' : ''} ${tokens.prompt}+${tokens.generated}`;
  });
  return newest.length === 0 ? 'nothing was asked' : newest.join('; ');
}

/** Closes all editors, and waits for it: the next untitled document gets the name of one that was closed. */
export async function closeAll(): Promise<void> {
  const untitled = () => vscode.workspace.textDocuments.filter((document) => document.isUntitled);
  await until(
    async () => {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      for (let look = 0; look < 60 && untitled().length > 0; look += 1) await sleep(25);
      const [left] = untitled();
      // A command may come before the editor that it is for is the active one.
      if (left !== undefined) await vscode.window.showTextDocument(left);
      return left === undefined;
    },
    () => `untitled documents are closed, ${untitled().length} are left`,
  );
}
