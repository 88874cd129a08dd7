import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import * as vscode from 'vscode';
import { EditorChange } from '../../../src/vscode/refactor/editorChange.ts';
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
    await at(write('.aws/coin.ts', coins), 'coin.length');
    assert.match(await refusal(), /^coin\.ts is not given to a model: its folder says/);
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
      assert.match(scene.said.at(-1) ?? '', /^Nothing is done while Hearth is off/);
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
    assert.deepEqual(scene.refactors.refactors, [first, second]);
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

  test('a second one that is begun at the same moment', async () => {
    const { document } = await at(write('double.ts', coins), 'coin.length');
    const release = scene.model.hold();
    const both = Promise.all([
      scene.start('simplify', undefined, ''),
      scene.start('simplify', undefined, ''),
    ]);
    await scene.reaches('waiting');
    await until(() => scene.said.length > 0, 'one is refused');
    assert.equal(scene.refactors.refactors.length, 1);
    release();
    await both;
    scene.shown.refuse();
    const range = new vscode.Range(3, 0, 5, 1);
    const [one, other] = await Promise.all(
      [1, 2].map(() => scene.refactors.applyAnswer(document, range, better, '')),
    );
    assert.equal(one, null);
    assert.match(other ?? '', /^Apply to File from line 4 on is not done yet/);
    assert.equal(scene.refactors.refactors.length, 1);
  });

  test('a block of the chat that is refused leaves what was written before to be undone', async () => {
    const { document } = await at(write('still.ts', coins), 'coin.length');
    await scene.start('rewrite');
    const first = await scene.reaches('ready');
    await first.accept();
    const range = new vscode.Range(3, 0, 5, 1);
    assert.notEqual(await scene.refactors.applyAnswer(document, range, 'no((', ''), null);
    assert.equal(first.state, 'watching');
    await first.undo();
    assert.equal(document.getText(), coins);
  });

  test('a block of the chat without a definition that Hearth’s own words happen to name', async () => {
    const text = `${coin}\nexport function code(): void {}\n`;
    const { document } = await at(write('named.ts', text), 'coin.length');
    const range = new vscode.Range(0, 0, 4, 31);
    const words = 'Take over the code from the chat.';
    const why = await scene.refactors.applyAnswer(document, range, better, words);
    assert.match(why ?? '', /loses code/);
  });

  test('no chat to work with: it fails, and can be tried again', async () => {
    const { document } = await at(write('chatless.ts', coins), 'coin.length');
    scene.asksWords = () => {
      scene.noChat = 'The chat is gone.';
      return Promise.resolve('trim it');
    };
    await scene.start('rewrite');
    const shown = await scene.reaches('failed');
    assert.equal(shown.message, 'The chat is gone.');
    scene.noChat = null;
    shown.retry();
    await scene.reaches('ready');
    await shown.accept();
    assert.equal(document.getText(), coins.replace('coin.length', 'coin.trim().length'));
  });

  test('a name that would be a link in a message', async () => {
    const uri = write('[a](b).ts', coins);
    makeReadOnly(uri);
    await at(uri, 'coin.length');
    assert.equal(await refusal(), '[a] (b).ts is read-only: make it writable first.');
  });

  test('a file without an address', () => {
    const change = { path: 'gone/a.ts', language: 'ts', before: null, after: 'a\n', matches: [] };
    const edits = [{ start: 0, end: 0, text: 'a\n' }];
    const places = { uriOf: () => null, placeIn: () => null };
    assert.equal(
      new EditorChange([{ ...change, edits }], places).move(),
      'gone/a.ts is in no folder that is open here any more: ask for the change again.',
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
