import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type {
  CheckResult,
  RefactorProblemCode,
  RefactorTarget,
  SyntaxFactsPort,
} from '../../../../src/core/refactor/types.ts';
import { dispose, judge, type Asked } from './judging.ts';
import { marked } from './marked.ts';

after(dispose);

const shop = marked(
  `import { load, store } from './util';

export class Shop {
  count = 0;

⟦  total(rows: Row[]): number {
    let sum = 0;
    for (const row of rows) sum += row.price;
    log(sum);
    note(sum);
    check(sum);
    store(sum);
    return sum;
  }⟧

  other(): number {
    return load(this.count);
  }
}
`,
  { path: 'src/shop.ts', language: 'typescript', name: 'total' },
);
const inner = shop.file.text.slice(shop.start, shop.end);
const method = (body: string): string => `  total(rows: Row[]): number {\n    ${body}\n  }`;
const wholeFile = (from: string, to: string): string =>
  shop.file.text.replace(from, to).replace('let sum = 0', 'let sum = 1');

describe('judgeAnswer', () => {
  it('accepts a change, with its edits, its diff and what was checked', async () => {
    const judged = await judge(shop, `\`\`\`ts\n${inner.replace('let sum = 0', 'let sum = 1')}\n\`\`\``);
    assert.deepEqual([judged.accepted, judged.problem, judged.style], [true, null, 'fenced']);
    const at = shop.file.text.indexOf('    let sum');
    assert.deepEqual(judged.edits, [
      { path: 'src/shop.ts', start: at, end: at + '    let sum = 0;\n'.length, text: '    let sum = 1;\n' },
    ]);
    assert.match(judged.diff, /^--- a\/src\/shop\.ts\n\+\+\+ b\/src\/shop\.ts\n@@ -4,7 \+4,7 @@\n/);
    assert.ok(
      judged.checks.length >= 7 && judged.checks.every(({ ok, detail }) => ok && detail.endsWith('.')),
    );
  });

  const failing: [why: string, answer: string, check: CheckResult['name'], message: RegExp, asked?: Asked][] =
    [
      [
        'a syntax error',
        method('return (1;'),
        'syntax',
        /makes 1 syntax error in src\/shop\.ts, the first in line \d+\./,
      ],
      [
        'a definition that is lost',
        method('return 1;').replace('total', 'sum'),
        'definitions',
        /loses total,/,
      ],
      [
        'a definition beside it',
        `${method('return 1;')}\n\n  other(): number {\n    return 2;\n  }`,
        'definitions',
        /defines other once more/,
      ],
      [
        'the class around it with something new',
        `export class Shop {\n  limit = 2;\n${method('return 1;')}\n}`,
        'syntax',
        /makes 3 syntax errors/,
      ],
      [
        'a line outside',
        wholeFile('return load(this.count)', 'return load(1)'),
        'outside',
        /touches line 17,/,
      ],
      [
        'a blank line outside, by a diff',
        '@@ -1 +1 @@\n-  count = 0;\n-\n-  total(rows: Row[]): number {\n+  count = 0;\n+  total(rows: Row[]): bigint {',
        'outside',
        /touches line 5/,
      ],
      [
        'an import that is used',
        wholeFile('load, store', 'store'),
        'outside',
        /takes away the import of load, which is still used/,
      ],
      [
        'an import twice',
        wholeFile('import { load', "import { load, store } from './util';\nimport { load"),
        'outside',
        /repeats the import/,
      ],
      [
        'another file',
        `\`\`\`ts src/b.ts\nexport const b = 2;\n\`\`\``,
        'outside',
        /touches src\/b\.ts too/,
        { files: { 'src/b.ts': 'export const b = 1;\n' } },
      ],
      [
        'an end that is missing',
        method('let sum = 1;\n    for (const row of rows) sum += row.price;'),
        'size',
        /ends 5 lines before/,
      ],
      ['a hidden character', method('return 1; // \u202E'), 'characters', /U\+202E/],
      [
        'code, where documentation was asked for',
        `  /** Sums. */\n${inner.replace('let sum = 0', 'let sum = 1')}`,
        'code',
        /touches the code "let sum = 0;"/,
        { kind: 'add-docs' },
      ],
    ];
  for (const [why, answer, name, message, asked] of failing)
    it(`refuses ${why}`, async () => {
      const judged = await judge(shop, answer, asked);
      assert.equal(judged.accepted, false);
      const failed = judged.checks.filter(({ ok }) => !ok);
      assert.ok(
        failed.some((one) => one.name === name && message.test(one.detail)),
        JSON.stringify(judged.checks.concat(), null, 1) + JSON.stringify(judged.problem),
      );
      assert.deepEqual(judged.problem, { code: 'check', message: failed[0]?.detail });
      // It is shown as refused.
      assert.ok(judged.diff !== '' && judged.edits.length > 0);
    });

  const accepted: [why: string, answer: string, asked?: Asked][] = [
    [
      'an import that is needed',
      wholeFile("from './util';", "from './util';\nimport { more } from './more';"),
    ],
    ['a name in an import', wholeFile('load, store', 'load, more, store')],
    [
      'an import that nothing uses any more',
      shop.file.text.replace('load, store', 'load').replace('    store(sum);\n', ''),
    ],
    [
      'a definition that the instruction renames',
      method('return 1;').replace('total', 'sum'),
      { instruction: 'rename total to sum, in short' },
    ],
    ['an overload', `  total(rows: Row[]): number;\n${inner}`],
    [
      'an end that is to go',
      method('let sum = 1;\n    for (const row of rows) sum += row.price;'),
      { instruction: 'remove the logging' },
    ],
    [
      'documentation',
      `  /** Sums\n   * the prices. */\n${inner.replace('sum = 0;', 'sum = 0; // from here')}`,
      { kind: 'add-docs' },
    ],
    [
      'a function more, where one is extracted',
      wholeFile('  other', '  extracted() {\n    return 1;\n  }\n\n  other'),
      { kind: 'extract' },
    ],
    ['another file, where tests are written', '```ts src/b.test.ts\ntest();\n```', { kind: 'tests' }],
    [
      'a part that the answer has with the class around it',
      `export class Shop {\n${method('return 1;')}\n}`,
      { instruction: 'shorten' },
    ],
  ];
  for (const [why, answer, asked] of accepted)
    it(`accepts ${why}`, async () => {
      const judged = await judge(shop, answer, asked);
      assert.deepEqual([judged.accepted, judged.problem], [true, null]);
    });

  const refused: [why: string, target: RefactorTarget, answer: string, code: RefactorProblemCode][] = [
    ['an empty answer', shop, '', 'no-code'],
    ['no change', shop, inner, 'no-change'],
    ['a huge answer', shop, 'x'.repeat(2_000_000), 'too-large'],
    ['a change that goes on and on', shop, `${inner}\n${'  log(1);\n'.repeat(5000)}`, 'too-large'],
    ['one long line', shop, method(`return ${'1 + '.repeat(20_000)}1;`), 'too-large'],
    ['a file that may not be changed', shop, '```ts ../x.ts\na\n```', 'wrong-file'],
    [
      'a conflict around the target',
      marked('<<<<<<< HEAD\n⟦a = 1⟧\n=======\na = 2\n>>>>>>> b\n'),
      'a = 3',
      'conflict',
    ],
    [
      'a conflict in the target',
      marked('⟦x\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\ny⟧\n'),
      'a = 3',
      'conflict',
    ],
    ['one mark of a conflict in the target', marked('⟦x\n>>>>>>> b\ny⟧\n'), 'a = 3', 'conflict'],
  ];
  for (const [why, target, answer, code] of refused)
    it(`refuses ${why}, with nothing to apply`, async () => {
      const judged = await judge(target, answer);
      assert.equal(judged.problem?.code, code, JSON.stringify(judged.problem));
      assert.match(judged.problem?.message ?? '', /\.$/);
      assert.deepEqual([judged.accepted, judged.edits, judged.diff], [false, [], '']);
    });

  it('says in which line a conflict begins, and has nothing against one elsewhere', async () => {
    const conflict = '<<<<<<< HEAD\na = 1\n||||||| base\na = 0\n=======\na = 2\n>>>>>>> b\n';
    const inside = await judge(
      marked(`x = 1\n${conflict.replace('a = 2', '⟦a = 2⟧')}`, { path: 'src/a.txt', language: 'txt' }),
      'a = 3',
    );
    assert.match(inside.problem?.message ?? '', /merge conflict in line 2:/);
    const elsewhere = await judge(
      marked(`⟦x = 1⟧\n${conflict}`, { path: 'src/a.txt', language: 'txt' }),
      'x = 2',
    );
    assert.ok(elsewhere.accepted);
  });

  it('refuses marks of a conflict in an answer', async () => {
    const judged = await judge(
      marked('⟦x = 1⟧\n', { path: 'src/a.txt', language: 'txt' }),
      'x = 2\n<<<<<<< theirs\nx = 3\n>>>>>>> b',
    );
    assert.equal(judged.checks.find(({ ok }) => !ok)?.name, 'markers');
  });

  it('takes brackets for a parser where there is none', async () => {
    const target = marked('⟦f(a)⟧\n', { path: 'a.f90', language: 'fortran' });
    const judged = await judge(target, 'f(a, (b)');
    assert.equal(judged.checks.find(({ ok }) => !ok)?.name, 'balance');
    const fine = await judge(target, 'f(a, (b))');
    assert.match(
      fine.checks.find(({ name }) => name === 'syntax')?.detail ?? '',
      /no grammar to parse src|no grammar to parse a\.f90/,
    );
    assert.ok(fine.accepted);
  });

  it('refuses what a parser could read before and can’t in time after', async () => {
    const port: SyntaxFactsPort = {
      facts: (_, __, text) =>
        Promise.resolve(
          text === shop.file.text ? { errors: 0, firstErrorLine: null, definitions: [] } : null,
        ),
    };
    const judged = await judge(shop, method('return 1;'), { port });
    assert.equal(judged.checks.find(({ ok }) => !ok)?.name, 'syntax');
  });

  it('has a reason where the parser fails', async () => {
    const port: SyntaxFactsPort = { facts: () => Promise.reject(new Error('the worker is gone')) };
    const judged = await judge(shop, method('return 1;'), { port });
    assert.equal(judged.problem?.code, 'failed');
    assert.match(judged.problem?.message ?? '', /the worker is gone/);
  });

  it('lets a file that has errors have as many', async () => {
    const target = marked('def f(:\n    pass\n\n\n⟦def g():\n    return 1⟧\n', { name: 'g' });
    assert.ok((await judge(target, 'def g():\n    return 2')).accepted);
    assert.equal((await judge(target, 'def g(:\n    return 2')).problem?.code, 'check');
  });

  it('keeps a target whose ends part a line end whole', async () => {
    const text = 'a = 1\r\nb = 2\r\n';
    const target = { file: { path: 'a.py', text, language: 'python' }, start: 0, end: 6, definition: null };
    const judged = await judge(target, 'a = 3');
    assert.equal(judged.changes[0]?.after, 'a = 3\r\nb = 2\r\n');
  });
});
