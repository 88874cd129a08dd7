import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shapeOfChoice } from '../../../../src/core/models/choiceFit.ts';
import { choicesOf } from '../../../../src/core/models/catalogue.ts';
import type { Machine } from '../../../../src/core/models/machine.ts';
import type { LoadedModel, ModelMemory, VramState } from '../../../../src/engine/protocol.ts';
import { fitOfShape, gpuOf, machineForFit, type Own } from '../../../../src/host/models/fits.ts';
import { catalogueModel, GB, machine, settings } from './world.ts';

function model(memory: Partial<ModelMemory>, vram: VramState | null = null): LoadedModel {
  const none = { weights: 4 * GB, kvCache: 1 * GB, compute: 0.5 * GB, device: 0, host: 5.5 * GB };
  return { memory: { ...none, ...memory }, vram } as LoadedModel;
}

/** A model that was loaded at 1000, and still is. */
function loaded(memory: Partial<ModelMemory>): Own {
  return { model: model(memory), loaded: true, since: 1000 };
}

const card: Machine = {
  backend: 'cuda',
  ram: machine.ram,
  gpu: { total: 8 * GB, free: 2 * GB, unified: false },
};

describe('machineForFit', () => {
  it('gives back what our own model holds: on the CPU all but the weights, which are mapped', () => {
    assert.equal(machineForFit(machine, [loaded({})], []).ram.free, 13.5 * GB);
  });

  it('gives back a card’s memory there, and none of it to the machine', () => {
    const { ram, gpu } = machineForFit(card, [loaded({ device: 5.5 * GB, host: 0 })], []);
    assert.equal(ram.free, card.ram.free);
    assert.equal(gpu?.free, 7.5 * GB);
  });

  it('gives it back to both where the GPU shares the machine’s memory', () => {
    const metal: Machine = {
      backend: 'metal',
      ram: machine.ram,
      gpu: { total: 10 * GB, free: 4 * GB, unified: true },
    };
    const { ram, gpu } = machineForFit(metal, [loaded({ device: 5.5 * GB, host: 0 })], []);
    assert.equal(ram.free, 13.5 * GB);
    assert.equal(gpu?.free, 9.5 * GB);
  });

  it('takes away what models of other windows hold', () => {
    const others = [
      { mappedBytes: 3 * GB, deviceBytes: 0, since: 0 },
      { mappedBytes: 2 * GB, deviceBytes: 0, since: 0 },
    ];
    assert.equal(machineForFit(machine, [], others).ram.free, 7 * GB);
  });

  it('knows the GPU of a model that was given up: all that it held is free', () => {
    const gone = { ...loaded({ device: 5.5 * GB, host: 0 }), loaded: false };
    const { ram, gpu } = machineForFit(card, [gone], []);
    assert.deepEqual([ram.free, gpu?.free], [card.ram.free, 7.5 * GB]);
    assert.equal(machineForFit(machine, [{ ...loaded({}), loaded: false }], []).ram.free, machine.ram.free);
  });

  it('takes from a card what others have loaded since it was looked at', () => {
    const own = loaded({ device: 1 * GB, host: 0 });
    const held = (since: number) => [{ mappedBytes: 0, deviceBytes: 1.5 * GB, since }];
    assert.equal(machineForFit(card, [own], held(2000)).gpu?.free, 1.5 * GB);
    assert.equal(machineForFit(card, [own], held(500)).gpu?.free, 3 * GB);
  });

  it('never says less than nothing, or more than there is', () => {
    const much = [{ mappedBytes: 30 * GB, deviceBytes: 0, since: 0 }];
    assert.equal(machineForFit(machine, [], much).ram.free, 0);
    const huge = loaded({ kvCache: 40 * GB });
    assert.equal(machineForFit(machine, [huge], []).ram.free, machine.ram.total);
    assert.equal(machineForFit(card, [loaded({ device: 90 * GB })], []).gpu?.free, 8 * GB);
  });

  it('counts what the engine does not know as nothing', () => {
    const silent = { ...loaded({}), model: { memory: null, vram: null } as LoadedModel };
    const partly = loaded({ kvCache: null, compute: null });
    assert.deepEqual(machineForFit(machine, [silent, partly], []), machine);
  });
});

describe('gpuOf', () => {
  it('is the GPU as the engine saw it', () => {
    const vram = { backend: 'cuda', total: 8 * GB, free: 5 * GB, unifiedSize: 0 };
    assert.deepEqual(gpuOf(model({}, vram)), {
      backend: 'cuda',
      total: 8 * GB,
      free: 5 * GB,
      unified: false,
    });
    assert.equal(gpuOf(model({}, { ...vram, backend: 'metal', unifiedSize: 8 * GB }))?.unified, true);
    assert.equal(gpuOf(model({}, { ...vram, backend: 'unknown' })), null);
    assert.equal(gpuOf(model({})), null);
    assert.equal(gpuOf(null), null);
  });
});

describe('fitOfShape', () => {
  it('asks for no more context than the model was trained for', () => {
    const [choice] = choicesOf(catalogueModel({ contextTokens: 2048 }));
    assert.ok(choice !== undefined);
    const fit = fitOfShape(shapeOfChoice(choice), machine, { ...settings, contextTokens: 100_000 });
    assert.equal(fit.contextTokens, 2048);
  });
});
