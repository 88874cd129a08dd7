/** Previews of what would be sent: several at once, stopped, moved, closed, left over. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConsentAnswer } from '../../../src/core/endpoints/outgoing.ts';
import { outgoingLanguage, outgoingScheme } from '../../../src/vscode/outgoing/pending.ts';
import { outgoing } from '../../support/outgoing.ts';
import { closeAll, hearth, until } from './support.ts';

const title = 'What Would Be Sent to Company';
const tabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter(({ label }) => label === title));

/** Asks, and waits until the preview is what is looked at. */
async function ask(
  text: string,
): Promise<{ answer: Promise<ConsentAnswer>; stop: () => void; uri: vscode.Uri }> {
  const { elsewhere } = await hearth();
  const controller = new AbortController();
  const messages = [{ role: 'user' as const, text }];
  const answer = elsewhere.previews.ask(outgoing({ messages }), controller.signal);
  const editor = await until(
    () =>
      vscode.window.visibleTextEditors.find(
        ({ document }) => document.uri.scheme === outgoingScheme && document.getText().includes(text),
      ),
    `the preview of ${text} is shown`,
  );
  return { answer, stop: () => controller.abort(), uri: editor.document.uri };
}

suite('what would be sent', () => {
  teardown(closeAll);

  test('is a read-only document of its own language, with answers, links and folds', async () => {
    const { answer, stop, uri } = await ask('a question');
    const document = await until(
      () => vscode.workspace.textDocuments.find((one) => one.languageId === outgoingLanguage),
      'it has its language',
    );
    assert.equal(vscode.workspace.fs.isWritableFileSystem(uri.scheme) ?? false, false);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    assert.deepEqual(
      lenses.map(({ command }) => command?.title.replace(/^\$\([a-z-]+\) /, '')),
      ['Send Once', 'Always for This Workspace', 'Never for This Workspace', 'Cancel'],
    );
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      uri,
    );
    const files = links.filter(({ target }) => target?.scheme === 'file');
    assert.deepEqual(
      files.map(({ target }) => [target?.path.split('/').slice(-2).join('/'), target?.fragment]),
      [
        ['src/a.ts', 'L3,1'],
        ['src/b.ts', ''],
      ],
    );
    assert.equal(document.getText(files[0]?.range), 'src/a.ts:3-9 (7 lines)');
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      uri,
    );
    assert.equal(folds.length, 1);
    stop();
    assert.equal(await answer, 'cancelled');
    await until(() => tabs().length === 0, 'its tab is closed');
  });

  test('is several tabs where several things wait, and each is answered by itself', async () => {
    const { elsewhere } = await hearth();
    const first = await ask('the first');
    const second = await ask('the second');
    assert.deepEqual([elsewhere.previews.pending.length, tabs().length], [2, 2]);
    await vscode.commands.executeCommand('hearth.outgoing.always', first.uri);
    assert.equal(await first.answer, 'always');
    await until(() => tabs().length === 1, 'the other one is still there');
    await vscode.commands.executeCommand('hearth.outgoing.send', { id: elsewhere.previews.pending[0]?.id });
    assert.equal(await second.answer, 'once');
    assert.equal(elsewhere.previews.pending.length, 0);
    // What was answered is answered.
    await vscode.commands.executeCommand('hearth.outgoing.never', second.uri);
  });

  test('is refused when its tab is closed, but not when that is moved', async () => {
    const { elsewhere } = await hearth();
    // A group with nothing else in it would go with what is moved.
    const other = await vscode.workspace.openTextDocument({ content: 'x' });
    await vscode.window.showTextDocument(other, { preview: false });
    const { answer } = await ask('moved');
    await vscode.commands.executeCommand('workbench.action.moveEditorToRightGroup');
    await until(() => vscode.window.tabGroups.all.length === 2, 'there are two groups');
    await until(() => tabs().length === 1, 'the preview is in one of them');
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(elsewhere.previews.pending.length, 1);
    await vscode.window.tabGroups.close(tabs());
    assert.equal(await answer, 'cancelled');
  });

  test('is not sent by a key that comes at once, nor by one pressed elsewhere', async () => {
    const { elsewhere } = await hearth();
    const { answer, stop } = await ask('too fast');
    await vscode.commands.executeCommand('hearth.outgoing.send', 'key');
    assert.equal(elsewhere.previews.pending.length, 1);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'x' }));
    await vscode.commands.executeCommand('hearth.outgoing.send', 'key');
    await vscode.commands.executeCommand('hearth.outgoing.send');
    assert.equal(elsewhere.previews.pending.length, 1);
    stop();
    assert.equal(await answer, 'cancelled');
  });

  test('is not even shown where it was stopped before', async () => {
    const { elsewhere } = await hearth();
    assert.equal(await elsewhere.previews.ask(outgoing(), AbortSignal.abort()), 'cancelled');
    assert.equal(tabs().length, 0);
  });
});
