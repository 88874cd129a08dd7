import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { segmentBudget } from '../../src/core/prompt/layoutRepository.ts';
import { ContextWorkspace, disposeWorkspaces } from '../support/contextWorkspace.ts';
import { temporaryFolder } from '../support/engine.ts';

after(disposeWorkspaces);

const shop = {
  'src/money.ts': 'export function cents(value: number): number {\n  return value * 100;\n}\n',
  'src/cart.ts': `import { cents } from './money';

export interface Item {
  price: number;
}

export class Cart {
  readonly items: Item[] = [];

  add(item: Item): void {
    this.items.push(item);
  }

  total(): number {
    return this.items.reduce((sum, { price }) => sum + cents(price), 0);
  }
}
`,
  'lib/far.ts': 'export function unrelatedThing(): void {}\n',
};

const caller = "import { Cart } from './cart';\n\nexport function checkout(cart: Cart): number {\n  █\n}\n";

/** A file with so many functions. */
const functions = (name: string, count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `export function ${name}${at}(first: number, second: string): void {}\n`,
  ).join('');

/** Words and single signs; a line end after a bracket is a token of its own. */
const words = (text: string): number => (text.match(/\w+|[^\w\s]|\s+|(?<=\))\n/g) ?? []).length;
const countTokens = (texts: readonly string[]): Promise<number[]> => Promise.resolve(texts.map(words));

