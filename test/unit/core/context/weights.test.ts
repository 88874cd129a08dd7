import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { featureNames, type Features } from '../../../../src/core/context/features.ts';
import { unseenWeights, visibleWeights } from '../../../../src/core/context/learntWeights.ts';
import { probability } from '../../../../src/core/context/weights.ts';

const features = (value: (name: string) => number): Features =>
  Object.fromEntries(featureNames.map((name) => [name, value(name)])) as unknown as Features;

describe('probability', () => {
  it('is the logistic function of the weighted sum', () => {
    const of = features((name) => (name === 'near' ? 2 : 0));
    const half = probability(
      features(() => 0),
      { bias: 0, of },
    );
    assert.equal(half, 0.5);
    const one = probability(
      features((name) => (name === 'near' ? 0.5 : 1)),
      { bias: -1, of },
    );
    assert.equal(one, 0.5);
    assert.ok(
      Math.abs(
        probability(
          features(() => 1),
          { bias: 0, of },
        ) -
          1 / (1 + Math.exp(-2)),
      ) < 1e-12,
    );
  });

  it('lies between 0 and 1 by the weights that were learnt, for whatever is found', () => {
    const any = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: featureNames.length,
      maxLength: featureNames.length,
    });
    fc.assert(
      fc.property(any, (values) => {
        const found = features((name) => values[featureNames.findIndex((one) => one === name)] ?? 0);
        for (const weights of [visibleWeights, unseenWeights]) {
          const score = probability(found, weights);
          assert.ok(score > 0 && score < 1);
        }
      }),
    );
  });

  it('has a weight for each feature, and no other', () => {
    for (const { of } of [visibleWeights, unseenWeights]) {
      assert.deepEqual(Object.keys(of).sort(), [...featureNames].sort());
      assert.ok(Object.values(of).every(Number.isFinite));
    }
  });
});
