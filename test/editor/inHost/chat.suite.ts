import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Attachment, Mention } from '../../../src/core/chat/context.ts';
import { participantHandler } from '../../../src/vscode/lm/participant.ts';
import { chatModelPath, useChatModel } from './chatSupport.ts';
import { closeAll, configure, hearth, until } from './support.ts';

const rootUri = vscode.workspace.workspaceFolders?.[0]?.uri;
assert.ok(rootUri, 'no folder is open');
const root = rootUri.fsPath;
const folder = path.join(root, 'chat');

const files: Readonly<Record<string, string>> = {
  'coin.ts': 'export function valueOf(coin: string): number {\n  return coin.length;\n}\n',
  'deep/more.ts': 'export const more = 1;\n',
  '.env': 'PASSWORD=hunter2\n',
  'picture.bin': 'a\0b',
  'large.txt': 'word '.repeat(300_000),
};

/** What a mention gives; fails where that is a problem. */
async function attach(mention: Mention): Promise<readonly Attachment[]> {
  const { chat } = await hearth();
  const read = await chat.core.surroundings.attach(mention, new AbortController().signal);
  if ('problem' in read) assert.fail(read.problem);
  return read;
}

/** Why a mention gives nothing. */
async function problemOf(mention: Mention): Promise<string> {
  const { chat } = await hearth();
  const read = await chat.core.surroundings.attach(mention, new AbortController().signal);
  return 'problem' in read ? read.problem : assert.fail(JSON.stringify(read));
}

