import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pace } from '../../../../src/core/completion/pace.ts';

/** An answer of a model with these speeds in tokens per second. */
function answer(prompt: number, decode: number, { evaluated = 200, generated = 21 } = {}) {
  const promptMs = (evaluated / prompt) * 1000;
  return {
    text: 'x',
    stopReason: 'stop-rule' as const,
    parts: [],
    tokens: { prompt: 500, reused: 500 - evaluated, evaluated, generated },
    milliseconds: {
      prompt: promptMs,
      firstToken: promptMs + 5,
      total: promptMs + 5 + ((generated - 1) / decode) * 1000,
    },
  };
}

function measured(...answers: ReturnType<typeof answer>[]): Pace {
  const pace = new Pace();
  for (const one of answers) pace.observe(one);
  return pace;
}

describe('Pace', () => {
  it('limits nothing before it knows anything', () => {
    const pace = new Pace();
    assert.deepEqual([pace.budgetTokens(), pace.maxTokens(96), pace.debounceMs()], [0, 96, 0]);
  });

  const table: [
    name: string,
    prompt: number,
    decode: number,
    budget: number,
    length: number,
    wait: number,
  ][] = [
    ['a slow CPU', 100, 5, 512, 16, 200],
    ['a CPU', 400, 20, 512, 50, 125],
    ['a good CPU', 1100, 40, 2048, 96, 62],
    ['Apple silicon', 2500, 100, 4096, 96, 0],
  ];
  for (const [name, prompt, decode, ...expected] of table) {
    it(`${name}: prompt tokens, length of a suggestion, milliseconds to wait`, () => {
      const pace = measured(answer(prompt, decode));
      assert.deepEqual([pace.budgetTokens(), pace.maxTokens(96), pace.debounceMs()], expected);
    });
  }

  it('does not learn from a few tokens', () => {
    const pace = measured(answer(10, 1, { evaluated: 4, generated: 2 }));
    assert.deepEqual(pace.speeds, { prompt: null, decode: null });
  });

  it('keeps its budget while the speed wavers, so that what was evaluated stays of use', () => {
    const pace = measured(answer(1100, 40));
    const budgets = [900, 1300, 1000, 1400, 1200].map((speed) => {
      pace.observe(answer(speed, 40));
      return pace.budgetTokens();
    });
    assert.deepEqual([...new Set(budgets)], [2048]);
    for (let count = 0; count < 20; count += 1) pace.observe(answer(6000, 40));
    assert.equal(pace.budgetTokens(), 8192);
    for (let count = 0; count < 20; count += 1) pace.observe(answer(300, 40));
    assert.equal(pace.budgetTokens(), 512);
  });

  it('forgets', () => {
    const pace = measured(answer(100, 5));
    pace.reset();
    assert.deepEqual([pace.budgetTokens(), pace.debounceMs()], [0, 0]);
  });
});
