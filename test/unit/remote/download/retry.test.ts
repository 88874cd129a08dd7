import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { persist } from '../../../../src/remote/download/retry.ts';
import { defaultTuning } from '../../../../src/remote/download/types.ts';
import { EgressError } from '../../../../src/remote/egressError.ts';
import { InstantTimers } from '../../../support/downloads.ts';

const cut = new EgressError('broken', 'It was cut.');

/** Runs work that fails by these errors in turn, and then succeeds. */
async function run(
  failures: readonly Error[],
  progress = 0,
): Promise<{ outcome: unknown; waits: readonly number[]; said: readonly string[] }> {
  const timers = new InstantTimers();
  const said: string[] = [];
  let at = 0;
  const outcome = await persist(
    (progressed) => {
      progressed(progress);
      const failure = failures[at];
      at += 1;
      return failure === undefined ? Promise.resolve('done') : Promise.reject(failure);
    },
    {
      timers,
      tuning: defaultTuning,
      signal: new AbortController().signal,
      onWait: (trouble) => Promise.resolve(void said.push(trouble)),
    },
  ).catch((error: unknown) => error);
  return { outcome, waits: timers.waits, said };
}

describe('persist', () => {
  it('waits twice as long each time, up to a limit of attempts', async () => {
    assert.deepEqual(await run([cut, cut]), {
      outcome: 'done',
      waits: [1000, 2000],
      said: ['It was cut.', 'It was cut.'],
    });
    const given = await run(Array.from({ length: 20 }, () => cut));
    assert.equal(given.outcome, cut);
    assert.deepEqual(given.waits, [1000, 2000, 4000, 8000, 16_000]);
  });

  it('counts anew after real progress', async () => {
    const { outcome, waits } = await run(
      Array.from({ length: 20 }, () => cut),
      defaultTuning.progressBytes,
    );
    assert.equal(outcome, 'done');
    assert.deepEqual(new Set(waits), new Set([1000]));
    assert.equal(
      (
        await run(
          Array.from({ length: 20 }, () => cut),
          10,
        )
      ).outcome,
      cut,
    );
  });

  it('waits as long as the server asks, unless that is too long', async () => {
    const busy = (retryAfterMs: number): EgressError =>
      new EgressError('status', 'Busy.', { status: 429, retryAfterMs });
    assert.deepEqual((await run([busy(7000), busy(500)])).waits, [7000, 2000]);
    const hour = busy(3_600_000);
    assert.deepEqual(await run([hour]), { outcome: hour, waits: [], said: [] });
  });

  it('does not try again what will not pass', async () => {
    for (const error of [
      new EgressError('aborted', ''),
      new EgressError('certificate', ''),
      new EgressError('forbidden', ''),
      new EgressError('invalid-address', ''),
      new EgressError('redirect', ''),
      new EgressError('proxy', '', { status: 407 }),
      new EgressError('status', '', { status: 404 }),
      new Error('a bug'),
    ]) {
      assert.deepEqual(await run([error]), { outcome: error, waits: [], said: [] });
    }
  });

  it('tries again what may pass', async () => {
    for (const error of [
      ...(['dns', 'refused', 'unreachable', 'tls', 'timeout', 'proxy'] as const).map(
        (code) => new EgressError(code, ''),
      ),
      ...[408, 425, 429, 500, 502, 503, 504].map((status) => new EgressError('status', '', { status })),
      new EgressError('proxy', '', { status: 502 }),
    ]) {
      assert.equal((await run([error])).outcome, 'done', `${error.code} ${error.status}`);
    }
  });
});
