import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { ConversationEvent } from '../../../../src/core/chat/conversation.ts';
import { replay } from '../../../../src/core/chat/events.ts';
import { isConversationId } from '../../../../src/host/chat/conversationStore.ts';
import { made, turn } from '../../../support/chatEvents.ts';
import {
  chat,
  lines,
  linesOf,
  loaded,
  newStore,
  saved,
  textsOf,
  type StoreWorld,
} from '../../../support/chatStore.ts';

describe('ConversationStore', () => {
  it('keeps conversations for the next start, for their owner only', async () => {
    const { folder, file, problems } = await saved();
    const world = newStore(folder);
    assert.deepEqual(await loaded(world), replay(chat));
    assert.deepEqual(await world.store.load('nobody'), null);
    assert.deepEqual([...problems, ...world.problems], []);
    if (process.platform === 'win32') return;
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  it('writes nothing before the first question', async () => {
    const { folder, store, file } = newStore();
    store.append('chat', [made.created(), { type: 'titled', title: 'Mine' }]);
    assert.equal(await store.flush(), true);
    assert.equal(existsSync(folder), false);
    assert.deepEqual(await store.list(), []);
    store.append('chat', [made.asked('q1', null)]);
    await store.flush();
    assert.equal(linesOf(file).length, 3);
  });

  it('writes the text of an answer in one line every 250 ms, and before whatever comes after it', async () => {
    const world = await saved([made.created(), made.asked('q1', null), made.answering('a1', 'q1')]);
    const { store, file, timers } = world;
    const write = (text: string): void => store.append('chat', [made.wrote('a1', text)]);
    for (let count = 0; count < 100; count += 1) write('word ');
    await timers.pass(249);
    assert.equal(linesOf(file).length, 3);
    assert.deepEqual(textsOf(await loaded(world))[1], 'word '.repeat(100));
    await timers.pass(1);
    await loaded(world);
    assert.deepEqual(linesOf(file).slice(3), [JSON.stringify(made.wrote('a1', 'word '.repeat(100)))]);
    write('more ');
    store.append('chat', [made.wrote('a1', 'thought', 'reasoning'), made.wrote('a1', 'and more')]);
    store.append('chat', [made.answered('a1')]);
    await store.flush();
    assert.equal(linesOf(file).length, 8);
    assert.equal(timers.waiting, 0);
    assert.deepEqual(
      textsOf(await loaded(newStore(world.folder)))[1],
      `${'word '.repeat(100)}more ,thought,and more`,
    );
  });

  it('shows an answer that was not ended as interrupted, with what came of it', async () => {
    const { folder } = await saved([...chat.slice(0, -1)]);
    const answer = (await loaded(newStore(folder))).messages.get('a2');
    assert.partialDeepStrictEqual(answer, {
      state: 'failed',
      reason: 'interrupted',
      steps: [{ text: 'Answer 2' }],
    });
  });

  it('keeps 200 messages in little more room than their texts need', async () => {
    const turns = Array.from({ length: 100 }, (_, at): ConversationEvent[] => {
      const text = `Line ${at} of the answer.\n`.repeat(60);
      return turn(at, at === 0 ? null : `a${at - 1}`, text).flatMap((event): ConversationEvent[] => {
        if (event.type !== 'wrote') return [event];
        return text.split(/(?<=\s)/).map((word) => made.wrote(event.id, word));
      });
    }).flat();
    const events = [made.created(), ...turns];
    const { file, folder } = await saved(events);
    const texts = turns.reduce((sum, event) => sum + (event.type === 'wrote' ? event.text.length : 0), 0);
    assert.equal(linesOf(file).length, 1 + 100 * 5);
    assert.ok(statSync(file).size < 1.6 * texts, `${statSync(file).size} bytes for ${texts}`);
    assert.deepEqual(await loaded(newStore(folder)), replay(events));
  });

  it('refuses ids that are no names of files', async () => {
    const { store, folder } = newStore();
    for (const id of ['', '../x', 'a/b', 'a.b', 'A', 'con', 'lpt1', '-x', 'x'.repeat(65), 'ä']) {
      assert.equal(isConversationId(id), false, id);
      assert.throws(() => store.append(id, chat), RangeError);
      assert.equal(await store.load(id), null);
      assert.equal(await store.delete(id), false);
    }
    assert.equal(existsSync(folder), false);
    assert.ok(isConversationId('0b9e6d2c-1111-4222-8333-444455556666'));
  });
});

describe('ConversationStore in two windows', () => {
  it('gives the sum of what both wrote', async () => {
    const one = await saved();
    const other = newStore(one.folder);
    await loaded(other);
    for (let count = 0; count < 20; count += 1) {
      one.store.append('chat', [made.asked(`one${count}`, 'a2')]);
      other.store.append('chat', [made.asked(`other${count}`, 'a2')]);
      if (count % 5 === 0) await Promise.all([one.store.flush(), other.store.flush()]);
    }
    await Promise.all([one.store.flush(), other.store.flush()]);
    const conversation = await loaded(one);
    assert.equal(conversation.messages.size, 4 + 40);
    assert.deepEqual(await loaded(other), conversation);
    assert.deepEqual([...one.problems, ...other.problems], []);
  });

  it('takes a line that the other is still writing for no damage', async () => {
    const { folder, file, problems } = await saved();
    const next = lines([made.asked('q3', 'a2')]);
    writeFileSync(file, next.slice(0, 30), { flag: 'a' });
    const other = newStore(folder);
    const loading = loaded(other);
    writeFileSync(file, next.slice(30), { flag: 'a' });
    assert.equal((await loading).messages.size, 5);
    assert.deepEqual([...problems, ...other.problems], []);
    assert.deepEqual(readdirSync(folder), ['chat.jsonl']);
  });
});

describe('the list of conversations', () => {
  async function several(): Promise<StoreWorld> {
    const world = newStore();
    const { store } = world;
    const ask = (id: string, text: string, at: number): void =>
      store.append(id, [made.created(id, `/home/${id}`), made.asked('q', null, text, [], at)]);
    ask('one', 'Where is the parser?', 5000);
    ask('two', 'Why is the build slow?', 7000);
    ask('three', 'What is new?', 6000);
    store.append('one', [
      made.answering('a', 'q', 8000),
      made.wrote('a', 'In the Folder src/parser.'),
      made.answered('a'),
    ]);
    await store.flush();
    return world;
  }

  it('has the latest first, with title and workspace', async () => {
    const { folder } = await several();
    writeFileSync(path.join(folder, 'Notes.jsonl'), 'none of ours');
    assert.deepEqual(await newStore(folder).store.list(), [
      { id: 'one', title: 'Where is the parser?', at: 8000, workspace: '/home/one' },
      { id: 'two', title: 'Why is the build slow?', at: 7000, workspace: '/home/two' },
      { id: 'three', title: 'What is new?', at: 6000, workspace: '/home/three' },
    ]);
  });

  it('reads only what changed', async () => {
    const { folder, store } = await several();
    const file = path.join(folder, 'two.jsonl');
    const [atime, mtime] = [new Date(1_700_000_000_000), new Date(1_700_000_001_000)];
    utimesSync(file, atime, mtime);
    await store.list();
    writeFileSync(file, readFileSync(file, 'utf8').replace('slow', 'fast'));
    utimesSync(file, atime, mtime);
    const titles = async (): Promise<string[]> => (await store.list()).map(({ title }) => title);
    assert.ok((await titles()).includes('Why is the build slow?'));
    store.append('three', [{ type: 'titled', title: 'News' }]);
    await store.flush();
    assert.ok((await titles()).includes('News'));
    utimesSync(file, atime, new Date(mtime.getTime() + 5000));
    assert.ok((await titles()).includes('Why is the build fast?'));
  });

  it('finds conversations by words of their questions and answers', async () => {
    const { store } = await several();
    assert.deepEqual(
      (await store.search('FOLDER where')).map(({ id, excerpt }) => [id, excerpt]),
      [['one', 'Where is the parser?']],
    );
    assert.deepEqual(
      (await store.search('is')).map(({ id }) => id),
      ['one', 'two', 'three'],
    );
    assert.deepEqual(await store.search('parser build'), []);
    store.append('two', [made.asked('q2', null, 'And where is the linker?')]);
    await store.flush();
    assert.deepEqual(
      (await store.search('linker')).map(({ id }) => id),
      ['two'],
    );
    assert.deepEqual(await store.search('nowhere'), []);
  });

  it('really deletes a conversation, with what was kept aside of it, and takes no more of it', async () => {
    const { folder, store, timers } = await several();
    writeFileSync(path.join(folder, 'one.jsonl'), 'damage\n', { flag: 'a' });
    await store.load('one');
    assert.ok(existsSync(path.join(folder, 'one.damaged-1')));
    store.append('one', [made.wrote('a', 'still writing')]);
    assert.equal(await store.delete('one'), true);
    store.append('one', [made.answered('a')]);
    await timers.pass(1000);
    assert.equal(await store.flush(), true);
    assert.deepEqual(readdirSync(folder).sort(), ['three.jsonl', 'two.jsonl']);
    assert.deepEqual(
      (await store.list()).map(({ id }) => id),
      ['two', 'three'],
    );
    assert.equal(await store.load('one'), null);
    assert.equal(await store.delete('nobody'), true);
  });
});
