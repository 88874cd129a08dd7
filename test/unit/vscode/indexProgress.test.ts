import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IndexProgressView } from '../../../src/vscode/indexProgress.ts';
import type { IndexProgress } from '../../../src/workspace/protocol.ts';
import { FakeTimers } from '../../support/fakeTimers.ts';

function world() {
  const timers = new FakeTimers();
  const shown: (string | null)[] = [];
  const view: IndexProgressView = new IndexProgressView(timers, () => shown.push(view.sentence));
  return { timers, shown, view };
}

const reading = (done: number, total = 5_000): IndexProgress => ({ state: 'reading', done, total });

describe('IndexProgressView', () => {
  it('shows nothing of a reading that is done within a second', async () => {
    const { timers, shown, view } = world();
    view.update(reading(0));
    await timers.pass(900);
    assert.equal(view.sentence, null);
    view.update({ state: 'ready', done: 10, total: 10 });
    await timers.pass(5_000);
    assert.deepEqual(shown, []);
  });

  it('shows one that lasts, a few times a second, until it is done', async () => {
    const { timers, shown, view } = world();
    for (let done = 0; done < 2_000; done += 10) {
      view.update(reading(done));
      await timers.pass(10);
    }
    assert.equal(shown[0], 'Indexing 990 of 5,000 files');
    assert.ok(shown.length >= 3 && shown.length <= 6, `${shown.length} in 2 s`);
    view.update({ state: 'ready', done: 5_000, total: 5_000 });
    assert.equal(shown.at(-1), null);
    assert.equal(timers.waiting, 0);
  });

  it('separates thousands, and names no numbers before there are any', async () => {
    const { timers, view } = world();
    view.update(reading(0, 0));
    await timers.pass(1_000);
    assert.equal(view.sentence, 'Indexing files');
    view.update(reading(1_234));
    assert.equal(view.sentence, 'Indexing 1,234 of 5,000 files');
  });

  it('remembers that the reading was cancelled, until there is another', async () => {
    const { timers, shown, view } = world();
    view.update(reading(1));
    view.update({ state: 'cancelled', done: 1, total: 5_000 });
    assert.equal(view.cancelled, true);
    assert.deepEqual(shown, [null]);
    view.update(reading(0));
    view.update({ state: 'ready', done: 1, total: 1 });
    assert.equal(view.cancelled, false);
    await timers.pass(2_000);
    assert.equal(view.sentence, null);
  });

  it('shows nothing any more when nothing is indexed any more', async () => {
    const { timers, shown, view } = world();
    view.update(reading(1));
    await timers.pass(1_000);
    view.update(null);
    assert.deepEqual(shown, ['Indexing 1 of 5,000 files', null]);
  });
});
