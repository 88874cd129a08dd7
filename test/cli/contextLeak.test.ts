import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { analyse } from '../../bench/context/analysis.ts';
import { hearth } from '../../bench/context/methods/hearth.ts';
import { shippedParsers } from '../support/grammars.ts';
import { canary, heldOutLines, madeUp, shop } from '../unit/bench/contextWorld.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

const budgets = [64, 256, 1024, 4096];

describe('hearth context', () => {
  it('has nothing of a line that is on the disk, but not in the text that it was given', async () => {
    const { analysis, lines } = await heldOutLines(madeUp(shop), parsers);
    const held = [...lines.values()].filter(({ removed }) => removed.includes(canary));
    assert.equal(held.length, 2);
    const contexts = await hearth.contexts(analysis, held, budgets, parsers);
    assert.ok(contexts.every((ofLine) => ofLine.at(-1)?.some(({ path }) => path !== 'src/checkout.ts')));
    assert.ok(!JSON.stringify(contexts).includes(canary));
  });

  it('finds what it finds in a workspace that never had the line', async () => {
    const { analysis, lines } = await heldOutLines(madeUp(shop), parsers);
    const held = [...lines.values()].filter(({ path }) => path === 'src/checkout.ts');
    assert.ok(held.length > 3);
    const contexts = await hearth.contexts(analysis, held, budgets, parsers);
    for (const [index, line] of held.entries()) {
      const without = await analyse(madeUp({ ...shop, [line.path]: line.text }), parsers);
      const [expected] = await hearth.contexts(without, [line], budgets, parsers);
      assert.deepEqual(contexts[index], expected, line.removed);
    }
  });
});
