/** When what was evaluated is saved, and when it is read back; the files themselves are in warmStore.test.ts. */
import assert from 'node:assert/strict';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { WarmState, type WarmSequence } from '../../../../src/engine/llama/warmState.ts';
import { WarmStore } from '../../../../src/engine/llama/warmStore.ts';
import { temporaryFolder } from '../../../support/engine.ts';

const identity = { fingerprint: 'f', llamaCpp: 'b1', contextTokens: 768, device: 'cpu', cacheType: '1' };
const minute = 60_000;

/** Tokens `from` to `to` (exclusive). */
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** A sequence whose state is so many bytes. */
class FileSequence implements WarmSequence {
  cached: readonly number[] = [];
  bytes = 100;
  restored = 0;
  save(file: string): Promise<number> {
    writeFileSync(file, Buffer.alloc(this.bytes));
    return Promise.resolve(this.bytes);
  }
  restore(_file: string, tokens: readonly number[]): Promise<boolean> {
    this.cached = tokens;
    this.restored += 1;
    return Promise.resolve(true);
  }
}

/** An engine's warm state on a clock that is set by hand. */
class Session {
  readonly sequence = new FileSequence();
  readonly state: WarmState;
  readonly #folder: string;
  now = 0;

  constructor(folder = temporaryFolder()) {
    this.#folder = folder;
    const store = new WarmStore(folder, () => undefined);
    this.state = new WarmState(store, identity, () => this.now);
  }

  /** Another engine on the same folder, after this one. */
  next(): Session {
    const session = new Session(this.#folder);
    session.now = this.now;
    return session;
  }

  async ask(prompt: readonly number[], preamble = 0, workspace = 'shop'): Promise<void> {
    await this.state.restore(workspace, prompt, this.sequence);
    this.sequence.cached = prompt.slice(0, -1);
    this.state.note(workspace, prompt, preamble);
  }

  async save(): Promise<boolean> {
    const saved = await this.state.save(this.sequence);
    // The file is as old as this clock has it.
    for (const name of readdirSync(this.#folder).filter((one) => saved && one.endsWith('.state'))) {
      const file = path.join(this.#folder, name);
      if (statSync(file).mtimeMs > 1e9) utimesSync(file, this.now / 1000, this.now / 1000);
    }
    return saved;
  }
}

describe('what was evaluated', () => {
  const cases: [name: string, prompt: number, preamble: number, dueInMs: number | null][] = [
    ['a short prompt', 255, 0, null],
    ['a long prompt', 256, 0, 0],
    ['a short preamble', 200, 63, null],
    ['a preamble', 100, 64, 0],
  ];
  for (const [name, prompt, preamble, dueInMs] of cases) {
    it(`is ${dueInMs === null ? 'not worth' : 'worth'} saving for ${name}`, async () => {
      const session = new Session();
      await session.ask(range(0, prompt), preamble);
      assert.equal(session.state.dueInMs, dueInMs);
      assert.equal(await session.save(), dueInMs === 0);
      assert.equal(session.state.dueInMs, null, 'and not again');
    });
  }

  it('is saved again a minute later, where at least 64 tokens of it are new', async () => {
    const session = new Session();
    await session.ask(range(0, 300));
    await session.save();
    await session.ask(range(0, 350));
    assert.equal(session.state.dueInMs, null, 'a few tokens are evaluated as fast as they are read');
    session.now = 10_000;
    await session.ask(range(0, 400));
    assert.equal(session.state.dueInMs, 50_000);
    assert.equal(await session.save(), false);
    session.now = minute;
    assert.equal(session.state.dueInMs, 0);
    assert.equal(await session.save(), true);
  });

  it('is saved more rarely the larger it is', async () => {
    const session = new Session();
    session.sequence.bytes = 90 * 2 ** 20;
    await session.ask(range(0, 300));
    await session.save();
    await session.ask(range(1000, 1400));
    assert.equal(session.state.dueInMs, 90_000);
  });

  it('waits for its minute in the next engine too, however often it is read', async () => {
    const first = new Session();
    await first.ask(range(0, 300));
    await first.save();
    first.now = 20_000;
    const second = first.next();
    await second.ask(range(0, 500));
    assert.equal(second.sequence.restored, 1);
    assert.equal(second.state.dueInMs, 40_000);
    const other = first.next();
    await other.ask(range(1000, 1500));
    assert.equal(other.sequence.restored, 0, 'nothing of it fits');
    assert.equal(other.state.dueInMs, 40_000);
    other.now = minute;
    assert.equal(await other.save(), true);
    const third = other.next();
    await third.ask(range(1000, 1500));
    assert.equal(third.sequence.restored, 1);
  });

  it('is due for each workspace by itself', async () => {
    const session = new Session();
    await session.ask(range(0, 300), 0, 'one');
    await session.save();
    await session.ask(range(0, 300), 0, 'two');
    assert.equal(session.state.dueInMs, 0);
  });

  it('is not put off for long by a clock that was set back', async () => {
    const session = new Session();
    session.now = 1e9;
    await session.ask(range(0, 300));
    await session.save();
    session.now = 0;
    await session.ask(range(0, 400));
    assert.equal(session.state.dueInMs, minute);
  });

  it('is not saved where another request has taken its place meanwhile', async () => {
    const session = new Session();
    await session.ask(range(0, 300));
    session.sequence.cached = range(1000, 1300);
    assert.equal(await session.save(), false);
    assert.equal(session.state.dueInMs, 0);
  });
});
