import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import type { WorkspaceRequest } from '../../../src/workspace/protocol.ts';
import {
  acceptBy,
  closeAll,
  configureEngine,
  hearth,
  openPicture,
  pictureOf,
  quietPopups,
  recordOf,
  scriptedModelPath,
  showAt,
  trigger,
  type,
  until,
} from './support.ts';

/** Places where suggestions go wrong easily: each gets a right answer or a reason, and nothing is lost. */
suite('the typing path at its edges', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-edges-'));
  let popups: vscode.Disposable;
  suiteSetup(async () => {
    popups = await quietPopups();
    await configureEngine('model.completion', scriptedModelPath());
  });
  suiteTeardown(async () => {
    await configureEngine('model.completion', undefined);
    popups.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  teardown(closeAll);

  async function openFile(name: string, content: string): Promise<vscode.TextDocument> {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return vscode.workspace.openTextDocument(file);
  }

  for (const [name, picture] of [
    ['an empty file', '█'],
    ['a file with nothing before the cursor', '█const tax = 1;\n'],
    ['blank lines before the cursor', '\n\n  █\nconst tax = 1;\n'],
  ] as const) {
    test(`${name}: there is nothing to go on`, async () => {
      const editor = await openPicture(picture);
      const record = await recordOf(trigger);
      assert.equal(record.reason, 'nothing-typed');
      assert.equal(pictureOf(editor), picture);
    });
  }

  test('a cursor that is set into a character of two units: the character stays whole', async () => {
    const editor = await openPicture('let s = 1; // 😀 =█');
    editor.selection = new vscode.Selection(0, 15, 0, 15);
    await recordOf(trigger);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    const text = editor.document.getText();
    assert.ok(text.isWellFormed(), JSON.stringify(text));
    assert.ok(text.includes('😀'), JSON.stringify(text));
  });

  test('mixed line ends: the block comes in those of the document', async () => {
    const document = await openFile('mixed.ts', 'let a;\r\nlet b;\nlet c;\r\nif (ok) {\r\n');
    const editor = await showAt(document, 'let a;\nlet b;\nlet c;\nif (ok) {█\n');
    assert.equal(await acceptBy(editor), 'let a;\nlet b;\nlet c;\nif (ok) {\n  pay();\n}█\n');
    assert.equal(document.getText().replaceAll('\r\n', '').includes('\n'), false, 'one kind of line end');
  });

  test('a line of 5,000 characters is completed, a longer one is not', async () => {
    const line = `const s = "${'x'.repeat(4_984)}"; a =`;
    assert.equal(line.length, 5_000 + 1);
    await openPicture(`${line}█`);
    assert.equal((await recordOf(trigger)).reason, 'line-too-long');
    await closeAll();
    const shorter = line.replace('x', '');
    assert.equal(await acceptBy(await openPicture(`${shorter}█`)), `${shorter} 0.19;█`);
  });

  test('a document that changes between the question and the answer keeps its change, and nothing else', async () => {
    const { history } = await hearth();
    const editor = await openPicture('let a = 1;\nconst tax =█');
    const held = await holdModel();
    try {
      // The command itself waits for the answer.
      void trigger();
      await held.asked;
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// first\n'));
    } finally {
      held.release();
    }
    await until(
      () => history.records[0]?.reason === 'superseded',
      () => `superseded, not ${history.records[0]?.reason}`,
    );
    assert.equal(pictureOf(editor), '// first\nlet a = 1;\nconst tax =█');
    assert.equal(await acceptBy(editor), '// first\nlet a = 1;\nconst tax = 0.19;█');
  });

  test('a document that is closed while the model writes: the request ends, the next one is answered', async () => {
    const { history } = await hearth();
    await openPicture('const tax =█');
    const held = await holdModel();
    try {
      // The command itself waits for the answer.
      void trigger();
      await held.asked;
      await closeAll();
    } finally {
      held.release();
    }
    await until(
      () => history.records[0]?.reason === 'superseded',
      () => `superseded, not ${history.records[0]?.reason}`,
    );
    assert.equal(await acceptBy(await openPicture('const tax =█')), 'const tax = 0.19;█');
  });

  test('two editors on one document: each is completed at its own cursor', async () => {
    const left = await openPicture('const tax =\nconst fee =█\n');
    const right = await vscode.window.showTextDocument(left.document, {
      viewColumn: vscode.ViewColumn.Beside,
      selection: new vscode.Selection(0, 11, 0, 11),
    });
    assert.notEqual(left.viewColumn, right.viewColumn);
    assert.equal(await acceptBy(right), 'const tax = 0.19;█\nconst fee =\n');
    const again = await vscode.window.showTextDocument(left.document, {
      viewColumn: left.viewColumn ?? vscode.ViewColumn.One,
      selection: new vscode.Selection(1, 11, 1, 11),
    });
    assert.equal(await acceptBy(again), 'const tax = 0.19;\nconst fee = 0.19;█\n');
  });

  test('a long file with a window of 512 tokens', async () => {
    await configureEngine('engine.contextTokens', 512);
    try {
      const above = 'export const rate = compute(income, country);\n'.repeat(500);
      const below = '\nexport const fee = compute(price, country);'.repeat(500);
      const editor = await openPicture(`${above}const tax =█${below}`);
      const record = await recordOf(trigger);
      assert.equal(record.reason, 'shown');
      assert.ok(record.tokens.prompt > 256 && record.tokens.prompt < 512, `${record.tokens.prompt} tokens`);
      assert.equal(await acceptBy(editor), `${above}const tax = 0.19;█${below}`);
    } finally {
      await configureEngine('engine.contextTokens', undefined);
    }
  });

  test('typing in 10,000 lines sends what is typed to the worker, and the whole text once', async () => {
    const above = 'export const rate = compute(income, country);\n'.repeat(10_000);
    const sent: WorkspaceRequest[] = [];
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own worker below
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...args: Parameters<Worker['postMessage']>) {
      sent.push(args[0] as WorkspaceRequest);
      post.apply(this, args);
    };
    try {
      const editor = await openPicture(`${above}█`);
      const text = 'const tax = 1; let b = tax + 2;';
      await recordOf(() => type(text.charAt(0)));
      for (const key of text.slice(1)) await type(key);
      await recordOf(trigger);
      assert.equal(editor.document.lineAt(10_000).text, text);
      assert.equal(sent.filter((message) => message.type === 'open').length, 1);
      const changes = sent.flatMap((message) => (message.type === 'change' ? message.changes : []));
      const units = changes.reduce((sum, change) => sum + change.text.length, 0);
      // The first key may come before the document was opened for it.
      assert.ok(units >= text.length - 1 && units <= text.length, `${units} units were sent`);
    } finally {
      Worker.prototype.postMessage = post;
    }
  });
});

/** Holds the model's answers back until released; `asked` resolves when it was asked. */
async function holdModel(): Promise<{ asked: Promise<void>; release: () => void }> {
  const { engine } = await hearth();
  const complete = engine.complete.bind(engine);
  let ask: () => void = () => undefined;
  let open: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const gate = new Promise<void>((resolve) => (open = resolve));
  engine.complete = async (params, options) => {
    ask();
    await gate;
    return complete(params, options);
  };
  const release = (): void => {
    Reflect.deleteProperty(engine, 'complete');
    open();
  };
  return { asked, release };
}
