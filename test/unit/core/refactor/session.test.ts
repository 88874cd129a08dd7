import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refined, retried } from '../../../../src/core/refactor/request.ts';
import { says, type Said } from '../../../support/chatPorts.ts';
import {
  broken,
  changes,
  fails,
  shop,
  shopFiles,
  shorter,
  simplify,
} from '../../../support/refactorScene.ts';
import type { RefactorWorld } from '../../../support/refactorWorld.ts';

describe('a refactor', () => {
  it('is gathered, asked for in its envelope, judged, and ready', async () => {
    const made = shop([says(shorter)]);
    const result = await made.run(simplify(made));
    const [change, ...others] = changes(result);
    assert.equal(others.length, 0);
    assert.equal(change?.after, shopFiles['src/price.ts'].replace(/export function withTax[^}]*\}/, shorter));
    assert.deepEqual(made.states, ['waiting', 'writing', 'checking', 'ready']);
    assert.deepEqual([result.rounds, result.model, result.notes], [1, 'Made-up 1B', []]);
    assert.equal(result.answer, `\`\`\`ts\n${shorter}\n\`\`\`\n`);
    const [query] = made.model.asked;
    assert.deepEqual(query?.stops, ['\n```']);
    assert.equal(query.answerStart, '```ts\n');
    assert.match(query.expected ?? '', /^export function withTax[^]*\}$/);
    assert.deepEqual([query.tools, query.thinking, query.temperature], [[], false, 0]);
    assert.ok(made.progress.some(({ kind }) => kind === 'prefill') && made.progress.at(-1)?.kind === 'wrote');
  });

  it('tells the model what the code uses, where it is used, and what to do', async () => {
    const made = shop([says(shorter)]);
    await made.run({ ...simplify(made), words: 'No variable.', problems: ['line 4: tax is only used once'] });
    const asked = made.asked(0);
    assert.match(asked, /Imports of src\/price\.ts:\n```ts\nimport \{ rate \}/);
    assert.match(asked, /Beside it in the file:\n```ts\nexport function shown\(price: number\): string/);
    assert.match(asked, /It is used here:\n[^]*src\/cart\.ts:4: return prices\.map\(withTax\)\.length;/);
    assert.match(asked, /Problems in the code:\nline 4: tax is only used once/);
    assert.match(asked, /The code to change, src\/price\.ts:3-6:\n```ts\nexport function withTax/);
    assert.match(asked, /Task:\nMake the code simpler[^]*No variable\.\nAnswer with the new text/);
  });

  it('has a refused answer repaired once, with the reason', async () => {
    const made = shop([says(broken), says(shorter)]);
    const result = await made.run(simplify(made));
    assert.equal(changes(result).length, 1);
    assert.deepEqual(made.states, ['waiting', 'writing', 'checking', 'repairing', 'checking', 'ready']);
    const told = made.progress.filter((one) => one.kind === 'refused').map(({ message }) => message);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /syntax error/);
    assert.equal(result.rounds, 2);
    const [first, second] = made.model.asked;
    assert.deepEqual(second?.messages.slice(0, 2), first?.messages);
    assert.equal(second?.messages[2]?.content, `\`\`\`ts\n${broken}\n\`\`\`\n`);
    assert.match(made.asked(1), /^That was refused\. .*src\/price\.ts/);
    assert.ok((second?.temperature ?? 0) > 0 && second?.seed !== first?.seed);
    assert.ok((result.tokens?.generated ?? 0) > 0);
  });

  it('fails with its reason where the second answer is refused too, and shows it as refused', async () => {
    const made = shop([says(broken), says(broken)]);
    const failed = fails(await made.run(simplify(made)));
    assert.equal(failed.reason, 'check');
    assert.match(failed.message, /src\/price\.ts/);
    assert.equal(failed.judgement?.accepted, false);
    assert.ok(failed.judgement?.diff);
    assert.deepEqual(made.states.slice(-2), ['checking', 'failed']);
    assert.equal(made.model.asked.length, 2);
  });

  for (const stopReason of ['max-tokens', 'window-full', 'repetition'] as const) {
    it(`is not repaired after ${stopReason}`, async () => {
      const made = shop([says(broken, stopReason)]);
      const failed = fails(await made.run(simplify(made)));
      assert.equal(failed.reason, stopReason);
      assert.match(failed.message, /\.$/);
      assert.equal(made.model.asked.length, 1);
      assert.equal(made.task.state, 'failed');
    });
  }

  it('limits the answer by the length of the code, and by what the user set', async () => {
    const made = shop([says(shorter)]);
    await made.run(simplify(made));
    const most = made.model.asked[0]?.maxTokens ?? 0;
    assert.ok(most > 100 && most < 800, String(most));
    const set = shop([says(shorter)], { settings: { maxTokens: 150, temperature: 0.2 } });
    await set.run(simplify(set));
    assert.deepEqual([set.model.asked[0]?.maxTokens, set.model.asked[0]?.temperature], [150, 0.2]);
  });

  it('says so where the code has no room in the window', async () => {
    const made = shop([], { settings: { contextTokens: 200, maxTokens: 2048, temperature: 0 } });
    const failed = fails(await made.run(simplify(made)));
    assert.equal(failed.reason, 'too-long');
    assert.match(failed.message, /select less/);
    assert.equal(made.model.asked.length, 0);
  });

  it('says why there is no model', async () => {
    for (const code of ['no-chat-model', 'engine'] as const) {
      const made = shop([]);
      made.model.description = { code, message: 'Choose one.' };
      const result = await made.run(simplify(made));
      assert.deepEqual([fails(result).reason, fails(result).message], [code, 'Choose one.']);
      assert.deepEqual(made.states, ['failed']);
      assert.equal(result.model, null);
    }
  });
});

