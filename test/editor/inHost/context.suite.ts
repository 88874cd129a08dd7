import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { IndexProgress, Target } from '../../../src/workspace/protocol.ts';
import { closeAll, configure, hearth, readyPid, showAt, until } from './support.ts';

const rootUri = vscode.workspace.workspaceFolders?.[0]?.uri;
assert.ok(rootUri, 'no folder is open');
const root = rootUri.fsPath;
const folder = path.join(root, 'context');

const shop = [
  "import { centsOf } from './money';",
  '',
  'export function total(prices: number[]): number {',
  '  let sum = 0;',
  '  for (const price of prices) sum += centsOf(█',
  '}',
  '',
].join('\n');
const files: Readonly<Record<string, string>> = {
  'money.ts': 'export function centsOf(price: number): number {\n  return Math.round(price * 100);\n}\n',
  'shop.ts': shop.replace('█', ''),
  '.gitignore': '# what is built\nbuilt/\n',
  'built/out.ts': 'export function centsOfBuilt(price: number): number {\n  return price;\n}\n',
  // In a language for which VS Code brings no server of its own, which other suites may keep busy.
  'left.py': 'def drawPart(left):\n    print(left)\n',
  'right.py': 'def drawPart(right):\n    print(right)\n',
  'page.py': 'def page():\n    drawPart("a")\n    \n',
};

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const uriOf = (name: string): vscode.Uri => vscode.Uri.file(path.join(folder, name));

/** Shows a file of the fixture with the cursor at `█` of the picture of it. */
async function show(name: string, picture: string): Promise<void> {
  await showAt(await vscode.workspace.openTextDocument(uriOf(name)), picture);
}

/** What Show Context says for a place. */
async function contextAt(name: string, picture: string): Promise<vscode.TextDocument> {
  await show(name, picture);
  return pageOf(name);
}

/** Shows the page for the active editor and waits until it is about this file. */
async function pageOf(name: string): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('hearth.showContext');
  const page = () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'hearth-context');
  return until(
    () => (page()?.getText().startsWith(`# Context for context/${name}:`) === true ? page() : undefined),
    () => `a page about ${name} in place of ${page()?.getText()}`,
  );
}

/** Waits for a page that shows `expected`, and gives its text. */
async function untilPage(name: string, picture: string, expected: RegExp): Promise<string> {
  let text = '';
  await until(
    async () => {
      text = (await contextAt(name, picture)).getText();
      if (expected.test(text)) return true;
      // Who comes from another file gets everything chosen anew.
      await contextAt('money.ts', '█');
      return false;
    },
    () => `${expected} in ${text}`,
  );
  return text;
}

async function untilIndexed(): Promise<void> {
  const { index } = await hearth();
  await until(() => index.progress?.state === 'ready', 'the folder is read');
}

const whyExcluded = (name: string) =>
  vscode.commands.executeCommand<string>('hearth.whyExcluded', uriOf(name));

