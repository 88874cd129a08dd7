import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { findTarget } from '../../../../src/core/refactor/target.ts';
import { outline } from '../../../../src/core/syntax/outline.ts';
import { shippedParsers } from '../../../support/grammars.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

const shop = `#!/usr/bin/env node
import { x } from './x';

/** All that is sold. */
@Injectable()
export class Shop {
  /** How many. */
  count = 0;

  // Sums
  // the prices.
  total(rows: Row[]): number {
    let sum = 0;
    for (const row of rows) {
      if (row.sold) {
        sum += row.price;
      }
    }
    return sum;
  }

  other() {
    return this.total([]);
  }
}

export function open(): Shop {
  const inner = () => {
    return new Shop();
  };
  return inner();
}

`;

/** What a selection stands for: the target's first and last line, its definition and the note; or the reason. */
async function found(
  text: string,
  from: string | number,
  to: string | number = from,
  language = 'typescript',
): Promise<string> {
  const offset = (place: string | number): number =>
    typeof place === 'number' ? place : text.indexOf(place);
  const start = offset(from);
  const end = from === to ? start : offset(to) + (typeof to === 'string' ? to.length : 0);
  const grammar = await parsers.grammar(language);
  const tree = await parsers.parse(language, text);
  const definitions =
    grammar === null || tree === null ? null : outline(text, grammar.facts.matches(tree.rootNode));
  tree?.delete();
  const target = findTarget({ path: 'a', text, language }, { start, end }, definitions);
  if ('code' in target) {
    assert.equal(target.code, 'no-target');
    return target.message;
  }
  const { start: first, end: last, definition } = target.target;
  const lines = text.slice(first, last).split('\n');
  const ends = lines.length === 1 ? lines[0] : `${lines[0]} … ${lines.at(-1)?.trim()}`;
  return [
    ends?.trim(),
    definition === null ? 'none' : `${definition.kind} ${definition.name}`,
    target.note ?? [],
  ]
    .flat()
    .join(' | ');
}

const total = '// Sums … } | method total';
const whole = '/** All that is sold. */ … } | class Shop';

describe('a cursor', () => {
  const table: [why: string, at: string, found: string][] = [
    ['in a method', 'sum += row', total],
    ['on a method’s name', 'total(rows', total],
    ['before its indentation', '  total(rows', total],
    ['in the comment above it', 'the prices', total],
    ['on a field', 'count = 0', '/** How many. */ … count = 0; | property count'],
    ['on a class’s first line', 'class Shop', whole],
    ['on its decorator', '@Injectable', whole],
    ['in its comment', 'All that', whole],
    ['in a function', 'inner();', 'export function open(): Shop { … } | function open'],
    ['in a function in it', 'new Shop', 'const inner = () => { … }; | function inner'],
    [
      'between members',
      '\n  other()',
      'The cursor stands between the members of Shop: put it on one of them or on the first line of Shop, or select the lines to be changed.',
    ],
    ['on an import', "'./x'", 'No definition stands here: select the lines to be changed.'],
    ['on the line for programs', 'env node', 'No definition stands here: select the lines to be changed.'],
  ];
  for (const [why, at, expected] of table)
    it(why, async () => {
      assert.equal(await found(shop, at), expected);
    });

  it('at the end of the file, or of an empty one', async () => {
    const message = 'There is nothing at the end of the file: select the code that is to be changed.';
    assert.equal(await found(shop, shop.length), message);
    assert.equal(await found('', 0), message);
  });

  it('behind the last bracket of the last line', async () => {
    const text = 'function f() {\n  return 1;\n}';
    assert.equal(await found(text, text.length), 'function f() { … } | function f');
  });

  it('in a language without a grammar', async () => {
    const message = 'There is no grammar for fortran: select the lines to be changed.';
    assert.equal(await found('x = 1', 2, 2, 'fortran'), message);
  });

  it('outside of the file', async () => {
    assert.equal(await found('x', 7), 'The place lies outside of the file.');
  });

  it('in Python takes decorators and comments, but no line of a program', async () => {
    const text = '#!/bin/sh\n# Adds.\n@cache\ndef add(a):\n    return a\n';
    assert.equal(await found(text, 'return', 'return', 'python'), '# Adds. … return a | function add');
  });

  it('in C takes no directive for a comment', async () => {
    const text = '#include <a.h>\n#define X 1\nint f(int a) {\n  return a;\n}\n';
    assert.equal(await found(text, 'return', 'return', 'c'), 'int f(int a) { … } | function f');
  });
});

