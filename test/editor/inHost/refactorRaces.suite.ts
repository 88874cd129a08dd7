import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FileChange } from '../../../src/core/refactor/types.ts';
import { lineEdits } from '../../../src/core/refactor/lineDiff.ts';
import { applyChanges, type PlacedChange } from '../../../src/vscode/refactor/applying.ts';
import { takeBack } from '../../../src/vscode/refactor/undoing.ts';
import { says } from '../../support/chatPorts.ts';
import { at, better, coins, onDisk, removeFolder, Scene, typeBefore, write } from './refactorSupport.ts';
import { closeAll, hearth, until } from './support.ts';

const changed = coins.replace('coin.length', 'coin.trim().length');

function placed(uri: vscode.Uri, before: string | null, after: string): PlacedChange {
  const path = uri.path.split('/').at(-1) ?? '';
  const edits = lineEdits(before ?? '', after);
  const change: FileChange = { path, language: 'typescript', before, after, edits, matches: [] };
  return { uri, change };
}

/** Runs a command of VS Code's preview of refactors until what is waited for is over. */
async function inPreview<T>(waited: Promise<T>, ...commands: readonly string[]): Promise<T> {
  let isOver = false;
  const over = waited.finally(() => (isOver = true));
  await until(async () => {
    for (const command of commands) await vscode.commands.executeCommand(command);
    return isOver;
  }, `the preview does ${commands.join()}`);
  return over;
}

/** A disk whose answers come when they are let. */
class SlowDisk implements vscode.FileSystemProvider {
  readonly files = new Map<string, string>();
  /** What writing a file does instead, while it refuses to. */
  refuses: ((path: string) => void) | null = null;
  asked = 0;
  #gate: Promise<void> = Promise.resolve();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #registered = vscode.workspace.registerFileSystemProvider('hearth-slow', this, {
    isCaseSensitive: true,
  });

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    this.asked = 0;
    return resolve;
  }

  put(name: string, text: string): vscode.Uri {
    this.files.set(`/${name}`, text);
    return vscode.Uri.parse(`hearth-slow:/${name}`);
  }

  async stat({ path }: vscode.Uri): Promise<vscode.FileStat> {
    if (path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    this.asked += 1;
    await this.#gate;
    const text = this.files.get(path);
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: text.length };
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const text = this.files.get(path);
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return new TextEncoder().encode(text);
  }

  writeFile({ path }: vscode.Uri, content: Uint8Array): void {
    if (this.refuses !== null) {
      this.refuses(path);
      throw vscode.FileSystemError.NoPermissions(path);
    }
    this.files.set(path, new TextDecoder().decode(content));
  }

  delete({ path }: vscode.Uri): void {
    this.files.delete(path);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  createDirectory(): void {}

  rename(): void {}

  dispose(): void {
    this.#registered.dispose();
    this.#changed.dispose();
  }
}

