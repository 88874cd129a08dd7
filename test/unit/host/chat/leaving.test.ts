import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Attachment } from '../../../../src/core/chat/context.ts';
import type { AssistantMessage } from '../../../../src/core/chat/conversation.ts';
import { shownMessages } from '../../../../src/core/chat/path.ts';
import type { ChatSurroundings } from '../../../../src/core/chat/ports.ts';
import type { RouteRule } from '../../../../src/core/endpoints/routing.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { ChatService } from '../../../../src/host/chat/chatService.ts';
import { ConversationStore } from '../../../../src/host/chat/conversationStore.ts';
import {
  call,
  calls,
  madeUpSurroundings,
  madeUpWorkspace,
  says,
  ScriptedModel,
} from '../../../support/chatPorts.ts';
import { textOf, usualSettings } from '../../../support/chatTurn.ts';
import { routesOf } from '../../../support/routedChat.ts';
import { MadeUpGate, madeUpEndpoint, ScriptedEndpoint } from '../../../support/scriptedEndpoint.ts';

const changes = [
  'diff --git a/src/open.ts b/src/open.ts\n--- a/src/open.ts\n+++ b/src/open.ts\n@@ -1 +1 @@\n-a\n+b\n',
  'diff --git a/vault/h.ts b/vault/h.ts\n--- a/vault/h.ts\n+++ b/vault/h.ts\n@@ -1 +1 @@\n-old\n+TOPSECRET\n',
].join('');
const changed = { text: changes, files: ['src/open.ts', 'vault/h.ts'] };
const problems = { text: 'vault/h.ts:3:1 error (ts 1): TOPSECRET', files: ['vault/h.ts'] };

interface Window {
  readonly surroundings?: Partial<ChatSurroundings>;
  readonly workspaceId?: string | null;
  readonly endpoint?: Partial<Endpoint>;
}

/** The chat of a window, with the local model and one endpoint. */
class WindowChat {
  readonly local = new ScriptedModel();
  readonly cloud: ScriptedEndpoint;
  readonly gate = new MadeUpGate();
  readonly service: ChatService;
  rules: readonly RouteRule[] = [];

  constructor(folder: string, { surroundings, workspaceId = 'here', endpoint }: Window = {}) {
    this.cloud = new ScriptedEndpoint(madeUpEndpoint(endpoint));
    this.gate.stored.set('Cloud', 'always');
    this.service = new ChatService({
      store: new ConversationStore({ folder, onProblem: (message) => assert.fail(message) }),
      model: this.local,
      routes: routesOf(this),
      workspace: madeUpWorkspace({}),
      surroundings: madeUpSurroundings(surroundings),
      settings: () => usualSettings,
      workspaceId,
      formatDate: String,
    });
  }

  get last(): AssistantMessage {
    const { conversation } = this.service;
    const last = conversation === null ? undefined : shownMessages(conversation).at(-1);
    assert.equal(last?.role, 'assistant');
    return last;
  }

  /** All that the endpoint was sent. */
  get sent(): string {
    return JSON.stringify(this.cloud.asked.map(({ messages }) => messages));
  }
}

/** Windows that share what is saved. */
async function windowsOf(t: TestContext): Promise<(window?: Window) => WindowChat> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hearth-leaving-'));
  const opened: WindowChat[] = [];
  t.after(async () => {
    await Promise.all(opened.map(({ service }) => service.shutdown()));
    await rm(folder, { recursive: true, force: true });
  });
  return (window) => {
    const chat = new WindowChat(folder, window);
    opened.push(chat);
    return chat;
  };
}

async function chatOf(t: TestContext, window: Window = {}): Promise<WindowChat> {
  return (await windowsOf(t))(window);
}

function attaches(attachment: Partial<Attachment>): Partial<ChatSurroundings> {
  const nothing = { kind: 'file', label: 'it', place: null, language: '', text: '', cut: false } as const;
  return { attach: () => Promise.resolve([{ ...nothing, ...attachment }]) };
}

