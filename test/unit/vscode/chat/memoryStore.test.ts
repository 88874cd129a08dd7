import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../../../../src/vscode/chat/memoryStore.ts';
import { made } from '../../../support/chatEvents.ts';

/** A store with two chats, the second of which was asked something later. */
function filled(): MemoryStore {
  const store = new MemoryStore();
  store.append('one', [made.created('one'), made.asked('q1', null, 'Why do cats purr?', [], 5000)]);
  store.append('two', [made.created('two'), made.asked('q2', null, 'Why do dogs bark?', [], 9000)]);
  store.append('empty', [made.created('empty')]);
  return store;
}
const ids = (found: readonly { readonly id: string }[]): string[] => found.map(({ id }) => id);

describe('chats in memory', () => {
  it('are listed with the latest first, those without a question left out', async () => {
    assert.deepEqual(ids(await filled().list()), ['two', 'one']);
  });

  it('are found by their words, with the text around them', async () => {
    const store = filled();
    store.append('one', [made.answering('a1', 'q1', 6000), made.wrote('a1', 'They are content.')]);
    const [found, ...more] = await store.search('content why');
    assert.deepEqual([found?.id, more], ['one', []]);
    assert.match(found?.excerpt ?? '', /content|Why/);
    assert.deepEqual(ids(await store.search('why')), ['two', 'one']);
  });

  it('are given as they were left, until they are deleted', async () => {
    const store = filled();
    assert.equal((await store.load('two'))?.messages.size, 1);
    assert.equal(await store.delete('two'), true);
    assert.equal(await store.delete('two'), false);
    assert.deepEqual([await store.load('two'), ids(await store.list())], [null, ['one']]);
  });
});
