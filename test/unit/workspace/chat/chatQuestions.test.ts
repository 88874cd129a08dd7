import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { Parsers } from '../../../../src/workspace/parsers.ts';
import { ChatWorld } from '../../../support/chatWorld.ts';
import { folderWith } from '../../../support/folderWith.ts';
import { grammarsFolder } from '../../../support/grammars.ts';

const parsers = new Parsers(grammarsFolder, undefined, { now: () => 0 });
after(() => parsers.dispose());

const shop = {
  'src/basket.ts':
    '/** What a customer takes. */\nexport class Basket {\n  addItem(item: string): void {}\n}\n',
  'src/money.ts':
    'export function roundCents(amount: number): number {\n  return Math.round(amount * 100) / 100;\n}\n',
  'src/use.ts':
    "import { roundCents } from './money.ts';\nconst notRoundCents = roundCents(1);\n// ROUNDCENTS of all\n",
  'test/money.test.ts': "import { roundCents } from '../src/money.ts';\nroundCents(2);\n",
  'README.md': '# Shop\n\n## Refunds\n\nHow money comes back.\n',
};

async function world(
  files: Readonly<Record<string, string>> = shop,
  exclude: Readonly<Record<string, boolean>> = {},
): Promise<{ made: ChatWorld; folder: string }> {
  const folder = folderWith(files);
  const made = new ChatWorld([folder], parsers, exclude);
  await made.index.idle();
  return { made, folder };
}

