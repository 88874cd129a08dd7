import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importStatementAt } from '../../../../src/core/syntax/importStatements.ts';

describe('importStatementAt', () => {
  const rows: [statement: string, specifier: string, names: string[]][] = [
    [`import { a, type b as c, $d } from './e.js';`, './e.js', ['a', 'b', '$d']],
    [`import {\n  a,\n  a as b,\n} from "c";`, 'c', ['a']],
    [`import a from 'b';`, 'b', ['a']],
    [`import a, { b } from 'c';`, 'c', ['b', 'a']],
    [`import a, * as b from 'c';`, 'c', ['a']],
    [`import * as a from 'b';`, 'b', []],
    [`import type { A } from 'b';`, 'b', ['A']],
    [`import type A from 'b';`, 'b', ['A']],
    [`import {} from 'a';`, 'a', []],
  ];
  for (const [statement, specifier, names] of rows) {
    it(`reads ${JSON.stringify(statement)}`, () => {
      const text = `x();\n${statement} y();`;
      const expected = { specifier, names, start: 5, end: 5 + statement.length, reexport: false };
      assert.deepEqual(importStatementAt(text, 5), expected);
    });
  }

  it('needs no semicolon at the end of a line', () => {
    for (const rest of ['', '\n', ' \r\n', "\nimport 'b'", '\n\n// c', '\n@d class {}']) {
      assert.equal(importStatementAt(`import a from 'b'${rest}`, 0)?.end, 17, JSON.stringify(rest));
    }
  });

  const others = [
    `import 'a';`,
    `import('a');`,
    `import.meta.url;`,
    `import a = require('b');`,
    `import a from 'b' with { type: 'json' };`,
    `import a from 'b'\nwith (c) {}`,
    `import a from 'b'\n(c)`,
    `import a from 'b' c`,
    `import afrom 'b';`,
    `import { default as a } from 'b';`,
    `import { "a" as b } from 'c';`,
    `import { a /* b */ } from 'c';`,
    `import { a b } from 'c';`,
    `import { type as a } from 'b';`,
    `import type from 'b';`,
    `import größe from 'b';`,
    `import a from 'b\\n';`,
    `imports from 'b';`,
  ];
  for (const text of others)
    it(`leaves ${JSON.stringify(text)} to the parser`, () => assert.equal(importStatementAt(text, 0), null));
});
