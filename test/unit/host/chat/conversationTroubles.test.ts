import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { replay } from '../../../../src/core/chat/events.ts';
import { turn } from '../../../support/chatEvents.ts';
import { chat, lines, loaded, newStore, saved, textsOf } from '../../../support/chatStore.ts';

/** Writes to files take so many bytes each from now on, and then fail with `code`; null lets them be. */
async function limitWrites(t: TestContext, file: string): Promise<(limits: number[], code: string) => void> {
  const handle = await open(file, 'r');
  const prototype = Object.getPrototypeOf(handle) as { write: (...args: unknown[]) => Promise<unknown> };
  await handle.close();
  const original = prototype.write;
  let [left, failure]: [number[], string] = [[], ''];
  t.mock.method(prototype, 'write', function (this: unknown, ...args: unknown[]): Promise<unknown> {
    if (failure === '') return original.apply(this, args);
    const limit = left.shift();
    const [buffer] = args as [Buffer];
    if (limit !== undefined) return original.call(this, buffer.subarray(0, limit));
    return Promise.reject(Object.assign(new Error(failure), { code: failure }));
  });
  return (limits, code) => ([left, failure] = [limits, code]);
}

describe('ConversationStore without room or permission', () => {
  it('says once that nothing can be saved, goes on in memory, and saves it all later', async () => {
    const world = newStore();
    const { folder, store, problems } = world;
    writeFileSync(folder, 'a file where the folder should be');
    store.append('chat', chat.slice(0, 4));
    assert.equal(await store.flush(), false);
    store.append('chat', chat.slice(4));
    assert.equal(await store.flush(), false);
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? '',
      /^This chat can't be saved in .*chat\.jsonl .*: .*saved as soon as that works\.$/,
    );
    assert.deepEqual(await loaded(world), replay(chat));
    assert.deepEqual(
      (await store.list()).map(({ id }) => id),
      ['chat'],
    );
    assert.deepEqual(
      (await store.search('question')).map(({ id }) => id),
      ['chat'],
    );
    rmSync(folder);
    assert.equal(await store.flush(), true);
    assert.deepEqual(await loaded(newStore(folder)), replay(chat));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    store.append('chat', turn(3, 'a2'));
    await store.flush();
    assert.equal(problems.length, 2);
  });

  it('writes whole lines again after the disk was full in the middle of one', async (t) => {
    const world = await saved();
    const { store, problems, folder, file } = world;
    const limit = await limitWrites(t, file);
    const further = turn(3, 'a2');
    const cut =
      further
        .slice(0, 2)
        .map((event) => lines([event]).length)
        .reduce((a, b) => a + b) + 20;
    limit([cut], 'ENOSPC');
    store.append('chat', further);
    assert.equal(await store.flush(), false);
    assert.match(
      problems.join(),
      /because the disk is full: free some space; what is new in it stays in memory/,
    );
    assert.deepEqual(await loaded(world), replay([...chat, ...further]));
    limit([], '');
    store.append('chat', turn(4, 'a3'));
    assert.equal(await store.flush(), true);
    const expected = replay([...chat, ...further, ...turn(4, 'a3')]);
    const later = newStore(folder);
    assert.deepEqual(await loaded(later), expected);
    assert.deepEqual(await loaded(world), expected);
    assert.deepEqual(later.problems, []);
    assert.deepEqual(readdirSync(folder), ['chat.jsonl']);
  });

  it('goes on after a write that took a part only', async (t) => {
    const { store, folder, file, problems } = await saved();
    const limit = await limitWrites(t, file);
    const further = turn(3, 'a2');
    limit([lines(further.slice(0, 1)).length, 90], 'ENOSPC');
    store.append('chat', further);
    await store.flush();
    limit([], '');
    assert.equal(await store.flush(), true);
    assert.equal(problems.length, 1);
    assert.deepEqual(await loaded(newStore(folder)), replay([...chat, ...further]));
  });

  it('does not bring back a file that somebody deleted', async () => {
    const { store, file, problems } = await saved();
    rmSync(file);
    store.append('chat', turn(3, 'a2'));
    assert.equal(await store.flush(), false);
    assert.equal(existsSync(file), false);
    assert.match(problems.join(), /is gone, probably deleted in another window/);
  });

  it('says that a file can not be read', async () => {
    const { store, file, problems } = newStore();
    mkdirSync(file, { recursive: true });
    assert.equal(await store.load('chat'), null);
    assert.match(problems.join(), /^The chat in .* can't be read \(EISDIR\)\.$/);
  });
});

