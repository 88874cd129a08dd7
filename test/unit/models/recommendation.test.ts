/** What Hearth's own catalogue, fit and speeds recommend together, for machines as people have them. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { sizeOf, type CatalogueModel } from '../../../src/core/models/catalogue.ts';
import { nameOf } from '../../../src/core/models/candidates.ts';
import { fitOfChoice } from '../../../src/core/models/choiceFit.ts';
import type { Backend, Machine } from '../../../src/core/models/machine.ts';
import {
  recommend,
  type Recommendation,
  type RecommendationInput,
} from '../../../src/core/models/recommendation.ts';
import { modelRoles, type ModelRole } from '../../../src/core/models/roles.ts';
import type { SpeedMeasurement } from '../../../src/core/models/speed.ts';
import { readCatalogueFile } from '../../../src/models/catalogueFile.ts';

let models: readonly CatalogueModel[] = [];
before(async () => {
  const reading = await readCatalogueFile(path.join(import.meta.dirname, '../../../models/catalogue.json'));
  models = reading.catalogue?.models ?? [];
});

const GiB = 1024 ** 3;
const cpu = (total: number, free: number): Machine => ({
  backend: 'cpu',
  ram: { total: total * GiB, free: free * GiB },
  gpu: null,
});
/** A Mac whose GPU may use this part of the memory; the system and the editor hold 4 GiB. */
const mac = (total: number, share = 0.67): Machine => ({
  backend: 'metal',
  ram: { total: total * GiB, free: (total - 4) * GiB },
  gpu: { total: total * share * GiB, free: Math.min(total * share, total - 4) * GiB, unified: true },
});
const card = (vram: number, ram: number, backend: Backend = 'cuda'): Machine => ({
  backend,
  ram: { total: ram * GiB, free: ram * 0.8 * GiB },
  gpu: { total: vram * GiB, free: (vram - 0.7) * GiB, unified: false },
});

function ask(machine: Machine, change: Partial<RecommendationInput> = {}): Recommendation {
  return recommend({
    machine,
    measurement: null,
    models,
    fit: (choice, contextTokens) => fitOfChoice(choice, machine, contextTokens),
    ...change,
  });
}
function picked(recommendation: Recommendation, role: ModelRole): string | null {
  const pick = recommendation.roles[role]?.pick ?? null;
  return pick === null ? null : nameOf(pick.choice);
}
/** Llama 3.1 8B of 4 bits, as fast as this machine's memory of so many GB/s and its arithmetic allow. */
function measuredAt(bandwidth: number, parametersPerSecond: number): SpeedMeasurement {
  return {
    promptTokensPerSecond: parametersPerSecond / 8.03e9,
    decodeTokensPerSecond: (bandwidth * 1e9) / 4.92e9,
    weightBytes: 4.92e9,
    parameters: { total: 8.03e9, active: 8.03e9 },
  };
}

describe('without a measurement', () => {
  const coder30b = 'qwen3-coder-30b-a3b-instruct:UD-Q4_K_XL';
  const table: [what: string, machine: Machine, completion: string | null, chat: string | null][] = [
    [
      'a laptop of 8 GB without a GPU',
      cpu(8, 5),
      'qwen2.5-coder-0.5b:Q8_0',
      'qwen2.5-coder-1.5b-instruct:Q8_0',
    ],
    ['a Mac mini of 16 GB', mac(16), 'qwen2.5-coder-1.5b:Q8_0', 'seed-coder-8b-instruct:Q4_K_M'],
    ['a Mac mini of 24 GB', mac(24), 'qwen2.5-coder-1.5b:Q8_0', 'qwen2.5-coder-14b-instruct:Q4_K_M'],
    ['an M-series Mac of 48 GB', mac(48, 0.75), 'deepseek-coder-v2-lite-base:Q4_K_M', coder30b],
    ['an M-series Mac of 128 GB', mac(128, 0.75), coder30b, 'qwen3-coder-next:Q4_K_M'],
    ['a card of 12 GB', card(12, 32), 'qwen2.5-coder-7b:Q4_K_M', 'gemma-3-4b-it:Q4_K_M'],
    ['a card of 24 GB', card(24, 64), coder30b, coder30b],
    ['a server of 64 GB without a GPU', cpu(64, 60), 'qwen2.5-coder-0.5b:Q8_0', 'qwen3-coder-next:Q4_K_M'],
    ['a machine with 0.7 GB free', cpu(2, 0.7), null, null],
  ];
  for (const [what, machine, completion, chat] of table) {
    it(what, () => {
      const recommendation = ask(machine);
      assert.equal(picked(recommendation, 'completion'), completion);
      assert.equal(picked(recommendation, 'chat'), chat);
      assert.equal(recommendation.shared, completion !== null && completion === chat);
      assert.equal(recommendation.basis, 'guessed');
    });
  }
});

