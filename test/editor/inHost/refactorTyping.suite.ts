import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { says } from '../../support/chatPorts.ts';
import { at, better, coin, coins, removeFolder, Scene, typeBefore, write } from './refactorSupport.ts';
import { closeAll, hearth, until } from './support.ts';

suite('a refactor while somebody types', () => {
  let scene: Scene;
  suiteSetup(async () => {
    write('coin.ts', coins);
    const { index } = await hearth();
    await until(() => index.progress?.state === 'ready', 'the folder is read');
  });
  setup(async () => {
    scene = await Scene.make();
    scene.model.script = [says(better)];
  });
  teardown(async () => {
    scene.refactors.dispose();
    await closeAll();
  });
  suiteTeardown(removeFolder);

  test('a copy of the code that is put above it while the model writes', async () => {
    const { document } = await at(write('copied.ts', coins), 'coin.length');
    const release = scene.model.hold();
    const started = scene.start('rewrite');
    await scene.reaches('waiting');
    await typeBefore(document, 'export function valueOf', coin);
    release();
    await started;
    const shown = await scene.reaches('ready');
    await shown.accept();
    const changed = coin.replace('coin.length', 'coin.trim().length');
    assert.equal(document.getText(), coins.replace(coin, coin + changed));
  });

  test('other line ends while the model writes', async () => {
    const { document } = await at(write('ends.ts', coins), 'coin.length');
    const release = scene.model.hold();
    const started = scene.start('rewrite');
    await scene.reaches('waiting');
    const { range } = scene.shown;
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, [vscode.TextEdit.setEndOfLine(vscode.EndOfLine.CRLF)]);
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(document.getText().includes('\r\n'));
    assert.deepEqual(scene.shown.range, range);
    release();
    await started;
    const shown = await scene.reaches('ready');
    await shown.accept();
    const now = coins.replace('coin.length', 'coin.trim().length').replaceAll('\n', '\r\n');
    assert.equal(document.getText(), now);
  });

  test('typing while a block of the chat is judged', async () => {
    const { document } = await at(write('judged.ts', coins), 'coin.length');
    const judged = scene.refactors.applyAnswer(document, new vscode.Range(3, 0, 5, 1), better, '');
    await typeBefore(document, '// Coins.', '// Above.\n');
    assert.equal(await judged, null);
    assert.equal(scene.shown.range.start.line, 4);
    await scene.shown.accept();
    assert.equal(document.getText(), `// Above.\n${coins}`.replace('coin.length', 'coin.trim().length'));
  });

  test('a change elsewhere while the model writes: the answer is moved', async () => {
    const { document } = await at(write('moved.ts', coins), 'coin.length');
    const release = scene.model.hold();
    const started = scene.start('rewrite');
    await scene.reaches('waiting');
    await typeBefore(document, '// Coins.', '// Above.\n// Above.\n');
    assert.deepEqual(scene.shown.range.start, new vscode.Position(5, 0));
    release();
    await started;
    const shown = await scene.reaches('ready');
    await typeBefore(document, 'export function nothing', 'export const below = 1;\n');
    const now = document.getText();
    await until(() => shown.files[0]?.change.before === now, 'what is shown is moved');
    await shown.accept();
    assert.equal(document.getText(), now.replace('coin.length', 'coin.trim().length'));
  });

  test('a change at the place: it is outdated, and can be asked for anew', async () => {
    const { document } = await at(write('outdated.ts', coins), 'coin.length');
    const release = scene.model.hold();
    const started = scene.start('rewrite');
    await scene.reaches('waiting');
    await typeBefore(document, 'coin.length', '2 * ');
    release();
    await started;
    const shown = await scene.reaches('outdated');
    assert.match(shown.message ?? '', /outdated\.ts was changed meanwhile where this change is, at line 5/);
    await shown.accept();
    assert.equal(document.getText(), coins.replace('coin.length', '2 * coin.length'));
    scene.model.script = [says(better)];
    shown.retry();
    await scene.reaches('ready');
    assert.match(scene.asked, /2 \* coin\.length/);
    await typeBefore(document, '2 * coin.length', '3 + ');
    await scene.reaches('outdated');
  });

  test('code that is gone when it is asked for anew', async () => {
    const { document } = await at(write('gone.ts', coins), 'coin.length');
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, new vscode.Range(3, 0, 6, 0));
    await vscode.workspace.applyEdit(edit);
    await scene.reaches('outdated');
    shown.retry();
    await scene.reaches('failed');
    assert.equal(shown.message, 'The code is gone from refactor/gone.ts: select what is to be changed.');
  });
});