describe('ConversationStore on damaged files', () => {
  const damages: [name: string, content: Buffer][] = [
    ['a torn last line', Buffer.from(lines(chat) + lines(turn(3, 'a2')).slice(0, 50))],
    [
      'garbage in the middle',
      Buffer.concat([
        Buffer.from(lines(chat.slice(0, 6))),
        Buffer.from([0xff, 0, 0xfe, 10]),
        Buffer.from(lines(chat.slice(6))),
      ]),
    ],
    [
      'a line that is no event',
      Buffer.from(`${lines(chat.slice(0, 6))}{"type":"danced"}\n${lines(chat.slice(6))}`),
    ],
    [
      'a character that is none',
      Buffer.concat([Buffer.from(lines(chat)), Buffer.from('{"type":"titled","title":"\xff"}\n', 'latin1')]),
    ],
    [
      'a beginning of later version',
      Buffer.from(lines(chat).replace('"version":1', '"version":7').replace('"at":1000', '"at":2000')),
    ],
  ];
  for (const [name, content] of damages) {
    it(`loads the rest of one with ${name}, keeps it aside once and says so`, async () => {
      const { folder, file } = newStore();
      mkdirSync(folder);
      writeFileSync(file, content);
      const world = newStore(folder);
      assert.deepEqual(textsOf(await loaded(world)), [
        'Question q1?',
        'Answer 1',
        'Question q2?',
        'Answer 2',
      ]);
      assert.equal(world.problems.length, 1);
      assert.match(world.problems[0] ?? '', /kept as .*chat\.damaged-1\.$/);
      assert.deepEqual(readFileSync(path.join(folder, 'chat.damaged-1')), content);
      world.store.append('chat', turn(3, 'a2'));
      await world.store.flush();
      const again = newStore(folder);
      assert.deepEqual(textsOf(await loaded(again)).slice(4), ['Question q3?', 'Answer 3']);
      assert.deepEqual(again.problems, []);
      assert.deepEqual(readdirSync(folder).sort(), ['chat.damaged-1', 'chat.jsonl']);
      assert.deepEqual(
        (await again.store.list()).map(({ title }) => title),
        ['Question q1?'],
      );
    });
  }

  it('keeps another damage aside too', async () => {
    const { folder, file, store } = newStore();
    mkdirSync(folder);
    writeFileSync(file, `${lines(chat)}nonsense\n`);
    await store.load('chat');
    writeFileSync(file, 'more\n', { flag: 'a' });
    const { problems, store: later } = newStore(folder);
    await later.load('chat');
    assert.match(problems.join(), /2 lines of it can't be read.*chat\.damaged-2\.$/);
    assert.equal(readFileSync(path.join(folder, 'chat.damaged-1'), 'utf8'), `${lines(chat)}nonsense\n`);
  });

  it('moves a file aside in which nothing can be read, and leaves a newer one alone', async () => {
    const { folder, store, problems } = newStore();
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'bad.jsonl'), Buffer.from([1, 2, 3, 255]));
    writeFileSync(path.join(folder, 'empty.jsonl'), '');
    const newer = '{"type":"created","version":2,"chat":"new"}\n';
    writeFileSync(path.join(folder, 'newer.jsonl'), newer);
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(readdirSync(folder).sort(), ['bad.damaged-1', 'empty.jsonl', 'newer.jsonl']);
    assert.deepEqual(readFileSync(path.join(folder, 'bad.damaged-1')), Buffer.from([1, 2, 3, 255]));
    assert.equal(readFileSync(path.join(folder, 'newer.jsonl'), 'utf8'), newer);
    assert.equal(problems.length, 2);
    assert.match(problems.join('\n'), /nothing of it can be read\. .* kept as .*bad\.damaged-1\./);
    assert.match(problems.join('\n'), /newer\.jsonl was written by a newer Hearth: update/);
    await store.list();
    assert.equal(problems.length, 2);
  });

  it('joins the next line to no torn one, whoever left it', async () => {
    const world = await saved();
    writeFileSync(world.file, '{"type":"wro', { flag: 'a' });
    world.store.append('chat', turn(3, 'a2'));
    await world.store.flush();
    assert.equal(textsOf(await loaded(world)).length, 6);
  });
});
