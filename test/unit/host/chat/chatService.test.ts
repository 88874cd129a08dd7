import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { AssistantMessage } from '../../../../src/core/chat/conversation.ts';
import { shownMessages, siblingsOf } from '../../../../src/core/chat/path.ts';
import type { ChatSurroundings } from '../../../../src/core/chat/ports.ts';
import { ChatService, type ChatChange } from '../../../../src/host/chat/chatService.ts';
import { ConversationStore } from '../../../../src/host/chat/conversationStore.ts';
import { madeUpSurroundings, madeUpWorkspace, says, ScriptedModel } from '../../../support/chatPorts.ts';
import { textOf, usualSettings } from '../../../support/chatTurn.ts';

interface WindowOptions {
  readonly folder: string;
  readonly surroundings?: Partial<ChatSurroundings>;
  readonly name?: string;
}

/** The chat of a window that keeps its conversations in a folder. */
class ChatWindow {
  readonly model = new ScriptedModel();
  readonly problems: string[] = [];
  readonly changes: ChatChange[] = [];
  readonly service: ChatService;

  constructor({ folder, surroundings, name = 'w' }: WindowOptions) {
    let ids = 0;
    let now = 1_000_000;
    this.service = new ChatService({
      store: new ConversationStore({ folder, onProblem: (message) => this.problems.push(message) }),
      model: this.model,
      workspace: madeUpWorkspace({}),
      surroundings: madeUpSurroundings(surroundings),
      settings: () => usualSettings,
      workspaceId: 'here',
      formatDate: (milliseconds) => new Date(milliseconds).toISOString(),
      clock: () => (now += 1000),
      newId: () => `${name}${(ids += 1)}`,
    });
    this.service.onChange((change) => this.changes.push(change));
  }

  /** Asks, and gives the answer. */
  async ask(text: string, answer: string): Promise<AssistantMessage> {
    this.model.script = [says(answer)];
    assert.equal(await this.service.ask(text, []), null);
    return this.last;
  }

  get last(): AssistantMessage {
    const last = this.shown.at(-1);
    assert.equal(last?.role, 'assistant');
    return last;
  }

  get shown() {
    return this.service.conversation === null ? [] : shownMessages(this.service.conversation);
  }

  /** Texts of what is shown. */
  get texts(): string[] {
    return this.shown.map((message) => (message.role === 'user' ? message.text : textOf(message)));
  }

  /** Asks for an answer that never ends by itself; resolves when its first text came. */
  async askWithoutEnd(text: string): Promise<{ ended: Promise<string | null> }> {
    this.model.script = [{ ...says('The beginning'), hangs: true }];
    const began = new Promise<void>((resolve) => {
      const end = this.service.onChange((change) => {
        if (change.type !== 'event' || change.event.type !== 'wrote') return;
        end();
        resolve();
      });
    });
    const ended = this.service.ask(text, []);
    await began;
    return { ended };
  }
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hearth-chat-service-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the chat of a window', () => {
  it('asks, answers and keeps everything for the next window', async (t) => {
    const folder = await makeFolder(t);
    const window = new ChatWindow({ folder });
    await window.ask('What is it?', 'A counter.');
    await window.ask('And why?', 'To count.');
    assert.deepEqual(window.texts, ['What is it?', 'A counter.', 'And why?', 'To count.']);
    assert.equal(await window.service.shutdown(), true);

    const next = new ChatWindow({ folder, name: 'n' });
    const history = await next.service.history('');
    assert.deepEqual(
      history.map(({ title, excerpt, here }) => ({ title, excerpt, here })),
      [{ title: 'What is it?', excerpt: null, here: true }],
    );
    assert.match((await next.service.history('WHY'))[0]?.excerpt ?? '', /And why\?/);
    assert.deepEqual(await next.service.history('zebra'), []);
    assert.equal(await next.service.open(history[0]?.id ?? ''), null);
    assert.deepEqual(next.texts, window.texts);
    assert.deepEqual(next.problems, []);
    await next.ask('What else?', 'Nothing.');
    assert.equal(next.model.asked[0]?.messages.length, 6);
    await next.service.shutdown();
  });

