import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { completeArguments, doctorArguments, replayArguments, usage } from '../../../src/cli/arguments.ts';
import { CliError, exitCode } from '../../../src/cli/output.ts';

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');
const here = path.resolve('.');
const common = {
  ...{ workspace: here, model: null, json: false, text: null, batch: null },
  ...{ offline: false, verbose: false },
};
const plain = { ...common, positions: ['a.ts:1:0'], maxTokens: 96, multiline: false, raw: false };

describe('replayArguments', () => {
  const replay = { ...common, trace: 'a.jsonl', mode: 'virtual', maxTokens: 96 };
  const table: [line: string, options: object][] = [
    ['a.jsonl', {}],
    ['a.jsonl --lockstep --max-tokens 8', { mode: 'lockstep', maxTokens: 8 }],
    ['--realtime a.jsonl --json', { mode: 'realtime', json: true }],
    ['a.jsonl --prompt-speed 300 --decode-speed 20', { speed: { prompt: 300, decode: 20 } }],
  ];
  for (const [line, options] of table) {
    it(`reads ${line}`, () =>
      assert.deepEqual(replayArguments(words(line)), {
        ...replay,
        speed: { prompt: 1000, decode: 60 },
        ...options,
      }));
  }
});

describe('completeArguments', () => {
  const table: [line: string, options: object][] = [
    ['a.ts:1:0', {}],
    ['--json a.ts:1:0', { json: true }],
    ['a.ts:1:0 --json --verbose', { json: true, verbose: true }],
    ['a.ts:1:0 --workspace /shop', { workspace: path.resolve('/shop') }],
    ['a.ts:1:0 --workspace shop/../shop', { workspace: path.join(here, 'shop') }],
    ['a.ts:1:0 --model m.gguf', { model: path.join(here, 'm.gguf') }],
    ['a.ts:1:0 --model=/m.gguf', { model: path.resolve('/m.gguf') }],
    ['a.ts:1:0 --text -', { text: '-' }],
    ['a.ts:1:0 --text now.ts', { text: 'now.ts' }],
    ['--batch all.jsonl', { batch: 'all.jsonl', positions: [] }],
    ['--batch -', { batch: '-', positions: [] }],
    ['a.ts:1:0 --max-tokens 1', { maxTokens: 1 }],
    ['a.ts:1:0 --max-tokens=4096', { maxTokens: 4096 }],
    ['a.ts:1:0 --multiline --raw', { multiline: true, raw: true }],
    ['a.ts:1:0 --seed 7', {}],
    ['a.ts:1:0 --offline', { offline: true }],
    ['a.ts:1:0 --max-tokens 5 --max-tokens 6', { maxTokens: 6 }],
    ['-- --odd-name.ts:1:0', { positions: ['--odd-name.ts:1:0'] }],
  ];
  for (const [line, options] of table) {
    it(line, () => assert.deepEqual(completeArguments(words(line)), { ...plain, ...options }));
  }

  it('takes a position with blanks and colons as it stands', () => {
    assert.deepEqual(completeArguments(['C:\\my files\\a.ts:1:0']).positions, ['C:\\my files\\a.ts:1:0']);
  });

  const wrong: [line: string, message: RegExp][] = [
    ['', /one position FILE:LINE:COL, not 0/],
    ['a.ts:1:0 b.ts:1:0', /one position FILE:LINE:COL, not 2/],
    ['a.ts:1:0 --batch b.jsonl', /either a position or --batch/],
    ['--batch b.jsonl --text now.ts', /leave out --text/],
    ['a.ts:1:0 --frobnicate', /--frobnicate/],
    ['a.ts:1:0 --json=yes', /--json/],
    ['a.ts:1:0 --model', /--model/],
    ['a.ts:1:0 --max-tokens 0', /--max-tokens takes a whole number from 1 to 4096, not "0"/],
    ['a.ts:1:0 --max-tokens 4097', /--max-tokens takes a whole number/],
    ['a.ts:1:0 --max-tokens 1.5', /--max-tokens takes a whole number/],
    ['a.ts:1:0 --max-tokens many', /--max-tokens takes a whole number/],
    ['a.ts:1:0 --max-tokens=-5', /--max-tokens takes a whole number/],
    ['a.ts:1:0 --max-tokens=', /--max-tokens takes a whole number/],
    ['a.ts:1:0 --max-tokens Infinity', /--max-tokens takes a whole number/],
    ['a.ts:1:0 --seed x', /--seed takes a whole number/],
    ['a.ts:1:0 --seed=-1', /--seed takes a whole number/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses "${line}"`, () => refuses(() => completeArguments(words(line)), message));
  }
});

describe('doctorArguments', () => {
  it('takes the options of every command', () => {
    assert.deepEqual(doctorArguments([]), common);
    const given = doctorArguments(words('--json --model m.gguf --verbose'));
    assert.deepEqual(given, { ...common, json: true, verbose: true, model: path.join(here, 'm.gguf') });
  });

  const wrong: [line: string, message: RegExp][] = [
    ['now', /no argument such as now/],
    ['--max-tokens 5', /--max-tokens/],
    ['--raw', /--raw/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses "${line}"`, () => refuses(() => doctorArguments(words(line)), message));
  }
});

describe('usage', () => {
  it('names every option, the exit codes, and fits a terminal', () => {
    for (const option of 'workspace model json text batch seed verbose max-tokens multiline raw'.split(' ')) {
      assert.match(usage, new RegExp(`^  --${option}\\b`, 'm'));
    }
    for (const code of Object.values(exitCode)) assert.match(usage, new RegExp(`\\b${code} \\w`));
    for (const line of usage.split('\n')) assert.ok(line.length <= 100, line);
  });
});

function refuses(parse: () => unknown, message: RegExp): void {
  assert.throws(parse, (error) => {
    assert.ok(error instanceof CliError);
    assert.deepEqual([error.code, error.exit], ['usage', exitCode.badInput]);
    assert.match(error.message, message);
    return true;
  });
}