describe('a chat of another workspace', () => {
  const inA = attaches({ place: { path: 'src/a.ts', startLine: 1, endLine: 1 }, text: 'TEXT OF A' });

  /** A chat that was begun in A, opened in B, where the endpoint may be sent everything. */
  async function openedInB(t: TestContext, window: Window = {}): Promise<WindowChat> {
    const open = await windowsOf(t);
    const a = open({ surroundings: inA, workspaceId: 'file:///A' });
    a.gate.stored.set('Cloud', 'never');
    await a.service.ask('Explain', [{ kind: 'file', value: 'src/a.ts' }]);
    await a.service.shutdown();
    const b = open({ workspaceId: 'file:///B', ...window });
    const [entry] = await b.service.history('');
    assert.equal(entry?.here, false);
    assert.equal(await b.service.open(entry.id), null);
    return b;
  }

  it('is sent nowhere with the consent of this one, and keeps what was typed', async (t) => {
    const b = await openedInB(t);
    await b.service.ask('And why?', [], { route: 'Cloud' });
    assert.deepEqual(b.cloud.asked, []);
    assert.deepEqual(b.local.asked, []);
    assert.equal(b.last.reason, 'not-sent');
    assert.equal(
      b.last.message,
      'This chat belongs to another workspace: open it there to ask Cloud, or ask the local model.',
    );
    assert.equal(b.service.conversation?.messages.get(b.last.parent)?.role, 'user');
    await b.service.retry(b.last.id, { route: 'Cloud' });
    assert.deepEqual(b.cloud.asked, []);
  });

  it('may be gone on with by the local model, and by a server on this machine', async (t) => {
    const b = await openedInB(t, { endpoint: { class: 'local' } });
    b.local.script = [says('Locally.')];
    await b.service.ask('And why?', []);
    assert.equal(textOf(b.last), 'Locally.');
    b.cloud.model.script = [says('From beside.')];
    await b.service.ask('And why?', [], { route: 'Cloud' });
    assert.equal(textOf(b.last), 'From beside.');
  });

  it('is answered by the local model where a rule would have asked the endpoint', async (t) => {
    const b = await openedInB(t);
    b.rules = [{ endpoint: 'Cloud', languages: [], folders: [], when: 'always' }];
    b.local.script = [says('Locally.')];
    await b.service.ask('And why?', []);
    assert.equal(textOf(b.last), 'Locally.');
    assert.match(b.last.message ?? '', /^This chat belongs to another workspace/);
    b.rules = [{ endpoint: 'Cloud', languages: [], folders: [], when: 'hard' }];
    b.local.script = [says('')];
    await b.service.ask('And now?', []);
    assert.equal(b.last.request?.route, 'local');
    assert.deepEqual(b.cloud.asked, []);
  });

  it('stays here also back in its own workspace, where text of the other one may be in it', async (t) => {
    const open = await windowsOf(t);
    const a = open({ workspaceId: 'file:///A' });
    await a.service.ask('Explain', []);
    const { id } = a.service.conversation ?? assert.fail();
    await a.service.shutdown();
    const b = open({ workspaceId: 'file:///B', surroundings: inA });
    await b.service.open(id);
    await b.service.ask('And this?', [{ kind: 'file', value: 'src/a.ts' }]);
    await b.service.shutdown();
    await a.service.reread();
    assert.equal(a.service.conversation?.entered, true);
    await a.service.ask('And why?', [], { route: 'Cloud' });
    assert.deepEqual(a.cloud.asked, []);
    assert.match(
      a.last.message ?? '',
      /in another workspace, whose text may be in it: ask Cloud in a new chat/,
    );
  });

  it('does not count as one where it is opened in the same workspace', async (t) => {
    const open = await windowsOf(t);
    const first = open();
    await first.service.ask('Explain', []);
    const { id } = first.service.conversation ?? assert.fail();
    await first.service.shutdown();
    const second = open();
    await second.service.open(id);
    second.cloud.model.script = [says('From afar.')];
    await second.service.ask('And why?', [], { route: 'Cloud' });
    assert.equal(textOf(second.last), 'From afar.');
  });
});

