import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RefactorState } from '../../../src/core/refactor/lifecycle.ts';
import type { ShownRefactor } from '../../../src/vscode/refactor/shown.ts';
import { says } from '../../support/chatPorts.ts';
import { at, better, coins, onDisk, removeFolder, Scene, write } from './refactorSupport.ts';
import { closeAll, hearth, until } from './support.ts';

const changed = coins.replace('coin.length', 'coin.trim().length');

suite('the ends of a refactor', () => {
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

  /** Brings a refactor of a file to a state. */
  async function comesTo(state: RefactorState, name: string): Promise<[ShownRefactor, vscode.Uri]> {
    const uri = write(name, coins);
    await at(uri, 'coin.length');
    if (state === 'failed') scene.model.script = [says('no(('), says('no((')];
    const release = state === 'waiting' ? scene.model.hold() : null;
    void scene.start('rewrite');
    if (release !== null) await scene.reaches('waiting');
    else {
      const shown = await scene.reaches(state === 'failed' ? 'failed' : 'ready');
      if (state === 'watching') await shown.accept();
    }
    assert.equal(scene.shown.state, state);
    return [scene.shown, uri];
  }

  for (const state of ['waiting', 'ready', 'failed'] as const) {
    test(`closing its file while it is ${state} abandons it`, async () => {
      const [shown, uri] = await comesTo(state, `close-${state}.ts`);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await scene.reaches('abandoned');
      assert.deepEqual([onDisk(uri), scene.refactors.refactors], [coins, []]);
      await shown.accept();
      assert.equal(onDisk(uri), coins);
    });

    test(`closing the window while it is ${state} ends it`, async () => {
      const [shown, uri] = await comesTo(state, `window-${state}.ts`);
      scene.refactors.shutdown();
      assert.equal(shown.state, 'closed');
      const document = await vscode.workspace.openTextDocument(uri);
      assert.deepEqual([document.getText(), scene.refactors.refactors], [coins, []]);
    });

    test(`deleting its file while it is ${state} abandons it`, async () => {
      const [, uri] = await comesTo(state, `delete-${state}.ts`);
      const edit = new vscode.WorkspaceEdit();
      edit.deleteFile(uri);
      await vscode.workspace.applyEdit(edit);
      await scene.reaches('abandoned');
      assert.equal(onDisk(uri), null);
    });
  }

  test('closing its file while the user is asked for words takes the question back', async () => {
    await at(write('asking.ts', coins), 'coin.length');
    let isTakenBack = false;
    scene.asksWords = (signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          isTakenBack = true;
          resolve(null);
        }),
      );
    const started = scene.start('rewrite');
    await scene.reaches('asking');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await started;
    assert.deepEqual([scene.shown.state, isTakenBack, scene.model.asked], ['abandoned', true, []]);
  });

  test('closing its file while the user is asked for a name takes the question back', async () => {
    await at(write('naming.ts', coins), 'coin.length');
    scene.model.script = [says('["lettersOf"]')];
    let isTakenBack = false;
    scene.asksName = (signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          isTakenBack = true;
          resolve('lettersOf');
        }),
      );
    const started = scene.start('rename', undefined, '');
    await scene.reaches('ready');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await started;
    assert.deepEqual([scene.shown.state, isTakenBack, scene.said], ['abandoned', true, []]);
  });

  test('closing an untitled document ends it', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: coins });
    await at(document, 'coin.length');
    await scene.start('rewrite');
    await scene.reaches('ready');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await scene.reaches('abandoned');
  });

  test('closing the window while new problems are shown leaves it in', async () => {
    const diagnostics = vscode.languages.createDiagnosticCollection('coins');
    try {
      const [shown, uri] = await comesTo('watching', 'warned.ts');
      diagnostics.set(uri, [new vscode.Diagnostic(new vscode.Range(4, 2, 4, 8), 'A new one.')]);
      await scene.reaches('warned');
      scene.refactors.shutdown();
      assert.equal(shown.state, 'closed');
      assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), changed);
    } finally {
      diagnostics.dispose();
    }
  });

  test('closing the window after it was accepted leaves it in', async () => {
    const [shown, uri] = await comesTo('watching', 'written.ts');
    scene.refactors.shutdown();
    assert.equal(shown.state, 'closed');
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), changed);
  });

  test('a file that another program deletes can’t be changed any more', async () => {
    const [shown, uri] = await comesTo('ready', 'vanished.ts');
    rmSync(uri.fsPath);
    await shown.accept();
    await until(() => shown.state === 'failed' || shown.state === 'abandoned', 'it is refused');
    assert.equal(onDisk(uri), null);
  });

  test('another tab of the file keeps it alive', async () => {
    const [shown, uri] = await comesTo('ready', 'split.ts');
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: false });
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const { document } = await at(write('beside.ts', coins), 'coin.length');
    scene.model.script = [says(better)];
    await scene.start('rewrite');
    await scene.reaches('ready');
    assert.equal(shown.state, 'ready');
    await shown.accept();
    assert.notEqual(document, shown.document);
    assert.equal(shown.document.getText(), changed);
  });

  test('a preview tab stays when the next file is opened', async () => {
    const uri = write('preview.ts', coins);
    const document = await vscode.workspace.openTextDocument(uri);
    const start = document.positionAt(coins.indexOf('coin.length'));
    const selection = new vscode.Range(start, start);
    await vscode.window.showTextDocument(document, { preview: true, selection });
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    await vscode.window.showTextDocument(write('next.ts', coins), { preview: true });
    const labels = (): string[] =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await until(() => labels().includes('next.ts'), 'the next file is shown');
    assert.ok(labels().includes('preview.ts'), labels().join());
    await shown.accept();
    assert.equal(document.getText(), changed);
  });

  test('a change of language is no end', async () => {
    const [shown, uri] = await comesTo('ready', 'language.ts');
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'javascript');
    await shown.accept();
    assert.deepEqual([shown.state, document.getText()], ['watching', changed]);
  });

  test('a document that no tab shows is changed all the same', async () => {
    const uri = write('hidden.ts', coins);
    const document = await vscode.workspace.openTextDocument(uri);
    const range = new vscode.Range(3, 0, 5, 1);
    assert.equal(await scene.refactors.applyAnswer(document, range, better, ''), null);
    await scene.shown.accept();
    assert.deepEqual([scene.shown.state, document.getText(), onDisk(uri)], ['watching', changed, coins]);
  });
});
