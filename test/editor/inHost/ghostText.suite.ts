import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  acceptBy,
  closeAll,
  configure,
  configureEngine,
  hearth,
  openPicture,
  pictureOf,
  readyPid,
  recordOf,
  scriptedModelPath,
  trigger,
  type,
  until,
} from './support.ts';
import { heavyModel } from '../../support/gguf.ts';

/** The test's model answers `=` with ` 0.19;`, `(` with `price)` and `{` with a block, whatever stood before. */
suite('ghost text', () => {
  suiteSetup(async () => {
    await configureEngine('model.completion', scriptedModelPath());
    const { engine } = await hearth();
    assert.ok(engine.state.kind === 'ready' && engine.state.model.name === 'scripted');
  });
  suiteTeardown(async () => {
    await configureEngine('model.completion', undefined);
    await closeAll();
  });
  teardown(closeAll);

  const rows: [name: string, before: string, after: string, options?: Parameters<typeof openPicture>[1]][] = [
    ['at a line end', 'const tax =█\nlet b;\n', 'const tax = 0.19;█\nlet b;\n'],
    ['with tabs', '{\n\tconst tax =█\n}\n', '{\n\tconst tax = 0.19;█\n}\n'],
    [
      'behind characters beyond the basic plane',
      'const s = "😀𝒳"; let tax =█',
      'const s = "😀𝒳"; let tax = 0.19;█',
    ],
    ['in a document without a file or a language server', 'tax =█', 'tax = 0.19;█', { language: 'lua' }],
    // VS Code leaves the cursor behind what is new.
    ['before the bracket that is there already', 'add(█);\n', 'add(price█);\n'],
    ['over several lines where a block opens', 'if (ok) {█\n', 'if (ok) {\n  pay();\n}█\n'],
    ['in a plain text file, asked by hand', 'tax =█', 'tax = 0.19;█', { language: 'plaintext' }],
  ];
  for (const [name, before, after, options] of rows) {
    test(`is accepted ${name}`, async () => {
      const editor = await openPicture(before, options);
      assert.equal(await acceptBy(editor), after);
    });
  }

  test('is accepted in a CRLF document, in its own line ends', async () => {
    const editor = await openPicture('if (ok) {█\n', { eol: vscode.EndOfLine.CRLF });
    await acceptBy(editor);
    assert.equal(editor.document.getText(), 'if (ok) {\r\n  pay();\r\n}\r\n');
  });

  test('is accepted word by word', async () => {
    const editor = await openPicture('const tax =█');
    assert.equal(await acceptBy(editor, 'acceptNextWord'), 'const tax = █');
  });

  test('is accepted line by line', async () => {
    const editor = await openPicture('if (ok) {█\n');
    const first = await acceptBy(editor, 'acceptNextLine');
    assert.doesNotMatch(first, /\n\}/, 'only a part of the block');
    assert.ok(first.length > 'if (ok) {█\n'.length);
  });

  test('continues the item that is selected in the suggest widget', async () => {
    const provider = vscode.languages.registerCompletionItemProvider(
      { language: 'lua' },
      {
        provideCompletionItems: () => [
          new vscode.CompletionItem('taxrate =', vscode.CompletionItemKind.Text),
        ],
      },
    );
    try {
      const editor = await openPicture('tax█', { language: 'lua' });
      await vscode.commands.executeCommand('editor.action.triggerSuggest');
      const record = await until(async () => {
        const { history } = await hearth();
        const [newest] = history.records;
        if (newest?.reason === 'shown' && newest.languageId === 'lua') return newest;
        await trigger();
        return undefined;
      }, 'a suggestion beside the widget');
      assert.equal(record.stage, 'shown');
      await until(async () => {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
        return pictureOf(editor) !== 'tax█';
      }, 'it is accepted');
      assert.equal(pictureOf(editor), 'taxrate = 0.19;█');
    } finally {
      provider.dispose();
    }
  });

  test('is accepted in a notebook’s cell', async () => {
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'tax =', 'python');
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData([cell]),
    );
    await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand('notebook.cell.edit');
    const document = notebook.cellAt(0).document;
    await until(() => vscode.window.activeTextEditor?.document === document, 'the cell’s editor is active');
    await vscode.commands.executeCommand('cursorBottom');
    const record = await recordOf(trigger);
    assert.equal(record.reason, 'shown');
    assert.equal(record.languageId, 'python');
    await until(async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      return document.getText() !== 'tax =';
    }, 'the suggestion in the cell is accepted');
    assert.equal(document.getText(), 'tax = 0.19;');
  });

  test('reuses what was evaluated for the keystroke before', async () => {
    const long = 'export const rate = compute(income, country);\n'.repeat(20);
    const editor = await openPicture(`${long}const tax =█`);
    const first = await recordOf(trigger);
    const second = await recordOf(() => type('x'));
    assert.equal(second.tokens.prompt, first.tokens.prompt + 1);
    // The token that was typed; and the one before, where the key comes as the next answer by hand is about to be
    // decoded from it.
    const { evaluated } = second.tokens;
    assert.ok(evaluated === 1 || evaluated === 2, `${evaluated} tokens were evaluated`);
    assert.equal(editor.document.lineAt(20).text, 'const tax =x');
  });

  test('survives the end of the engine’s process', async () => {
    const pid = await readyPid();
    process.kill(pid, 'SIGKILL');
    const { engine } = await hearth();
    await until(() => engine.state.kind !== 'ready', 'the loss is noticed');
    assert.notEqual(await readyPid(), pid);
    const editor = await openPicture('const tax =█');
    assert.equal(await acceptBy(editor), 'const tax = 0.19;█');
  });
});

