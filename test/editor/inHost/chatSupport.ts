import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { configure, until } from './support.ts';

/** Path of the model that chats, whose answers are known (test/support/chatModel.ts). */
export function chatModelPath(): string {
  const model = process.env['HEARTH_TEST_CHAT_MODEL'];
  assert.ok(model, 'HEARTH_TEST_CHAT_MODEL names no model');
  return model;
}

/** Sets the model of chat, and waits until VS Code has heard of it. */
export async function useChatModel(file: string | undefined): Promise<void> {
  await configure('model.chat', file);
  await until(async () => {
    const models = await vscode.lm.selectChatModels({ vendor: 'hearth' });
    return models.length === (file === undefined ? 0 : 1);
  }, 'VS Code knows the model');
}
