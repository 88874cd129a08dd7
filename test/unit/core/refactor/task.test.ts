import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextState, refactorEvents, refactorStates } from '../../../../src/core/refactor/lifecycle.ts';
import { RefactorTask, type RefactorStep } from '../../../../src/core/refactor/task.ts';

describe('a refactor task', () => {
  it('goes where every event leads from every state, and tells of changes alone', () => {
    for (const from of refactorStates) {
      for (const event of refactorEvents) {
        const task = new RefactorTask(from);
        const steps: RefactorStep[] = [];
        task.onStep((step) => void steps.push(step));
        const to = nextState(from, event);
        assert.equal(task.send(event), to !== from);
        assert.equal(task.state, to);
        assert.deepEqual(steps, to === from ? [] : [{ from, event, to }]);
      }
    }
  });

  it('ends where nothing can happen any more', () => {
    const task = new RefactorTask();
    assert.equal(task.ended, false);
    task.send('window-closed');
    assert.equal(task.ended, true);
    for (const event of refactorEvents) assert.equal(task.send(event), false);
    assert.equal(task.state, 'closed');
  });

  it('lets a listener send on, and go', () => {
    const task = new RefactorTask('checking');
    const seen: string[] = [];
    const all: string[] = [];
    const stop = task.onStep(({ to }) => {
      seen.push(to);
      if (to === 'repairing') task.send('answered');
    });
    task.onStep(({ event }) => void all.push(event));
    task.send('repairable');
    stop();
    task.send('passed');
    assert.deepEqual(seen, ['repairing', 'checking']);
    assert.deepEqual(all, ['repairable', 'answered', 'passed']);
    assert.equal(task.state, 'ready');
  });
});
