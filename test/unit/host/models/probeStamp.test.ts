import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probedSpeed, probeStamp, type ProbeConditions } from '../../../../src/host/models/probeStamp.ts';
import type { MeasuredSpeed } from '../../../../src/host/models/speedBook.ts';

const conditions: ProbeConditions = { device: 'auto', threads: 0, processor: 'Some "CPU" x 8' };
const cuda = { backend: 'cuda', devices: ['RTX, 1'], threads: 4 };
const cpu = { backend: 'cpu', devices: [], threads: 4 };

function speed(at: number): MeasuredSpeed {
  return { promptTokensPerSecond: 1, decodeTokensPerSecond: 1, weightsBytes: 5e8, backend: 'cpu', at };
}

describe('what was measured of the machine', () => {
  const speeds = new Map([
    [probeStamp(conditions, cuda), speed(1)],
    [probeStamp(conditions, cpu), speed(2)],
    ['/models/a.gguf 5 6 7', speed(9)],
  ]);

  it('is found by what a loaded model runs on', () => {
    assert.equal(probedSpeed(speeds, conditions, cuda)?.at, 1);
    assert.equal(probedSpeed(speeds, conditions, cpu)?.at, 2);
  });

  it('is the last where nothing is loaded', () => {
    assert.equal(probedSpeed(speeds, conditions, null)?.at, 2);
    assert.equal(probedSpeed(new Map(), conditions, null), null);
  });

  const changes: [name: string, change: Partial<ProbeConditions>][] = [
    ['the GPU is turned off', { device: 'cpu' }],
    ['the number of threads changes', { threads: 2 }],
    ['one number of threads begins like the other', { threads: 1 }],
    ['the processor is another', { processor: 'Some "CPU" x 16' }],
  ];
  for (const [name, change] of changes) {
    it(`holds no longer when ${name}`, () => {
      const one = new Map([[probeStamp({ ...conditions, threads: 12 }, cpu), speed(1)]]);
      assert.equal(probedSpeed(one, { ...conditions, threads: 12 }, null)?.at, 1);
      assert.equal(probedSpeed(one, { ...conditions, threads: 12, ...change }, null), null);
    });
  }

  const others = [
    { backend: 'vulkan', devices: ['RTX, 1'] },
    { backend: 'cuda', devices: ['RTX, 2'] },
    { backend: 'cuda', devices: [] },
    { backend: 'cuda', devices: ['RTX, 1', 'RTX, 2'] },
  ];
  for (const loaded of others) {
    it(`holds no longer with ${loaded.backend} on ${loaded.devices.join(' and ') || 'nothing'}`, () => {
      assert.equal(probedSpeed(speeds, conditions, loaded), null);
    });
  }
});
