import { indentation } from '../../../../../src/core/completion/filters/indentation.ts';
import { filterTable } from '../../../../support/filterTable.ts';

const four = 'a:\n    b\n';
const tabs = 'a {\n\tb\n}\n';
const two = 'a {\n  b\n}\n';

filterTable(indentation, [
  // Tabs and spaces.
  ['spaces where the document has tabs', `${tabs}c {█`, '\n    d\n}', '\n\td\n}'],
  ['tabs where it has spaces', `${two}c {█`, '\n\td\n}', '\n    d\n}'],
  ['spaces behind the tab of a blank line', `${tabs}c {\n\td {\n\t█`, '    e', '\te'],
  ['fits already', `${two}c {█`, '\n  d\n}', '\n  d\n}'],
  // A first line on a blank line.
  ['written from column 0 again', 'f() {\n    a();\n    █', '    b();', 'b();'],
  [
    'with a body that is right',
    `${four}def f():\n    x = 1\n    █`,
    '    if x:\n        y()',
    'if x:\n        y()',
  ],
  [
    'shifted as a whole',
    `${four}def f():\n    x = 1\n    █`,
    '    if x:\n            y()',
    'if x:\n        y()',
  ],
  ['too deep by one blank', 'f() {\n    a();\n    █', ' b();', 'b();'],
  ['too deep in a new block', `${two}f() {\n█`, '      a();', '  a();'],
  ['completes what is too little', 'f() {\n    a();\n█', '    b();', '    b();'],
  ['half of it is there', 'f() {\n    a();\n  █', '  b();', '  b();'],
  ['a block is one deeper', 'f() {\n    if (a) {\n    █', '    b();', '    b();'],
  ['steps out', 'f() {\n    a();\n█', 'b();', 'b();'],
  ['an expression goes on', 'const x =\n█', '    f();', '    f();'],
  ['a chain goes on', 'x\n█', '    .then(f)', '    .then(f)'],
  ['a block comment goes on', '/**\n█', ' * a', ' * a'],
  ['at the top', '█', '    a', 'a'],
  ['behind code blanks are no indentation', 'x =█', '    1', '    1'],
  // A body.
  ['a body in the column of its brace', `${two}f() {█`, '\na();\nb();\n}', '\n  a();\n  b();\n}'],
  ['one line in the column of its colon', `${four}if a:█`, '\nb()', '\n    b()'],
  ['several of them can be anything', `${four}if a:█`, '\nb()\nc()', 'indentation'],
  ['a line between head and body', `${four}if a:█`, '\n    b()\n  c()', '\n    b()│\n  c()'],
  ['the same in braces', 'f() {█', '\n    a();\n  b();\n}', '\n    a();\n    b();\n}'],
  ['an aligned argument', `${four}if a:█`, '\n    b(c,\n  d)', '\n    b(c,\n  d)'],
  ['an empty block', `${two}f() {█`, '\n}', '\n}'],
  ['a body deeper than one level', 'f() {█', '\n        a();\n}', '\n        a();\n}'],
  ['else after the body', `${four}if a:█`, '\n    b()\nelse:\n    c()', '\n    b()\nelse:\n    c()'],
  ['nested bodies', `${two}f() {█`, '\n  if (a) {\n    b();\n  }\n}', '\n  if (a) {\n    b();\n  }\n}'],
]);
