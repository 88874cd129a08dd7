import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { configureEngine, hearth, readyPid } from './support.ts';

suite('activation', () => {
  test('starts the engine with the starter model', async () => {
    await readyPid();
    const { engine, status } = await hearth();
    assert.ok(engine.state.kind === 'ready');
    assert.equal(engine.state.model.name, 'hearth-starter');
    assert.equal(status.status.kind, 'ready');
    assert.match(status.status.sentence, /^hearth-starter on /);
  });

  test('says what it runs on', async () => {
    const { engine, status } = await hearth();
    await configureEngine('engine.device', 'cpu');
    try {
      assert.ok(engine.state.kind === 'ready');
      assert.equal(engine.state.model.backend, 'cpu');
      assert.equal(status.status.sentence, 'hearth-starter on the CPU');
    } finally {
      await configureEngine('engine.device', undefined);
    }
  });

  test('has every command that the manifest declares', async () => {
    const extension = vscode.extensions.getExtension('hearth.hearth');
    const manifest = extension?.packageJSON as {
      contributes: { commands: { command: string; category: string }[] };
    };
    const declared = manifest.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(declared.length >= 9);
    for (const { command, category } of declared) {
      assert.ok(registered.has(command), command);
      assert.equal(category, 'Hearth');
    }
  });

  test('deletes the saved engine state on command, and has a new engine afterwards', async () => {
    const before = await readyPid();
    await vscode.commands.executeCommand('hearth.clearWarmState');
    assert.notEqual(await readyPid(), before);
  });

  test('gives each setting a default that it accepts', async () => {
    await hearth();
    const { readSettings } = await import('../../../src/vscode/settings.ts');
    assert.deepEqual(readSettings().problems, []);
  });
});