  it('tells what changes, in order, and whether it is busy', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    await window.ask('What is it?', 'A counter.');
    const told = window.changes.map((change) => {
      if (change.type === 'busy') return change.busy ? 'busy' : 'idle';
      return change.type === 'event' ? change.event.type : change.type;
    });
    assert.deepEqual(told, [
      ...['opened', 'busy', 'asked', 'answering', 'prepared', 'sent', 'prefill', 'wrote', 'answered', 'idle'],
    ]);
    await window.service.shutdown();
  });

  it('writes one answer at a time, and refuses nothing without a reason', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    assert.match((await window.service.ask('  ', [])) ?? '', /no question yet/);
    const { ended } = await window.askWithoutEnd('Why?');
    const question = window.shown[0]?.id ?? '';
    assert.equal(window.service.busy, true);
    const refusals = [
      await window.service.ask('And?', []),
      await window.service.retry(window.last.id),
      await window.service.edit(question, 'What?'),
    ];
    for (const refusal of refusals) assert.match(refusal ?? '', /^An answer is being written/);
    await window.service.stop();
    assert.equal(await ended, null);
    assert.deepEqual([window.last.state, textOf(window.last)], ['stopped', 'The beginning']);
    assert.equal(window.service.busy, false);
    for (const refusal of [await window.service.retry('x'), await window.service.edit('x', 'y')])
      assert.equal(refusal, 'This message is not there any more.');
    await window.service.shutdown();
  });

  it('writes an answer again beside the old one', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    const first = await window.ask('What is it?', 'A counter.');
    window.model.script = [says('A clock.')];
    assert.equal(await window.service.retry(first.id), null);
    assert.deepEqual(window.texts, ['What is it?', 'A clock.']);
    const { conversation } = window.service;
    assert.deepEqual(siblingsOf(conversation ?? assert.fail(), first.id), [first.id, window.last.id]);
    assert.equal(window.service.choose(first.id), null);
    assert.deepEqual(window.texts, ['What is it?', 'A counter.']);
    await window.service.shutdown();
  });

  it('asks an edited question beside the old one, with its chips and without what it mentions no more', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    window.model.script = [says('One.'), says('Two.')];
    await window.service.ask('What is in @file:a.ts?', [{ kind: 'selection', value: 'b.ts' }]);
    const [question] = window.shown;
    assert.equal(await window.service.edit(question?.id ?? '', 'What is in @file:c.ts?'), null);
    const [edited] = window.shown;
    assert.deepEqual(window.texts, ['What is in @file:c.ts?', 'Two.']);
    assert.equal(edited?.parent, null);
    assert.deepEqual(
      edited.role === 'user' && edited.attachments.map(({ kind, label }) => `${kind} ${label}`),
      ['selection b.ts', 'file c.ts'],
    );
    await window.service.shutdown();
  });

  it('deletes a message with what follows it, and stops what is being written there', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    await window.ask('One?', 'One.');
    const { ended } = await window.askWithoutEnd('Two?');
    const second = window.shown[2]?.id ?? '';
    assert.equal(await window.service.delete(second), null);
    assert.equal(await ended, null);
    assert.deepEqual(window.texts, ['One?', 'One.']);
    assert.match((await window.service.delete(second)) ?? '', /not there any more/);
    await window.service.shutdown();
  });

  it('stops what is being written when another chat is opened, and keeps it', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    await window.ask('One?', 'One.');
    const first = window.service.conversation?.id ?? '';
    await window.service.newConversation();
    assert.deepEqual(window.texts, []);
    const { ended } = await window.askWithoutEnd('Two?');
    const second = window.service.conversation?.id ?? '';
    assert.equal(await window.service.open(first), null);
    assert.equal(await ended, null);
    assert.deepEqual(window.texts, ['One?', 'One.']);
    assert.equal(await window.service.open(second), null);
    assert.deepEqual(window.texts, ['Two?', 'The beginning']);
    assert.equal(window.last.state, 'stopped');
    assert.match((await window.service.open('gone')) ?? '', /not there any more/);
    await window.service.shutdown();
  });

  it('stops what was asked while another chat was being opened, and loses nothing of it', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    await window.ask('One?', 'One.');
    const first = window.service.conversation?.id ?? '';
    await window.service.newConversation();
    await window.ask('Two?', 'Two.');
    const second = window.service.conversation?.id ?? '';
    const opened = window.service.open(first);
    const { ended } = await window.askWithoutEnd('Three?');
    assert.deepEqual([await opened, await ended], [null, null]);
    assert.deepEqual([window.service.busy, window.texts], [false, ['One?', 'One.']]);
    await window.service.open(second);
    assert.deepEqual(window.texts, ['Two?', 'Two.', 'Three?', 'The beginning']);
    assert.equal(window.last.state, 'stopped');
    const again = window.service.open(first);
    assert.equal(await window.service.open(second), null);
    await again;
    assert.equal(window.service.conversation?.id, second);
    await window.service.shutdown();
  });

  it('reads what is shown again once another window wrote in it, and only then', async (t) => {
    const folder = await makeFolder(t);
    const window = new ChatWindow({ folder });
    await window.ask('One?', 'One.');
    const id = window.service.conversation?.id ?? '';
    await window.service.shutdown();
    const other = new ChatWindow({ folder, name: 'o' });
    await other.service.open(id);
    await other.ask('Two?', 'Two.');
    await other.service.shutdown();
    const before = window.changes.length;
    const told = () => window.changes.slice(before).map((change) => 'other' in change && change.other);
    await window.service.open(id);
    assert.deepEqual(window.texts, ['One?', 'One.', 'Two?', 'Two.']);
    assert.deepEqual(told(), [false], 'it is the same chat');
    await window.service.reread();
    await window.service.open(id);
    assert.deepEqual(told(), [false], 'nothing is read where nothing is new');
    await window.ask('Three?', 'Three.');
    await window.service.shutdown();
    await other.service.reread();
    assert.deepEqual(other.texts, window.texts);
    // What is being written is not disturbed.
    const { ended } = await window.askWithoutEnd('Four?');
    await other.ask('Five?', 'Five.');
    await other.service.shutdown();
    await window.service.reread();
    assert.equal(window.texts.at(-1), 'The beginning');
    await window.service.stop();
    await ended;
    await window.service.reread();
    const questions = [...(window.service.conversation?.messages.values() ?? [])].filter(
      ({ role }) => role === 'user',
    );
    assert.equal(questions.length, 5);
    await window.service.shutdown();
  });

  it('says whether another chat is shown, or the first question began the one that is', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    await window.ask('One?', 'One.');
    await window.service.newConversation();
    const opened = window.changes.flatMap((change) => (change.type === 'opened' ? [change.other] : []));
    assert.deepEqual(opened, [false, true]);
    await window.service.shutdown();
  });

  it('goes on with an answer where the chat that is to be opened is gone', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    await window.askWithoutEnd('Why?');
    assert.match((await window.service.open('gone')) ?? '', /not there any more/);
    assert.equal(window.service.busy, true);
    await window.service.shutdown();
  });

  it('deletes a chat for good', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    await window.ask('One?', 'One.');
    const id = window.service.conversation?.id ?? '';
    assert.equal(await window.service.deleteConversation(id), null);
    assert.equal(window.service.conversation, null);
    assert.deepEqual(await window.service.history(''), []);
    await window.service.shutdown();
  });

  it('exports what is shown', async (t) => {
    const window = new ChatWindow({ folder: await makeFolder(t) });
    assert.equal(window.service.exportMarkdown(), null);
    await window.ask('What is it?', 'A counter.');
    assert.match(window.service.exportMarkdown() ?? '', /^# What is it\?\n\n1970-01-01[^]*A counter\.\n/);
    await window.service.shutdown();
  });

  it('asks for a commit message of all changes where nothing is staged, and for none where nothing changed', async (t) => {
    let changed = 'diff --git a/a.ts';
    const attach: ChatSurroundings['attach'] = (mention) => {
      if (mention.value === 'staged') return Promise.resolve({ mention, problem: 'Nothing is staged.' });
      if (changed === '') return Promise.resolve({ mention, problem: 'Nothing was changed.' });
      const diff = { kind: 'diff', label: 'changes', place: null, language: 'diff', text: changed } as const;
      return Promise.resolve([{ ...diff, cut: false }]);
    };
    const window = new ChatWindow({ folder: await makeFolder(t), surroundings: { attach } });
    await window.ask('/commit', '```\nAdd a\n```');
    assert.match(window.last.request?.prompt.content ?? '', /```diff\ndiff --git/);
    assert.equal(window.last.message, null);
    changed = '';
    assert.equal(await window.service.ask('/commit', []), 'Nothing was changed.');
    assert.equal(window.texts.length, 2);
    assert.equal(window.service.busy, false);
    await window.service.shutdown();
  });

  it('saves what came of an answer that is being written when the program ends', async (t) => {
    const folder = await makeFolder(t);
    const window = new ChatWindow({ folder });
    await window.askWithoutEnd('Why?');
    assert.equal(await window.service.shutdown(), true);
    const next = new ChatWindow({ folder });
    await next.service.open(window.service.conversation?.id ?? '');
    assert.deepEqual([next.last.state, textOf(next.last)], ['stopped', 'The beginning']);
    await next.service.shutdown();
  });
});