describe('what the deny list keeps', () => {
  /** Asks the local model, then the endpoint, which must not get anything. */
  async function keeps(chat: WindowChat, first: () => Promise<unknown>): Promise<string> {
    chat.gate.deny = ['vault'];
    chat.cloud.model.script = [says('From afar.')];
    await first();
    assert.equal(chat.last.state, 'done');
    await chat.service.ask('And why?', [], { route: 'Cloud' });
    assert.doesNotMatch(chat.sent, /TOPSECRET/);
    assert.deepEqual(chat.cloud.asked, []);
    assert.equal(chat.last.reason, 'not-sent');
    return chat.last.message ?? '';
  }

  for (const [kind, found] of [
    ['diff', changed],
    ['problems', problems],
  ] as const) {
    const attachment = { kind, text: found.text };

    it(`stays here in ${kind} of an earlier question`, async (t) => {
      const chat = await chatOf(t, { surroundings: attaches({ ...attachment, files: found.files }) });
      const why = await keeps(chat, () => chat.service.ask('Explain', [{ kind, value: '' }]));
      assert.match(why, /has text of vault\/h\.ts, which/);
    });

    it(`stays here in ${kind} of an old chat, whose files were not saved`, async (t) => {
      const chat = await chatOf(t, { surroundings: attaches(attachment) });
      const why = await keeps(chat, () => chat.service.ask('Explain', [{ kind, value: '' }]));
      assert.match(why, /whose paths were not saved with it/);
      // Nothing is denied: there is nothing to keep.
      chat.gate.deny = [];
      await chat.service.ask('And why?', [], { route: 'Cloud' });
      assert.equal(chat.last.reason, 'end');
    });
  }

  it('stays here in what a tool gave an earlier answer', async (t) => {
    const chat = await chatOf(t, {
      surroundings: { diff: () => Promise.resolve(changed), problems: () => Promise.resolve(problems) },
    });
    for (const tool of ['git_diff', 'problems']) {
      await chat.service.newConversation();
      chat.local.script = [calls(call(tool, {})), says('Locally.')];
      const why = await keeps(chat, () => chat.service.ask('What did I change?', []));
      assert.match(why, /has text of vault\/h\.ts/);
    }
  });

  it('stays here in what a tool gave in an old chat', async (t) => {
    const chat = await chatOf(t, {
      surroundings: { diff: () => Promise.resolve({ ...changed, files: [] }) },
    });
    chat.local.script = [calls(call('git_diff', {})), says('Locally.')];
    const why = await keeps(chat, () => chat.service.ask('What did I change?', []));
    assert.match(why, /whose paths were not saved with it/);
  });

  it('stays here in a file outside of the workspace, and where a link leads', async (t) => {
    const place = { path: 'docs/h.ts', startLine: 1, endLine: 1 };
    for (const attachment of [
      { place: null, files: ['/home/u/vault/h.ts'] },
      { place, files: ['vault/h.ts'] },
    ]) {
      const chat = await chatOf(t, { surroundings: attaches({ ...attachment, text: 'TOPSECRET' }) });
      chat.gate.deny = ['vault/**'];
      await chat.service.ask('Explain', [{ kind: 'file', value: 'it' }], { route: 'Cloud' });
      assert.deepEqual(chat.cloud.asked, []);
      assert.match(chat.last.message ?? '', /has text of \S*vault\/h\.ts, which/);
    }
  });

  it('lets the changes of other files leave, and names them', async (t) => {
    const attachment = { kind: 'diff', text: changed.text, files: changed.files } as const;
    const chat = await chatOf(t, { surroundings: attaches(attachment) });
    chat.gate.deny = ['vault'];
    chat.cloud.model.script = [says('From afar.'), says('Again.')];
    await chat.service.ask('Explain', [{ kind: 'diff', value: '' }], { route: 'Cloud' });
    await chat.service.ask('And why?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'Again.');
    assert.match(chat.sent, /src\/open\.ts/);
    assert.doesNotMatch(chat.sent, /TOPSECRET/);
    for (const { about } of chat.cloud.calls) {
      assert.deepEqual(
        about.places.map(({ path: one }) => one),
        ['src/open.ts'],
      );
    }
  });

  it('stays here also once the chat was saved and is read again', async (t) => {
    const open = await windowsOf(t);
    const attachment = { place: null, files: ['/home/u/vault/h.ts'], text: 'TOPSECRET' };
    const before = open({ surroundings: attaches(attachment) });
    await before.service.ask('Explain', [{ kind: 'file', value: 'it' }]);
    const { id } = before.service.conversation ?? assert.fail();
    await before.service.shutdown();
    const now = open();
    await now.service.open(id);
    now.gate.deny = ['vault'];
    await now.service.ask('And why?', [], { route: 'Cloud' });
    assert.deepEqual(now.cloud.asked, []);
    assert.match(now.last.message ?? '', /has text of \/home\/u\/vault\/h\.ts, which/);
  });

  it('is not asked of a chat that found no changes', async (t) => {
    const chat = await chatOf(t);
    chat.gate.deny = ['vault'];
    chat.local.script = [calls(call('git_diff', {}), call('problems', {})), says('Locally.')];
    await chat.service.ask('What did I change?', []);
    chat.cloud.model.script = [says('From afar.')];
    await chat.service.ask('And why?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'From afar.');
  });
});
