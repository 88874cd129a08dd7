import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Batches } from '../../../../src/vscode/models/batches.ts';
import { FakeTimers } from '../../../support/fakeTimers.ts';

function world() {
  const timers = new FakeTimers();
  const flushed: { at: number; keys: string[] }[] = [];
  const batches = new Batches(timers, 250, (keys) => flushed.push({ at: timers.now(), keys: [...keys] }));
  return { timers, flushed, batches };
}

describe('Batches', () => {
  it('hands over the first at once, and what follows together', async () => {
    const { timers, flushed, batches } = world();
    for (const key of ['a', 'b', 'b', 'c']) batches.add(key);
    assert.deepEqual(flushed, [{ at: 0, keys: ['a'] }]);
    await timers.pass(1_000);
    assert.deepEqual(flushed.slice(1), [{ at: 250, keys: ['b', 'c'] }]);
    batches.add('d');
    assert.deepEqual(flushed.at(-1), { at: 1_000, keys: ['d'] });
  });

  it('loses nothing, and hands over at most four times a second', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(400), fc.constantFrom('a', 'b', 'c'))), async (events) => {
        const { timers, flushed, batches } = world();
        let last: Record<string, number> = {};
        for (const [wait, key] of events) {
          await timers.pass(wait);
          last = { ...last, [key]: timers.now() };
          batches.add(key);
        }
        await timers.pass(250);
        flushed.forEach(({ at }, index) =>
          assert.ok(index === 0 || at - (flushed[index - 1]?.at ?? 0) >= 250),
        );
        for (const [key, at] of Object.entries(last))
          assert.ok(flushed.some((flush) => flush.at >= at && flush.keys.includes(key)));
        await timers.pass(250);
        assert.equal(timers.waiting, 0);
      }),
      { numRuns: 50 },
    );
  });

  it('hands over nothing any more once it is disposed of', async () => {
    const { timers, flushed, batches } = world();
    batches.add('a');
    batches.add('b');
    batches.dispose();
    await timers.pass(1_000);
    assert.equal(flushed.length, 1);
    assert.equal(timers.waiting, 0);
  });
});
