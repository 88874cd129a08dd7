import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { environmentText, serverLine } from '../../../../src/vscode/server/serverText.ts';
import { Serving, type ServerWish, type ServingState } from '../../../../src/vscode/server/serving.ts';
import { TokenStore } from '../../../../src/vscode/server/tokenStore.ts';
import { settled } from '../../../support/fakeTimers.ts';

/** A server whose ports and settings are the test's. */
class World {
  wish: ServerWish | null = null;
  /** Ports that cannot be had, and who has them. */
  readonly taken = new Map<number, 'window' | 'program'>();
  readonly states: ServingState[] = [];
  readonly listening: { readonly port: number; readonly end: () => void }[] = [];
  starts = 0;
  /** Ports about which somebody was asked who has them. */
  readonly asked: number[] = [];
  readonly serving = new Serving({
    wish: () => this.wish,
    start: async ({ port }) => {
      this.starts += 1;
      await settled();
      const by = this.taken.get(port);
      if (by !== undefined)
        throw Object.assign(new Error(`The port ${port} is used.`), { systemCode: 'EADDRINUSE' });
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => (end = resolve));
      const entry = { port, end };
      this.listening.push(entry);
      const gone = ended.then(() => void this.listening.splice(this.listening.indexOf(entry), 1));
      return {
        port,
        ended: gone,
        stop: () => {
          end();
          return gone;
        },
      };
    },
    isHearthAt: (port) => {
      this.asked.push(port);
      return Promise.resolve(this.taken.get(port) === 'window');
    },
    changed: (state) => this.states.push(state),
  });

  get kinds(): string[] {
    return this.states.map(({ kind }) => kind);
  }

  get ports(): number[] {
    return this.listening.map(({ port }) => port);
  }
}

describe('the server of a window', () => {
  it('does nothing while it is not wanted', async () => {
    const world = new World();
    await world.serving.refresh();
    assert.deepEqual([world.states, world.starts], [[], 0]);
  });

  it('begins, moves and ends with the settings', async () => {
    const world = new World();
    world.wish = { port: 5 };
    await world.serving.refresh();
    await world.serving.refresh();
    assert.deepEqual(world.ports, [5]);
    world.wish = { port: 6 };
    await world.serving.refresh();
    assert.deepEqual(world.ports, [6]);
    world.wish = null;
    await world.serving.refresh();
    assert.deepEqual([world.ports, world.starts], [[], 2]);
    assert.deepEqual(world.kinds, ['starting', 'on', 'starting', 'on', 'off']);
  });

  it('leaves its port to another window, and takes it over when asked again', async () => {
    const world = new World();
    world.wish = { port: 5 };
    world.taken.set(5, 'window');
    for (let times = 0; times < 3; times += 1) await world.serving.refresh();
    assert.deepEqual(world.serving.state, { kind: 'elsewhere', port: 5 });
    assert.equal(world.starts, 1, 'it is tried once');
    await world.serving.retry();
    assert.equal(world.starts, 2);
    world.taken.clear();
    await world.serving.retry();
    assert.deepEqual(world.serving.state, { kind: 'on', port: 5 });
    await world.serving.retry();
    assert.equal(world.starts, 3, 'what runs is left alone');
  });

  it('takes over from another window as soon as it may, and asks nobody for that', async () => {
    const world = new World();
    await world.serving.takeOver();
    world.wish = { port: 5 };
    world.taken.set(5, 'window');
    await world.serving.refresh();
    for (let times = 0; times < 3; times += 1) await world.serving.takeOver();
    assert.deepEqual([world.starts, world.asked], [4, [5]]);
    assert.deepEqual(world.kinds, ['starting', 'elsewhere'], 'nothing was shown meanwhile');
    world.taken.clear();
    await world.serving.takeOver();
    assert.deepEqual(world.serving.state, { kind: 'on', port: 5 });
    await world.serving.takeOver();
    assert.deepEqual([world.starts, world.asked], [5, [5]], 'what runs is left alone');
  });

  it('asks anew who has its port when it is to be told to somebody', async () => {
    const world = new World();
    world.wish = { port: 5 };
    world.taken.set(5, 'window');
    await world.serving.refresh();
    world.taken.set(5, 'program');
    await world.serving.takeOver();
    assert.equal(world.serving.state.kind, 'elsewhere');
    await world.serving.retry();
    assert.deepEqual([world.serving.state.kind, world.asked], ['failed', [5, 5]]);
    await world.serving.takeOver();
    assert.equal(world.starts, 3, 'what another program has is not tried again');
  });

  it('follows the settings when it would take over', async () => {
    const world = new World();
    world.wish = { port: 5 };
    world.taken.set(5, 'window');
    await world.serving.refresh();
    world.wish = { port: 6 };
    await world.serving.takeOver();
    assert.deepEqual(world.ports, [6]);
  });

  it('says once that another program has its port, and tries another port', async () => {
    const world = new World();
    world.wish = { port: 5 };
    world.taken.set(5, 'program');
    await world.serving.refresh();
    await world.serving.refresh();
    assert.deepEqual(world.states, [
      { kind: 'starting' },
      { kind: 'failed', sentence: 'The port 5 is used.' },
    ]);
    world.wish = { port: 6 };
    await world.serving.refresh();
    assert.deepEqual(world.serving.state, { kind: 'on', port: 6 });
  });

  it('comes back after somebody ended it, if it is still wanted', async () => {
    const world = new World();
    world.wish = { port: 5 };
    await world.serving.refresh();
    world.listening[0]?.end();
    await settled();
    await world.serving.refresh();
    assert.deepEqual(world.kinds, ['starting', 'on', 'off', 'starting', 'on']);
    world.wish = null;
    world.listening[0]?.end();
    await settled();
    await world.serving.refresh();
    assert.deepEqual([world.ports, world.serving.state.kind], [[], 'off']);
  });

  it('never has more than one, and what the settings want last, whatever changes when', async () => {
    const step = fc.oneof(
      fc.constant('retry' as const),
      fc.constant('takeOver' as const),
      fc.constant('wait' as const),
      fc.constant('end' as const),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const world = new World();
        world.taken.set(3, 'window');
        for (const now of steps) {
          if (now === 'wait') await settled();
          else if (now === 'retry' || now === 'takeOver') void world.serving[now]();
          else if (now === 'end') world.listening[0]?.end();
          else {
            world.wish = now === null ? null : { port: now };
            void world.serving.refresh();
          }
          assert.ok(world.ports.length <= 1);
        }
        await settled();
        await world.serving.refresh();
        await settled();
        await world.serving.refresh();
        const port = world.wish?.port;
        assert.deepEqual(world.ports, port === undefined || port === 3 ? [] : [port]);
        assert.equal(world.serving.state.kind, port === undefined ? 'off' : port === 3 ? 'elsewhere' : 'on');
        await world.serving.dispose();
        assert.deepEqual(world.ports, []);
      }),
      { numRuns: 300 },
    );
  });

  it('is off where it is no longer wanted when it is tried again', async () => {
    const world = new World();
    world.wish = { port: 5 };
    world.taken.set(5, 'window');
    await world.serving.refresh();
    world.wish = null;
    await world.serving.retry();
    await world.serving.retry();
    assert.deepEqual(world.kinds, ['starting', 'elsewhere', 'off']);
  });

  it('begins no more once it is disposed of', async () => {
    const world = new World();
    world.wish = { port: 5 };
    await world.serving.dispose();
    await world.serving.refresh();
    assert.equal(world.starts, 0);
  });
});