describe('with a measurement', () => {
  it('knows a fast machine from a slow one of the same memory', () => {
    const slow = ask(cpu(64, 60), { measurement: measuredAt(20, 0.1e12) });
    const fast = ask(cpu(64, 60), { measurement: measuredAt(350, 4e12) });
    assert.equal(slow.basis, 'measured');
    assert.ok(fast.quality > slow.quality + 50, `${fast.quality} after ${slow.quality}`);
    const speed = fast.roles.completion?.pick?.speed.suggestion;
    assert.ok(speed !== undefined && speed.expected <= 750 && speed.high < 1.3 * speed.expected);
  });
});

describe('the sentences', () => {
  it('say what it needs, how fast it will be, on what that rests, and why not more', () => {
    const { roles } = ask(mac(24), { measurement: measuredAt(103, 1.8e12) });
    assert.equal(
      roles.completion?.why,
      'Expect a suggestion in about 0.6 s (0.4 s to 0.7 s), at about 60 tokens a second (48 to 75), going by what was measured here. Qwen2.5-Coder 1.5B, stored as Q8_0 (8-bit, practically no loss of quality), fits well: with a context of 4,096 tokens it needs 2.1 GB of 15.9 GB free. Better ones would be too slow to type with, or not fit well.',
    );
  });
  it('say what is missing where nothing fits', () => {
    const { roles } = ask(cpu(2, 0.7));
    assert.match(
      roles.completion?.why ?? '',
      /^No model of the catalogue fits: the smallest, Qwen2\.5-Coder 0\.5B, needs 1\.\d GB, and 751\.6 MB are free\. The starter model, which ships with Hearth, stays in use\.$/,
    );
  });
  it('say that it is too slow where everything is', () => {
    const { roles } = ask(cpu(64, 60), { measurement: measuredAt(1, 0.001e12) });
    assert.match(roles.completion?.why ?? '', /that fits would be too slow here\. The starter model/);
    assert.match(roles.chat?.why ?? '', /that fits would be too slow here\.$/);
  });
  it('say that a card holds it, not the whole machine', () => {
    const { roles } = ask(card(12, 32));
    assert.match(roles.completion?.why ?? '', / of 11\.\d GB free\./);
  });
  it('say that the catalogue has none', () => {
    const { roles } = ask(mac(16), { models: [] });
    assert.match(roles.chat?.why ?? '', /^The catalogue has no model for this\.$/);
  });
});

describe('the alternatives', () => {
  it('are a smaller, faster one and a better one', () => {
    for (const machine of [mac(16), mac(24), card(12, 32), cpu(64, 60)]) {
      for (const role of modelRoles) {
        const { pick, smaller, larger } = ask(machine).roles[role] ?? {};
        assert.ok(pick !== undefined && pick !== null);
        if (smaller !== null && smaller !== undefined) {
          assert.ok(sizeOf(smaller.choice.quantization).bytes < sizeOf(pick.choice.quantization).bytes);
          assert.ok(smaller.speed.suggestion.expected < pick.speed.suggestion.expected);
        }
        if (larger !== null && larger !== undefined) {
          assert.ok((larger.choice.model.strength?.[role] ?? 0) > (pick.choice.model.strength?.[role] ?? 0));
          assert.notEqual(larger.fit.verdict, 'does-not-fit');
        }
      }
    }
    const { smaller, larger } = ask(mac(16)).roles.completion ?? {};
    assert.equal(smaller && nameOf(smaller.choice), 'qwen2.5-coder-1.5b:Q4_K_M');
    assert.equal(larger && nameOf(larger.choice), 'mellum-4b-base:Q4_K_M');
  });
});

