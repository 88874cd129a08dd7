import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { AssistantMessage } from '../../src/core/chat/conversation.ts';
import { shownMessages } from '../../src/core/chat/path.ts';
import type { ChatSettings } from '../../src/core/chat/turn/parts.ts';
import type { RouteRule } from '../../src/core/endpoints/routing.ts';
import type { Endpoint } from '../../src/core/endpoints/types.ts';
import { ChatService } from '../../src/host/chat/chatService.ts';
import { ConversationStore } from '../../src/host/chat/conversationStore.ts';
import { endpointRoutes, type Routes } from '../../src/host/endpoints/routes.ts';
import { madeUpSurroundings, madeUpWorkspace, ScriptedModel } from './chatPorts.ts';
import { usualSettings } from './chatTurn.ts';
import { MadeUpGate, madeUpEndpoint, ScriptedEndpoint } from './scriptedEndpoint.ts';

/** The routes to one endpoint, as a test's gate and rules have them at each use. */
export function routesOf(world: {
  readonly cloud: ScriptedEndpoint;
  readonly gate: MadeUpGate;
  readonly rules: readonly RouteRule[];
}): Routes {
  return endpointRoutes({
    endpoints: () => [world.cloud.endpoint],
    client: () => world.cloud,
    rules: () => world.rules,
    deny: () => world.gate.deny,
    gate: world.gate.gate,
  });
}

/** A chat with the local model and one endpoint. */
export class RoutedChat {
  readonly local = new ScriptedModel();
  readonly cloud: ScriptedEndpoint;
  readonly gate = new MadeUpGate();
  rules: readonly RouteRule[] = [];
  settings: ChatSettings = usualSettings;
  readonly service: ChatService;

  constructor(folder: string, endpoint: Partial<Endpoint> = {}) {
    this.cloud = new ScriptedEndpoint(madeUpEndpoint(endpoint));
    let ids = 0;
    this.service = new ChatService({
      store: new ConversationStore({ folder, onProblem: (message) => assert.fail(message) }),
      model: this.local,
      routes: routesOf(this),
      workspace: madeUpWorkspace(
        {},
        {
          map: () =>
            Promise.resolve({
              text: 'src/open.ts:\n  open()\nvault/hidden.ts:\n  hidden()\n',
              files: ['src/open.ts', 'vault/hidden.ts'],
              tokens: 20,
            }),
        },
      ),
      surroundings: madeUpSurroundings(),
      settings: () => this.settings,
      workspaceId: 'here',
      formatDate: String,
      newId: () => `id${(ids += 1)}`,
    });
  }

  get last(): AssistantMessage {
    const { conversation } = this.service;
    const last = conversation === null ? undefined : shownMessages(conversation).at(-1);
    assert.equal(last?.role, 'assistant');
    return last;
  }
}

/** A chat for one test, with an endpoint on the internet but for what the test says. */
export async function routedChat(t: TestContext, endpoint: Partial<Endpoint> = {}): Promise<RoutedChat> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hearth-routes-'));
  const chat = new RoutedChat(folder, endpoint);
  t.after(async () => {
    await chat.service.shutdown();
    await rm(folder, { recursive: true, force: true });
  });
  return chat;
}
