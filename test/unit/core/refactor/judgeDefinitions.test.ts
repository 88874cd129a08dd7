import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { dispose, judge } from './judging.ts';
import { marked } from './marked.ts';

after(dispose);

describe('the check of definitions', () => {
  it('sees a class that was put into itself', async () => {
    const target = marked(
      'class A:\n⟦    def f(self):\n        return 1⟧\n\n    def g(self):\n        return 2\n',
      { name: 'f' },
    );
    const judged = await judge(target, 'class A:\n    limit = 3\n\n    def f(self):\n        return 3');
    assert.match(
      judged.checks.find(({ name }) => name === 'definitions')?.detail ?? '',
      /defines A once more/,
    );
  });

  const lost: [why: string, text: string, answer: string, language: string][] = [
    [
      'a method that another class has too',
      'class A:\n    ⟦def run(self):\n        pass⟧\n\nclass B:\n    def run(self):\n        pass\n',
      'x = 1',
      'python',
    ],
    [
      'the body of an overload',
      'function f(a: string): void;\n⟦function f(a: any): void {\n  g(a);\n}⟧\n',
      'g();',
      'typescript',
    ],
    [
      'a setter',
      'class A:\n    ⟦@property\n    def a(self):\n        return 1\n\n    @a.setter\n    def a(self, b):\n        pass⟧\n',
      '@property\ndef a(self):\n    return 1',
      'python',
    ],
  ];
  for (const [why, text, answer, language] of lost)
    it(`misses ${why}`, async () => {
      const judged = await judge(marked(text, { language }), answer);
      assert.equal(judged.checks.find(({ name }) => name === 'definitions')?.ok, false);
    });

  it('has nothing against what moves, and what stands inside a function', async () => {
    const moved = await judge(
      marked('class A {\n⟦  run() {\n    return 1;\n  }⟧\n}\n\nfunction x() {}\n', {
        path: 'a.ts',
        language: 'typescript',
      }),
      '<<<<<<< SEARCH\n  run() {\n    return 1;\n  }\n=======\n>>>>>>> REPLACE\n<<<<<<< SEARCH\nfunction x() {}\n=======\nfunction run() {\n  return 1;\n}\n\nfunction x() {}\n>>>>>>> REPLACE',
      { kind: 'convert' },
    );
    assert.equal(moved.checks.find(({ name }) => name === 'definitions')?.ok, true);
    const local = await judge(
      marked('⟦def f():\n    def g():\n        pass\n    return g⟧\n', { name: 'f' }),
      'def f():\n    return 1',
    );
    assert.ok(local.accepted);
  });
});

describe('keeps the comment above a definition that the answer begins with', () => {
  const target = marked('class A {\n⟦  /**\n   * Runs.\n   */\n  run() {\n    return 1;\n  }⟧\n}\n', {
    path: 'a.ts',
    language: 'typescript',
    name: 'run',
  });
  const comment = '  /**\n   * Runs.\n   */\n';
  const cases: [why: string, answer: string, kept: boolean, instruction?: string][] = [
    ['without it', '  run() {\n    return 2;\n  }', true],
    ['without it and without indentation', 'run() {\n  return 2;\n}', true],
    ['whose head changed', '  async run() {\n    return 2;\n  }', true],
    ['with another one', '  // Walks.\n  run() {\n    return 2;\n  }', false],
    ['where it is to go', '  run() {\n    return 2;\n  }', false, 'Remove the comments'],
  ];
  for (const [why, answer, kept, instruction = ''] of cases)
    it(why, async () => {
      const judged = await judge(target, answer, { instruction });
      assert.ok(judged.accepted, JSON.stringify(judged.problem));
      assert.equal(judged.changes[0]?.after.includes(comment), kept, judged.diff);
      assert.match(judged.changes[0]?.after ?? '', /\n {4}return 2;\n {2}\}\n\}\n$/);
    });
});
