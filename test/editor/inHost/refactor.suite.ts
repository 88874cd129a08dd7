import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { says } from '../../support/chatPorts.ts';
import { useChatModel } from './chatSupport.ts';
import { at, better, coin, coins, folder, removeFolder, Scene, write } from './refactorSupport.ts';
import { closeAll, hearth, until } from './support.ts';

function modelPath(name: string): string {
  const file = process.env[name];
  assert.ok(file, `${name} names no model`);
  return file;
}

/** Sets the model of chat (null: none), and waits until it is the one that answers. */
async function usesModel(name: string | null, file?: string): Promise<void> {
  await useChatModel(file);
  const { chat } = await hearth();
  await until(async () => {
    const model = await chat.core.model.describe(new AbortController().signal);
    return name === ('code' in model ? null : model.name);
  }, `the model is ${name}`);
}

suite('a refactor', () => {
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
  suiteTeardown(async () => {
    await useChatModel(undefined);
    removeFolder();
  });

  test('makes nothing before the first one begins, and has its commands', async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const name of ['rewrite', 'fix', 'rename', 'tests', 'project', 'undo'])
      assert.ok(commands.includes(`hearth.refactor.${name}`), name);
    assert.deepEqual(scene.refactors.refactors, []);
  });

  test('of a real model changes exactly its target, and one undo takes it back', async () => {
    await usesModel('good', modelPath('HEARTH_TEST_REFACTOR_MODEL'));
    scene.refactors.dispose();
    scene = await Scene.make({ real: true });
    const uri = write('real.ts', coins);
    const { document } = await at(uri, 'coin.length');
    await scene.start('simplify', undefined, '');
    const shown = await scene.reaches('ready');
    assert.equal(document.getText(), coins, 'nothing is written before it is accepted');
    const path = ['asking', 'gathering', 'waiting', 'writing', 'checking', 'ready'];
    assert.deepEqual(scene.states, path);
    await shown.accept();
    assert.equal(document.getText(), coins.replace('coin.length', 'coin.trim().length'));
    assert.ok(document.isDirty, 'it is not saved');
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), coins);
    await scene.reaches('undone');
    await scene.start('rename', undefined, '');
    assert.deepEqual([scene.proposed, scene.shown.state], [['lettersOf', 'lengthOf'], 'refused']);
  });

  test('of a real model that never ends fails with the limit', async () => {
    await usesModel('endless', modelPath('HEARTH_TEST_ENDLESS_MODEL'));
    scene.refactors.dispose();
    scene = await Scene.make({ real: true });
    const { document } = await at(write('endless.ts', coins), 'coin.length');
    await scene.start('simplify', undefined, '');
    const shown = await scene.reaches('failed');
    assert.ok(
      ['max-tokens', 'window-full', 'repetition'].includes(shown.failure ?? ''),
      String(shown.failure),
    );
    assert.match(shown.message ?? '', /stopped|filled/);
    await shown.accept();
    assert.deepEqual([shown.state, document.getText()], ['failed', coins]);
    shown.refuse();
    assert.deepEqual([shown.state, scene.refactors.refactors], ['refused', []]);
  });

  test('without a model says so', async () => {
    await usesModel(null);
    scene.refactors.dispose();
    scene = await Scene.make({ real: true });
    await at(write('none.ts', coins), 'coin.length');
    await scene.start('simplify', undefined, '');
    const shown = await scene.reaches('failed');
    assert.equal(shown.failure, 'no-chat-model');
  });

  test('asks for words, and gives them to the model with the problems in the code', async () => {
    const uri = write('problems.ts', coins);
    const diagnostics = vscode.languages.createDiagnosticCollection('coins');
    try {
      const range = new vscode.Range(4, 2, 4, 8);
      diagnostics.set(uri, [
        new vscode.Diagnostic(range, 'Never empty.', vscode.DiagnosticSeverity.Warning),
        new vscode.Diagnostic(new vscode.Range(0, 0, 0, 2), 'Elsewhere.'),
      ]);
      scene.model.script = [says(better)];
      await at(uri, 'coin.length');
      scene.words = 'mind blanks';
      await scene.start('rewrite');
      await scene.reaches('ready');
      assert.match(scene.asked, /mind blanks/);
      assert.match(scene.asked, /refactor\/problems\.ts:5:3 warning: Never empty\./);
      assert.doesNotMatch(scene.asked, /Elsewhere/);
    } finally {
      diagnostics.dispose();
    }
  });

  test('of a problem that somebody points at asks for no words', async () => {
    const uri = write('pointed.ts', coins);
    await at(uri, '// Coins.');
    scene.model.script = [says(better)];
    scene.words = null;
    await scene.start('fix', { uri, range: new vscode.Range(4, 9, 4, 13) });
    const shown = await scene.reaches('ready');
    assert.equal(shown.target.definition?.name, 'valueOf');
  });

  test('is cancelled where the user gives no words', async () => {
    await at(write('words.ts', coins), 'coin.length');
    scene.words = null;
    await scene.start('rewrite');
    assert.equal(scene.shown.state, 'cancelled');
    scene.words = ' ';
    await scene.start('convert');
    assert.deepEqual([scene.shown.state, scene.model.asked.length], ['cancelled', 0]);
  });

  test('writes the accepted hunks together, and leaves the refused ones out', async () => {
    const text = 'export function pay(): void {\n  one();\n  two();\n  three();\n}\n';
    const { document } = await at(write('hunks.ts', text), 'two');
    scene.model.script = [says('export function pay(): void {\n  uno();\n  two();\n  tre();\n}')];
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    const [file] = shown.files;
    assert.ok(file);
    assert.equal(file.hunks.length, 2);
    shown.decide(file.uri, 0, 'refused');
    assert.equal(shown.files[0]?.change.after, text.replace('three', 'tre'));
    assert.equal(document.getText(), text);
    shown.decide(file.uri, 1, 'accepted');
    await scene.reaches('watching');
    assert.equal(document.getText(), text.replace('three', 'tre'));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });

  test('whose hunks are all refused is refused', async () => {
    const { document } = await at(write('refused.ts', coins), 'coin.length');
    scene.model.script = [says(better)];
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    shown.decide(document.uri, 0, 'refused');
    assert.deepEqual([shown.state, document.getText()], ['refused', coins]);
  });

  test('is asked for once more, and refined', async () => {
    await at(write('again.ts', coins), 'coin.length');
    scene.model.script = ['1', '2', '3'].map((digit) =>
      says(better.replace('.length', `.length + ${digit}`)),
    );
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    const after = (): string => shown.files[0]?.change.after ?? '';
    assert.match(after(), /length \+ 1/);
    shown.retry();
    assert.deepEqual([shown.state, shown.files], ['gathering', []]);
    await scene.reaches('ready');
    assert.match(after(), /length \+ 2/);
    shown.refine('shorter');
    await scene.reaches('ready');
    assert.match(after(), /length \+ 3/);
    assert.match(scene.asked, /length \+ 2[^]*shorter/);
  });

  test('warns of new problems after it, and is taken back, or kept', async () => {
    const uri = write('warned.ts', coins);
    const diagnostics = vscode.languages.createDiagnosticCollection('coins');
    const old = new vscode.Diagnostic(new vscode.Range(1, 0, 1, 6), 'An old one.');
    try {
      diagnostics.set(uri, [old]);
      const { document } = await at(uri, 'coin.length');
      for (const end of ['undo', 'keep'] as const) {
        scene.model.script = [says(better)];
        await scene.start('rewrite');
        const shown = await scene.reaches('ready');
        await shown.accept();
        assert.equal(shown.state, 'watching');
        diagnostics.set(uri, [old, new vscode.Diagnostic(new vscode.Range(4, 2, 4, 8), 'A new one.')]);
        await scene.reaches('warned');
        assert.equal(shown.message, 'The change brought a new problem: A new one (line 5).');
        await shown[end]();
        assert.equal(shown.state, end === 'undo' ? 'undone' : 'accepted');
        assert.equal(document.getText() === coins, end === 'undo');
        diagnostics.set(uri, [old]);
      }
    } finally {
      diagnostics.dispose();
    }
  });

  test('is accepted where no problem comes, and where new ones go by themselves', async () => {
    const uri = write('quiet.ts', coins);
    const diagnostics = vscode.languages.createDiagnosticCollection('coins');
    try {
      await at(uri, 'coin.length');
      scene.model.script = [says(better), says(coin)];
      await scene.start('rewrite');
      await (await scene.reaches('ready')).accept();
      await scene.reaches('accepted');
      await scene.start('rewrite');
      await (await scene.reaches('ready')).accept();
      diagnostics.set(uri, [new vscode.Diagnostic(new vscode.Range(4, 2, 4, 8), 'For a moment.')]);
      await scene.reaches('warned');
      diagnostics.set(uri, []);
      await scene.reaches('accepted');
    } finally {
      diagnostics.dispose();
    }
  });

  test('is taken back by its inverse where something was written since', async () => {
    const { document } = await at(write('since.ts', coins), 'coin.length');
    scene.model.script = [says(better)];
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    await shown.accept();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '// Above.\n');
    await vscode.workspace.applyEdit(edit);
    await shown.undo();
    assert.deepEqual([shown.state, document.getText()], ['undone', `// Above.\n${coins}`]);
  });

  test('stays in, with a sentence, where it was changed since', async () => {
    const { document } = await at(write('changed.ts', coins), 'coin.length');
    scene.model.script = [says(better)];
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    await shown.accept();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(4, 2), 'void 0; ');
    await vscode.workspace.applyEdit(edit);
    await shown.undo();
    assert.equal(shown.state, 'accepted');
    assert.match(document.getText(), /void 0; return coin\.trim/);
    assert.match(scene.said.join(), /was changed since where the refactor changed it/);
  });

  test('renames by the language server, by the name that is picked', async () => {
    const uri = write('rename.coins', coins);
    const place = { uri, range: new vscode.Range(3, 17, 3, 23) };
    scene.model.script = [says('["lettersOf", "lengthOf"]')];
    await vscode.window.showTextDocument(uri, { preview: false });
    scene.name = 'lettersOf';
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'typescript');
    const asked: string[] = [];
    const provider = vscode.languages.registerRenameProvider(
      { pattern: '**/rename.coins' },
      {
        provideRenameEdits: (renamed, position, name) => {
          const range = renamed.getWordRangeAtPosition(position);
          asked.push(renamed.getText(range));
          const edit = new vscode.WorkspaceEdit();
          if (range !== undefined) edit.replace(uri, range, name);
          return edit;
        },
      },
    );
    try {
      await scene.start('rename', place, '');
      await scene.reaches('watching');
      assert.equal(document.getText(), coins.replace('valueOf', 'lettersOf'));
      assert.ok(asked.includes('valueOf'));
      await scene.shown.undo();
      assert.deepEqual([scene.shown.state, document.getText()], ['undone', coins]);
    } finally {
      provider.dispose();
    }
  });

  test('renames nothing where the user gives up, or nobody can', async () => {
    const uri = write('unnamed.txt', 'def valueOf():\n    return 1\n');
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'python');
    await at(document, 'valueOf');
    scene.model.script = [says('["lettersOf"]'), says('["lettersOf"]')];
    await scene.start('rename', undefined, '');
    assert.equal(scene.shown.state, 'refused');
    scene.name = 'lettersOf';
    await scene.start('rename', undefined, '');
    assert.equal(scene.shown.state, 'failed');
    assert.match(scene.shown.message ?? '', /^No language server renames valueOf here/);
    assert.equal(document.getText(), 'def valueOf():\n    return 1\n');
  });

  test('of the project is read from its files, the broken ones with what is wrong', async () => {
    const { projectRefactors } = await import('../../../src/vscode/refactor/projectRefactors.ts');
    const own = vscode.Uri.joinPath(vscode.Uri.file(folder), '..', '.hearth', 'refactors');
    const put = (name: string, text: string) =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(own, name), new TextEncoder().encode(text));
    try {
      await put('log.md', '---\ntitle: Add Logging\nscope: definition\n---\nLog each call.\n');
      await put('bad.md', 'Log each call.\n');
      await put('notes.txt', 'no refactor');
      const [bad, log, ...others] = await projectRefactors();
      assert.deepEqual(others, []);
      assert.ok(bad && 'problem' in bad.parsed && log && !('problem' in log.parsed));
      assert.match(bad.parsed.problem, /^\.hearth\/refactors\/bad\.md is no refactor: it has to begin with/);
      assert.deepEqual([log.parsed.id, log.parsed.title], ['log', 'Add Logging']);
      await at(write('log.ts', coins), 'coin.length');
      scene.model.script = [says(better)];
      const picked = scene.refactors.startProject();
      await until(async () => {
        await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return scene.said.length > 0 || scene.model.asked.length > 0;
      }, 'an entry is picked');
      await picked;
      assert.match(scene.asked + scene.said.join(), /Log each call|is no refactor/);
    } finally {
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(own, '..'), { recursive: true });
    }
    await scene.refactors.startProject();
    assert.match(scene.said.at(-1) ?? '', /^This project has no refactors of its own/);
  });

  test('takes a recorded answer, and refuses one that does not fit', async () => {
    const { document } = await at(write('recorded.ts', coins), 'coin.length');
    const { refactors } = scene;
    const selection = new vscode.Range(3, 0, 5, 1);
    assert.equal(await refactors.applyAnswer(document, selection, `\`\`\`ts\n${better}\n\`\`\`\n`, ''), null);
    assert.equal(scene.shown.state, 'ready');
    const again = await refactors.applyAnswer(document, selection, better, '');
    assert.match(again ?? '', /^Apply to File from line 4 on is not done yet/);
    await scene.shown.accept();
    assert.equal(document.getText(), coins.replace('coin.length', 'coin.trim().length'));
    const broken = await refactors.applyAnswer(document, null, 'export const = 1;\n', '');
    assert.match(broken ?? '', /^The change makes .*syntax error/);
    assert.match((await refactors.applyAnswer(document, selection, '', '')) ?? '', /empty/);
    const block =
      'recorded.ts\n<<<<<<< SEARCH\nexport const most = 3;\n=======\nexport const most = 4;\n>>>>>>> REPLACE\n';
    assert.equal(await refactors.applyAnswer(document, null, block, ''), null);
    assert.equal(scene.shown.state, 'ready');
    assert.match(scene.shown.files[0]?.change.after ?? '', /most = 4/);
    scene.shown.refuse();
    assert.equal(scene.model.asked.length, 0);
  });
});