describe('context of the built worker', () => {
  it('has definitions of other files, with path and lines and why', async () => {
    const made = new ContextWorkspace(shop);
    made.open('src/checkout.ts', caller);
    const report = await made.report('src/checkout.ts');
    const pieces = report.segments.map(
      ({ path, startLine, endLine, text }) => `${path}:${startLine}-${endLine} ${text}`,
    );
    for (const expected of [
      'src/cart.ts:7-17 class Cart',
      'src/cart.ts:10-12 Cart.add(item: Item): void',
      'src/cart.ts:14-16 Cart.total(): number',
      'src/cart.ts:3-5 interface Item',
      'src/money.ts:1-3 function cents(value: number): number',
    ])
      assert.ok(pieces.includes(expected), `${expected} in\n${pieces.join('\n')}`);
    assert.equal(
      report.segments.find(({ text }) => text === 'class Cart')?.why,
      'imported, and named nearby',
    );
    assert.match(
      report.text,
      /\nsrc\/cart\.ts\ninterface Item\n {2}price: number\nclass Cart\n {2}items: Item\[\]/,
    );
    assert.equal(report.text.includes('checkout'), false);
    assert.deepEqual(report.index, { files: 4, complete: true, excluded: {} });
    assert.ok(report.segments.every(({ score, tokens }) => score > 0 && score <= 1 && tokens > 0));
  });

  it('keeps every budget by the estimate, and gives more for more', async () => {
    const made = new ContextWorkspace({ ...shop, 'src/many.ts': functions('cart', 200) });
    made.open('src/checkout.ts', caller);
    let before = 0;
    for (const budget of [0, 1, 16, 64, 256, 1024, 4096]) {
      const { tokens, chars, text, estimated } = await made.report('src/checkout.ts', { budget });
      assert.ok(tokens <= budget, `${tokens} of ${budget}`);
      assert.ok(chars <= 3.6 * budget);
      assert.equal(chars, text.length);
      assert.equal(estimated, true);
      assert.ok(chars >= before);
      before = chars;
    }
    assert.ok(before > 2_000);
  });

  it('keeps every budget by the tokenizer that it asks, exactly', async () => {
    const made = new ContextWorkspace({ ...shop, 'src/many.ts': functions('cart', 200) }, { countTokens });
    made.open('src/checkout.ts', caller);
    for (const budget of [16, 64, 256, 1024, 4096]) {
      const report = await made.report('src/checkout.ts', { budget, estimate: false });
      assert.equal(report.estimated, false, `${budget}`);
      assert.ok(report.tokens <= budget);
      // By headers and what stands below them, as it was counted.
      assert.ok(words(report.text) <= report.tokens);
      if (budget >= 64 && budget <= 1024)
        assert.ok(report.tokens > budget * 0.7, `${report.tokens} of ${budget}`);
      for (const { tokens, text } of report.segments) assert.equal(tokens, words(`${text}\n`));
    }
  });

  it('estimates where nobody can count', async () => {
    const made = new ContextWorkspace(shop, { countTokens: () => Promise.resolve(null) });
    made.open('src/checkout.ts', caller);
    const report = await made.report('src/checkout.ts', { budget: 64, estimate: false });
    assert.equal(report.estimated, true);
    assert.ok(report.tokens <= 64 && report.segments.length > 0);
    const failing = new ContextWorkspace(shop, { countTokens: () => Promise.reject(new Error('no model')) });
    failing.open('src/checkout.ts', caller);
    assert.equal((await failing.report('src/checkout.ts', { estimate: false })).estimated, true);
  });

  it('gives a completion no more than its share of the window', async () => {
    const files = { ...shop, 'src/many.ts': functions('cart', 300) };
    const made = new ContextWorkspace(files, { countTokens });
    made.open('src/checkout.ts', caller);
    for (const tokens of [256, 1024, 4096]) {
      const shown = await made.segments('src/checkout.ts', { tokens });
      const used = shown.reduce((sum, one) => sum + words(one), 0);
      assert.ok(used <= segmentBudget(tokens), `${used} for ${tokens}`);
      assert.ok(shown.length > 0);
      const report = await made.report('src/checkout.ts', { budget: null, tokens, estimate: false });
      assert.ok(report.tokens <= segmentBudget(tokens));
    }
  });

  it('is the same twice, in a fresh worker, and in a folder whose files were made in another order', async () => {
    const entries = Object.entries({ ...shop, 'src/many.ts': functions('item', 50) });
    const made = new ContextWorkspace(Object.fromEntries(entries));
    const other = new ContextWorkspace(Object.fromEntries([...entries].reverse()));
    const texts: string[] = [];
    for (const one of [made, other]) {
      one.open('src/checkout.ts', caller);
      for (let time = 0; time < 2; time += 1)
        texts.push(JSON.stringify({ ...(await one.report('src/checkout.ts')), ms: 0 }));
    }
    // A file that came and went leaves nothing behind.
    other.write('src/more.ts', functions('cents', 5));
    await other.report('src/checkout.ts');
    other.delete('src/more.ts');
    texts.push(JSON.stringify({ ...(await other.report('src/checkout.ts')), ms: 0 }));
    assert.equal(new Set(texts).size, 1, texts.join('\n'));
  });

  it('has nothing of a line that the open text lacks, although the disk has it', async () => {
    const held = 'export const heldOutCanary = cents(4242);\n';
    const files = {
      ...shop,
      'src/checkout.ts': `import { cents } from './money';\n${held}`,
      'src/b.ts': held,
    };
    const made = new ContextWorkspace(files);
    made.open('src/b.ts', '█\n');
    made.open('src/checkout.ts', "import { cents } from './money';\n█\n");
    for (const budget of [64, 1024, null]) {
      const report = await made.report('src/checkout.ts', { budget });
      assert.ok(report.segments.length > 0);
      assert.equal(JSON.stringify(report).includes('heldOutCanary'), false);
    }
    // Closed without being saved, it is what the disk says.
    made.close('src/b.ts');
    made.open('src/checkout.ts', 'heldOut█\n');
    assert.match(await made.text('src/checkout.ts'), /heldOutCanary/);
  });

  it('has nothing of it either in a second session, with a snapshot', async () => {
    const snapshots = temporaryFolder();
    const files = { ...shop, 'src/b.ts': 'export const heldOutCanary = 1;\n' };
    const first = new ContextWorkspace(files, { snapshots });
    first.open('src/checkout.ts', 'heldOut█\n');
    assert.match(await first.text('src/checkout.ts'), /heldOutCanary/);
    const second = new ContextWorkspace({}, { snapshots, folder: first.folder });
    second.open('src/b.ts', '█\n');
    second.open('src/checkout.ts', 'heldOut█\n');
    assert.equal((await second.text('src/checkout.ts')).includes('heldOutCanary'), false);
  });

  it('counts edits of another open document at once', async () => {
    const made = new ContextWorkspace(shop);
    made.open('lib/far.ts', 'export function unrelatedThing(): void {}\n█');
    made.open('src/checkout.ts', caller.replace('█', 'typedElsewhere█'));
    assert.equal((await made.text('src/checkout.ts', { wait: false })).includes('typedElsewhere'), false);
    made.type('lib/far.ts', 'export function typedElsewhere(cart: number): void {}\n');
    assert.match(
      await made.text('src/checkout.ts', { wait: false }),
      /function typedElsewhere\(cart: number\): void/,
    );
    made.type('lib/far.ts', '', 'typedElsewhere(cart: number): void {}\n'.length);
    assert.equal((await made.text('src/checkout.ts', { wait: false })).includes('typedElsewhere'), false);
  });

  it('follows the disk', async () => {
    const made = new ContextWorkspace(shop);
    made.open('src/checkout.ts', caller.replace('█', 'added█'));
    await made.report('src/checkout.ts');
    made.write('lib/new.ts', 'export function addedLater(cart: number): void {}\n');
    made.open('src/checkout.ts', caller.replace('█', 'addedLater█'));
    assert.match(
      await made.text('src/checkout.ts'),
      /^lib\/\n.*\nfunction addedLater\(cart: number\): void\nsrc\/\n/,
    );
    made.delete('lib/new.ts');
    assert.equal((await made.text('src/checkout.ts')).includes('addedLater('), false);
  });

  it('takes the definition that a language server means', async () => {
    const made = new ContextWorkspace({
      'a/one.ts': 'export function render(page: string): void {}\n',
      'b/two.ts': 'export function render(tree: number): void {}\n',
    });
    made.open('c/here.ts', 'export function f() {\n  render█\n}\n');
    assert.match(await made.text('c/here.ts'), /^a\/\nfunction render\(page: string\): void\n/);
    const target = (file: string) => [{ name: 'render', path: `${made.folder}/${file}`, line: 1 }];
    made.client.targets(made.uri('c/here.ts'), target('b/two.ts'));
    assert.match(await made.text('c/here.ts'), /^b\/\nfunction render\(tree: number\): void\n/);
    made.client.targets(made.uri('c/here.ts'), [{ name: 'render', path: '/elsewhere/x.ts', line: 1 }]);
    assert.match(await made.text('c/here.ts'), /^a\/\n/);
  });

  it('says why there is nothing: in no folder, a secret, no text', async () => {
    const made = new ContextWorkspace(shop);
    made.open('src/checkout.ts', caller, null);
    assert.deepEqual(await made.reply('src/checkout.ts'), { kind: 'problem', problem: 'no-folder' });
    made.open('.env', 'KEY=█');
    assert.deepEqual(await made.reply('.env'), { kind: 'problem', problem: 'secret' });
    made.open('src/zero.ts', '\0█');
    assert.deepEqual(await made.reply('src/zero.ts'), { kind: 'problem', problem: 'binary' });
    const document = made.uri('none.ts');
    const limits = { before: 1, after: 1 };
    const rest = { documentVersion: 1, offset: 0, limits, budget: 1, estimate: true, wait: true };
    assert.deepEqual(await made.client.context({ document, ...rest }), { kind: 'unknown' });
  });

  it('gives nothing of what is secret, ignored, foreign, a link out, or large', async () => {
    const canary = 'export function canaryWord(cart: number): void {}\n';
    const bad = ['.env', 'keys/id_rsa', 'node_modules/a/index.ts', 'dist/a.ts', 'setting/a.ts', 'a.pem'];
    const made = new ContextWorkspace(
      {
        ...shop,
        ...Object.fromEntries(bad.map((file) => [file, canary])),
        '.gitignore': 'dist\n',
        'big.ts': `${canary}${' '.repeat(1 << 20)}`,
      },
      { exclude: { setting: true } },
    );
    made.open('src/checkout.ts', caller.replace('█', 'canaryWord(█'));
    for (const file of bad) made.open(file, `${canary}█`);
    for (const file of bad) made.type(file, 'canaryWord(1);\n');
    const report = await made.report('src/checkout.ts');
    assert.equal(report.text.includes('canaryWord'), false);
    assert.equal((await made.segments('src/checkout.ts')).join().includes('canaryWord'), false);
    assert.deepEqual(report.index.excluded, {
      ignored: 1,
      secret: 3,
      vendored: 1,
      'excluded-by-setting': 1,
      'too-large': 1,
    });
    assert.equal((await made.client.excluded(`${made.folder}/dist/a.ts`))?.reason, 'ignored');
    assert.equal((await made.client.excluded('/elsewhere/a.ts'))?.reason, 'outside');
    assert.equal(await made.client.excluded(`${made.folder}/src/cart.ts`), null);
  });

  it('waits for nothing where it is not told to, and for all where it is', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`src/f${at}.ts`, functions(`g${at}x`, 5)]),
    );
    const made = new ContextWorkspace(files);
    made.open('src/checkout.ts', 'g299x3█');
    const early = await made.report('src/checkout.ts', { wait: false });
    assert.equal(early.index.complete, false);
    const whole = await made.report('src/checkout.ts');
    assert.deepEqual(whole.index, { files: 301, complete: true, excluded: {} });
    assert.match(whole.text, /g299x3\(first/);
  });

  it('ends the first reading when it is told to', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`src/f${at}.ts`, functions(`g${at}x`, 5)]),
    );
    const made = new ContextWorkspace(files);
    const states: string[] = [];
    made.client.onProgress(({ state, done }) => {
      states.push(state);
      if (done === 1) made.client.cancelIndexing();
    });
    made.client.cancelIndexing();
    made.open('src/checkout.ts', 'g1x3█');
    const report = await made.report('src/checkout.ts');
    assert.ok(report.index.files < 300);
    assert.equal(report.index.complete, false);
    assert.equal(states.at(-1), 'cancelled');
  });
});