describe('asking again', () => {
  it('gives other answers, one for each attempt', async () => {
    const made = shop([says(shorter)]);
    const again = retried(retried(simplify(made)));
    await made.run(again);
    const first = shop([says(shorter)]);
    await first.run(simplify(first));
    assert.notEqual(made.model.asked[0]?.seed, first.model.asked[0]?.seed);
    assert.ok((made.model.asked[0]?.temperature ?? 0) > 0);
  });

  it('refines an answer with more words, as a conversation', async () => {
    const made = shop([says(shorter)]);
    const earlier = '```ts\nlong\n```\n';
    const result = await made.run(refined(simplify(made), earlier, 'shorter'));
    assert.equal(result.outcome.kind, 'change');
    const messages = made.model.asked[0]?.messages ?? [];
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['system', 'user', 'assistant', 'user'],
    );
    assert.equal(messages[2]?.content, earlier);
    assert.match(made.asked(0), /shorter/);
  });

  it('keeps the words alone where the answer before has no room', async () => {
    const made = shop([says(shorter)], {
      settings: { contextTokens: 420, maxTokens: 2048, temperature: 0 },
    });
    await made.run(refined(simplify(made), 'word '.repeat(400), 'shorter'));
    assert.equal(made.model.asked[0]?.messages.length, 2);
    assert.match(made.asked(0), /shorter$/);
  });

  it('lets a definition go that the user named in a refinement', async () => {
    const gone = 'export function taxed(price: number): number {\n  return price;\n}';
    const made = shop([says(gone), says(gone)]);
    assert.equal(fails(await made.run(simplify(made))).reason, 'check');
    const named = shop([says(gone)]);
    const result = await named.run(refined(simplify(named), '', 'call it taxed instead of withTax'));
    assert.equal(result.outcome.kind, 'change');
  });
});

describe('names', () => {
  it('are proposals by a schema, without those that are taken or are none', async () => {
    const made = shop([says('["addTax", "shown", "no name", "addTax", "taxed"]')]);
    const result = await made.run(made.request('rename', made.target('src/price.ts', 'withTax')));
    assert.deepEqual(result.outcome, { kind: 'names', names: ['addTax', 'taxed'] });
    const [query] = made.model.asked;
    assert.ok(query?.schema !== undefined && query.expected === undefined && query.answerStart === undefined);
    assert.deepEqual(made.states, ['waiting', 'writing', 'checking', 'ready']);
  });

  it('fail where there is none', async () => {
    for (const said of [says('["withTax"]'), says('["with', 'max-tokens'), says('{}')]) {
      const made = shop([said]);
      const result = await made.run(made.request('rename', made.target('src/price.ts', 'withTax')));
      assert.match(fails(result).message, /no name/);
      assert.equal(made.task.state, 'failed');
    }
  });
});

