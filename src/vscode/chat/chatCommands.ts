import * as vscode from 'vscode';
import type { Mention } from '../../core/chat/context.ts';
import { generateCommitMessage } from './commitMessage.ts';
import type { ChatCore } from './chatCore.ts';
import type { ChatController } from './chatController.ts';
import { problemTarget, selectionOf, targetOf } from './targets.ts';
import { terminalText } from './terminalText.ts';

/** What the commands work with: made when the first of them runs. */
export interface CommandParts {
  readonly core: () => ChatCore;
  readonly controller: () => ChatController;
  /** Loads the model of chat anew. */
  readonly restartModel: () => Promise<unknown>;
}

/** Registers the chat's commands. */
export function registerChatCommands(parts: CommandParts): vscode.Disposable {
  const { core, controller, restartModel } = parts;
  const handlers: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    'hearth.chat.ask': () => ask(parts),
    'hearth.chat.new': () => controller().newChat(),
    'hearth.chat.history': () => controller().showHistory(),
    'hearth.chat.export': () => controller().export(),
    'hearth.chat.stop': () => core().service.stop(),
    'hearth.chat.attach': (uri, uris) => attach(parts, uri, uris),
    'hearth.chat.askTerminal': () => askTerminal(parts),
    'hearth.chat.commitMessage': (provider) => generateCommitMessage(core(), rootOf(provider)),
    'hearth.chat.fixProblem': (...args) => askProblem(parts, 'fix', args),
    'hearth.chat.explainProblem': (...args) => askProblem(parts, 'explain', args),
    'hearth.chat.restartModel': () => restartModel(),
  };
  const aboutCode = ['explain', 'fix', 'tests', 'doc', 'review'].map((command) =>
    vscode.commands.registerCommand(`hearth.chat.${command}`, () => askAboutCode(parts, command)),
  );
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) => vscode.commands.registerCommand(id, handler)),
    ...aboutCode,
  );
}

async function ask({ core, controller }: CommandParts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const selection = editor === undefined ? null : selectionOf(editor, core().workspace);
  await controller().add(selection === null ? [] : [selection]);
}

/** Files and folders: what the explorer has selected, a tab's file, or the active editor's. */
async function attach({ controller }: CommandParts, uri: unknown, uris: unknown): Promise<void> {
  const several = Array.isArray(uris) ? uris.filter((one) => one instanceof vscode.Uri) : [];
  const one = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri;
  await controller().attach(several.length > 0 ? several : one === undefined ? [] : [one]);
}

async function askTerminal({ core, controller }: CommandParts): Promise<void> {
  const text = await terminalText();
  if (text.trim() === '') {
    await vscode.window.showInformationMessage('Hearth: Select something in the terminal first.');
    return;
  }
  await controller().add([core().surroundings.keepTerminalText(text)]);
}

async function askAboutCode({ core, controller }: CommandParts, command: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    await vscode.window.showInformationMessage('Hearth: Open a file and select the code that you mean.');
    return;
  }
  const code = await targetOf(editor, core().workspace);
  const problems: Mention[] = command === 'fix' ? [{ ...code, kind: 'problems' }] : [];
  await controller().askAbout(`/${command}`, [code, ...problems]);
}

/** Longer messages of problems are in the list of problems that goes with the question. */
const mostMessage = 300;

async function askProblem(
  { core, controller }: CommandParts,
  command: 'fix' | 'explain',
  [uri, range, message]: readonly unknown[],
): Promise<void> {
  if (!(uri instanceof vscode.Uri) || !(range instanceof vscode.Range) || typeof message !== 'string') return;
  const document = await vscode.workspace.openTextDocument(uri);
  const mentions = await problemTarget(document, range, core().workspace);
  const said = message.replace(/\s+/g, ' ').trim();
  const short = said.length > mostMessage ? `${said.slice(0, mostMessage)}…` : said;
  await controller().askAbout(`/${command} ${short}`, mentions);
}

/** The folder of the repository whose title bar a command was run from. */
function rootOf(provider: unknown): vscode.Uri | undefined {
  const root = (provider as { rootUri?: unknown } | undefined)?.rootUri;
  return root instanceof vscode.Uri ? root : undefined;
}
