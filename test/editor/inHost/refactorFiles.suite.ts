import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { says } from '../../support/chatPorts.ts';
import {
  at,
  better,
  coin,
  coins,
  folder,
  onDisk,
  removeFolder,
  Scene,
  typeBefore,
  write,
} from './refactorSupport.ts';
import { closeAll, hearth, until } from './support.ts';

const changed = coins.replace('coin.length', 'coin.trim().length');
const outside = path.join(path.dirname(path.dirname(folder)), 'hearth-outside-coin.ts');

suite('the files of a refactor', () => {
  let scene: Scene;
  suiteSetup(async () => {
    write('coin.ts', coins);
    const { index } = await hearth();
    await until(() => index.progress?.state === 'ready', 'the folder is read');
  });
  setup(async () => {
    scene = await Scene.make();
  });
  teardown(async () => {
    scene.refactors.dispose();
    await closeAll();
  });
  suiteTeardown(removeFolder);

  /** Has the target of the active editor changed, and accepts it. */
  async function change(): Promise<void> {
    scene.model.script = [says(better)];
    await scene.start('rewrite');
    await (await scene.reaches('ready')).accept();
    await scene.reaches('watching');
  }

  test('may be unsaved: what is not saved stays so', async () => {
    const uri = write('unsaved.ts', coins);
    const { document } = await at(uri, 'coin.length');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), '// Unsaved.\n');
    await vscode.workspace.applyEdit(edit);
    await change();
    assert.equal(document.getText(), `// Unsaved.\n${changed}`);
    assert.deepEqual([document.isDirty, onDisk(uri)], [true, coins]);
  });

  test('may be untitled', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: coins });
    await at(document, 'coin.length');
    await change();
    assert.deepEqual([document.getText(), document.isUntitled], [changed, true]);
    await scene.start('tests', undefined, '');
    assert.match(scene.said.at(-1) ?? '', /^There is no place for tests of Untitled-\d/);
  });

  test('may lie outside of the folders', async () => {
    const uri = vscode.Uri.file(outside);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(coins));
    try {
      const { document } = await at(uri, 'coin.length');
      await change();
      assert.deepEqual([document.getText(), scene.shown.target.file.path], [changed, path.basename(outside)]);
    } finally {
      await vscode.workspace.fs.delete(uri);
    }
  });

  test('keep their line ends and byte order mark', async () => {
    const uri = write('windows.ts', `\uFEFF${coins.replaceAll('\n', '\r\n')}`);
    const { document } = await at(uri, 'coin.length');
    await change();
    assert.equal(document.getText(), changed.replaceAll('\n', '\r\n'));
    assert.ok(await document.save());
    assert.equal(onDisk(uri), `\uFEFF${changed.replaceAll('\n', '\r\n')}`);
  });

  const search = (text: string, put: string) => [
    { ...says(text), stop: '\n=======' },
    { ...says(put), stop: '\n>>>>>>>' },
  ];
  /** An answer that changes two files. */
  const twoFiles = () => [
    ...search('  return coin.length;', '  return Math.max(coin.length, most);'),
    { ...says('refactor/purse.ts\n'), stop: '<<<<<<<' },
    ...search('export const all = valueOf(purse);', 'export const all = 2 * valueOf(purse);'),
    says(''),
  ];
  const purse =
    "import { valueOf } from './two.ts';\nconst purse = '';\nexport const all = valueOf(purse);\n";

  /** Runs a command of VS Code's preview of refactors until that is over. */
  async function inPreview(command: string, over: () => boolean): Promise<void> {
    await until(async () => {
      await vscode.commands.executeCommand(`refactorPreview.${command}`);
      return over();
    }, `the preview does ${command}`);
  }

  test('are several: VS Code’s preview shows them before they are written, and nothing is saved', async () => {
    const uris = [write('two.ts', coins), write('purse.ts', purse.replaceAll('\n', '\r\n'))] as const;
    const other = await vscode.workspace.openTextDocument(uris[1]);
    await typeBefore(other, 'import', '// Unsaved.\n');
    const unsaved = `// Unsaved.\n${purse}`.replaceAll('\n', '\r\n');
    const { document } = await at(uris[0], 'coin.length');
    scene.model.script = twoFiles();
    await scene.start('convert');
    const shown = await scene.reaches('ready');
    assert.deepEqual(
      shown.files.map(({ uri }) => path.basename(uri.fsPath)),
      ['two.ts', 'purse.ts'],
    );
    const accepted = shown.accept();
    await inPreview('apply', () => shown.state !== 'applying');
    await accepted;
    assert.equal(shown.state, 'watching', shown.message ?? '');
    assert.match(document.getText(), /Math\.max\(coin\.length, most\)/);
    assert.equal(other.getText(), unsaved.replace('all = ', 'all = 2 * '));
    assert.deepEqual([onDisk(uris[0]), onDisk(uris[1])], [coins, purse.replaceAll('\n', '\r\n')]);
    await shown.undo();
    assert.equal(shown.state, 'undone', scene.said.join());
    assert.deepEqual([document.getText(), other.getText()], [coins, unsaved]);
  });

  test('are several, and the user discards all of it in the preview', async () => {
    const uri = write('two.ts', coins);
    write('purse.ts', purse);
    const { document } = await at(uri, 'coin.length');
    scene.model.script = twoFiles();
    await scene.start('convert');
    const shown = await scene.reaches('ready');
    const accepted = shown.accept();
    await inPreview('discard', () => shown.state !== 'applying');
    await accepted;
    assert.deepEqual([shown.state, document.getText()], ['refused', coins]);
    assert.ok(!scene.states.includes('failed'), scene.states.join());
  });

  test('are made: one undo removes them again', async () => {
    await at(write('fresh.ts', coins), 'coin.length');
    const tests = "import { valueOf } from './fresh.ts';\n\nif (valueOf('a') !== 1) throw new Error('one');";
    scene.model.script = [says(tests)];
    await scene.start('tests', undefined, '');
    const shown = await scene.reaches('ready');
    const [file] = shown.files;
    assert.ok(file);
    assert.deepEqual([file.change.before, onDisk(file.uri)], [null, null]);
    await shown.accept();
    assert.deepEqual([shown.state, onDisk(file.uri)], ['watching', `${tests}\n`]);
    await until(
      () => vscode.window.activeTextEditor?.document.uri.toString() === file.uri.toString(),
      'the new file is shown',
    );
    await shown.undo();
    assert.deepEqual([shown.state, onDisk(file.uri)], ['undone', null], scene.said.join());
  });

  test('are not made where one is there by now', async () => {
    await at(write('late.ts', coins), 'coin.length');
    scene.model.script = [says('if (1 > 2) throw new Error();')];
    await scene.start('tests', undefined, '');
    const shown = await scene.reaches('ready');
    const [file] = shown.files;
    assert.ok(file);
    await vscode.workspace.fs.writeFile(file.uri, new TextEncoder().encode('mine\n'));
    await shown.accept();
    assert.deepEqual([shown.state, onDisk(file.uri)], ['outdated', 'mine\n']);
    assert.match(shown.message ?? '', /was made meanwhile/);
  });

  test('are not written where they are excluded, or lead out of the folder', async () => {
    write('.env', 'PASSWORD=hunter2\n');
    await at(write('three.ts', coins), 'coin.length');
    for (const file of ['refactor/.env', '../../etc/passwd', 'refactor/none.ts']) {
      scene.model.script = [1, 2].flatMap(() => [
        ...search('  return coin.length;', '  return 1;'),
        { ...says(`${file}\n`), stop: '<<<<<<<' },
        ...search('PASSWORD=mine', 'PASSWORD=yours'),
        says(''),
      ]);
      await scene.start('convert');
      const shown = await scene.reaches('failed');
      assert.ok(
        ['wrong-file', 'no-match'].includes(shown.failure ?? ''),
        `${file}: ${shown.failure} ${shown.message}`,
      );
      shown.refuse();
    }
    const { model } = scene;
    assert.ok(!JSON.stringify(model.asked.map(({ messages }) => messages)).includes('hunter2'));
  });

  test('have a language without a grammar: what is selected is changed', async () => {
    const uri = write('poem.txt', 'one\n\ntwo\nthree\n');
    await at(uri, 'two');
    await scene.start('rewrite');
    assert.match(scene.said.at(-1) ?? '', /^There is no grammar for plaintext: select the lines/);
    const { document } = await at(uri, 'two\nthree', { selected: true });
    scene.model.script = [says('zwei\ndrei')];
    await scene.start('rewrite');
    await (await scene.reaches('ready')).accept();
    assert.equal(document.getText(), 'one\n\nzwei\ndrei\n');
  });

  test('are changed in all definitions that a selection reaches into', async () => {
    const text = `${coin}\nexport function twice(): number {\n  return 2;\n}\n`;
    await at(write('both.ts', text), 'coin.length;\n}\n\nexport function twice', { selected: true });
    scene.model.script = [says(text.trimEnd().replace('2', '3'))];
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    assert.match(shown.notes.join(), /reaches into valueOf, twice: they are taken whole/);
    assert.equal(shown.files[0]?.change.after, text.replace('2', '3'));
  });
});
