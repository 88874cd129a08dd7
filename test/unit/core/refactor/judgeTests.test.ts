import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileAccess } from '../../../../src/core/refactor/place.ts';
import { judgeAnswer, type Judgement } from '../../../../src/core/refactor/judge.ts';
import { testRecogniser } from '../../../../src/core/refactor/testRunner.ts';
import { says } from '../../../support/chatPorts.ts';
import { changes, fails, shop, shopFiles } from '../../../support/refactorScene.ts';
import { RefactorWorld } from '../../../support/refactorWorld.ts';

const test = "import { withTax } from './price.ts';\n\nexport const checks = withTax(1) === 1.19;";
const vitest = '{ "scripts": { "test": "vitest" } }';

/** Judges an answer with tests for `src/price.ts`, in a project with these files. */
async function judged(answer: string, files: Readonly<Record<string, string>>): Promise<Judgement> {
  const world = new RefactorWorld({ ...shopFiles, ...files });
  const access: FileAccess = {
    mayCreate: true,
    other: (path) => {
      const text = world.files[path];
      return text === undefined ? null : { path, text, language: 'ts' };
    },
  };
  const target = world.target('src/price.ts', 'withTax');
  const tests = { recognise: testRecogniser(world.ports.files), expected: 'src/price.test.ts' };
  return judgeAnswer(answer, { kind: 'tests', instruction: '', target, access, tests }, world.ports.syntax);
}

const inFile = (path: string): string => `\`\`\`ts ${path}\n${test}\n\`\`\`\n`;
const checkOf = ({ checks }: Judgement) => checks.find(({ name }) => name === 'tests');

describe('the check of tests', () => {
  it('passes where the runner runs them', async () => {
    const judgement = await judged(inFile('src/price.test.ts'), { 'package.json': vitest });
    assert.deepEqual(checkOf(judgement), {
      ...{ name: 'tests', ok: true },
      detail: 'vitest runs src/price.test.ts (which vitest includes by itself).',
    });
    assert.deepEqual([judgement.accepted, judgement.notes], [true, []]);
  });

  it('fails where it would not, and says where they belong', async () => {
    const judgement = await judged(inFile('src/price.check.ts'), { 'package.json': vitest });
    assert.equal(judgement.accepted, false);
    assert.deepEqual(judgement.problem, {
      code: 'check',
      message:
        'vitest does not run src/price.check.ts: it fits none of `**/*.{test,spec}.?(c|m)[jt]s?(x)` (which vitest includes by itself). Put the tests into src/price.test.ts.',
    });
    assert.equal(judgement.changes.length, 1);
  });

  it('names a pattern where the place that was asked for is not run either', async () => {
    const config = "({ test: { include: ['checks/**/*.ts'] } })";
    const judgement = await judged(inFile('src/price.check.ts'), {
      ...{ 'package.json': vitest, 'vitest.config.ts': config },
    });
    assert.match(judgement.problem?.message ?? '', /a file that is run, such as `checks\/\*\*\/\*\.ts`\.$/);
  });

  it('takes tests that were put into the code for none', async () => {
    const judgement = await judged(
      `\`\`\`ts\n${shopFiles['src/price.ts'].replace('price * rate', 'rate')}\`\`\``,
      {
        'package.json': vitest,
      },
    );
    assert.match(
      judgement.problem?.message ?? '',
      /^vitest does not run src\/price\.ts: .* into src\/price\.test\.ts\.$/,
    );
  });

  it('passes with a note where it can’t be told', async () => {
    const judgement = await judged(inFile('src/price.test.ts'), {
      ...{ 'package.json': vitest, 'vitest.config.ts': '({ test: { include } })' },
    });
    assert.equal(checkOf(judgement)?.ok, true);
    assert.deepEqual(judgement.notes, [checkOf(judgement)?.detail]);
    assert.match(judgement.notes[0] ?? '', /can't be told/);
  });

  it('is left out where there is no runner', async () => {
    const judgement = await judged(inFile('src/price.check.ts'), {});
    assert.deepEqual([judgement.accepted, checkOf(judgement)], [true, undefined]);
  });

  it('is made of what a model wrote, in the place that the runner runs', async () => {
    const made = shop([says(test)]);
    made.files['package.json'] = vitest;
    made.files['vitest.config.ts'] = "({ test: { include: ['checks/**/*.ts'] } })";
    const result = await made.run(made.request('tests', made.target('src/price.ts', 'withTax')));
    assert.equal(changes(result)[0]?.path, 'checks/price.test.ts');
    assert.match(made.asked(0), /The tests belong into checks\/price\.test\.ts\./);
    assert.ok(result.outcome.kind === 'change' && checkOf(result.outcome.judgement)?.ok);
  });

  it('is told to the model, and what can’t be told to the user', async () => {
    const made = shop([says(test), says(test)]);
    made.files['package.json'] = vitest;
    made.files['vitest.config.ts'] = "({ test: { include: ['checks/*/[0-9].ts'] } })";
    const failed = fails(await made.run(made.request('tests', made.target('src/price.ts', 'withTax'))));
    assert.match(failed.message, /^vitest does not run src\/price\.test\.ts/);
    assert.match(made.asked(1), /^That was refused\. vitest does not run src\/price\.test\.ts/);
    const unknown = shop([says(test)]);
    unknown.files['package.json'] = vitest;
    unknown.files['vitest.config.ts'] = '({ test: { include } })';
    const result = await unknown.run(unknown.request('tests', unknown.target('src/price.ts', 'withTax')));
    assert.match(result.notes.join(), /can't be told/);
  });
});
