import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextRound } from 'node:timers/promises';
import { laneOf } from '../../../../src/engine/llama/lanes.ts';
import { Stage } from '../../../support/stage.ts';

const usual = { whenPreempted: 'default' } as const;

describe('what another program asks', () => {
  it('has a KV cache of its own', () => {
    const lanes = (
      ['keystroke', 'manual', 'warm-up', 'speculation', 'chat', 'refactor', 'server'] as const
    ).map(laneOf);
    assert.deepEqual(lanes, [...Array<string>(4).fill('completion'), 'chat', 'chat', 'server']);
  });

  for (const priority of ['keystroke', 'manual', 'chat', 'refactor'] as const) {
    it(`rests between two steps while the user’s ${priority} runs, and goes on behind it`, async () => {
      const stage = new Stage();
      const jobs = [stage.ask('other', 'server', { ...usual, steps: 3 })];
      await nextRound();
      jobs.push(stage.ask('mine', priority, { ...usual, steps: 2 }));
      for (const name of ['other', 'mine', 'mine', 'other', 'other']) await stage.let(name);
      await Promise.all(jobs);
      assert.equal(stage.happened, 'other( mine( )mine )other');
    });
  }

  for (const priority of ['chat', 'refactor'] as const) {
    it(`waits for the whole of a ${priority} that runs`, async () => {
      const stage = new Stage();
      const jobs = [stage.ask('mine', priority, { ...usual, steps: 3 })];
      await nextRound();
      jobs.push(stage.ask('other', 'server', usual));
      for (const name of ['mine', 'mine', 'mine', 'other']) await stage.let(name);
      await Promise.all(jobs);
      assert.equal(stage.happened, 'mine( )mine other( )other');
    });
  }

  for (const priority of ['warm-up', 'speculation'] as const) {
    it(`goes before ${priority}, for which nobody waits`, async () => {
      const stage = new Stage();
      const jobs = [stage.ask('ahead', priority, { ...usual, steps: 2 })];
      await nextRound();
      jobs.push(stage.ask('other', 'server', usual));
      for (const name of ['ahead', 'other', 'ahead']) await stage.let(name);
      await Promise.all(jobs);
      assert.equal(stage.happened, 'ahead( other( )other )ahead');
    });
  }

  it('is answered one after the other', async () => {
    const stage = new Stage();
    const jobs = ['a', 'b'].map((name) => stage.ask(name, 'server', { ...usual, steps: 2 }));
    for (const name of ['a', 'a', 'b', 'b']) await stage.let(name);
    await Promise.all(jobs);
    assert.equal(stage.happened, 'a( )a b( )b');
  });

  it('ends before a model takes the place of its own', async () => {
    const stage = new Stage();
    const jobs = [stage.ask('other', 'server', { ...usual, steps: 2 })];
    await nextRound();
    jobs.push(stage.ask('load', 'keystroke', { ...usual, exclusive: true }));
    for (const name of ['other', 'other', 'load']) await stage.let(name);
    await Promise.all(jobs);
    assert.equal(stage.happened, 'other( )other load( )load');
  });
});
