import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SuggestionTracker } from '../../../../src/core/completion/tracker.ts';

const accept = [{ offset: 10, length: 0, text: 'abcd' }];
const half = [{ offset: 12, length: 2, text: '' }];

/** The suggestion `abcd` at offset 10 of `a`, shown at 0. */
function show(): SuggestionTracker {
  const tracker = new SuggestionTracker();
  tracker.shown({
    ...{ id: '1', document: 'a', offset: 10, text: 'abcd', replaceRight: 0, languageId: 'go', at: 0 },
  });
  return tracker;
}

const kinds = ({ fates }: ReturnType<SuggestionTracker['changed']>): string[] =>
  fates.map(({ kind }) => kind);

describe('SuggestionTracker', () => {
  it('follows what was accepted from where it stands', () => {
    const tracker = show();
    assert.deepEqual(kinds(tracker.changed('a', accept, 100)), ['accepted']);
    assert.equal(tracker.wait(100), 30_000);
    tracker.changed('a', [{ offset: 0, length: 0, text: 'xx' }], 10_000);
    tracker.changed('a', [{ offset: 14, length: 1, text: '' }], 10_001);
    assert.deepEqual(
      tracker.due(30_100).map(({ share }) => share),
      [0.75],
    );
  });

  it('does so where the command came before the change', () => {
    const tracker = show();
    assert.deepEqual(kinds(tracker.command('1', 100)), ['accepted']);
    assert.equal(tracker.wait(100), null);
    assert.deepEqual(kinds(tracker.changed('a', [], 100)), []);
    assert.deepEqual(kinds(tracker.changed('a', accept, 101)), []);
    tracker.changed('a', half, 102);
    assert.deepEqual(
      tracker.due(30_100).map(({ share }) => share),
      [0.5],
    );
  });

  it('looks before it hears of a late change', () => {
    const tracker = show();
    tracker.changed('a', accept, 100);
    const { verdicts } = tracker.changed('a', [{ offset: 10, length: 4, text: '' }], 40_000);
    assert.deepEqual(
      verdicts.map(({ share }) => share),
      [1],
    );
    assert.deepEqual(
      tracker.due(400_000).map(({ share }) => share),
      [0],
    );
  });

  it('forgets what was undone, and what was closed', () => {
    const undone = show();
    undone.changed('a', accept, 100);
    assert.deepEqual(kinds(undone.changed('a', [{ offset: 10, length: 4, text: '' }], 200)), ['rejected']);
    assert.equal(undone.wait(200), null);
    const closed = show();
    closed.changed('a', accept, 100);
    assert.deepEqual(kinds(closed.closed('a', 200)), []);
    assert.equal(closed.wait(200), null);
    assert.deepEqual(kinds(show().closed('a', 200)), ['ignored']);
  });

  it('tells where the cursor went', () => assert.deepEqual(kinds(show().moved('a', 3, 1)), ['ignored']));
});
