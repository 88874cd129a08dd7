import * as vscode from 'vscode';
import type { ChatCore, ChatOutside } from '../chat/chatCore.ts';
import type { ModelWatch } from '../chat/modelWatch.ts';
import { HearthModels } from './provider.ts';
import { registerParticipant } from './participant.ts';

/**
 * Offers Hearth to VS Code's own chat, where that is there: its model, and the participant `@hearth`. Both are only
 * told of; nothing is made, loaded or read before somebody uses them.
 */
export function registerHearthForVsCode(
  { context, engines }: ChatOutside,
  watch: ModelWatch,
  core: () => ChatCore,
): vscode.Disposable {
  const { lm, chat } = vscode as Partial<Pick<typeof vscode, 'lm' | 'chat'>>;
  const subscriptions: vscode.Disposable[] = [];
  if (typeof lm?.registerLanguageModelChatProvider === 'function') {
    const models = new HearthModels({ engines, core, watch });
    subscriptions.push(models, lm.registerLanguageModelChatProvider('hearth', models));
  }
  if (typeof chat?.createChatParticipant === 'function')
    subscriptions.push(registerParticipant(context.extensionUri, core));
  return vscode.Disposable.from(...subscriptions);
}