suite('the context from the workspace', () => {
  suiteSetup(async () => {
    await readyPid();
    for (const [name, text] of Object.entries(files)) write(name, text);
    await vscode.commands.executeCommand('hearth.rebuildIndex');
    await untilIndexed();
  });
  suiteTeardown(async () => {
    await closeAll();
    rmSync(folder, { recursive: true, force: true });
  });
  teardown(async () => {
    await configure('context', undefined);
    await closeAll();
  });

  test('shows a definition of another file with its lines, why, and what it costs', async () => {
    const text = await untilPage('shop.ts', shop, /## \d+\. context\/money\.ts:1/);
    assert.match(text, /^# Context for context\/shop\.ts:5:46\n/);
    assert.match(text, /in all, counted by the model's tokenizer; found in \d+ ms\./);
    assert.match(text, /context\/money\.ts:1(-3)?\n\ndefinition: .+ · score [01]\.\d\d · \d+ tokens\n/);
    assert.match(text, /\nfunction centsOf\(price: number\): number\n/);
    assert.match(text, /\n\d+ files, all that may be read\.\n/);
  });

  test('leads from the page to the lines', async () => {
    const page = await contextAt('shop.ts', shop);
    const links = await until(async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        page.uri,
      );
      return found.find(({ range }) => page.getText(range).startsWith('context/money.ts:1'));
    }, 'a link to money.ts');
    assert.equal(links.target?.path, uriOf('money.ts').path);
    assert.match(links.target?.fragment ?? '', /^L1(-L4)?$/);
  });

  test('asked for again, in the page too, stays one page', async () => {
    await contextAt('shop.ts', shop);
    await vscode.commands.executeCommand('hearth.showContext');
    await contextAt('shop.ts', shop);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    assert.equal(tabs.filter((label) => label.startsWith('Context')).length, 1, tabs.join(', '));
  });

  test('follows what changes on the disk', async () => {
    await contextAt('shop.ts', shop);
    write('tax.ts', 'export function centsOfTax(rate: number): number {\n  return rate;\n}\n');
    const picture = `${shop.replace('█', '')}\ncentsOfTax(█`;
    write('shop.ts', picture.replace('█', ''));
    await until(async () => {
      const document = await vscode.workspace.openTextDocument(uriOf('shop.ts'));
      return document.getText() === picture.replace('█', '');
    }, 'the editor has the changed file');
    await untilPage('shop.ts', picture, /context\/tax\.ts:1/);
    rmSync(path.join(folder, 'tax.ts'));
    await untilPage('shop.ts', picture, /^(?![^]*context\/tax\.ts)/);
    write('shop.ts', files['shop.ts'] ?? '');
  });

  test('never shows what is ignored, and says why', async () => {
    const picture = 'export const cents = centsOfBuilt(█';
    write('uses.ts', picture.replace('█', ''));
    // A definition that only the ignored file has; the one of money.ts shows that the page is not just early.
    const text = await untilPage('uses.ts', picture, /context\/money\.ts:1/);
    assert.doesNotMatch(text, /built\/out\.ts|price: number\): number \{\n {2}return price/);
    assert.match(text, /- \d+ × An ignore file excludes it\.\n/);
    assert.equal(
      await whyExcluded('built/out.ts'),
      'context/built/out.ts is left out. An ignore file excludes it. (`built/` in line 2 of context/.gitignore)',
    );
    assert.equal(
      await whyExcluded('money.ts'),
      'context/money.ts is not left out: suggestions may use what it defines.',
    );
    await show('built/out.ts', '█');
    const page = await pageOf('built/out.ts');
    assert.match(
      page.getText(),
      /\*\*No other file gets anything of this one\.\*\* An ignore file excludes it\./,
    );
  });

  test('takes definitions from the language server', async () => {
    const picture = 'def page():\n    drawPart("a")\n    █\n';
    const before = await untilPage('page.py', picture, /context\/(left|right)\.py:1/);
    // Two files define the name: the language server means the one that is not shown.
    const other = before.includes('context/left.py:1') ? 'right.py' : 'left.py';
    const { workspace } = await hearth();
    const told: Target[] = [];
    const tell = workspace.targets.bind(workspace);
    workspace.targets = (document, targets) => {
      told.push(...targets);
      tell(document, targets);
    };
    const provider = vscode.languages.registerDefinitionProvider('python', {
      provideDefinition: (document, position) => {
        const range = document.getWordRangeAtPosition(position);
        if (document.getText(range) !== 'drawPart') return undefined;
        return new vscode.Location(uriOf(other), new vscode.Position(0, 4));
      },
    });
    try {
      await closeAll();
      await show('page.py', picture);
      await pageOf('page.py');
      await show('page.py', picture);
      await until(() => told.length > 0, 'the worker is told of a definition');
      assert.deepEqual(told[0], { name: 'drawPart', path: uriOf(other).fsPath, line: 1 });
      await untilPage('page.py', picture, new RegExp(`context/${other}:1`));
    } finally {
      provider.dispose();
      workspace.targets = tell;
    }
  });

  test('asks no language server when that is turned off', async () => {
    await configure('context.languageServer', false);
    const asked: string[] = [];
    const provider = vscode.languages.registerDefinitionProvider('python', {
      provideDefinition: (document, position) => {
        asked.push(document.getText(document.getWordRangeAtPosition(position)));
        return undefined;
      },
    });
    try {
      const [off, on] = ['askedWhileOff(1, █)', 'askedWhileOn(1, █)'];
      write('off.py', off.replace('█', ''));
      write('on.py', on.replace('█', ''));
      await contextAt('off.py', off);
      await contextAt('on.py', on);
      await configure('context.languageServer', undefined);
      await show('on.py', on);
      await until(() => asked.length > 0, 'it is asked once that is turned on again');
      assert.deepEqual([...new Set(asked)], ['askedWhileOn']);
    } finally {
      provider.dispose();
    }
  });

  test('can be cancelled while it is read, and read anew', async () => {
    const { workspace } = await hearth();
    const lines = Array.from({ length: 200 }, (_, line) => `export const many${line} = [${line}];`).join(
      '\n',
    );
    for (let file = 0; file < 600; file += 1) write(`many/file${file}.ts`, `// ${file}\n${lines}\n`);
    let asked = false;
    const cancelled: IndexProgress[] = [];
    const stop = workspace.onProgress((progress) => {
      if (progress.state === 'cancelled') cancelled.push(progress);
      if (asked || progress.state !== 'reading' || progress.total < 600) return;
      asked = true;
      void vscode.commands.executeCommand('hearth.cancelIndexing');
    });
    try {
      await vscode.commands.executeCommand('hearth.rebuildIndex');
      await until(() => cancelled.length > 0, 'the reading is cancelled');
      assert.ok((cancelled[0]?.done ?? 0) < 600, JSON.stringify(cancelled));
    } finally {
      stop();
      rmSync(path.join(folder, 'many'), { recursive: true });
    }
    await vscode.commands.executeCommand('hearth.rebuildIndex');
    await untilIndexed();
    await untilPage('shop.ts', shop, /context\/money\.ts:1/);
  });

  test('reads nothing when that is turned off', async () => {
    const { index } = await hearth();
    await configure('context.index', false);
    await until(() => index.progress === null, 'nothing is indexed any more');
    const text = await untilPage(
      'shop.ts',
      shop,
      /The workspace is not read: the setting hearth\.context\.index is off\./,
    );
    assert.doesNotMatch(text, /context\/money\.ts/);
    assert.match(
      await whyExcluded('money.ts'),
      /^context\/money\.ts is left out\. The workspace is not read/,
    );
    await configure('context.index', undefined);
    await untilIndexed();
    await untilPage('shop.ts', shop, /context\/money\.ts:1/);
  });
});
