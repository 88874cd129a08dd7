import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { HeldOutLine } from '../../../bench/context/groundTruth.ts';
import { StarterScorer } from '../../../bench/context/starterScorer.ts';

const line: HeldOutLine = {
  path: 'src/enter.ts',
  line: 1,
  column: 2,
  text: 'export function enter(house: House): void {\n  \n  house.leave();\n}\n',
  removed: 'house.unlockFrontDoor(keyOfHouse);',
  needed: [],
};

describe('the starter model', () => {
  let scorer: StarterScorer | null = null;
  after(() => scorer?.dispose());

  it('finds a line likelier with a context that has its names, and the same line always as likely', async () => {
    scorer = await StarterScorer.load();
    const without = await scorer.natsPerByte(line, []);
    const text = 'export function unlock(house: House): void {\n  house.unlockFrontDoor(keyOfHouse);\n}';
    const with_ = await scorer.natsPerByte(line, [{ path: 'src/unlock.ts', text }]);
    assert.ok(without > 0.3, `${without}`);
    assert.ok(with_ < without - 0.2, `${with_} with, ${without} without`);
    assert.ok(Math.abs((await scorer.natsPerByte(line, [])) - without) < 1e-3);
  });

  it('has room for the file and for the context, however long both are', async () => {
    scorer ??= await StarterScorer.load();
    const long = { ...line, text: line.text + 'house.leave();\n'.repeat(2000) };
    const context = [
      { path: 'src/a.ts', text: 'house.enter();\n'.repeat(20) },
      { path: 'src/b.ts', text: 'house.enter();\n'.repeat(5000) },
    ];
    assert.ok(Number.isFinite(await scorer.natsPerByte(long, context)));
  });
});
