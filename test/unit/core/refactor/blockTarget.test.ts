import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ParserFacts } from '../../../../bench/refactor/parserFacts.ts';
import { codeOf, type AnswerBlock } from '../../../../src/core/refactor/blockPath.ts';
import { blockTarget, type BlockTarget } from '../../../../src/core/refactor/blockTarget.ts';
import { judgeAnswer } from '../../../../src/core/refactor/judge.ts';
import { refactorRecipes } from '../../../../src/core/refactor/kinds.ts';
import { targetFor } from '../../../../src/core/refactor/scope.ts';
import type { Selection } from '../../../../src/core/refactor/target.ts';
import type { RefactorProblem, RefactorTarget } from '../../../../src/core/refactor/types.ts';
import { shippedParsers } from '../../../support/grammars.ts';
import { workspaceOf } from './marked.ts';

const parsers = shippedParsers();
const syntax = new ParserFacts(parsers);
after(() => parsers.dispose());

const shop = `import { rate } from './rate';

/** With tax. */
export function withTax(price: number): number {
  return price * rate;
}

export function shown(price: number): string {
  return \`\${price}\`;
}

export class Cart {
  total(): number {
    return 0;
  }

  size(): number {
    return 1;
  }
}

export class Box {
  size(): number {
    return 2;
  }
}

export const limit = 3;
`;

interface Given {
  readonly info?: string;
  readonly file?: string;
  readonly path?: string;
  readonly language?: string;
  /** A text of the file that is selected; '' for none. */
  readonly selected?: string;
}

async function found(text: string, given: Given = {}): Promise<BlockTarget | RefactorProblem> {
  const { info = 'ts', file: was = shop, path = 'src/shop.ts', language = 'typescript', selected } = given;
  const block: AnswerBlock = { text, info, before: '' };
  const outline = await syntax.facts(language, path, was);
  const inBlock = await syntax.facts(language, path, codeOf(block));
  const start = was.indexOf(selected ?? '');
  const selection: Selection | null = selected === undefined ? null : { start, end: start + selected.length };
  const file = { path, language, text: was };
  return blockTarget(
    block,
    { file, definitions: outline?.definitions ?? [], selection },
    inBlock?.definitions ?? [],
  );
}

/** What becomes of the file, by the way that the editor goes; a sentence where it is refused. */
async function applied(text: string, given: Given = {}): Promise<string> {
  const { file: was = shop, path = 'src/shop.ts', language = 'typescript' } = given;
  const placed = await found(text, given);
  if ('code' in placed) return placed.message;
  const file = { path, language, text: was };
  const outline = await syntax.facts(language, path, was);
  const scoped =
    placed.range === null
      ? { target: { file, start: 0, end: was.length, definition: null } satisfies RefactorTarget }
      : targetFor(refactorRecipes.rewrite, file, placed.range, outline);
  if ('code' in scoped) return scoped.message;
  const request = { kind: 'rewrite', instruction: '', target: scoped.target, access: workspaceOf() } as const;
  const { accepted, changes, problem } = await judgeAnswer(placed.answer, request, syntax);
  return accepted ? (changes[0]?.after ?? '') : (problem?.message ?? '');
}

const withTax = 'export function withTax(price: number): number {\n  return price * (1 + rate);\n}';

