import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReportedProblem } from '../../../../src/core/refactor/newProblems.ts';
import { ProblemWatch, settledMs, watchMs } from '../../../../src/vscode/refactor/problemWatch.ts';

const problem = (message: string): ReportedProblem => ({
  ...{ severity: 'error', source: 'ts', code: '1', message, file: 'a.ts', line: 3, lineText: 'a();' },
});

/** A clock that is moved by hand, and problems that are reported by hand. */
class World {
  readonly heard: string[] = [];
  problems: readonly ReportedProblem[] = [];
  listeners = new Set<() => void>();
  #now = 0;
  #due: { at: number; run: () => void }[] = [];

  watch(before: readonly ReportedProblem[]): ProblemWatch<ReportedProblem> {
    return new ProblemWatch(
      before,
      {
        problems: () => this.problems,
        onChange: (listener) => {
          this.listeners.add(listener);
          return () => void this.listeners.delete(listener);
        },
      },
      {
        now: () => this.#now,
        after: (ms, run) => {
          const one = { at: this.#now + ms, run };
          this.#due.push(one);
          return () => void (this.#due = this.#due.filter((other) => other !== one));
        },
      },
      {
        problems: (fresh) => this.heard.push(`new: ${fresh.map(({ message }) => message).join(', ')}`),
        quiet: () => this.heard.push('quiet'),
      },
    );
  }

  report(...messages: string[]): void {
    this.problems = messages.map(problem);
    for (const listener of [...this.listeners]) listener();
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#due.sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#due.shift();
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}

describe('watching problems after a change', () => {
  it('is quiet where none comes within its time', () => {
    const world = new World();
    world.watch([]);
    world.pass(watchMs - 1);
    assert.deepEqual(world.heard, []);
    world.pass(1);
    assert.deepEqual([world.heard, world.listeners.size], [['quiet'], 0]);
  });

  it('tells a new one once it has stayed', () => {
    const world = new World();
    world.watch([problem('old')]);
    world.report('old', 'new');
    world.pass(settledMs - 1);
    assert.deepEqual(world.heard, []);
    world.pass(1);
    assert.deepEqual(world.heard, ['new: new']);
    world.pass(watchMs);
    assert.deepEqual(world.heard, ['new: new']);
  });

  it('does not tell what came and went', () => {
    const world = new World();
    world.watch([]);
    world.report('passing');
    world.pass(settledMs / 2);
    world.report();
    world.pass(watchMs);
    assert.deepEqual(world.heard, ['quiet']);
  });

  it('tells at the end of its time what has not settled', () => {
    const world = new World();
    world.watch([]);
    world.pass(watchMs - 1);
    world.report('late');
    world.pass(1);
    assert.deepEqual(world.heard, ['new: late']);
  });

  it('is quiet when told problems are gone', () => {
    const world = new World();
    world.watch([]);
    world.report('new');
    world.pass(settledMs);
    world.report();
    world.pass(settledMs);
    assert.deepEqual([world.heard, world.listeners.size], [['new: new', 'quiet'], 0]);
  });

  it('sees what was reported before it began', () => {
    const world = new World();
    world.problems = [problem('fast')];
    world.watch([]);
    world.pass(settledMs);
    assert.deepEqual(world.heard, ['new: fast']);
  });

  it('takes what is not looked at again for what it was, though other code stands there', () => {
    const world = new World();
    const old = [problem('one'), problem('two')];
    const stale = old.map((one) => ({ ...one, lineText: '}' }));
    world.problems = stale;
    world.watch(old);
    for (const listener of world.listeners) listener();
    world.pass(settledMs);
    assert.deepEqual(world.heard, []);
    // The server has looked: one has moved along, and there is one more where it was.
    world.problems = [...stale.slice(1), { ...problem('one'), line: 5 }, ...stale.slice(0, 1)];
    for (const listener of world.listeners) listener();
    world.pass(settledMs);
    assert.deepEqual(world.heard, ['new: one']);
  });

  it('says nothing once it is stopped', () => {
    const world = new World();
    const watch = world.watch([]);
    world.report('new');
    watch.stop();
    world.pass(2 * watchMs);
    assert.deepEqual([world.heard, world.listeners.size], [[], 0]);
  });
});
