import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from '../../../../src/host/redaction/redactor.ts';
import { innocentTexts, lookalikes } from '../../../support/innocentTexts.ts';
import { scoreInnocent, scoreSecrets } from '../../../support/redactionScore.ts';
import { secretCorpus } from '../../../support/secretCorpus.ts';

/** Drawn anew, so that nothing was tuned on just these secrets. */
const seed = 20_26;
const scoring = scoreSecrets(secretCorpus(seed, 8));

test('planted secrets are found: 97 of a hundred, and 8 of 10 of each kind', async (context) => {
  const scores = (await scoring).filter(({ heldOut }) => !heldOut);
  const planted = scores.reduce((sum, one) => sum + one.planted, 0);
  const found = scores.reduce((sum, one) => sum + one.found, 0);
  for (const { kind, planted: of, found: right } of scores) context.diagnostic(`${kind}: ${right} of ${of}`);
  assert.ok(planted >= 200, `only ${planted} secrets`);
  assert.ok(scores.length >= 25, `only ${scores.length} kinds`);
  assert.ok(found / planted >= 0.97, `${found} of ${planted}`);
  assert.deepEqual(
    scores.filter((one) => one.found / one.planted < 0.8).map(({ kind }) => kind),
    [],
  );
});

test('of kinds that no rule names, more than half are found', async (context) => {
  const scores = (await scoring).filter(({ heldOut }) => heldOut);
  for (const { kind, planted, found } of scores) context.diagnostic(`${kind}: ${found} of ${planted}`);
  const share = (of: (score: (typeof scores)[number]) => number) =>
    scores.reduce((sum, one) => sum + of(one), 0);
  assert.ok(share((one) => one.found) / share((one) => one.planted) >= 0.5);
});

test('beside the planted secrets nearly nothing is replaced', async () => {
  const scores = await scoring;
  const extra = scores.reduce((sum, one) => sum + one.extra, 0);
  const planted = scores.reduce((sum, one) => sum + one.planted, 0);
  // The public halves of JSON Web Keys look like their private ones.
  assert.ok(extra / planted <= 0.02, `${extra} beside ${planted}`);
});

test('in real code there is at most one false alarm in 5,000 lines', async (context) => {
  // A false alarm costs a name that the model does not see, and is undone in its answer: rare is good enough. In
  // larger samples there was one in about 40,000 lines.
  const texts = [...innocentTexts(['src', 'docs', 'bench'], 3), ...innocentTexts(['node_modules'], 60)];
  const { lines, alarms } = await scoreInnocent(texts);
  context.diagnostic(`${alarms.length} in ${lines} lines`);
  assert.ok(lines >= 20_000, `only ${lines} lines`);
  assert.ok(alarms.length <= lines / 5000, alarms.join('\n'));
});

test('what only looks like a secret stays', async () => {
  for (const line of lookalikes) {
    const { text } = await createRedactor({ emails: true }).redact(line);
    assert.equal(text, line);
  }
});