suite('a refactor while something else happens', () => {
  let scene: Scene;
  const disk = new SlowDisk();
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
  suiteTeardown(() => {
    disk.dispose();
    removeFolder();
  });

  /** Asks for a rename by meaning, whose language server is made up. */
  async function renames(
    name: string,
    rename: () => Promise<unknown>,
    others: readonly vscode.Uri[] = [],
  ): Promise<vscode.TextDocument> {
    const { document } = await at(write(name, coins), 'valueOf');
    scene.model.script = [says('["lettersOf"]')];
    scene.name = 'lettersOf';
    const selector = { pattern: `**/${name}` };
    const provider = vscode.languages.registerRenameProvider(selector, {
      provideRenameEdits: async (renamed) => {
        const edit = new vscode.WorkspaceEdit();
        const start = renamed.positionAt(renamed.getText().indexOf('valueOf'));
        edit.replace(document.uri, new vscode.Range(start, start.translate(0, 7)), 'lettersOf');
        for (const uri of others) edit.replace(uri, new vscode.Range(0, 9, 0, 16), 'lettersOf');
        await rename();
        return edit;
      },
    });
    try {
      await scene.start('rename', undefined, '');
    } finally {
      provider.dispose();
    }
    return document;
  }

  test('renames in files that nobody has opened, and takes that back', async () => {
    const importer = "import { valueOf } from './used.ts';\n";
    const other = write('importer.ts', importer);
    const document = await renames('used.ts', () => Promise.resolve(), [other]);
    await scene.reaches('watching');
    const opened = await vscode.workspace.openTextDocument(other);
    assert.deepEqual(
      [document.getText(), opened.getText()],
      [coins.replace('valueOf', 'lettersOf'), importer.replace('valueOf', 'lettersOf')],
    );
    await scene.shown.undo();
    assert.deepEqual([document.getText(), opened.getText()], [coins, importer], scene.said.join());
  });

  test('renames nothing where something is typed while the language server looks', async () => {
    const typeIn = (name: string): Promise<void> => {
      const document = vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith(name));
      return document?.getText() === coins
        ? typeBefore(document, '// Coins.', '// Typed.\n')
        : Promise.resolve();
    };
    const document = await renames('typed.ts', () => typeIn('typed.ts'));
    assert.deepEqual([scene.shown.state, document.getText()], ['outdated', `// Typed.\n${coins}`]);
    assert.match(scene.shown.message ?? '', /^typed\.ts was changed while the new name was looked up/);
    scene.shown.refuse();
    // The moment in which the name is picked, when nobody has been asked yet.
    const follow = scene.follow.bind(scene);
    scene.follow = (refactor) => {
      follow(refactor);
      refactor.onDidChange(() => {
        if (refactor.state === 'applying') void typeIn('looked.ts');
      });
    };
    const looked = await renames('looked.ts', () => Promise.resolve());
    assert.match(scene.shown.message ?? '', /^looked\.ts was changed while/);
    assert.equal(looked.getText(), `// Typed.\n${coins}`);
  });

  test('asks before it makes several files, and makes those that are ticked', async () => {
    const uris = ['one.ts', 'two.ts'].map((name) => vscode.Uri.joinPath(write('coin.ts', coins), '..', name));
    const changes = uris.map((uri) => placed(uri, null, '// New.\n'));
    const discarded = await inPreview(applyChanges(changes, 'Convert'), 'refactorPreview.discard');
    assert.deepEqual([discarded.kind, ...uris.map(onDisk)], ['discarded', null, null]);
    const writing = applyChanges(changes, 'Convert');
    const tick = ['list.focusFirst', 'refactorPreview.toggleCheckedState'];
    const applied = await inPreview(writing, ...tick, 'refactorPreview.apply');
    assert.ok(applied.kind === 'written', JSON.stringify(applied));
    const made = applied.files.map(({ uri }) => uri.path);
    assert.deepEqual(
      made,
      uris.filter((uri) => onDisk(uri) !== null).map(({ path }) => path),
    );
    assert.ok(made.length > 0);
    assert.equal(await takeBack(applied.files), null);
    assert.deepEqual(uris.map(onDisk), [null, null]);
  });

  test('follows what is typed in one file while another one is looked at', async () => {
    const first = write('first.ts', coins);
    const { document } = await at(first, 'coin.length');
    const slow = disk.put('second.ts', coins);
    const second = await vscode.workspace.openTextDocument(slow);
    const release = disk.hold();
    const writing = applyChanges([placed(first, coins, changed), placed(slow, coins, changed)], 'Convert');
    await until(() => disk.asked > 0, 'the second file is looked at');
    await typeBefore(document, '// Coins.', '// Typed.\n');
    release();
    const applied = await inPreview(writing, 'refactorPreview.apply');
    assert.equal(applied.kind, 'written', JSON.stringify(applied));
    assert.deepEqual([document.getText(), second.getText()], [`// Typed.\n${changed}`, changed]);
  });

  test('follows what is typed while it is taken back', async () => {
    const first = write('back.ts', coins);
    const { document } = await at(first, 'coin.length');
    const uri = vscode.Uri.parse('hearth-slow:/made.ts');
    const changes = [placed(first, coins, changed), placed(uri, null, '// New.\n')];
    const applied = await inPreview(applyChanges(changes, 'Convert'), 'refactorPreview.apply');
    assert.ok(applied.kind === 'written', JSON.stringify(applied));
    assert.deepEqual([document.getText(), disk.files.get('/made.ts')], [changed, '// New.\n']);
    const release = disk.hold();
    const back = takeBack(applied.files);
    await until(() => disk.asked > 0, 'the file that was made is looked at');
    await typeBefore(document, '// Coins.', '// Typed.\n');
    release();
    assert.equal(await back, null);
    assert.deepEqual([document.getText(), disk.files.has('/made.ts')], [`// Typed.\n${coins}`, false]);
  });

  test('does not take another’s new file for its own', async () => {
    disk.refuses = (path) => disk.files.set(path, '// Mine.\n');
    const uri = vscode.Uri.parse('hearth-slow:/mine.ts');
    try {
      const applied = await applyChanges([placed(uri, null, '// New.\n')], 'Convert');
      assert.ok(applied.kind === 'conflict', JSON.stringify(applied));
      assert.match(applied.message, /^mine\.ts was made meanwhile/);
    } finally {
      disk.refuses = null;
    }
  });

  test('keeps what was typed while VS Code’s preview was open, and can be shown again', async () => {
    const first = write('shown.ts', coins);
    const { document } = await at(first, 'coin.length');
    const slow = disk.put('again.ts', coins);
    await vscode.workspace.openTextDocument(slow);
    const changes = [placed(first, coins, changed), placed(slow, coins, changed)];
    const release = disk.hold();
    const writing = applyChanges(changes, 'Convert');
    await until(() => disk.asked > 0, 'the second file is looked at');
    release();
    // One look after the other: once these are over VS Code has the change.
    for (let look = 1; look <= 3; look += 1) await vscode.workspace.fs.stat(slow);
    await typeBefore(document, '// Coins.', '// Typed.\n');
    const applied = await inPreview(writing, 'refactorPreview.discard');
    assert.ok(applied.kind === 'unwritable', JSON.stringify(applied));
    assert.match(applied.message, /^Nothing was written: the code was changed while/);
    const again = await inPreview(applyChanges(changes, 'Convert'), 'refactorPreview.apply');
    assert.equal(again.kind, 'written', JSON.stringify(again));
    assert.equal(document.getText(), `// Typed.\n${changed}`);
  });

  test('is undone by its own editor, wherever the focus is', async () => {
    const { document } = await at(write('key.ts', coins), 'coin.length');
    scene.model.script = [says(better)];
    await scene.start('rewrite');
    const shown = await scene.reaches('ready');
    await shown.accept();
    // The focus is in another box when the user undoes.
    assert.ok(document.isDirty);
    await vscode.commands.executeCommand('workbench.action.findInFiles', { query: 'coin' });
    await shown.undo();
    assert.deepEqual([shown.state, document.getText()], ['undone', coins], scene.said.join());
    await until(() => !document.isDirty, 'it was undone by the editor itself');
  });

  test('is not blamed for problems that are only reported where they were', async () => {
    const problems = vscode.languages.createDiagnosticCollection('coins');
    const uri = write('stale.ts', coins);
    try {
      const old = [new vscode.Diagnostic(new vscode.Range(7, 0, 7, 6), 'An old one.')];
      const { document } = await at(uri, 'coin.length');
      problems.set(uri, old);
      await until(() => vscode.languages.getDiagnostics(uri).length > 0, 'it is reported');
      scene.model.script = [says(better.replace('  return', '  // Trimmed.\n  return'))];
      await scene.start('rewrite');
      const shown = await scene.reaches('ready');
      await shown.accept();
      // A linter reports step by step, at first what it has from before.
      problems.set(uri, [...old]);
      await scene.reaches('accepted');
      assert.ok(!scene.states.includes('warned'), shown.message ?? '');
      assert.match(document.getText(), /Trimmed/);
    } finally {
      problems.dispose();
    }
  });
});