describe('ChatQuestions', () => {
  it('finds definitions, their documentation, and headings', async () => {
    const { made } = await world();
    assert.equal((await made.retrieved('what does a customer take?'))[0], 'src/basket.ts');
    assert.equal((await made.retrieved('how are refunds done'))[0], 'README.md');
    const [symbol] = await made.ask({ kind: 'findSymbols', name: 'addItem', limit: 5 });
    assert.deepEqual(symbol, {
      path: 'src/basket.ts',
      startLine: 3,
      endLine: 3,
      name: 'addItem',
      container: 'Basket',
      kind: 'method',
      signature: 'addItem(item: string): void',
    });
    assert.deepEqual(await made.ask({ kind: 'findPaths', query: 'bask', limit: 1 }), ['src/basket.ts']);
  });

  it('finds references to what holds any signs', async () => {
    const { made } = await world({
      'a.css': '.my-button { color: red }\n',
      'b.ts': 'const a = "x/y" + c.d;\n',
    });
    const lines = async (name: string): Promise<string[]> => {
      const found = await made.ask({ kind: 'references', name, limit: 10 });
      return found.map(({ path: file, line }) => `${file}:${line}`);
    };
    assert.deepEqual(await lines('my-button'), ['a.css:1']);
    assert.deepEqual(await lines('x/y'), ['b.ts:1']);
    assert.deepEqual(await lines('c.d'), ['b.ts:1']);
    for (const sign of ['-', '[', '\\', '^', '$', '(?<a>', '{1}', '/', 'a'.repeat(50_000)])
      await assert.doesNotReject(lines(sign), sign.slice(0, 9));
  });

  it('finds the lines with a name as a word, those of tests last', async () => {
    const { made } = await world();
    const found = await made.ask({ kind: 'references', name: 'roundCents', limit: 10 });
    assert.deepEqual(
      found.map(({ path: file, line }) => `${file}:${line}`),
      ['src/money.ts:1', 'src/use.ts:1', 'src/use.ts:2', 'test/money.test.ts:1', 'test/money.test.ts:2'],
    );
    assert.equal((await made.ask({ kind: 'references', name: 'roundCents', limit: 2 })).length, 2);
    for (const name of ['', ' ', 'roundCent', '(', 'nothing'])
      assert.deepEqual(await made.ask({ kind: 'references', name, limit: 9 }), []);
  });

  it('finds a text whatever its case, also where it begins and ends within names', async () => {
    const { made } = await world();
    const search = async (text: string, scope: string | null = null): Promise<string[]> =>
      (await made.ask({ kind: 'search', text, scope, limit: 10 })).map(
        ({ path: file, line }) => `${file}:${line}`,
      );
    assert.deepEqual(await search('undCENTS of'), ['src/use.ts:3']);
    assert.deepEqual(await search('amount * 100) /'), ['src/money.ts:2']);
    assert.deepEqual(await search('* 100'), ['src/money.ts:2']);
    assert.deepEqual(await search('##'), ['README.md:3']);
    assert.deepEqual(await search('roundCents', 'test'), ['test/money.test.ts:1', 'test/money.test.ts:2']);
    for (const text of ['', '\n', 'a\nb', 'not there']) assert.deepEqual(await search(text), []);
  });

  it('shows the part of a long line that was found', async () => {
    const long = `const a = '${'é'.repeat(600)} needle ${'ü'.repeat(600)}';\n`;
    const { made } = await world({ 'a.ts': `${'let a;\n'.repeat(20)}${long}` });
    const [found] = await made.ask({ kind: 'search', text: 'NEEDLE', scope: null, limit: 1 });
    assert.ok(found !== undefined && found.text.length <= 302 && found.text.includes(' needle '));
  });

  it('reads lines, and says which there are', async () => {
    const { made, folder } = await world();
    const part = await made.ask({ kind: 'read', path: 'src/money.ts', startLine: 2, endLine: 99 });
    const text = '  return Math.round(amount * 100) / 100;\n}';
    assert.deepEqual(part, { path: 'src/money.ts', startLine: 2, endLine: 3, text, lines: 3 });
    const behind = await made.ask({ kind: 'read', path: './src/money.ts', startLine: 9, endLine: 12 });
    assert.deepEqual([behind?.text, behind?.lines], ['', 3]);
    const absolute = path.join(folder, 'src/money.ts');
    assert.equal(
      (await made.ask({ kind: 'read', path: absolute, startLine: 1, endLine: 1 }))?.path,
      'src/money.ts',
    );
    const places = ([file, startLine, endLine]: readonly [string, number, number]) => ({
      path: file,
      startLine,
      endLine,
    });
    const asked = (
      [
        ['src/money.ts', 1, 3],
        ['src/money.ts', 3, 4],
        ['src/money.ts', 0, 1],
        ['src/money.ts', 3, 2],
        ['src/none.ts', 1, 1],
        ['../money.ts', 1, 1],
        ['src', 1, 1],
      ] as const
    ).map(places);
    assert.deepEqual(await made.ask({ kind: 'check', places: asked }), [
      'ok',
      'no-lines',
      'no-lines',
      'no-lines',
      'no-file',
      'no-file',
      'no-file',
    ]);
  });

  it('reads nothing outside of the folder, by whatever way', async () => {
    const outside = folderWith({ 'secret.ts': 'export const hidden = 1;\n' });
    const { made, folder } = await world();
    symlinkSync(path.join(outside, 'secret.ts'), path.join(folder, 'src/link.ts'));
    for (const file of ['src/link.ts', '../secret.ts', path.join(outside, 'secret.ts'), 'src/../../x.ts'])
      assert.equal(await made.ask({ kind: 'read', path: file, startLine: 1, endLine: 9 }), null, file);
  });

  it('says where a link leads', async () => {
    const { made, folder } = await world();
    symlinkSync('money.ts', path.join(folder, 'src/link.ts'));
    const read = (file: string) => made.ask({ kind: 'read', path: file, startLine: 1, endLine: 1 });
    assert.deepEqual(await read('src/link.ts'), {
      ...{ path: 'src/link.ts', startLine: 1, endLine: 1, lines: 3 },
      ...{ text: 'export function roundCents(amount: number): number {', real: 'src/money.ts' },
    });
    assert.equal((await read('src/money.ts'))?.real, undefined);
    made.open.set(`${folder}\0src/link.ts`, 'export function typed() {}\n');
    assert.equal((await read('src/link.ts'))?.real, 'src/money.ts');
  });

  it('finds what a link leads to by its own path only, also where it was changed or opened by the link', async () => {
    const { made, folder } = await world();
    symlinkSync('money.ts', path.join(folder, 'src/link.ts'));
    const index = made.index.folder(folder);
    await index?.changed(['src/link.ts']);
    made.open.set(`${folder}\0src/link.ts`, shop['src/money.ts']);
    await index?.setOpen('src/link.ts', shop['src/money.ts'], null);
    await index?.closed('src/link.ts');
    assert.ok(!(await made.retrieved('round cents')).includes('src/link.ts'));
    const found = await made.ask({ kind: 'search', text: 'roundCents(amount', scope: null, limit: 9 });
    assert.deepEqual(
      found.map((line) => line.path),
      ['src/money.ts'],
    );
  });

  it('has an open document’s text before that on the disk, saved or not', async () => {
    const { made, folder } = await world();
    made.open.set(`${folder}\0src/money.ts`, 'export function paintElephant() {}\n');
    made.open.set(`${folder}\0src/unsaved.ts`, 'export function paintZebra() {}\n');
    for (const [file, text] of [...made.open].map(([key, own]) => [key.split('\0')[1] ?? '', own] as const))
      await made.index.folder(folder)?.setOpen(file, text, null);
    assert.deepEqual(await made.retrieved('paint the elephant'), ['src/money.ts', 'src/unsaved.ts']);
    const part = await made.ask({ kind: 'read', path: 'src/unsaved.ts', startLine: 1, endLine: 9 });
    assert.equal(part?.text, 'export function paintZebra() {}');
    assert.deepEqual(await made.ask({ kind: 'search', text: 'amount', scope: null, limit: 9 }), []);
    const [reference] = await made.ask({ kind: 'references', name: 'paintElephant', limit: 9 });
    assert.equal(reference?.text, 'export function paintElephant() {}');
  });

  it('sees what was written since only once it is told, and never shows what is no more', async () => {
    const { made, folder } = await world();
    writeFileSync(path.join(folder, 'src/money.ts'), 'short\n');
    const found = await made.ask({
      kind: 'retrieve',
      question: 'round cents',
      scopes: [],
      known: [],
      near: null,
      limit: 9,
    });
    for (const { path: file, text } of found) assert.ok(file !== 'src/money.ts' || text === 'short');
  });

  it('makes a map within its budget, counted by the tokenizer', async () => {
    const { made } = await world();
    const map = await made.ask({ kind: 'map', focus: [], question: '', budget: 40 });
    assert.ok(map.tokens > 10 && map.tokens <= 40, `${map.tokens}`);
    assert.match(map.text, /^src\/money\.ts:\n {2}function roundCents\(amount: number\): number\n/m);
  });

  it('names the folder first where there are several, and gives inner folders their own files', async () => {
    const outer = folderWith({
      'app/src/a.ts': 'export function openDoor() {}\n',
      'b.ts': 'export function openDoor2() {}\n',
    });
    const other = folderWith({ 'src/a.ts': 'export function openDoor() {}\n' });
    const made = new ChatWorld([outer, path.join(outer, 'app'), other], parsers);
    await made.index.idle();
    const [first, last] = [path.basename(outer), path.basename(other)];
    assert.deepEqual(
      (await made.retrieved('open door')).sort(),
      ['app/src/a.ts', `${first}/b.ts`, `${last}/src/a.ts`].sort(),
    );
    const symbols = await made.ask({ kind: 'findSymbols', name: 'openDoor', limit: 9 });
    assert.equal(symbols.length, 3);
    const references = await made.ask({ kind: 'references', name: 'openDoor', limit: 9 });
    assert.deepEqual(
      references.map((one) => one.path),
      ['app/src/a.ts', `${last}/src/a.ts`].sort(),
    );
    assert.equal(
      (await made.ask({ kind: 'read', path: 'app/src/a.ts', startLine: 1, endLine: 1 }))?.path,
      'app/src/a.ts',
    );
    const inOuter = { kind: 'read', path: `${first}/app/src/a.ts`, startLine: 1, endLine: 1 } as const;
    assert.equal((await made.ask(inOuter))?.path, 'app/src/a.ts');
    const scoped = await made.ask({ kind: 'search', text: 'door', scope: `${last}/src`, limit: 9 });
    assert.deepEqual(
      scoped.map((one) => one.path),
      [`${last}/src/a.ts`],
    );
    const { files } = await made.ask({ kind: 'map', focus: [], question: '', budget: 500 });
    assert.deepEqual(files, ['app/src/a.ts', `${first}/b.ts`, `${last}/src/a.ts`].sort());
    assert.ok((await made.ask({ kind: 'findPaths', query: 'a.ts', limit: 9 })).includes('app/src/a.ts'));
  });

  it('answers nothing of a workspace without folders or files', async () => {
    for (const folders of [[], [folderWith({})]]) {
      const made = new ChatWorld(folders, parsers);
      await made.index.idle();
      assert.deepEqual(await made.retrieved('anything'), []);
      assert.deepEqual(await made.ask({ kind: 'map', focus: [], question: 'x', budget: 99 }), {
        text: '',
        files: [],
        tokens: 0,
      });
      assert.deepEqual(await made.ask({ kind: 'findPaths', query: '', limit: 9 }), []);
      assert.equal(await made.ask({ kind: 'read', path: 'a.ts', startLine: 1, endLine: 1 }), null);
    }
  });
});

