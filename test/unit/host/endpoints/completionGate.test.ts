import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { completionGate } from '../../../../src/host/endpoints/completionGate.ts';
import { EndpointCompletionWorld as World } from '../../../support/completionEndpoint.ts';
import { MadeUpGate, madeUpEndpoint, madeUpRedactor } from '../../../support/scriptedEndpoint.ts';

describe('what may leave', () => {
  const gated = (where: Endpoint['class'], made: MadeUpGate): World => {
    const clear = completionGate(
      { gate: made.gate, redactor: madeUpRedactor, deny: () => made.deny },
      madeUpEndpoint({ name: 'Box', class: where }),
    );
    return new World(where, { clear });
  };

  it('is all of it on this machine, in any workspace', async () => {
    const made = new MadeUpGate();
    made.trusted = false;
    const world = gated('local', made);
    await world.begin({ prefix: 'key = "SECRET1" + ' });
    assert.match(world.last.query.prompt ?? '', /SECRET1/);
    assert.equal(world.last.call.about.redactions, 0);
  });

  it('is nothing before the user agreed for the workspace, and nobody is asked as one types', async () => {
    const made = new MadeUpGate();
    for (const where of ['own-network', 'cloud'] as const) {
      const world = gated(where, made);
      const { answer, outcome } = await world.begin();
      assert.equal(await outcome, 'forbidden');
      await assert.rejects(answer, /before you agreed for this workspace/);
      assert.deepEqual([made.shown.length, world.abilities], [0, 0]);
      made.stored.set('Box', 'always');
      made.trusted = false;
      assert.equal(await (await gated(where, made).begin()).outcome, 'forbidden');
      made.trusted = true;
      await world.begin();
      assert.equal(world.asked.length, 1);
      made.stored.clear();
    }
  });

  it('has no secrets and no denied files in it, and the secrets come back', async () => {
    const made = new MadeUpGate();
    made.stored.set('Box', 'always');
    made.deny = ['lib/**'];
    const world = gated('cloud', made);
    const { answer } = await world.begin({ prefix: 'key = "SECRET1";\nother = ', suffix: '; // SECRET2\n' });
    const { query, call } = world.last;
    assert.doesNotMatch(JSON.stringify(query), /SECRET|lib\/b\.ts/);
    assert.equal(call.about.redactions, 2);
    await world.last.end('"HELD_1_";');
    assert.equal((await answer).text, '"SECRET1";');
    made.deny = ['src/a.ts'];
    assert.equal(await (await world.begin()).outcome, 'forbidden');
    made.deny = ['x'.repeat(400)];
    const { answer: none } = await world.begin();
    await assert.rejects(none, /can't be read/);
    assert.equal(world.asked.length, 1);
  });
});
