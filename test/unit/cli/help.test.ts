import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { usage } from '../../../src/cli/arguments.ts';
import { helpFor } from '../../../src/cli/help.ts';
import { modelsUsage } from '../../../src/cli/modelsArguments.ts';
import { nodeProblem } from '../../../src/cli/nodeVersion.ts';

describe('help', () => {
  const table: readonly (readonly [args: readonly string[], help: string | null])[] = [
    [['help'], usage],
    [['--help'], usage],
    [['-h'], usage],
    [['help', 'serve'], usage],
    [['serve', '--help'], usage],
    [['import', '-h'], usage],
    [['chat', 'Why?', '--json', '--help'], usage],
    [['help', 'models'], modelsUsage],
    [['models', '--help'], modelsUsage],
    [['models', 'list', '--help'], modelsUsage],
    [['--help', 'models'], modelsUsage],
    [[], null],
    [['serve'], null],
    [['chat', 'What does --help do?'], null],
    [['chat', '--', '--help'], null],
  ];
  for (const [args, help] of table) {
    const what = help === null ? 'nothing' : help === usage ? 'the usage' : 'that of models';
    it(`is ${what} for "${args.join(' ')}"`, () => assert.equal(helpFor(args), help));
  }
});

describe('the version of Node', () => {
  for (const version of ['22.0.0', '22.12.0', '24.1.0', '100.0.0'])
    it(`may be ${version}`, () => assert.equal(nodeProblem(version), null));
  for (const version of ['20.19.5', '18.0.0', '9.11.2', '21.7.3']) {
    it(`can't be ${version}`, () =>
      assert.equal(
        nodeProblem(version),
        `Hearth needs Node 22 or newer, and this is Node ${version}: run it with another one.`,
      ));
  }
});
