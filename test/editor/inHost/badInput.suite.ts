import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  closeAll,
  configure,
  hearth,
  openPicture,
  readyPid,
  recordOf,
  trigger,
  type,
  until,
} from './support.ts';
import type { Reason } from '../../../src/core/completion/reasons.ts';

suite('bad input', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-bad-input-'));
  suiteSetup(async () => void (await readyPid()));
  suiteTeardown(() => rmSync(folder, { recursive: true, force: true }));
  teardown(closeAll);

  const files: [name: string, content: string | Buffer, reason: Reason][] = [
    ['twenty-megabytes.ts', 'export const value = 1;\n'.repeat(900_000), 'too-large'],
    ['two-megabytes-in-a-line.js', `const text = "${'x'.repeat(2_000_000)}"`, 'line-too-long'],
    // VS Code itself refuses a file with a zero byte near its beginning; this one it opens.
    ['a-binary.ts', Buffer.from([...Buffer.from('// header\n'.repeat(60)), 0, 1, 2, 3, 0xff, 0]), 'binary'],
  ];
  for (const [name, content, reason] of files) {
    test(`${name}: no work, with the reason, and typing goes on`, async () => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      const document = await vscode.workspace.openTextDocument(file);
      const editor = await vscode.window.showTextDocument(document);
      // At the end of the first line: the language servers of huge files are not what is tested.
      const end = document.lineAt(0).range.end;
      editor.selection = new vscode.Selection(end, end);
      const record = await recordOf(trigger);
      assert.equal(record.reason, reason);
      assert.equal(record.tokens.evaluated, 0);
      const before = document.lineAt(0).text;
      await type('y');
      assert.equal(document.lineAt(0).text, `${before}y`);
    });
  }

  test('settings that can’t be used: their defaults hold, and it is said where one looks', async () => {
    await configure('completion.maxTokens', 'many');
    await configure('completion.multiline', 7);
    try {
      const { status, engine } = await hearth();
      await openPicture('const tax =█');
      const record = await recordOf(trigger);
      assert.ok(record.stage === 'shown' || record.stage === 'filter', record.reason);
      assert.equal(status.status.kind, 'ready');
      assert.equal(engine.state.kind, 'ready');
      // The tests' bundle has a copy of its own, which nobody tells of changes.
      const { forgetSettings, readSettings } = await import('../../../src/vscode/settings.ts');
      forgetSettings();
      const { settings, problems } = readSettings();
      assert.equal(settings['completion.maxTokens'], 96);
      assert.equal(settings['completion.multiline'], 'auto');
      assert.equal(problems.length, 2);
      assert.match(problems.join('\n'), /hearth\.completion\.maxTokens can't be used .*; 96 is used instead/);
    } finally {
      await configure('completion.maxTokens', undefined);
      await configure('completion.multiline', undefined);
    }
  });

  test('a model that is not there: the one before stays in use, and what was typed is answered', async () => {
    const { engine, status } = await hearth();
    const before = await readyPid();
    await configure('model.completion', path.join(folder, 'gone.gguf'));
    try {
      await until(() => engine.state.kind === 'ready' && engine.state.switchError !== null, 'the failure');
      const { state } = engine;
      assert.ok(state.kind === 'ready');
      assert.equal(state.pid, before);
      assert.match(state.switchError?.message ?? '', /gone\.gguf can't be opened: there is no such file/);
      assert.equal(status.status.kind, 'ready');
      const editor = await openPicture('const tax█');
      const record = await recordOf(() => type(' ='));
      assert.notEqual(record.reason, 'engine');
      assert.ok(record.tokens.generated > 0);
      assert.equal(editor.document.getText(), 'const tax =');
    } finally {
      await configure('model.completion', undefined);
    }
    await until(() => engine.state.kind === 'ready' && engine.state.switchError === null, 'the model before');
  });

  test('a model that is not there at a start: an error with what to do, and no lost keystroke', async () => {
    const { engine, status } = await hearth();
    await configure('enable', false);
    await until(() => engine.state.kind === 'stopped', 'the engine is off');
    await configure('model.completion', path.join(folder, 'gone.gguf'));
    await configure('enable', undefined);
    try {
      await until(() => engine.state.kind === 'failed', 'the failure');
      assert.equal(status.status.kind, 'error');
      assert.match(status.status.sentence, /gone\.gguf can't be opened: there is no such file/);
      const editor = await openPicture('const tax█');
      const record = await recordOf(() => type(' ='));
      assert.equal(record.reason, 'engine');
      assert.match(record.detail, /gone\.gguf/);
      assert.equal(editor.document.getText(), 'const tax =');
    } finally {
      await configure('model.completion', undefined);
    }
    await readyPid();
    assert.equal(status.status.kind, 'ready');
  });
});
