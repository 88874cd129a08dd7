import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestHistory, type RequestRecord } from '../../../../src/core/completion/history.ts';
import { refused } from '../../../../src/core/completion/outcome.ts';

const refusal = (at: number, reason: RequestRecord['reason'] = 'snoozed'): RequestRecord =>
  refused(reason, at, false, 'typescript');
const answer = (at: number): RequestRecord => ({ ...refusal(at, 'shown'), stage: 'shown' });
const times = (history: RequestHistory): number[] => history.records.map(({ at }) => at);

describe('RequestHistory', () => {
  it('has the newest first', () => {
    const history = new RequestHistory();
    for (const at of [1, 2, 3]) history.add(answer(at));
    assert.deepEqual(times(history), [3, 2, 1]);
  });

  it('forgets the oldest beyond its limit', () => {
    const history = new RequestHistory(2);
    for (const at of [1, 2, 3]) history.add(answer(at));
    assert.deepEqual(times(history), [3, 2]);
    const usual = new RequestHistory();
    for (let at = 0; at < 80; at += 1) usual.add(answer(at));
    assert.equal(usual.records.length, 50);
  });

  it('renews the same refusal at the gate, so that typing while snoozed does not push the rest out', () => {
    const history = new RequestHistory();
    history.add(answer(1));
    for (const at of [2, 3, 4]) history.add(refusal(at));
    assert.deepEqual(times(history), [4, 1]);
  });

  it('keeps refusals for different reasons, and answers between them', () => {
    const history = new RequestHistory();
    history.add(refusal(1, 'snoozed'));
    history.add(refusal(2, 'composing'));
    history.add(refusal(3, 'snoozed'));
    history.add(answer(4));
    history.add(refusal(5, 'snoozed'));
    assert.deepEqual(times(history), [5, 4, 3, 2, 1]);
  });

  it('keeps the same reason twice where it did not come from the gate', () => {
    const history = new RequestHistory();
    for (const at of [1, 2]) history.add({ ...refusal(at, 'empty'), stage: 'filter' });
    assert.deepEqual(times(history), [2, 1]);
  });

  it('does not change a list that was given out', () => {
    const history = new RequestHistory();
    history.add(answer(1));
    const { records } = history;
    history.add(answer(2));
    assert.deepEqual(
      records.map(({ at }) => at),
      [1],
    );
  });
});