describe('a wish', () => {
  it('for one role alone leaves it all of the memory', () => {
    const alone = ask(mac(24), { roles: ['chat'] });
    assert.deepEqual(Object.keys(alone.roles), ['chat']);
    const both = ask(mac(24)).roles.chat?.pick?.quality ?? 0;
    assert.ok((alone.roles.chat?.pick?.quality ?? 0) > both);
  });
  it('for models that forbid paid work must be said', () => {
    const ids = (allowNonCommercial: boolean) =>
      [4, 8, 16, 24, 48].flatMap((size) =>
        modelRoles.map((role) => {
          const measurement = measuredAt(400, 5e12);
          return ask(mac(size), { measurement, allowNonCommercial }).roles[role]?.pick?.choice.model.licence;
        }),
      );
    assert.ok(!ids(false).some((licence) => licence?.nonCommercial === true));
    assert.ok(ids(true).some((licence) => licence?.nonCommercial === true));
  });
});

const machines = fc.oneof(
  fc.record({ kind: fc.constant('cpu' as const), size: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('metal' as const), size: fc.integer({ min: 5, max: 300 }) }),
  fc.record({ kind: fc.constant('cuda' as const), size: fc.integer({ min: 2, max: 96 }) }),
);
type Kind = 'cpu' | 'metal' | 'cuda';
const build = (kind: Kind, size: number): Machine => {
  if (kind === 'cpu') return cpu(size, size * 0.8);
  return kind === 'metal' ? mac(size) : card(size, 32);
};
const measurement = fc.option(
  fc.record({
    bandwidth: fc.double({ min: 2, max: 2000, noNaN: true }),
    compute: fc.double({ min: 0.01e12, max: 60e12, noNaN: true }),
  }),
);

it('what is recommended always fits, together too, is fast enough or said to be slow, and is the same each time', () => {
  fc.assert(
    fc.property(machines, measurement, ({ kind, size }, speed) => {
      const machine = build(kind, size);
      const input = { measurement: speed === null ? null : measuredAt(speed.bandwidth, speed.compute) };
      const recommendation = ask(machine, input);
      let together = 0;
      for (const role of modelRoles) {
        const one = recommendation.roles[role];
        assert.ok(one !== undefined && one.why.length > 20);
        if (one.pick === null) continue;
        const { fit, pace, choice } = one.pick;
        assert.notEqual(fit.verdict, 'does-not-fit');
        assert.notEqual(pace, 'too-slow');
        if (pace === 'slow') assert.match(one.why, /It will be slow/);
        if (fit.verdict === 'tight') assert.match(one.why, /only just/);
        if (role === 'completion') assert.ok(choice.model.fillInTheMiddle);
        assert.notEqual(choice.model.licence.nonCommercial, true);
        if (!recommendation.shared || role === 'chat') together += sizeOf(choice.quantization).bytes;
      }
      assert.ok(together <= machine.ram.free + (machine.gpu?.unified === false ? machine.gpu.free : 0));
      assert.deepEqual(ask(machine, input), recommendation);
    }),
    { numRuns: 150 },
  );
});

it('more memory or more speed never gives a lower quality', () => {
  fc.assert(
    fc.property(
      machines,
      measurement,
      fc.integer({ min: 0, max: 100 }),
      fc.double({ min: 1, max: 8, noNaN: true }),
      ({ kind, size }, speed, moreMemory, moreSpeed) => {
        const at = (memory: number, factor: number) =>
          ask(build(kind, memory), {
            measurement: speed === null ? null : measuredAt(speed.bandwidth * factor, speed.compute * factor),
          }).quality;
        const before = at(size, 1);
        const after = at(size + moreMemory, speed === null ? 1 : moreSpeed);
        assert.ok(after >= before, `${after} after ${before}`);
      },
    ),
    { numRuns: 250 },
  );
});
