import path from 'node:path';
import type * as vscode from 'vscode';
import type { ChatModel } from '../../core/chat/ports.ts';
import type { ChatSettings, TurnParts } from '../../core/chat/turn/parts.ts';
import type { Engines } from '../../engine/engines.ts';
import { ChatService, type ChatStore } from '../../host/chat/chatService.ts';
import { ConversationStore } from '../../host/chat/conversationStore.ts';
import { localChatModel } from '../../host/chat/localChatModel.ts';
import { chatWorkspace, type HostChatWorkspace } from '../../host/chat/workspacePort.ts';
import type { Routes } from '../../host/endpoints/routes.ts';
import type { Redactor } from '../../host/redaction/redactor.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import type { DocumentSync } from '../documentSync.ts';
import { starterFile, stateFolderOf } from '../engineHost.ts';
import { readSettings } from '../settings.ts';
import { fileFolders } from '../workspaceIndex.ts';
import type { RoutesOutside } from './chatRoutes.ts';
import { ChipBox } from './chips.ts';
import { MemoryStore } from './memoryStore.ts';
import type { ModelWatch } from './modelWatch.ts';
import { EditorSurroundings } from './surroundings.ts';

/** What the chat is made of that was there before. */
export interface ChatOutside extends RoutesOutside {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engines: Engines;
  readonly client: WorkspaceClient;
  readonly documents: DocumentSync;
  /** Knows the secrets that were put back into answers. */
  readonly redactor: Pick<Redactor, 'redact'>;
  /** Names the workspace for as long as it exists, or null where there is none. */
  readonly workspaceId: string | null;
  /** Shows what a recorded answer would change; `selection` null: in all of the document. Else gives a sentence. */
  readonly applyAnswer: (
    document: vscode.TextDocument,
    selection: vscode.Range | null,
    answer: string,
    words: string,
  ) => Promise<string | null>;
}

/** The chat without anything that shows it: made when it is first needed, and it reads nothing before it is asked. */
export interface ChatCore {
  readonly model: ChatModel;
  readonly watch: ModelWatch;
  readonly workspace: HostChatWorkspace;
  readonly surroundings: EditorSurroundings;
  readonly chips: ChipBox;
  readonly service: ChatService;
  /** What one answer is made with, apart from the conversation that is shown. */
  readonly turn: () => TurnParts;
}

export interface CoreListeners {
  readonly chipsChanged: () => void;
  /** Gets one sentence for each thing that goes wrong with saved chats. */
  readonly problem: (sentence: string) => void;
}

/** Makes the chat, of a model that is watched already. */
export function createCore(
  outside: ChatOutside,
  watch: ModelWatch,
  { chipsChanged, problem }: CoreListeners,
): ChatCore {
  const { context, engines, client, workspaceId } = outside;
  const model = whileEnabled(localChatModel(engines, { starterPath: starterFile(context) }));
  const workspace = chatWorkspace(client, { folders: () => fileFolders().map(({ uri }) => uri.fsPath) });
  const chips = new ChipBox(chipsChanged);
  const surroundings = new EditorSurroundings({ client, workspace, takes: (label) => chips.takes(label) });
  const ports = { model, workspace, surroundings };
  const service = new ChatService({
    ...{ ...ports, routes: routesWhileEnabled(outside.routes) },
    store: createStore(context, problem),
    settings: chatSettings,
    workspaceId,
    formatDate: (milliseconds) => new Date(milliseconds).toLocaleString(),
  });
  return {
    ...ports,
    watch,
    chips,
    service,
    turn: () => ({ ...ports, settings: chatSettings(), clock: Date.now }),
  };
}

/** The same model, but that it is none while Hearth is turned off. */
function whileEnabled(model: ChatModel): ChatModel {
  const message = 'Hearth is turned off: turn it on with the setting hearth.enable.';
  return {
    route: model.route,
    describe: (signal) =>
      readSettings().settings.enable
        ? model.describe(signal)
        : Promise.resolve({ code: 'engine', message } as const),
    countPrompt: (messages, tools) => model.countPrompt(messages, tools),
    countTexts: (texts) => model.countTexts(texts),
    answer: (query, call) => model.answer(query, call),
  };
}

/** The same routes, to models that are none while Hearth is turned off. */
function routesWhileEnabled(routes: Routes): Routes {
  return {
    ...routes,
    model: (route) => {
      const model = routes.model(route);
      return model === null ? null : whileEnabled(model);
    },
  };
}

/** How answers are made, by the settings. */
export function chatSettings(): ChatSettings {
  const { settings } = readSettings();
  return {
    contextTokens: settings['chat.contextTokens'],
    maxTokens: settings['chat.maxTokens'],
    temperature: settings['chat.temperature'],
    thinking: settings['chat.thinking'],
    retrieval: settings['chat.retrieval'],
    tools: settings['chat.tools'],
  };
}

function createStore(context: vscode.ExtensionContext, problem: (sentence: string) => void): ChatStore {
  const folder = stateFolderOf(context);
  if (folder !== null)
    return new ConversationStore({ folder: path.join(folder, 'chats'), onProblem: problem });
  problem('Chats are kept until this window is closed: VS Code has no folder on this disk to keep them in.');
  return new MemoryStore();
}