describe('what is excluded', () => {
  const canary = 'quetzalCanary';
  const text = `/** ${canary} of all */\nexport function ${canary}Function() { return '${canary}'; }\n`;
  const shown = fc.constantFrom('src/a.ts', 'src/b.md', 'lib/deep/c.py', 'quetzal.ts');
  const hidden = fc.constantFrom(
    'ignored/a.ts',
    'src/ignored.ts',
    'node_modules/x/index.ts',
    '.env',
    'secrets/token.json',
    'id_rsa',
    'src/x.min.js',
    'package-lock.json',
    'out/setting.ts',
    'src/.hidden.ts',
  );

  it('is in no answer of any kind, open or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(shown), fc.uniqueArray(hidden, { minLength: 1 }), async (good, bad) => {
        const files = Object.fromEntries([...good, ...bad].map((file) => [file, text]));
        const rules = { '.gitignore': 'ignored*\n.hidden.ts\n' };
        const { made, folder } = await world({ ...files, ...rules }, { out: true });
        for (const file of bad.slice(0, 3)) {
          made.open.set(`${folder}\0${file}`, text);
          await made.index.folder(folder)?.setOpen(file, text, null);
        }
        const answers = [
          await made.ask({
            kind: 'retrieve',
            question: `${canary} quetzal`,
            scopes: bad.slice(0, 0),
            known: [],
            near: bad[0] ?? null,
            limit: 50,
          }),
          await made.ask({
            kind: 'retrieve',
            question: bad.join(' '),
            scopes: [...bad],
            known: [],
            near: null,
            limit: 50,
          }),
          await made.ask({ kind: 'map', focus: [...bad], question: canary, budget: 5_000 }),
          await made.ask({ kind: 'findSymbols', name: canary, limit: 50 }),
          await made.ask({ kind: 'findPaths', query: '', limit: 500 }),
          await made.ask({ kind: 'references', name: canary, limit: 50 }),
          await made.ask({ kind: 'search', text: canary, scope: null, limit: 50 }),
        ];
        const all = JSON.stringify(answers);
        for (const file of bad) {
          assert.ok(!all.includes(`"${file}`) && !all.includes(`${file}:`), `${file} in ${all}`);
          assert.equal(await made.ask({ kind: 'read', path: file, startLine: 1, endLine: 9 }), null);
          const places = [{ path: file, startLine: 1, endLine: 1 }];
          assert.deepEqual(await made.ask({ kind: 'check', places }), ['no-file']);
        }
        const found = answers[6] as readonly { path: string }[];
        assert.deepEqual([...new Set(found.map(({ path: file }) => file))], good.toSorted());
      }),
      { numRuns: 15 },
    );
  });
});
