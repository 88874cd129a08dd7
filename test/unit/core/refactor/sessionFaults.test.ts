import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefactorEvent } from '../../../../src/core/refactor/lifecycle.ts';
import type { RefactorPorts } from '../../../../src/core/refactor/ports.ts';
import { says } from '../../../support/chatPorts.ts';
import { broken, fails, shop, shorter, simplify } from '../../../support/refactorScene.ts';

describe('a refactor whose ports fail', () => {
  const fault = () => Promise.reject(new Error('The worker is gone.'));
  const within = (more: (ports: RefactorPorts) => Partial<RefactorPorts>) => {
    const made = shop([says(shorter), says(shorter)]);
    made.ports = { ...made.ports, ...more(made.ports) };
    return made;
  };

  for (const name of ['findSymbols', 'references'] as const) {
    it(`goes on without ${name}, and says so`, async () => {
      const made = within(({ workspace }) => ({ workspace: { ...workspace, [name]: fault } }));
      const euro = 'export function shown(price: number): string {\n  return withTax(price) + " Euro";\n}';
      made.model.script = [says(euro)];
      const result = await made.run(made.request('simplify', made.target('src/price.ts', 'shown')));
      assert.equal(result.outcome.kind, 'change');
      assert.match(result.notes.join(), /could not be had: The worker is gone\./);
    });
  }

  it('goes on without the instructions of the project, and without its tests', async () => {
    const made = within(() => ({ surroundings: { instructions: fault } }));
    assert.match((await made.run(simplify(made))).notes.join(), /instructions/);
    const tests = within(({ workspace }) => ({ workspace: { ...workspace, findPaths: fault } }));
    const result = await tests.run(tests.request('tests', tests.target('src/price.ts', 'withTax')));
    assert.match(result.notes.join(), /tests of the project/);
  });

  it('goes on without an outline, but gives nothing that was not checked', async () => {
    const made = within(() => ({ syntax: { facts: fault } }));
    const failed = fails(await made.run(simplify(made)));
    assert.equal(failed.reason, 'failed');
    assert.match(failed.message, /could not be checked/);
    assert.equal(made.model.asked.length, 1);
  });

  it('fails as the model does, wherever that fails', async () => {
    for (const name of ['describe', 'countPrompt', 'countTexts', 'answer'] as const) {
      const made = within(({ model }) => {
        const own = { route: 'local', describe: () => model.describe(new AbortController().signal) };
        const rest = {
          countPrompt: model.countPrompt.bind(model),
          countTexts: model.countTexts.bind(model),
          answer: model.answer.bind(model),
        };
        return { model: { ...own, ...rest, [name]: fault } };
      });
      const failed = fails(await made.run(simplify(made)));
      assert.deepEqual([name, failed.reason, failed.message], [name, 'engine', 'The worker is gone.']);
      assert.equal(made.task.state, 'failed');
    }
  });

  it('fails where files are unreadable, and where the repair fails', async () => {
    const unreadable = within(() => ({ files: { read: fault } }));
    unreadable.model.script = [says(`// as in src/rate.ts\n${shorter}`)];
    assert.equal(fails(await unreadable.run(simplify(unreadable))).reason, 'failed');
    const dies = shop([says(broken), { events: [], error: new Error('The engine ended.') }]);
    const failed = fails(await dies.run(simplify(dies)));
    assert.deepEqual([failed.reason, failed.message], ['engine', 'The engine ended.']);
    assert.deepEqual(dies.states.slice(-2), ['repairing', 'failed']);
  });

  it('does not wait for a port that hangs when it is stopped', async () => {
    const hangs = () => new Promise<never>(() => undefined);
    for (const ports of [
      within(({ workspace }) => ({ workspace: { ...workspace, references: hangs } })),
      within(() => ({ syntax: { facts: hangs } })),
    ]) {
      const controller = new AbortController();
      const running = ports.run(simplify(ports), controller.signal);
      controller.abort();
      assert.equal((await running).outcome.kind, 'stopped');
      assert.equal(ports.task.state, 'cancelled');
    }
  });
});

describe('a refactor that is ended', () => {
  const events: readonly RefactorEvent[] = ['cancel', 'document-closed', 'window-closed', 'conflicted'];
  const ends = {
    cancel: 'cancelled',
    'document-closed': 'abandoned',
    'window-closed': 'closed',
    conflicted: 'outdated',
  };

  for (const state of ['waiting', 'writing', 'checking', 'repairing'] as const) {
    for (const event of events) {
      it(`stops at once by ${event} while it is ${state}`, async () => {
        const made = shop([says(broken), says(shorter)]);
        made.task.onStep(({ to }) => void (to === state && made.task.send(event)));
        const result = await made.run(simplify(made));
        assert.deepEqual(result.outcome, { kind: 'stopped' });
        assert.equal(made.task.state, ends[event as keyof typeof ends]);
      });
    }
  }

  it('is stopped by its signal, before and while the model writes', async () => {
    const before = shop([says(shorter)]);
    assert.equal((await before.run(simplify(before), AbortSignal.abort())).outcome.kind, 'stopped');
    assert.deepEqual([before.task.state, before.model.asked.length], ['cancelled', 0]);
    const amid = shop([{ events: [{ kind: 'text', text: 'export' }], hangs: true }]);
    const controller = new AbortController();
    amid.task.onStep(({ to }) => void (to === 'writing' && controller.abort()));
    assert.equal((await amid.run(simplify(amid), controller.signal)).outcome.kind, 'stopped');
    assert.equal(amid.task.state, 'cancelled');
  });

  it('leaves a task alone that is ready', async () => {
    const made = shop([says(shorter)]);
    const controller = new AbortController();
    await made.run(simplify(made), controller.signal);
    controller.abort();
    assert.equal(made.task.state, 'ready');
  });
});
