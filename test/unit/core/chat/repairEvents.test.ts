import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { replay } from '../../../../src/core/chat/events.ts';
import { shownMessages } from '../../../../src/core/chat/path.ts';
import { repairEvents } from '../../../../src/core/chat/repairEvents.ts';
import { made, turn } from '../../../support/chatEvents.ts';

const whole = [made.created(), ...turn(1, null), ...turn(2, 'a1'), ...turn(3, 'a2')];

function shownAfter(...lost: number[]): string[] {
  const left = whole.filter((_, index) => !lost.includes(index));
  const conversation = replay(repairEvents(left, 'chat'));
  assert.ok(conversation !== null);
  return shownMessages(conversation).map((message) =>
    message.role === 'user' ? message.text : message.steps.map((step) => 'text' in step && step.text).join(),
  );
}

const lost = '(This question stood in a damaged part of the file.)';

describe('repairEvents', () => {
  it('changes nothing where nothing is lost', () => {
    assert.deepEqual(repairEvents(whole, 'chat'), whole);
    const deleted = [...whole, made.deleted('a1'), made.asked('q4', 'a3')];
    assert.deepEqual(repairEvents(deleted, 'chat'), deleted);
  });

  it('puts a beginning, a question or the beginning of an answer in the place of the one that is lost', () => {
    const all = ['Question q1?', 'Answer 1', 'Question q2?', 'Answer 2', 'Question q3?', 'Answer 3'];
    assert.deepEqual(shownAfter(0), all);
    assert.deepEqual(shownAfter(1), all.with(0, lost));
    assert.deepEqual(shownAfter(6), all.with(2, lost));
    assert.deepEqual(shownAfter(6, 7), all.with(2, lost));
    // The answer goes on, but the question that is there still counts as another try.
    assert.deepEqual(shownAfter(6, 7, 8, 9, 10), all.toSpliced(2, 2));
  });

  it('shows every question and every text that is left', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(whole.length - 1), { maxLength: 12 }), (missing) => {
        const left = whole.filter((_, index) => !missing.includes(index));
        fc.pre(left.some(({ type }) => type !== 'created'));
        const shown = shownAfter(...missing);
        for (const event of left) {
          if (event.type === 'wrote') assert.ok(shown.includes(event.text));
          if (event.type === 'asked') assert.ok(shown.includes(event.message.text));
        }
      }),
    );
  });
});
