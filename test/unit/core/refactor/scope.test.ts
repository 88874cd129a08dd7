import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refactorRecipes, type RefactorRecipe } from '../../../../src/core/refactor/kinds.ts';
import { targetFor } from '../../../../src/core/refactor/scope.ts';
import { outlineOf } from '../../../support/refactorWorld.ts';

const text = `import { a } from './a.ts';

export function one(): number {
  const x = a(1);
  return x + 2;
}

export function two(): number {
  return 2;
}
`;

/** What is acted on where the text between two marks is selected, and the part that was selected of it. */
function on(recipe: Pick<RefactorRecipe, 'scope' | 'form'>, from: string, to = '', source = text) {
  const start = source.indexOf(from);
  const end = to === '' ? start : source.indexOf(to, start) + to.length;
  const found = targetFor(
    recipe,
    { path: 'a.ts', text: source, language: 'ts' },
    { start, end },
    outlineOf(source),
  );
  if ('code' in found) return found;
  const { target, part, note } = found;
  return {
    text: source.slice(target.start, target.end),
    name: target.definition?.name ?? null,
    part: part && source.slice(part.start, part.end),
    note,
  };
}

describe('what a refactor acts on', () => {
  const body = /export function one[^]*?\n\}/.exec(text)?.[0] ?? '';

  it('is the selection, or the definition around the cursor', () => {
    const { simplify } = refactorRecipes;
    assert.deepEqual(on(simplify, 'return x', ';'), {
      text: '  return x + 2;',
      name: 'one',
      part: null,
      note: null,
    });
    assert.deepEqual(on(simplify, 'x + 2'), { text: body, name: 'one', part: null, note: null });
  });

  it('is the definition around a selection, of which that is a part', () => {
    const { extract } = refactorRecipes;
    assert.deepEqual(on(extract, 'a(1)', 'a(1)'), { text: body, name: 'one', part: 'a(1)', note: null });
    assert.deepEqual(on(extract, 'export function one', '2;\n}'), {
      text: body,
      name: 'one',
      part: null,
      note: null,
    });
    assert.deepEqual(on(extract, 'const x'), { text: body, name: 'one', part: null, note: null });
  });

  it('is the file where that is meant, unless it is empty', () => {
    assert.deepEqual(on({ scope: 'file', form: 'place' }, 'return'), {
      text,
      name: null,
      part: null,
      note: null,
    });
    assert.deepEqual(on({ scope: 'file', form: 'place' }, '', '', ' \n'), {
      code: 'no-target',
      message: 'The file is empty.',
    });
  });

  it('has a name where names are asked for', () => {
    assert.equal((on(refactorRecipes.rename, 'one') as { name: string }).name, 'one');
    const none = on(refactorRecipes.rename, 'import', ';');
    assert.ok('code' in none);
    assert.match(none.message, /No definition stands here/);
  });
});
