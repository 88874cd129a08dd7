import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { definitionHead } from '../../../../../src/core/refactor/answer/definesName.ts';
import { fencesOf, pathOfFence } from '../../../../../src/core/refactor/answer/fences.ts';

describe('fencesOf', () => {
  const table: [why: string, text: string, codes: string[], closed: boolean, prose: boolean][] = [
    ['none', 'a ` b', [], true, true],
    ['one', '```js\na\n```', ['a'], true, false],
    ['two', 'x\n```\na\n```\ny\n```\nb\n```', ['a', 'b'], true, true],
    ['longer marks', '````\n```\na\n```\n````', ['```\na\n```'], true, false],
    ['tildes around backticks', '~~~\n```\na\n~~~', ['```\na'], true, false],
    ['a fence with a language in another', '```md\n```js\na\n```\n```', ['```js\na\n```'], true, false],
    ['a fence in a comment', '```js\n/*\n```\na\n```\n*/\n```', ['/*\n```\na\n```\n*/'], true, false],
    ['an output behind the code', '```js\na\n```\nprints\n```\nb\n```', ['a', 'b'], true, true],
    ['one that does not end', 'x\n```js\na', ['a'], false, true],
    ['code in a sentence', '```a``` is\nb', [], true, true],
    ['marks that are indented as code', '    ```\n    a', [], true, true],
    ['a heading under which tildes stand', 'title\n~~~~~\na', [], true, true],
    ['an empty one', '```\n```', [''], true, false],
  ];
  for (const [why, text, codes, closed, prose] of table)
    it(why, () => {
      const found = fencesOf(text);
      assert.deepEqual(
        found.fences.map(({ code }) => code),
        codes,
      );
      assert.equal(
        found.fences.every((fence) => fence.closed),
        closed,
      );
      assert.equal(found.prose, prose);
    });
});

describe('pathOfFence', () => {
  const table: [info: string, above: string, path: string | null][] = [
    ['ts', '', null],
    ['ts src/a.ts', '', 'src/a.ts'],
    ['typescript:src/a.ts', '', 'src/a.ts'],
    ['ts title="src/a.ts"', '', 'src/a.ts'],
    ['ts {path=src/a.ts}', '', null],
    ['10:20:src/a.ts', '', 'src/a.ts'],
    ['src\\b\\a.ts', '', 'src/b/a.ts'],
    ['ts', '### `src/a.ts`', 'src/a.ts'],
    ['ts', '**src/a.ts**:', 'src/a.ts'],
    ['ts', 'File: src/a.ts', 'src/a.ts'],
    ['ts', 'In `src/a.ts`, change this:', 'src/a.ts'],
    ['ts', 'Call `self.total` here:', null],
    ['ts', 'Here is the code.', null],
    ['c++', '', null],
  ];
  for (const [info, above, path] of table)
    it(`of ${JSON.stringify(info)} under ${JSON.stringify(above)} is ${path ?? 'none'}`, () => {
      assert.equal(pathOfFence({ info, above }), path);
    });
});

describe('definitionHead', () => {
  const isHead = definitionHead('run');
  for (const line of [
    'def run(self):',
    'async def run():',
    'function run() {',
    'export const run = () => {',
    'func (r *Runner) run() error {',
    'func run[T any](a T) {',
    'pub fn run<T>(a: T) -> u8 {',
    '  run(a) {',
    '  async run() {',
    '  public static int run(int a) {',
    'void A::run(int a)',
    'class run:',
    'def self.run(a)',
    'app.run = function () {',
    '  run: function () {',
    '  override fun run() =',
    'int run(int a) {',
  ])
    it(`is ${line}`, () => {
      assert.ok(isHead(line));
    });
  for (const line of [
    'run(a);',
    '  return run(a)',
    'await run();',
    'x = run(a)',
    'this.run(a)',
    'if (run(a)) {',
    'const runner = 1',
    'prerun() {',
    'if run == 1:',
    '// run',
    'assert run(a)',
  ])
    it(`is not ${line}`, () => {
      assert.ok(!isHead(line));
    });
});