describe('what is said of the server', () => {
  it('is a sentence, or nothing', () => {
    const states: readonly ServingState[] = [
      { kind: 'off' },
      { kind: 'starting' },
      { kind: 'on', port: 5 },
      { kind: 'elsewhere', port: 5 },
      { kind: 'failed', sentence: 'The port 5 is used.' },
    ];
    assert.deepEqual(states.map(serverLine), [
      null,
      null,
      'Other programs of this machine may ask the model at 127.0.0.1:5.',
      'Another window serves the model to other programs, at 127.0.0.1:5.',
      'The server for other programs does not run. The port 5 is used.',
    ]);
  });

  it('is what other programs read from their environment', () => {
    assert.equal(environmentText(5, 'abc'), 'OPENAI_BASE_URL=http://127.0.0.1:5/v1\nOPENAI_API_KEY=abc\n');
  });
});

describe('the token', () => {
  /** Secrets that two windows share. */
  function secrets() {
    const kept = new Map<string, string>();
    const listeners = new Set<(event: { key: string }) => void>();
    return {
      kept,
      get: (key: string) => Promise.resolve(kept.get(key)),
      store: (key: string, value: string) => {
        kept.set(key, value);
        for (const listener of listeners) listener({ key });
        return Promise.resolve();
      },
      onDidChange: (listener: (event: { key: string }) => void) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    };
  }
  const storeOf = (shared: ReturnType<typeof secrets>): TokenStore => new TokenStore(shared as never);

  it('is made once, kept, and the same in every window', async () => {
    const shared = secrets();
    const [one, other] = [storeOf(shared), storeOf(shared)];
    assert.equal(one.current, null);
    const token = await one.ready();
    assert.equal(Buffer.from(token, 'base64url').length, 32);
    assert.deepEqual([await other.ready(), await one.ready(), one.current], [token, token, token]);
    assert.deepEqual([...shared.kept], [['hearth.server.token', token]]);
  });

  it('of another window takes the place of the old one at once', async () => {
    const shared = secrets();
    const [one, other] = [storeOf(shared), storeOf(shared)];
    const old = await one.ready();
    const fresh = await other.renew();
    await settled();
    assert.notEqual(fresh, old);
    assert.equal(one.current, fresh);
    shared.kept.clear();
    await shared.store('another key', 'x');
    await settled();
    assert.equal(one.current, fresh, 'another secret is none of its business');
    one.dispose();
  });
});
