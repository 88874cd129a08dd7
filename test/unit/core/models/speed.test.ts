import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Backend, Machine } from '../../../../src/core/models/machine.ts';
import {
  chatPace,
  machineSpeed,
  predictSpeed,
  suggestionPace,
  type SpeedMeasurement,
} from '../../../../src/core/models/speed.ts';

const GB = 1e9;
const machine = (backend: Backend, gigabytes: number): Machine => ({
  backend,
  ram: { total: gigabytes * GB, free: gigabytes * GB },
  gpu:
    backend === 'cpu' ? null : { total: gigabytes * GB, free: gigabytes * GB, unified: backend === 'metal' },
});
const dense = (billions: number) => ({ total: billions * 1e9, active: billions * 1e9 });
const measured = (change: Partial<SpeedMeasurement> = {}): SpeedMeasurement => ({
  promptTokensPerSecond: 225,
  decodeTokensPerSecond: 21,
  weightBytes: 4.92 * GB,
  parameters: dense(8.03),
  ...change,
});

describe('a measurement', () => {
  it('predicts the same model as it was measured', () => {
    const speed = machineSpeed(machine('metal', 16), measured());
    const { decode, prompt } = predictSpeed({ ...measured(), gpuShare: 1 }, speed);
    assert.ok(Math.abs(decode.expected - 21) < 0.1, String(decode.expected));
    assert.ok(Math.abs(prompt.expected / 225 - 1) < 0.02, String(prompt.expected));
    assert.equal(speed.basis, 'measured');
    assert.ok(decode.low < 21 && decode.high > 21);
  });
  it('predicts another model by the bytes and the parameters of a token', () => {
    // Measured on an M4 with Llama 3.1 8B (see `guesses`); the same chip writes 24.1 tokens of Llama 2 7B Q4_0 (3.83 GB).
    const speed = machineSpeed(machine('metal', 16), measured({ decodeTokensPerSecond: 20.87 }));
    const { decode } = predictSpeed({ weightBytes: 3.83 * GB, parameters: dense(6.74), gpuShare: 1 }, speed);
    assert.ok(decode.low < 24.1 && 24.1 < decode.high, JSON.stringify(decode));
  });
  it('of a tiny model tells hardly anything', () => {
    const tiny = measured({ weightBytes: 4.77e6, parameters: dense(0.00423), decodeTokensPerSecond: 900 });
    const speed = machineSpeed(machine('cpu', 16), tiny);
    const guess = machineSpeed(machine('cpu', 16), null);
    assert.equal(speed.basis, 'guessed');
    assert.equal(speed.bytesPerSecond, guess.bytesPerSecond);
    assert.equal(speed.spread, guess.spread);
  });
  it('is trusted the more the larger its model was', () => {
    const spreads = [5e6, 5e7, 2e8, 5e8, 5e9].map(
      (weightBytes) => machineSpeed(machine('cpu', 16), measured({ weightBytes })).spread,
    );
    assert.deepEqual(
      spreads,
      [...spreads].sort((a, b) => b - a),
    );
    assert.ok((spreads[0] ?? 0) > 1.7 && (spreads[4] ?? 9) < 1.3);
  });
});

describe('a mixture of experts', () => {
  const speed = machineSpeed(machine('metal', 48), measured());
  const mixture = { weightBytes: 18.6 * GB, parameters: { total: 30.5e9, active: 3.3e9 }, gpuShare: 1 };
  it('writes several times as fast as a dense model of its size', () => {
    const whole = predictSpeed({ ...mixture, parameters: dense(30.5) }, speed);
    const ratio = predictSpeed(mixture, speed).decode.expected / whole.decode.expected;
    assert.ok(ratio > 4 && ratio < 30.5 / 3.3, String(ratio));
  });
  it('reads a short prompt no faster than its weights can be read', () => {
    const small = predictSpeed({ weightBytes: 2 * GB, parameters: dense(3.3), gpuShare: 1 }, speed);
    const { suggestion } = predictSpeed(mixture, speed);
    assert.ok(suggestion.expected > small.suggestion.expected + 100, JSON.stringify(suggestion));
  });
});

it('what lies on the CPU slows a model down', () => {
  const speed = machineSpeed(machine('cuda', 12), null);
  const model = { weightBytes: 9 * GB, parameters: dense(14.8) };
  const shares = [0, 0.5, 0.9, 1].map(
    (gpuShare) => predictSpeed({ ...model, gpuShare }, speed).decode.expected,
  );
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => a - b),
  );
  assert.ok((shares[3] ?? 0) > 5 * (shares[0] ?? 0));
});

it('an integrated GPU is no faster than its memory', () => {
  const integrated: Machine = {
    backend: 'vulkan',
    ram: { total: 16 * GB, free: 8 * GB },
    gpu: { total: 8 * GB, free: 8 * GB, unified: true },
  };
  const cpu = machineSpeed(machine('cpu', 16), null);
  assert.equal(machineSpeed(integrated, null).bytesPerSecond, cpu.bytesPerSecond);
});

it('more of anything is never slower', () => {
  const backend = fc.constantFrom<Backend>('metal', 'cuda', 'vulkan', 'cpu');
  const bytes = fc.double({ min: 1e6, max: 1e11, noNaN: true });
  const rate = fc.double({ min: 0.1, max: 5000, noNaN: true });
  const factor = fc.double({ min: 1, max: 50, noNaN: true });
  const model = fc.record({
    weightBytes: bytes,
    total: fc.double({ min: 1e7, max: 2e11, noNaN: true }),
    share: fc.double({ min: 0.03, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(
      backend,
      model,
      bytes,
      rate,
      rate,
      factor,
      fc.boolean(),
      (name, one, on, prompt, decode, more, guessed) => {
        const parameters = { total: one.total, active: one.total * one.share };
        const predict = (scale: number) => {
          const measurement = {
            promptTokensPerSecond: prompt * scale,
            decodeTokensPerSecond: decode * scale,
            weightBytes: on,
            parameters: dense(on / 1e9),
          };
          const gigabytes = guessed ? 4 * scale : 16;
          const speed = machineSpeed(machine(name, gigabytes), guessed ? null : measurement);
          return predictSpeed({ weightBytes: one.weightBytes, parameters, gpuShare: 1 }, speed);
        };
        const [slow, fast] = [predict(1), predict(more)];
        assert.ok(fast.decode.expected >= slow.decode.expected * (1 - 1e-9));
        assert.ok(fast.prompt.expected >= slow.prompt.expected * (1 - 1e-9));
        assert.ok(fast.suggestion.expected <= slow.suggestion.expected * (1 + 1e-9));
        for (const { low, expected, high } of Object.values(slow)) {
          assert.ok(0 < low && low < expected && expected < high && Number.isFinite(high));
        }
      },
    ),
  );
});

it('says how a speed feels', () => {
  assert.deepEqual([100, 300, 301, 750, 751, 2000, 2001].map(suggestionPace), [
    'instant',
    'instant',
    'comfortable',
    'comfortable',
    'slow',
    'slow',
    'too-slow',
  ]);
  assert.deepEqual([60, 40, 39, 8, 7.9, 4, 3.9].map(chatPace), [
    'instant',
    'instant',
    'comfortable',
    'comfortable',
    'slow',
    'slow',
    'too-slow',
  ]);
});