describe('a block of code in the chat', () => {
  it('replaces the definition that it has again, whatever is selected', async () => {
    const expected = shop.replace('price * rate', 'price * (1 + rate)');
    for (const given of [{}, { selected: 'export const limit = 3;' }, { info: 'ts:src/shop.ts' }])
      assert.equal(await applied(withTax, given), expected);
    assert.equal(await applied(`// src/shop.ts\n${withTax}`), expected);
    assert.equal(await applied(`import { rate } from './rate';\n\n${withTax}\n`), expected);
  });

  it('replaces a method that it has without its class', async () => {
    const total = 'total(): number {\n  return 10;\n}';
    assert.equal(await applied(total), shop.replace('return 0', 'return 10'));
  });

  it('replaces a method whose class it has in part', async () => {
    const part = 'export class Cart {\n  total(): number {\n    return 10;\n  }\n}';
    assert.equal(await applied(part), shop.replace('return 0', 'return 10'));
  });

  it('replaces a class that it has whole, or whose rest a comment stands for', async () => {
    const whole =
      'export class Cart {\n  total(): number {\n    return 10;\n  }\n\n  size(): number {\n    return 11;\n  }\n}';
    const expected = shop.replace('return 0', 'return 10').replace('return 1;', 'return 11;');
    assert.equal(await applied(whole), expected);
    const elided =
      'export class Cart {\n  total(): number {\n    return 10;\n  }\n\n  // ... existing code ...\n}';
    assert.equal(await applied(elided), shop.replace('return 0', 'return 10'));
  });

  it('replaces neighbours together, and others each by itself', async () => {
    const shown = "export function shown(price: number): string {\n  return 'x';\n}";
    const both = shop.replace('price * rate', 'price * (1 + rate)').replace('`${price}`', "'x'");
    assert.equal(await applied(`/** With tax. */\n${withTax}\n\n${shown}`), both);
    const far = await applied(`${withTax}\n\nexport const limit = 4;\n`);
    assert.equal(far, shop.replace('price * rate', 'price * (1 + rate)').replace('limit = 3', 'limit = 4'));
    const reversed = await applied(`export const limit = 4;\n\n${withTax}\n`);
    assert.equal(reversed, far);
  });

  it('brings what is new along with what it stands before', async () => {
    const helper = 'function plus(a: number): number {\n  return a + 1;\n}';
    const result = await applied(
      `import { rate } from './rate';\n\n${helper}\n\n${withTax}\n\nexport const limit = 4;\n`,
    );
    assert.equal(result.split("from './rate'").length, 2);
    assert.ok(
      result.includes(helper) && result.includes('limit = 4') && result.includes('(1 + rate)'),
      result,
    );
  });

  it('leaves to comments what stands between', async () => {
    const text = `${withTax}\n\n// ... existing code ...\n\nexport const limit = 4;\n`;
    const expected = shop.replace('price * rate', 'price * (1 + rate)').replace('limit = 3', 'limit = 4');
    assert.equal(await applied(`import { rate } from './rate';\n\n/** With tax. */\n${text}`), expected);
  });

  it('does not choose between two of a name, but goes by the cursor', async () => {
    const size = 'size(): number {\n  return 20;\n}';
    assert.match(await applied(size), /defines size more than once/);
    assert.equal(await applied(size, { selected: 'return 2' }), shop.replace('return 2', 'return 20'));
    const inClass = 'export class Box {\n  size(): number {\n    return 20;\n  }\n}';
    assert.equal(await applied(inClass), shop.replace('return 2', 'return 20'));
  });

  it('replaces what is selected where it defines nothing of the file', async () => {
    assert.equal(
      await applied('return price + rate;', { selected: '  return price * rate;' }),
      shop.replace('price * rate', 'price + rate'),
    );
    const nothing = await applied('return price + rate;', { selected: '' });
    assert.match(nothing, /^Nothing that the code defines is in src\/shop\.ts: select the lines/);
    assert.equal(await applied('call();'), nothing);
  });

  it('goes by its own places where it says them', async () => {
    const expected = shop.replace('price * rate', 'price + rate');
    const edits =
      '<<<<<<< SEARCH\n  return price * rate;\n=======\n  return price + rate;\n>>>>>>> REPLACE\n';
    assert.equal(await applied(edits, { info: '' }), expected);
    const diff =
      '@@ -4,3 +4,3 @@\n export function withTax(price: number): number {\n-  return price * rate;\n+  return price + rate;\n }\n';
    assert.equal(await applied(diff, { info: 'diff' }), expected);
  });

  it('is the whole file where it has most of it, without a grammar too', async () => {
    const file = '{\n  "name": "x",\n  "private": true,\n  "type": "module"\n}\n';
    const given = { file, path: 'package.json', language: 'json', info: 'json' };
    assert.equal(await applied(file.replace('"x"', '"y"').trimEnd(), given), file.replace('"x"', '"y"'));
    assert.match(await applied('{ "a": 1 }', given), /^Nothing that the code defines/);
  });

  it('loses nothing of a file whose definitions it has all', async () => {
    const file = 'import a\n\nlimit = 1\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return 2\n';
    const given = { file, path: 'a.py', language: 'python', info: 'python' };
    const text = 'def one():\n    return 10\n\n\ndef two():\n    return 20\n';
    assert.equal(
      await applied(text, given),
      file.replace('return 1', 'return 10').replace('return 2', 'return 20'),
    );
  });

  const server = `import { app } from './app';

export function home(): string {
  return 'home';
}

app.get('/', home);
app.use(cors());
registerShutdownHandlers();

export function about(): string {
  return 'about';
}
`;
  const home = "export function home(): string {\n  return 'HOME';\n}";
  const about = "export function about(): string {\n  return 'ABOUT';\n}";
  const bothNew = server.replace("'home'", "'HOME'").replace("'about'", "'ABOUT'");

  it('loses no statement between two definitions that it has', async () => {
    assert.equal(await applied(`${home}\n\n${about}\n`, { file: server }), bothNew);
    assert.equal(await applied(`${about}\n\n${home}\n`, { file: server }), bothNew);
    const some = `${home}\n\napp.get('/', home);\napp.use(cors());\n\n${about}\n`;
    assert.match(await applied(some, { file: server }), /registerShutdownHandlers\(\);/);
    // What stands inside of what it has is not what stands between.
    const inside = home.replace("return 'HOME';", "registerShutdownHandlers();\n  return 'HOME';");
    const twice = await applied(`${inside}\n\n${about}\n`, { file: server });
    assert.equal(twice.split('registerShutdownHandlers();').length, 3, twice);
  });

  it('replaces from the first to the last where it has all that stands between', async () => {
    const between = "app.get('/', home);\napp.use(cors());\napp.use(json());\nregisterShutdownHandlers();";
    const text = `${home}\n\n${between}\n\n${about}\n`;
    const expected = bothNew.replace('cors());\n', 'cors());\napp.use(json());\n');
    assert.equal(await applied(text, { file: server }), expected);
  });

  it('loses no definition and no comment between two that it has', async () => {
    const file = server.replace('app.use(cors());', '/** Why so. */\nexport const cors = () => 1;');
    const expected = file.replace("'home'", "'HOME'").replace("'about'", "'ABOUT'");
    assert.equal(await applied(`${home}\n\n${about}\n`, { file }), expected);
  });

  it('may be as long as it likes', async () => {
    const marks = await found('`a '.repeat(300_000), { selected: 'export const limit = 3;' });
    assert.ok(!('code' in marks) && marks.answer.startsWith('```ts\n'));
    const lines = await found('call();\n'.repeat(400_000), { selected: 'export const limit = 3;' });
    assert.ok(!('code' in lines) && lines.by === 'selection');
  });

  it('with marks of code in it stays in its own', async () => {
    const text = '/** ```x``` */\nexport const limit = 4;';
    const placed = await found(text);
    assert.ok(!('code' in placed) && placed.answer.startsWith('````ts\n'));
    assert.equal(await applied(text), shop.replace('export const limit = 3', text.slice(0, -1)));
  });
});