describe('a selection', () => {
  const table: [why: string, from: string, to: string, found: string][] = [
    ['in a line is the line', 'return sum', 'sum;', 'return sum; | method total'],
    ['of an opening line is the block', 'if (row', 'sold) {', 'if (row.sold) { … } | method total'],
    ['that ends in a block is the block', 'let sum', 'if (row', 'let sum = 0; … } | method total'],
    [
      'that begins in a block is the block',
      'sum += row',
      'return sum',
      'for (const row of rows) { … return sum; | method total',
    ],
    [
      'of a closing bracket has its block',
      '}\n    return sum',
      'return sum',
      'for (const row of rows) { … return sum; | method total',
    ],
    [
      'of a whole method is it',
      '  total(rows',
      'return sum;\n  }',
      'total(rows: Row[]): number { … } | method total',
    ],
    [
      'across two methods takes both',
      'let sum',
      'return this',
      '// Sums … } | class Shop | The selection reaches into total, other: they are taken whole.',
    ],
    [
      'across a class and a function takes both',
      'return this',
      'const inner',
      '/** All that is sold. */ … } | none | The selection reaches into Shop, open: they are taken whole.',
    ],
    ['of the imports', 'import', "'./x';", "import { x } from './x'; | none"],
  ];
  for (const [why, from, to, expected] of table)
    it(why, async () => {
      assert.equal(await found(shop, from, to), expected);
    });

  it('that ends where a line begins does not have that line', async () => {
    const text = 'a = 1\nb = 2\nc = 3\n';
    assert.equal(await found(text, 0, 6, 'fortran'), 'a = 1 | none');
  });

  it('of blanks only is nothing', async () => {
    assert.equal(
      await found('a\n\n\nb\n', 1, 3),
      'Nothing is selected but blanks: select the code that is to be changed.',
    );
  });

  it('made backwards is the same', async () => {
    assert.equal(await found('a = 1\nb = 2\n', 9, 7, 'fortran'), 'b = 2 | none');
  });

  it('in Python takes what goes on', async () => {
    const text = 'def f(a):\n    if a:\n        b()\n    else:\n        c()\n    return a\n';
    assert.equal(await found(text, 'if a', 'if a:', 'python'), 'if a: … c() | function f');
  });
});

it('never throws, and has a selection in whole lines', async () => {
  const definitions = await parsers.parse('typescript', shop).then(async (tree) => {
    const grammar = await parsers.grammar('typescript');
    const all = outline(shop, tree === null ? [] : (grammar?.facts.matches(tree.rootNode) ?? []));
    tree?.delete();
    return all;
  });
  const file = { path: 'a.ts', text: shop, language: 'typescript' };
  fc.assert(
    fc.property(fc.nat(shop.length), fc.nat(shop.length), (a, b) => {
      const target = findTarget(file, { start: a, end: b }, definitions);
      if ('code' in target) return;
      const { start, end } = target.target;
      const selected = shop.slice(Math.min(a, b), Math.max(a, b));
      const inner = Math.min(a, b) + selected.length - selected.trimStart().length;
      if (a !== b) assert.ok(start <= inner && end >= Math.min(a, b) + selected.trimEnd().length);
      assert.equal(shop.slice(shop.lastIndexOf('\n', start - 1) + 1, start).trim(), '');
      assert.ok(end === shop.length || shop[end] === '\n');
    }),
    { numRuns: 500 },
  );
});