suite('the chat', () => {
  suiteSetup(async () => {
    const { index } = await hearth();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    await until(() => index.progress?.state === 'ready', 'the folder is read');
  });
  teardown(closeAll);
  suiteTeardown(async () => {
    rmSync(folder, { recursive: true });
    await useChatModel(undefined);
  });

  test('is nothing before somebody uses it', async () => {
    const { chat } = await hearth();
    assert.equal(chat.started, false);
  });

  test('reads a file as the editor has it, unsaved text included', async () => {
    const uri = vscode.Uri.file(path.join(folder, 'coin.ts'));
    const saved = await attach({ kind: 'file', value: 'chat/coin.ts' });
    assert.deepEqual(saved, [
      {
        kind: 'file',
        label: 'coin.ts',
        place: { path: 'chat/coin.ts', startLine: 1, endLine: 4 },
        language: 'ts',
        text: files['coin.ts'],
        cut: false,
      },
    ]);
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '  // unsaved\n'));
    const [part] = await attach({ kind: 'file', value: 'chat/coin.ts', startLine: 2, endLine: 3 });
    assert.equal(part?.text, '  // unsaved\n  return coin.length;');
    assert.deepEqual(part?.place, { path: 'chat/coin.ts', startLine: 2, endLine: 3 });
  });

  test('reads what is selected, and the open file where nothing is', async () => {
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, 'coin.ts')));
    editor.selection = new vscode.Selection(1, 4, 2, 0);
    const [selected] = await attach({ kind: 'selection', value: '' });
    assert.deepEqual([selected?.label, selected?.text], ['coin.ts:2', '  return coin.length;']);
    editor.selection = new vscode.Selection(1, 4, 1, 4);
    const [whole] = await attach({ kind: 'selection', value: '' });
    assert.deepEqual([whole?.kind, whole?.text], ['file', files['coin.ts']]);
  });

  test('reads a document that is no file, which answers can’t point into', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: 'let x;\n' });
    await vscode.window.showTextDocument(document);
    const [read] = await attach({ kind: 'file', value: document.uri.toString() });
    assert.deepEqual([read?.text, read?.place, read?.files], ['let x;\n', null, []]);
    const outside = path.join(mkdtempSync(path.join(os.tmpdir(), 'hearth-outside-')), 'vault.ts');
    writeFileSync(outside, 'let y;\n');
    const { uri } = await vscode.workspace.openTextDocument(outside);
    const [other] = await attach({ kind: 'file', value: uri.toString() });
    assert.deepEqual([other?.text, other?.place], ['let y;\n', null]);
    assert.equal(path.basename(other?.files?.at(-1) ?? ''), 'vault.ts');
    assert.ok(path.isAbsolute(other?.files?.at(-1) ?? ''));
  });

  test('lists a folder with the beginnings of its files, and nothing that is left out', async () => {
    const [listing, ...heads] = await attach({ kind: 'folder', value: 'chat' });
    assert.equal(listing?.text, 'chat/coin.ts\nchat/deep/more.ts');
    assert.deepEqual(
      heads.map(({ label, place }) => [label, place?.path]),
      [
        ['coin.ts:1-4', 'chat/coin.ts'],
        ['more.ts:1-2', 'chat/deep/more.ts'],
      ],
    );
  });

  test('finds a definition by its name', async () => {
    const [found] = await attach({ kind: 'symbol', value: 'valueOf' });
    assert.deepEqual(found?.place, { path: 'chat/coin.ts', startLine: 1, endLine: 3 });
    assert.match(found?.text ?? '', /^export function valueOf/);
    assert.equal(
      await problemOf({ kind: 'symbol', value: 'nobody' }),
      'No definition of nobody was found in this workspace.',
    );
  });

  test('refuses secrets, what is not text, what is too large, and what is not there', async () => {
    const file = (value: string): Mention => ({ kind: 'file', value });
    assert.match(await problemOf(file('chat/.env')), /^chat\/\.env can't be attached\. Its name says/);
    assert.match(await problemOf(file('chat/picture.bin')), /^chat\/picture\.bin can't be attached\./);
    assert.match(await problemOf(file('chat/large.txt')), /can't be attached\. It is too large/);
    assert.equal(await problemOf(file('chat/none.ts')), 'There is no file chat/none.ts in this workspace.');
    assert.equal(await problemOf(file('../etc/passwd')), 'There is no file ../etc/passwd in this workspace.');
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, '.env')));
    assert.match(
      await problemOf({ kind: 'selection', value: '' }),
      /Its name says that it may hold passwords/,
    );
  });

  test('tells problems with severity and code, and that no repository is open', async () => {
    const uri = vscode.Uri.file(path.join(folder, 'coin.ts'));
    const diagnostics = vscode.languages.createDiagnosticCollection('coins');
    try {
      const problem = new vscode.Diagnostic(new vscode.Range(1, 2, 1, 8), 'Too long.');
      problem.code = 'C7';
      problem.source = 'coins';
      diagnostics.set(uri, [problem]);
      const [read] = await attach({ kind: 'problems', value: 'chat/coin.ts' });
      assert.equal(read?.text, 'chat/coin.ts:2:3 error (coins C7): Too long.');
      const [none] = await attach({ kind: 'problems', value: 'chat/coin.ts', startLine: 1, endLine: 1 });
      assert.equal(none?.text, 'The editor shows no problems in coin.ts.');
      const { chat } = await hearth();
      assert.match(
        (await chat.core.surroundings.problems(null)).text,
        /chat\/coin\.ts:2:3 error \(coins C7\)/,
      );
      // A language server would be asked too, and may have more to do than to answer.
      const file = path.join(root, 'coins.txt');
      writeFileSync(file, 'a coin\nb coin coin\n');
      const { uri: plain } = await vscode.workspace.openTextDocument(file);
      diagnostics.set(plain, [problem]);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        plain,
        problem.range,
      );
      const titles = actions.map(({ title }) => title).filter((title) => title.startsWith('Ask Hearth'));
      assert.deepEqual(titles, ['Ask Hearth to explain this problem'], 'it can be fixed right there');
    } finally {
      diagnostics.dispose();
      rmSync(path.join(root, 'coins.txt'), { force: true });
    }
    assert.match(await problemOf({ kind: 'diff', value: '' }), /^The changes can't be read: /);
  });

  test('reads the changes of the repository that it is asked for', async () => {
    const { chat } = await hearth();
    const { surroundings } = chat.core;
    const repository = (staged: string) => ({
      rootUri: vscode.Uri.file(folder),
      inputBox: { value: '' },
      diff: (cached = false) => Promise.resolve(cached ? staged : ''),
    });
    const change = 'diff --git a/coin.ts b/coin.ts\n--- a/coin.ts\n+++ b/coin.ts\n@@ -1 +1 @@\n-a\n+b\n';
    const found = await surroundings.changesOf(repository(change), true);
    assert.deepEqual([found?.kind, found?.label, found?.text], ['diff', 'Staged changes', change]);
    assert.equal(await surroundings.changesOf(repository(''), true), null);
  });

  test('takes the instructions of the project and the user’s own, unless told not to', async () => {
    const { chat } = await hearth();
    const { surroundings, chips } = chat.core;
    const labels = async (): Promise<string[]> =>
      (await surroundings.instructions()).map(({ label, text }) => `${label}: ${text}`);
    const file = path.join(root, 'AGENTS.md');
    writeFileSync(file, 'Be brief.');
    try {
      assert.deepEqual(await labels(), ['AGENTS.md: Be brief.']);
      await configure('chat.instructions', 'In German.');
      assert.deepEqual(await labels(), ['AGENTS.md: Be brief.', 'hearth.chat.instructions: In German.']);
      chips.remove('instructions:AGENTS.md');
      assert.deepEqual(await labels(), ['hearth.chat.instructions: In German.']);
      chips.restore();
      await configure('chat.projectInstructions', false);
      assert.deepEqual(await labels(), ['hearth.chat.instructions: In German.']);
    } finally {
      rmSync(file);
      await configure('chat.instructions', undefined);
      await configure('chat.projectInstructions', undefined);
    }
  });

  test('answers with a real model, and what was said is on the disk', async () => {
    const { chat } = await hearth();
    await useChatModel(chatModelPath());
    const { service } = chat.core;
    assert.equal(await service.ask('Who are you?', []), null);
    const { conversation } = service;
    assert.ok(conversation);
    const answer = [...conversation.messages.values()].at(-1);
    assert.ok(answer?.role === 'assistant');
    assert.deepEqual(
      answer.steps,
      [{ kind: 'text', text: 'I am a model of a test.' }],
      JSON.stringify(answer),
    );
    assert.deepEqual([answer.state, answer.request?.model], ['done', 'talker']);
    await service.shutdown();
    const entry = (await service.history('model of a test')).find(({ id }) => id === conversation.id);
    assert.deepEqual([entry?.title, entry?.here], ['Who are you?', true]);
  });

  test('offers its model to VS Code, with true token counts', async () => {
    await useChatModel(chatModelPath());
    const [model] = await vscode.lm.selectChatModels({ vendor: 'hearth' });
    assert.ok(model);
    // Each byte is a token of this model.
    assert.equal(await model.countTokens('grün'), 5);
    const ask = (text: string): Thenable<vscode.LanguageModelChatResponse> =>
      model.sendRequest([vscode.LanguageModelChatMessage.User(text)]);
    let text = '';
    for await (const part of (await ask('Who are you?')).text) text += part;
    assert.equal(text, 'I am a model of a test.');
    assert.equal(model.name, 'talker');
    await useChatModel(undefined);
  });

  test('answers VS Code’s chat as @hearth, with what it read', async () => {
    const { chat } = await hearth();
    await useChatModel(chatModelPath());
    const said: string[] = [];
    const places: string[] = [];
    const note = (location: vscode.Location): void => void places.push(path.basename(location.uri.path));
    const stream = {
      markdown: (text: string) => said.push(text),
      reference: note,
      anchor: note,
      progress: () => undefined,
      button: () => undefined,
    } as unknown as vscode.ChatResponseStream;
    const uri = vscode.Uri.file(path.join(folder, 'coin.ts'));
    const request = { prompt: 'Who are you?', references: [{ id: 'file', value: uri }] };
    const handler = participantHandler(() => chat.core);
    const none = {
      isCancellationRequested: false,
      onCancellationRequested: () => new vscode.Disposable(() => undefined),
    };
    const result = await handler(request as unknown as vscode.ChatRequest, { history: [] }, stream, none);
    assert.equal(said.join(''), 'I am a model of a test.');
    assert.ok(places.includes('coin.ts'), places.join(', '));
    assert.match(String((result as vscode.ChatResult).metadata?.['conversation']), /^[\w-]+$/);
  });

  test('starts no engine while Hearth is turned off, and says why there is no answer', async () => {
    const { chat, engine, engines } = await hearth();
    await useChatModel(chatModelPath());
    await configure('enable', false);
    try {
      await until(() => engines.of('chat').state.kind === 'stopped', 'the engines are ended');
      const { service } = chat.core;
      await service.newConversation();
      await service.ask('Who are you?', []);
      const answer = [...(service.conversation?.messages.values() ?? [])].at(-1);
      assert.ok(answer?.role === 'assistant');
      assert.deepEqual([answer.state, answer.steps], ['failed', []]);
      assert.match(answer.message ?? '', /^Hearth is turned off/);
      assert.equal(engines.of('chat').state.kind, 'stopped');
    } finally {
      await configure('enable', undefined);
      await until(() => engine.state.kind === 'ready', 'the engine is there again');
    }
  });

  test('keeps its chats in the extension’s own folder', () => {
    const storage = process.env['HEARTH_TEST_RESULTS'] ?? '';
    const chats = path.join(path.dirname(storage), 'user-data/User/globalStorage/hearth.hearth/chats');
    assert.ok(existsSync(chats), chats);
    assert.ok(readdirSync(chats).some((name) => name.endsWith('.jsonl')));
  });
});
