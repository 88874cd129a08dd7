import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { instructionOf, refactorRecipes, saidOf } from '../../../../src/core/refactor/kinds.ts';
import { refactorKinds } from '../../../../src/core/refactor/types.ts';
import { filledInstruction, parseUserRefactor } from '../../../../src/core/refactor/userKinds.ts';

const read = (text: string, path = '.hearth/refactors/log.md') => parseUserRefactor(path, text);
const problem = (text: string, path?: string): string => {
  const parsed = read(text, path);
  return 'problem' in parsed ? parsed.problem : assert.fail(`it was read as ${parsed.title}`);
};

describe('the refactors that Hearth brings', () => {
  it('say what they do, and need words only where they end with a colon', () => {
    for (const kind of refactorKinds) {
      const recipe = refactorRecipes[kind];
      assert.equal(recipe.kind, kind);
      assert.match(recipe.description, /\.$/);
      assert.equal(recipe.words === 'needed', recipe.instruction.endsWith(':'), kind);
      assert.equal(recipe.words === 'none', recipe.prompt === '', kind);
    }
  });

  it('are asked for with all that the user said, in order', () => {
    const { rewrite, simplify } = refactorRecipes;
    assert.equal(instructionOf(rewrite, ['', 'Use a map.']), `${rewrite.instruction}\nUse a map.`);
    assert.equal(
      instructionOf(simplify, ['First.', ' Then. ']),
      `${simplify.instruction}\n\nFirst.\n\nThen.`,
    );
    assert.equal(instructionOf(simplify, [' ']), simplify.instruction);
  });

  it('name nothing of the code by their own words', () => {
    const { simplify } = refactorRecipes;
    assert.equal(saidOf(simplify, ['Drop total.', 'Shorter.']), 'Drop total.\nShorter.');
    const own = { ...simplify, instruction: 'Rename total to sum.' };
    assert.equal(saidOf(own, ['Shorter.']), 'Rename total to sum.\nShorter.');
  });
});

describe('a refactor of the project', () => {
  it('is read from its front matter and the instruction below', () => {
    const parsed = read(
      '---\ntitle: "Add logging"\ndescription: Logs what it does. # for support\nscope: definition\nformat: places\n---\n\nLog each call of {{selection}} in {{ language }}.\n',
    );
    assert.ok(!('problem' in parsed));
    const { id, kind, title, description, scope, form, instruction } = parsed;
    assert.deepEqual(
      { id, kind, title, description, scope, form },
      {
        ...{ id: 'log', kind: 'convert', title: 'Add logging', description: 'Logs what it does.' },
        ...{ scope: 'definition', form: 'places' },
      },
    );
    assert.equal(
      filledInstruction(instruction, { selection: 'run({{language}})', language: 'ts' }),
      'Log each call of run({{language}}) in ts.',
    );
  });

  it('needs a title and an instruction alone, whatever its line ends', () => {
    const parsed = read('\uFEFF---\r\n# ours\r\ntitle: Log\r\n---\r\nLog it.\r\n');
    assert.ok(!('problem' in parsed));
    assert.deepEqual(
      [parsed.title, parsed.kind, parsed.scope, parsed.form, parsed.instruction],
      ['Log', 'rewrite', 'selection', 'place', 'Log it.'],
    );
  });

  it('says what is wrong with a file, in one sentence', () => {
    const bad: readonly (readonly [string, RegExp])[] = [
      ['', /has to begin with front matter/],
      ['Log it.', /has to begin with front matter/],
      ['---\ntitle: Log\n', /has to begin with front matter/],
      ['---\ntitle: Log\n---\n', /no instruction/],
      ['---\ntitle: Log\n---\n   \n', /no instruction/],
      ['---\n---\nLog it.', /no title/],
      ['---\ntitle:\n---\nLog it.', /no title/],
      [`---\ntitle: ${'x'.repeat(81)}\n---\nLog it.`, /title is longer than 80/],
      ['---\ntitle: Log\nscope: line\n---\nLog it.', /scope is "line", not selection, definition or file/],
      ['---\ntitle: Log\nformat: diff\n---\nLog it.', /format is "diff", not place or places/],
      ['---\ntitle: Log\ncolour: red\n---\nLog it.', /a field colour/],
      ['---\ntitle: Log\ntitle: Log\n---\nLog it.', /two fields title/],
      ['---\ntitle: Log\n- a\n---\nLog it.', /line 3 is not NAME: VALUE/],
      [
        '---\ntitle: Log\n---\nLog {{file}}.',
        /\{\{file\}\}; there are \{\{selection\}\} and \{\{language\}\}/,
      ],
      [`---\ntitle: Log\n---\n${'x'.repeat(8001)}`, /instruction is longer than 8000/],
    ];
    for (const [text, expected] of bad) {
      assert.match(problem(text), expected);
      assert.match(problem(text), /^\.hearth\/refactors\/log\.md is no refactor: [^\n]*\.$/);
    }
    assert.match(problem('---\ntitle: Log\n---\nLog it.', 'log.txt'), /does not end in \.md/);
  });
});
