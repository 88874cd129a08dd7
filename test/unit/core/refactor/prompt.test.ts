import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { gatherContext } from '../../../../src/core/refactor/gather.ts';
import { layOutPrompt } from '../../../../src/core/refactor/prompt.ts';
import type { RefactorKind } from '../../../../src/core/refactor/types.ts';
import { promptTokens } from '../../../support/chatPorts.ts';
import { RefactorWorld } from '../../../support/refactorWorld.ts';

const lines = (count: number, of: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => of(at)).join('\n');
const files = {
  'src/types.ts': 'export interface Item {\n  price: number;\n  tax: number;\n}\n',
  'src/sum.ts': `import { Item } from './types.ts';

export function sum(items: Item[]): number {
  const [first] = items;
  return round(first.price) + items.length;
}

export function round(value: number): number {
  return Math.round(value);
}
`,
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, at) => [
      `src/use${at}.ts`,
      lines(9, (line) => `const a${line} = sum([]);`),
    ]),
  ),
};
const instructions = {
  ...({ kind: 'instructions', label: 'AGENTS.md', place: null, language: 'md', cut: false } as const),
  text: lines(40, (at) => `Rule ${at}: keep it short.`),
};

async function prompt(budget: number, kind: RefactorKind = 'simplify') {
  const made = new RefactorWorld(files);
  made.ports = { ...made.ports, surroundings: { instructions: () => Promise.resolve([instructions]) } };
  const request = made.request(kind, made.target('src/sum.ts', 'sum'), { problems: ['line 4: never used'] });
  return layOutPrompt(request, await gatherContext(request, made.ports), budget, made.model);
}

describe('the prompt of a refactor', () => {
  it('has the types it uses, signatures, uses and the instructions of the project, where there is room', async () => {
    const laidOut = await prompt(4000);
    assert.ok(!('tooLong' in laidOut));
    const [system, user] = laidOut.messages;
    assert.match(system?.content ?? '', /# Instructions of this project\n\nFrom AGENTS\.md:\nRule 0/);
    assert.match(
      user?.content ?? '',
      /Types that it uses:\nsrc\/types\.ts:1-4\n```ts\nexport interface Item/,
    );
    assert.match(
      user?.content ?? '',
      /Defined elsewhere:\nsrc\/sum\.ts:8: export function round\(value: number\)/,
    );
    assert.match(user?.content ?? '', /src\/use0\.ts:1: const a0 = sum\(\[\]\);/);
    assert.ok((user?.content ?? '').endsWith('Do not repeat what stands around it.'));
  });

  it('never exceeds its budget, has the code and the task always, and is the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1500 }),
        fc.constantFrom('simplify', 'convert', 'tests', 'rename' as const),
        async (budget, kind) => {
          const laidOut = await prompt(budget, kind);
          if ('tooLong' in laidOut) {
            assert.ok(laidOut.tokens > budget);
            return;
          }
          const { messages } = laidOut;
          assert.equal(laidOut.promptTokens, promptTokens(messages, []));
          assert.ok(laidOut.promptTokens <= budget);
          const content = messages[1]?.content ?? '';
          assert.match(content, /```ts\nexport function sum[^]*items\.length;\n\}\n```[^]*\nTask:\n/);
          assert.deepEqual(await prompt(budget, kind), laidOut);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves out what tells least first, and says what', async () => {
    const least = await prompt(0);
    assert.ok('tooLong' in least);
    const bare = await prompt(least.tokens);
    assert.ok(!('tooLong' in bare));
    assert.equal(bare.promptTokens, least.tokens);
    assert.ok(bare.leftOut.includes('where it is used') && bare.leftOut.includes('its types'));
    const some = await prompt(least.tokens + 60);
    assert.ok(!('tooLong' in some));
    assert.ok(!some.leftOut.includes('problems'), some.leftOut.join());
    assert.ok(some.leftOut.includes('where it is used'), some.leftOut.join());
  });

  it('shows the definition around a part, and less of it where there is no room for all', async () => {
    const text = `export function big(): void {\n${lines(120, (at) => `  step(${at});`)}\n}\n`;
    const made = new RefactorWorld({ 'src/big.ts': text });
    const start = text.indexOf('  step(60)');
    const target = { ...made.target('src/big.ts', 'big'), start, end: text.indexOf('\n', start) };
    const request = made.request('rewrite', target, { words: 'Log it.' });
    const context = await gatherContext(request, made.ports);
    const spans = context.around.map(({ startLine, endLine }) => `${startLine}-${endLine}`);
    assert.deepEqual(spans, ['1-122', '42-82', '57-67']);
    const shown: string[] = [];
    for (const budget of [3000, 800, 400]) {
      const laidOut = await layOutPrompt(request, context, budget, made.model);
      assert.ok(!('tooLong' in laidOut));
      shown.push(
        /It is a part of this:\nsrc\/big\.ts:(\d+)/.exec(laidOut.messages[1]?.content ?? '')?.[1] ?? '',
      );
    }
    assert.deepEqual(shown, ['1', '42', '57']);
  });
});
