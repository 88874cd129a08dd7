import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { SpeedBook, bestMeasurement, type MeasuredSpeed } from '../../../../src/host/models/speedBook.ts';
import type { InstalledModel } from '../../../../src/models/types.ts';
import { temporaryFolder } from '../../../support/engine.ts';

const speed: MeasuredSpeed = {
  promptTokensPerSecond: 400,
  decodeTokensPerSecond: 20,
  weightsBytes: 4e9,
  backend: 'cpu',
  at: 1,
};

describe('SpeedBook', () => {
  it('remembers in a folder that it makes, for the next one too', async () => {
    const folder = path.join(temporaryFolder(), 'Größe 大', 'state');
    const book = new SpeedBook(folder);
    await book.note('a', speed);
    await book.note('b', { ...speed, decodeTokensPerSecond: 30 });
    await book.note('a', { ...speed, decodeTokensPerSecond: 25 });
    const all = await new SpeedBook(folder).all();
    assert.deepEqual([...all].map(([stamp, { decodeTokensPerSecond: at }]) => [stamp, at]).sort(), [
      ['a', 25],
      ['b', 30],
    ]);
  });

  it('starts anew with a file that is damaged', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'model-speeds.json'), '{"version":1,"speeds":{"a":{"at":-1}}}');
    const book = new SpeedBook(folder);
    assert.equal((await book.all()).size, 0);
    await book.note('b', speed);
    assert.deepEqual([...(await new SpeedBook(folder).all()).keys()], ['b']);
  });

  it('keeps in memory what can’t be written', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'model-speeds.json'));
    for (const book of [new SpeedBook(folder), new SpeedBook(null)]) {
      await book.note('a', speed);
      assert.deepEqual((await book.all()).get('a'), speed);
    }
  });
});

describe('bestMeasurement', () => {
  const installed = (stamp: string, total: number | null): InstalledModel =>
    ({ stamp, shape: { parameters: total === null ? null : { total, active: total } } }) as InstalledModel;

  it('is of the largest model that is still here, and whose parameters are known', () => {
    const measured = new Map([
      ['small', { ...speed, weightsBytes: 1e9 }],
      ['large', { ...speed, weightsBytes: 5e9 }],
      ['gone', { ...speed, weightsBytes: 9e9 }],
      ['unknown', { ...speed, weightsBytes: 8e9 }],
    ]);
    const here = [installed('small', 1e9), installed('large', 5e9), installed('unknown', null)];
    const best = bestMeasurement(measured, here, null);
    assert.partialDeepStrictEqual(best, { weightBytes: 5e9, parameters: { total: 5e9, active: 5e9 } });
    assert.equal(bestMeasurement(new Map(), here, null), null);
  });

  it('is of the machine itself where no model is large enough to tell', () => {
    const machine = {
      promptTokensPerSecond: 90,
      decodeTokensPerSecond: 15,
      weightBytes: 5e8,
      parameters: { total: 5e8, active: 5e8 },
    };
    const best = (bytes: number): number | undefined => {
      const measured = new Map([['a', { ...speed, weightsBytes: bytes }]]);
      return bestMeasurement(measured, [installed('a', bytes)], machine)?.weightBytes;
    };
    assert.deepEqual([4e9, 5e8, 4.9e8, 5e6].map(best), [4e9, 5e8, 5e8, 5e8]);
    const measured = new Map([['a', { ...speed, weightsBytes: 1e8 }]]);
    assert.equal(bestMeasurement(measured, [installed('a', 1e8)], null)?.weightBytes, 1e8);
    assert.equal(bestMeasurement(new Map(), [], machine), machine);
  });
});