/** On a model that takes long for each token and never ends after `:`. */
suite('a request that typing has overtaken', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-overtaken-'));
  suiteSetup(async () => {
    const model = path.join(folder, 'endless.gguf');
    await heavyModel({
      path: model,
      name: 'endless',
      chains: [
        { after: ':', pieces: [' on', ' and'], end: 'loop' },
        { after: '=', pieces: [' 0.19', ';\n'] },
      ],
    });
    await configure('completion.maxTokens', 1024);
    await configureEngine('model.completion', model);
  });
  suiteTeardown(async () => {
    await configure('completion.maxTokens', undefined);
    await configureEngine('model.completion', undefined);
    rmSync(folder, { recursive: true, force: true });
  });
  teardown(closeAll);

  test('is let go of by the engine, which goes on with the next', async () => {
    const { engine, history } = await hearth();
    const pid = await readyPid();
    const editor = await openPicture('let a█', { language: 'lua' });
    // The line as it is when the model is expected to write. A call that was overtaken writes on for a while.
    let awaited = { line: '', writes: (): void => undefined };
    const answers: Promise<unknown>[] = [];
    const complete = engine.complete.bind(engine);
    engine.complete = (params, options) => {
      const onText = (text: string): void => {
        options.onText?.(text);
        if (params.prefix === awaited.line && text.includes(' and')) awaited.writes();
      };
      const answer = complete(params, { ...options, onText });
      answers.push(answer.catch((error: unknown) => error));
      return answer;
    };
    // The history is bounded: what is old falls out of it while this counts.
    const old = new Set(history.records);
    const overtaken = () =>
      history.records.filter(
        (record) => !old.has(record) && record.reason === 'superseded' && record.stage === 'model',
      ).length;
    try {
      // An engine that did not let go would have so much to do that it counts as hung: 15 seconds after a cancellation.
      for (let times = 1; times <= 8; times += 1) {
        const line = `let a${':x'.repeat(times - 1)}:`;
        const writing = new Promise<void>((writes) => (awaited = { line, writes }));
        await type(':');
        await writing;
        await type('x');
        await until(
          () => overtaken() >= times,
          () => `record ${times} of an overtaken request; the newest says ${history.records[0]?.reason}`,
        );
      }
    } finally {
      Reflect.deleteProperty(engine, 'complete');
    }
    const codes = (await Promise.all(answers)).map((answer) => (answer as { code?: unknown }).code);
    assert.ok(codes.filter((code) => code === 'cancelled').length >= 8, codes.join(', '));
    await type('\ntax =');
    assert.match(await acceptBy(editor), /\ntax = 0\.19;█$/);
    assert.equal(await readyPid(), pid, 'the engine is the same');
  });
});
