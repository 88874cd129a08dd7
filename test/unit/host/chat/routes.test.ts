import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { AssistantMessage } from '../../../../src/core/chat/conversation.ts';
import { shownMessages, siblingsOf } from '../../../../src/core/chat/path.ts';
import { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import type { RouteRule } from '../../../../src/core/endpoints/routing.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { ChatService } from '../../../../src/host/chat/chatService.ts';
import { ConversationStore } from '../../../../src/host/chat/conversationStore.ts';
import { endpointRoutes } from '../../../../src/host/endpoints/routes.ts';
import { madeUpSurroundings, madeUpWorkspace, says, ScriptedModel } from '../../../support/chatPorts.ts';
import { textOf, usualSettings } from '../../../support/chatTurn.ts';
import { MadeUpGate, madeUpEndpoint, ScriptedEndpoint } from '../../../support/scriptedEndpoint.ts';

/** A chat with the local model and one endpoint. */
class RoutedChat {
  readonly local = new ScriptedModel();
  readonly cloud: ScriptedEndpoint;
  readonly gate = new MadeUpGate();
  rules: readonly RouteRule[] = [];
  readonly service: ChatService;

  constructor(folder: string, endpoint: Partial<Endpoint> = {}) {
    this.cloud = new ScriptedEndpoint(madeUpEndpoint(endpoint));
    let ids = 0;
    this.service = new ChatService({
      store: new ConversationStore({ folder, onProblem: (message) => assert.fail(message) }),
      model: this.local,
      routes: endpointRoutes({
        endpoints: () => [this.cloud.endpoint],
        client: () => this.cloud,
        rules: () => this.rules,
        deny: () => this.gate.deny,
        gate: this.gate.gate,
      }),
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
      settings: () => usualSettings,
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

async function chatOf(t: TestContext, endpoint: Partial<Endpoint> = {}): Promise<RoutedChat> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hearth-routes-'));
  const chat = new RoutedChat(folder, endpoint);
  t.after(async () => {
    await chat.service.shutdown();
    await rm(folder, { recursive: true, force: true });
  });
  return chat;
}

describe('the routes of a chat', () => {
  it('are the local model and the endpoints for its questions', async (t) => {
    const chat = await chatOf(t);
    assert.deepEqual(
      chat.service.routes().map(({ route }) => route),
      ['local', 'Cloud'],
    );
  });

  it('lead to the local model, unless somebody chooses', async (t) => {
    const chat = await chatOf(t);
    chat.local.script = [says('Locally.')];
    await chat.service.ask('Why?', []);
    assert.equal(textOf(chat.last), 'Locally.');
    assert.equal(chat.last.request?.route, 'local');
    assert.deepEqual(chat.gate.shown, []);
  });

  it('lead to the endpoint that was chosen, after consent, and say what was sent', async (t) => {
    const chat = await chatOf(t, { price: { input: 1, output: 1 } });
    chat.cloud.model.script = [says('From afar: HELD_1_.')];
    await chat.service.ask('Why SECRET1?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'From afar: SECRET1.');
    assert.equal(chat.last.request?.route, 'Cloud');
    assert.equal(chat.last.sent?.redactions, 1);
    assert.ok((chat.last.sent?.dollars ?? 0) > 0);
    assert.equal(chat.gate.shown.length, 1);
    assert.deepEqual(chat.local.asked, []);
    assert.doesNotMatch(JSON.stringify(chat.cloud.asked), /SECRET/);
  });

  it('write another answer beside the local one', async (t) => {
    const chat = await chatOf(t);
    chat.local.script = [says('Locally.')];
    await chat.service.ask('Why?', []);
    chat.cloud.model.script = [says('From afar.')];
    assert.equal(await chat.service.retry(chat.last.id, { route: 'Cloud' }), null);
    const { conversation } = chat.service;
    assert.ok(conversation);
    assert.equal(textOf(chat.last), 'From afar.');
    assert.equal(siblingsOf(conversation, chat.last.id).length, 2);
  });

  it('keep the question where nothing is sent, and say why', async (t) => {
    const chat = await chatOf(t);
    chat.gate.answer = 'cancelled';
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(chat.last.reason, 'not-sent');
    assert.equal(chat.last.message, 'Nothing was sent to Cloud.');
    assert.deepEqual(chat.cloud.asked, []);
    assert.deepEqual(chat.local.asked, []);
  });

  it('fall back to the local model where nobody is there, and say so', async (t) => {
    const chat = await chatOf(t);
    chat.cloud.failure = new EndpointError('unreachable', 'Cloud can’t be reached: check the network.');
    chat.local.script = [says('Locally.')];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'Locally.');
    assert.equal(chat.last.request?.route, 'local');
    assert.match(
      chat.last.message ?? '',
      /^Cloud can’t be reached: check the network\. So the local model was asked\./,
    );
  });

  it('fall back where the endpoint fails before its first word, and not after it', async (t) => {
    const chat = await chatOf(t);
    const error = new EndpointError('server', 'Cloud has an error.');
    chat.cloud.model.script = [{ events: [], error }];
    chat.local.script = [says('Locally.')];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'Locally.');
    chat.cloud.model.script = [{ ...says('Half of'), error }];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'Half of');
    assert.equal(chat.last.state, 'failed');
  });

  it('say both reasons where neither answers', async (t) => {
    const chat = await chatOf(t);
    chat.cloud.failure = new EndpointError('unreachable', 'Cloud can’t be reached.');
    chat.local.script = [{ events: [], error: new Error('The engine is gone.') }];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.match(
      chat.last.message ?? '',
      /Cloud can’t be reached\. The local model gave no answer either: The engine is gone\./,
    );
  });

  it('do not fall back where the endpoint refuses the key', async (t) => {
    const chat = await chatOf(t);
    chat.cloud.failure = new EndpointError('unauthorized', 'Cloud refuses the key.');
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(chat.last.message, 'Cloud refuses the key.');
    assert.deepEqual(chat.local.asked, []);
  });

  it('follow the rules, with their reasons', async (t) => {
    const chat = await chatOf(t);
    chat.rules = [{ endpoint: 'Cloud', languages: [], folders: [], when: 'always' }];
    chat.cloud.model.script = [says('From afar.')];
    await chat.service.ask('Why?', []);
    assert.deepEqual(chat.last.request?.routeReasons, ['a rule of yours sends everything to Cloud']);
  });

  it('ask for another answer where the local model could not and a rule says so, in one go', async (t) => {
    const chat = await chatOf(t);
    chat.rules = [{ endpoint: 'Cloud', languages: [], folders: [], when: 'hard' }];
    chat.local.script = [says(''), says('All is well.')];
    chat.cloud.model.script = [says('From afar.')];
    await chat.service.ask('Why?', []);
    assert.equal(textOf(chat.last), 'From afar.');
    assert.deepEqual(chat.last.request?.routeReasons, [
      'the local model wrote nothing',
      'a rule of yours asks Cloud then',
    ]);
    await chat.service.ask('And now?', []);
    assert.equal(textOf(chat.last), 'All is well.');
  });

  it('name the files of the map to whoever agrees, and leave out what is denied', async (t) => {
    const chat = await chatOf(t);
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.deepEqual(
      chat.gate.shown[0]?.places.map(({ path }) => path),
      ['src/open.ts', 'vault/hidden.ts'],
    );
    await chat.service.newConversation();
    chat.gate.deny = ['vault'];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    const { places = [], messages = [] } = chat.gate.shown[1] ?? {};
    assert.deepEqual(
      places.map(({ path }) => path),
      ['src/open.ts'],
    );
    assert.doesNotMatch(JSON.stringify(messages), /hidden/);
  });

  it('say that an endpoint is gone', async (t) => {
    const chat = await chatOf(t);
    assert.match(
      (await chat.service.ask('Why?', [], { route: 'Gone' })) ?? '',
      /no endpoint "Gone" any more/,
    );
    assert.equal(chat.service.busy, false);
  });

  it('remember what was marked as bad', async (t) => {
    const chat = await chatOf(t);
    chat.local.script = [says('Nonsense.')];
    await chat.service.ask('Why?', []);
    const { id } = chat.last;
    assert.equal(chat.service.rate(id, 'bad'), null);
    assert.equal(chat.last.rating, 'bad');
    chat.service.rate(id, null);
    assert.equal(chat.last.rating, undefined);
    assert.match(chat.service.rate('none', 'bad') ?? '', /not there any more/);
  });
});
