import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import * as vscode from 'vscode';
import { says } from '../../support/chatPorts.ts';
import {
  at,
  better,
  coin,
  coins,
  makeReadOnly,
  onDisk,
  removeFolder,
  Scene,
  typeBefore,
  write,
} from './refactorSupport.ts';
import { closeAll, configure, hearth, until } from './support.ts';

suite('what stands against a refactor', () => {
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

  /** Starts, and gives the sentence that says why it does not begin. */
  async function refusal(): Promise<string> {
    await scene.start('rewrite');
    assert.deepEqual([scene.refactors.refactors, scene.model.asked.length], [[], 0], 'it began');
    return scene.said.at(-1) ?? '';
  }

  test('no editor', async () => {
    await closeAll();
    assert.equal(await refusal(), 'Open a file and select the code that is to be changed.');
  });

  test('a read-only file, before the model is asked', async () => {
    const uri = write('locked.ts', coins);
    makeReadOnly(uri);
    await at(uri, 'coin.length');
    assert.equal(await refusal(), 'locked.ts is read-only: make it writable first.');
  });

  test('a file that becomes read-only meanwhile', async () => {
    const uri = write('locking.ts', coins);
    const { document } = await at(uri, 'coin.length');
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    makeReadOnly(uri);
    await shown.accept();
    assert.deepEqual([shown.state, document.getText()], ['failed', coins]);
    assert.equal(shown.message, 'locking.ts is read-only: make it writable first.');
    chmodSync(uri.fsPath, 0o644);
    shown.retry();
    assert.deepEqual([shown.state, shown.message, scene.model.asked.length], ['ready', null, 1]);
    await shown.accept();
    assert.equal(document.getText(), coins.replace('coin.length', 'coin.trim().length'));
  });

  test('a document that is only shown', async () => {
    const content = vscode.workspace.registerTextDocumentContentProvider('hearth-shown', {
      provideTextDocumentContent: () => coins,
    });
    try {
      await at(vscode.Uri.parse('hearth-shown:/coin.ts'), 'coin.length');
      assert.equal(await refusal(), "coin.ts is only shown by the editor and can't be changed.");
    } finally {
      content.dispose();
    }
  });

  test('a file of secrets', async () => {
    await at(write('.env', 'PASSWORD=hunter2\n'), 'PASSWORD', { selected: true });
    assert.match(await refusal(), /^\.env is not given to a model: its name says/);
  });

  test('a file that is too large', async () => {
    await at(write('large.ts', coins + '// more\n'.repeat(200_000)), 'coin.length');
    assert.equal(await refusal(), 'large.ts is too large to be refactored (over 1 MB).');
  });

  test('an empty selection at the end of the file', async () => {
    const editor = await at(write('end.ts', `${coins}\n`), 'coin.length');
    const end = editor.document.positionAt(coins.length + 1);
    editor.selection = new vscode.Selection(end, end);
    assert.equal(
      await refusal(),
      'There is nothing at the end of the file: select the code that is to be changed.',
    );
  });

  test('a merge conflict in range', async () => {
    const conflict = '<<<<<<< ours\n  return coin.length;\n=======\n  return 1;\n>>>>>>> theirs\n';
    await at(
      write('conflict.ts', coins.replace('  return coin.length;\n', conflict)),
      coin.replace('  return coin.length;\n', conflict),
      { selected: true },
    );
    assert.equal(await refusal(), 'There is a merge conflict in line 5: resolve it first.');
  });

  test('Hearth is turned off: before, and while it works', async () => {
    // The tests' bundle has a copy of its own.
    const { forgetSettings } = await import('../../../src/vscode/settings.ts');
    const forgets = vscode.workspace.onDidChangeConfiguration(forgetSettings);
    await at(write('off.ts', coins), 'coin.length');
    const release = scene.model.hold();
    const started = scene.start('rewrite');
    await scene.reaches('waiting');
    await configure('enable', false);
    try {
      await scene.reaches('cancelled');
      release();
      await started;
      await scene.start('rewrite');
      assert.match(scene.said.at(-1) ?? '', /^Hearth is turned off/);
    } finally {
      await configure('enable', undefined);
      forgets.dispose();
      forgetSettings();
    }
  });

  test('another refactor of the same code, which can be shown', async () => {
    const uri = write('overlap.ts', coins);
    await at(uri, 'coin.length');
    await scene.start('rewrite');
    const first = await scene.reaches('ready');
    scene.choosesFirst = true;
    await scene.start('simplify', undefined, '');
    assert.match(
      scene.said.at(-1) ?? '',
      /^Rewrite from line 4 on is not done yet, and this is about the same code/,
    );
    await until(() => scene.revealed.length > 0, 'it is shown');
    assert.deepEqual([scene.revealed, scene.refactors.refactors.length], [[first.id], 1]);
    // Beside it there is room.
    scene.model.script = [says('/** None. */\nexport function nothing(): void {}')];
    await at(uri, 'nothing');
    await scene.start('add-docs', undefined, '');
    const second = await scene.reaches('ready');
    assert.deepEqual(scene.refactors.of(uri), [first, second]);
    await second.accept();
    await first.accept();
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(
      document.getText(),
      coins
        .replace('coin.length', 'coin.trim().length')
        .replace('export function nothing', '/** None. */\n$&'),
    );
  });

  test('one that failed makes room for the next', async () => {
    await at(write('failed.ts', coins), 'coin.length');
    scene.model.script = [says('no(('), says('no((')];
    await scene.start('rewrite');
    const first = await scene.reaches('failed');
    assert.equal(first.files.length, 1, 'what would have been is shown');
    scene.model.script = [says(better)];
    await scene.start('rewrite');
    await scene.reaches('ready');
    assert.deepEqual([first.state, scene.refactors.refactors.length], ['refused', 1]);
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

  test('the user, who cancels', async () => {
    const { document } = await at(write('cancelled.ts', coins), 'coin.length');
    const release = scene.model.hold();
    const started = scene.start('rewrite');
    const shown = await scene.reaches('waiting');
    shown.cancel();
    assert.equal(shown.state, 'cancelled');
    await started;
    release();
    assert.deepEqual([document.getText(), scene.refactors.refactors], [coins, []]);
  });

  test('an answer that fails its checks twice: it is shown, and can’t be accepted', async () => {
    const uri = write('broken.ts', coins);
    const { document } = await at(uri, 'coin.length');
    const broken = better.replace('trim()', 'trim(');
    scene.model.script = [says(broken), says(broken)];
    await scene.start('rewrite');
    const shown = await scene.reaches('failed');
    assert.deepEqual([shown.failure, shown.files.length], ['check', 1]);
    assert.ok(scene.states.includes('repairing'));
    await shown.accept();
    shown.decide(uri, 0, 'accepted');
    assert.deepEqual([shown.state, document.getText(), onDisk(uri)], ['failed', coins, coins]);
  });
});