describe('several places', () => {
  const block = (search: string, replace: string, last: Said = says('')): Said[] => [
    { ...says(search), stop: '\n=======' },
    { ...says(replace), stop: '\n>>>>>>>' },
    last,
  ];
  const convert = (made: RefactorWorld) => {
    const target = made.target('src/price.ts', 'withTax');
    return made.request('convert', target, { words: 'Take an options object.' });
  };

  it('are written block by block, in other files too, each mark by us', async () => {
    const made = shop([
      ...block(
        'export function withTax(price: number): number {\n  const tax = price * rate;',
        'export function withTax({ price }: { price: number }): number {\n  const tax = price * rate;',
        { ...says('**src/cart.ts**\n'), stop: '<<<<<<<' },
      ),
      ...block(
        '  return prices.map(withTax).length;',
        '  return prices.map((price) => withTax({ price })).length;',
      ),
    ]);
    const result = await made.run(convert(made));
    assert.deepEqual(
      changes(result).map(({ path }) => path),
      ['src/price.ts', 'src/cart.ts'],
    );
    assert.match(changes(result)[1]?.after ?? '', /withTax\(\{ price \}\)/);
    const starts = made.model.asked.map(({ answerStart }) => answerStart ?? '');
    assert.equal(starts[0], 'src/price.ts\n<<<<<<< SEARCH\n');
    for (const [at, start] of starts.entries())
      if (at > 0) assert.ok(start.startsWith(starts[at - 1] ?? '-'));
    assert.match(
      starts.at(-1) ?? '',
      />>>>>>> REPLACE\nsrc\/cart\.ts\n<<<<<<< SEARCH\n[^]*>>>>>>> REPLACE\n$/,
    );
  });

  it('show where it is used with the lines around', async () => {
    const made = shop(block('  return price + tax;', '  return tax + price;'));
    await made.run(convert(made));
    assert.match(
      made.asked(0),
      /It is used here:\nsrc\/price\.ts:6-10\n[^]*```\nsrc\/cart\.ts:1-5\n```ts\nimport \{ withTax \}/,
    );
  });

  it('are refused and repaired where a block breaks off', async () => {
    const good = block('  return price + tax;', '  return tax + price;');
    for (const first of [
      [says('  return')],
      [{ ...says('  return price + tax;'), stop: '\n=======' }, says('  ret')],
    ]) {
      const made = shop([...first, ...good]);
      const result = await made.run(convert(made));
      assert.equal(result.outcome.kind, 'change', JSON.stringify(result.outcome));
      assert.equal(result.rounds, 2);
    }
  });

  it('stay in one limit of tokens', async () => {
    const long = 'a '.repeat(300);
    const endless = Array.from({ length: 60 }, () =>
      block(long, long, { ...says(''), stop: '<<<<<<<' }),
    ).flat();
    const made = shop(endless, { settings: { maxTokens: 1000, temperature: 0 } });
    await made.run(convert(made));
    const limits = made.model.asked.map(({ maxTokens }) => maxTokens);
    assert.ok(limits.every((limit) => limit <= 1000) && Math.min(...limits) === 1, limits.join());
  });
});

describe('tests', () => {
  const test = "import { withTax } from './price.ts';\n\nexport const checks = withTax(1) === 1.19;";

  it('are a new file where the project would have it', async () => {
    const made = shop([says(test)]);
    const result = await made.run(made.request('tests', made.target('src/price.ts', 'withTax')));
    assert.deepEqual(
      changes(result).map(({ path, before, after }) => [path, before, after]),
      [['src/price.test.ts', null, `${test}\n`]],
    );
    assert.equal(made.model.asked[0]?.answerStart, '`src/price.test.ts`\n```ts\n');
    assert.match(made.asked(0), /The tests belong into src\/price\.test\.ts\./);
  });

  it('are blocks in the file that there is', async () => {
    const made = shop([
      { ...says('export const none = 0;'), stop: '\n=======' },
      { ...says(`export const none = 0;\nexport const one = 1;`), stop: '\n>>>>>>>' },
      says(''),
    ]);
    made.files['src/price.test.ts'] = 'export const none = 0;\n';
    const result = await made.run(made.request('tests', made.target('src/price.ts', 'withTax')));
    assert.deepEqual(
      changes(result).map(({ path, after }) => [path, after]),
      [['src/price.test.ts', 'export const none = 0;\nexport const one = 1;\n']],
    );
    assert.match(
      made.asked(0),
      /Tests that there are, src\/price\.test\.ts:\n```ts\nexport const none = 0;\n```/,
    );
  });
});
