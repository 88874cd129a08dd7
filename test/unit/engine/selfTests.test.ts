import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SelfTests } from '../../../src/engine/selfTests.ts';
import type { EngineSession } from '../../../src/engine/session.ts';
import { loadedModel } from '../../support/fakeEngine.ts';
import { FakeTimers } from '../../support/fakeTimers.ts';

const guessed = loadedModel('a');
const model = {
  ...guessed,
  format: { ...guessed.format, markers: 'metadata', orderFrom: 'family' },
} as const;

/** A session that counts how often its prompt order is tested. */
function world(may: () => boolean) {
  const fake = new FakeTimers();
  const asked: string[] = [];
  const session = {
    request: (method: string) => {
      asked.push(method);
      return Promise.resolve({});
    },
  } as unknown as EngineSession;
  const tests = new SelfTests({
    timers: fake,
    idleMs: 2000,
    may,
    log: () => undefined,
    found: () => Promise.resolve(),
  });
  return { asked, afterCompletion: () => tests.schedule(session, model), fake };
}

describe('the test of the prompt order', () => {
  it('runs once, when nobody has typed for a while', async () => {
    const { asked, afterCompletion, fake } = world(() => true);
    afterCompletion();
    await fake.pass(2000);
    afterCompletion();
    await fake.pass(2000);
    assert.deepEqual(asked, ['selfTest']);
  });

  it('waits for a later completion where work that nobody asked for is not to be done', async () => {
    let may = false;
    const { asked, afterCompletion, fake } = world(() => may);
    afterCompletion();
    await fake.pass(2000);
    assert.deepEqual(asked, []);
    may = true;
    afterCompletion();
    await fake.pass(2000);
    assert.deepEqual(asked, ['selfTest']);
  });
});
