import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  isEnd,
  nextState,
  refactorEvents,
  refactorStates,
  refactorTransitions,
  type RefactorEvent,
  type RefactorState,
} from '../../../../src/core/refactor/lifecycle.ts';

/** Where every event leads that means something; written out, so that a change of the table is seen. */
const expected: Readonly<Record<RefactorState, Partial<Record<RefactorEvent, RefactorState>>>> = {
  asking: {
    instructed: 'gathering',
    cancel: 'cancelled',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  gathering: {
    gathered: 'waiting',
    unanswered: 'failed',
    conflicted: 'outdated',
    cancel: 'cancelled',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  waiting: {
    began: 'writing',
    answered: 'checking',
    unanswered: 'failed',
    conflicted: 'outdated',
    cancel: 'cancelled',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  writing: {
    answered: 'checking',
    unanswered: 'failed',
    conflicted: 'outdated',
    cancel: 'cancelled',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  checking: {
    passed: 'ready',
    repairable: 'repairing',
    rejected: 'failed',
    conflicted: 'outdated',
    cancel: 'cancelled',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  repairing: {
    answered: 'checking',
    unanswered: 'failed',
    conflicted: 'outdated',
    cancel: 'cancelled',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  ready: {
    accept: 'applying',
    refuse: 'refused',
    cancel: 'refused',
    retry: 'gathering',
    conflicted: 'outdated',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  failed: {
    retry: 'gathering',
    refuse: 'refused',
    cancel: 'refused',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  outdated: {
    retry: 'gathering',
    refuse: 'refused',
    cancel: 'refused',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
  },
  applying: { applied: 'watching', unapplied: 'failed', conflicted: 'outdated', 'window-closed': 'closed' },
  watching: {
    quiet: 'accepted',
    problems: 'warned',
    undo: 'undone',
    keep: 'accepted',
    'document-closed': 'accepted',
    'window-closed': 'closed',
  },
  warned: {
    undo: 'undone',
    keep: 'accepted',
    quiet: 'accepted',
    'document-closed': 'accepted',
    'window-closed': 'closed',
  },
  accepted: {},
  refused: {},
  undone: {},
  cancelled: {},
  abandoned: {},
  closed: {},
};

/** Whether the documents may hold the change. */
function isWritten(state: RefactorState): boolean {
  return state === 'applying' || state === 'watching' || state === 'warned' || state === 'accepted';
}

describe('the life of a refactor', () => {
  for (const state of refactorStates)
    it(`goes on from ${state} by these events only`, () => {
      assert.deepEqual(refactorTransitions[state], expected[state]);
      for (const event of refactorEvents)
        assert.equal(nextState(state, event), expected[state][event] ?? state, event);
    });

  it('has an end that can be reached from every state, and that nothing leads out of', () => {
    for (const state of refactorStates) {
      const reached = new Set<RefactorState>([state]);
      for (const one of reached) for (const event of refactorEvents) reached.add(nextState(one, event));
      assert.ok([...reached].some(isEnd), state);
      if (isEnd(state)) assert.equal(reached.size, 1);
    }
  });

  it('begins anywhere but at an end, and can reach every state from the first', () => {
    const reached = new Set<RefactorState>(['asking']);
    for (const one of reached) for (const event of refactorEvents) reached.add(nextState(one, event));
    assert.deepEqual([...reached].sort(), [...refactorStates].sort());
  });

  for (const state of refactorStates.filter((one) => !isEnd(one))) {
    it(`ends when the window is closed while ${state}`, () => {
      assert.equal(nextState(state, 'window-closed'), 'closed');
    });

    it(`writes nothing when the document is closed while ${state}, or has written it`, () => {
      const next = nextState(state, 'document-closed');
      if (state === 'applying') assert.equal(next, 'applying');
      else assert.equal(next, isWritten(state) ? 'accepted' : 'abandoned');
    });
  }

  it('writes only what was ready and accepted', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...refactorEvents), { maxLength: 30 }), (events) => {
        let state: RefactorState = 'asking';
        for (const event of events) {
          const next: RefactorState = nextState(state, event);
          if (isWritten(next) && !isWritten(state)) assert.deepEqual([state, event], ['ready', 'accept']);
          if (isEnd(state)) assert.equal(next, state);
          state = next;
        }
      }),
    );
  });
});
