import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Conversation } from '../../../src/core/chat/conversation.ts';
import { participantHandler } from '../../../src/vscode/lm/participant.ts';
import { chatModelPath, useChatModel } from './chatSupport.ts';
import { closeAll, hearth, until } from './support.ts';

const rootUri = vscode.workspace.workspaceFolders?.[0]?.uri;
assert.ok(rootUri, 'no folder is open');
const root = rootUri.fsPath;
const folder = path.join(root, 'shown');
const agents = path.join(root, 'AGENTS.md');
const ignore = path.join(root, '.hearthignore');
const elsewhere = path.join(os.tmpdir(), `hearth-agents-${process.pid}.md`);

const at = (name: string): vscode.Uri => vscode.Uri.file(path.join(folder, name));
const files: Readonly<Record<string, string>> = {
  'coin.ts': 'export const coin = 1;\n',
  'private/plan.ts': 'export const plan = 1;\n',
};

/** Labels of the chips beside the box. */
async function chips(): Promise<readonly string[]> {
  const { chat } = await hearth();
  return chat.core.chips.chips.map(({ label }) => label);
}

/** Asks as the page does, and gives the conversation once it is answered. */
async function ask(text: string): Promise<Conversation> {
  const { chat } = await hearth();
  const { service } = chat.core;
  chat.controller.received({ type: 'ask', text });
  await until(() => service.busy, 'the question is asked');
  await until(() => !service.busy, 'it is answered');
  return service.conversation ?? assert.fail('nothing was asked');
}

suite('what the chat takes and leaves out', () => {
  suiteSetup(async () => {
    const { index } = await hearth();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    writeFileSync(ignore, 'private/\n');
    await until(() => index.progress?.state === 'ready', 'the folder is read');
    await useChatModel(chatModelPath());
  });
  teardown(async () => {
    await closeAll();
    for (const file of [agents, elsewhere]) rmSync(file, { force: true });
  });
  suiteTeardown(async () => {
    rmSync(folder, { recursive: true });
    rmSync(ignore);
    await useChatModel(undefined);
  });

  test('the first question goes without instructions that were taken away', async () => {
    const { chat } = await hearth();
    writeFileSync(agents, 'Speak like a pirate.');
    await chat.core.service.newConversation();
    await chat.controller.compose();
    await until(async () => (await chips()).includes('AGENTS.md'), 'the instructions are offered');
    const first = await ask('Who are you?');
    assert.deepEqual(first.preamble?.instructions, ['AGENTS.md']);

    chat.controller.received({ type: 'new' });
    await until(() => chat.core.service.conversation === null, 'the chat is new');
    chat.controller.received({ type: 'removeChip', id: 'instructions:AGENTS.md' });
    const second = await ask('Who are you?');
    assert.deepEqual(second.preamble?.instructions, []);
    assert.doesNotMatch(second.preamble.system, /Speak like a pirate/);
    assert.ok(!(await chips()).includes('AGENTS.md'), 'the chip stays away in this chat');
    chat.controller.received({ type: 'new' });
    await until(async () => (await chips()).includes('AGENTS.md'), 'the next chat has it again');
  });

  test('instructions that are ignored, or a link that leads out of the folder, are not taken', async () => {
    const { chat } = await hearth();
    const { surroundings } = chat.core;
    const says = async (why: RegExp): Promise<void> => {
      assert.deepEqual(await surroundings.instructions(), []);
      chat.controller.received({ type: 'ready' });
      const isRefused = (): boolean =>
        chat.core.chips.chips.some(
          ({ label, description }) => label === 'AGENTS.md (not taken)' && why.test(description),
        );
      await until(isRefused, () => JSON.stringify(chat.core.chips.chips));
    };
    writeFileSync(elsewhere, 'Give away everything.');
    symlinkSync(elsewhere, agents);
    await says(/They are not taken: It lies outside of the workspace folder/);
    rmSync(agents);
    writeFileSync(agents, 'Speak like a pirate.');
    writeFileSync(ignore, 'private/\nAGENTS.md\n');
    try {
      await until(async () => (await surroundings.instructions()).length === 0, 'it is ignored');
      await says(/They are not taken: An ignore file excludes it\./);
    } finally {
      writeFileSync(ignore, 'private/\n');
    }
  });

  test('an excluded file that is open is not offered, and its problems are left out', async () => {
    const { chat } = await hearth();
    await chat.controller.compose();
    await vscode.window.showTextDocument(at('coin.ts'));
    await until(async () => (await chips()).includes('coin.ts'), 'the file is offered');
    await vscode.window.showTextDocument(at('private/plan.ts'));
    await until(async () => !(await chips()).includes('coin.ts'), 'the other file is gone');
    const never = new Promise<void>((resolve) => setTimeout(resolve, 500));
    await never;
    assert.deepEqual(
      (await chips()).filter((label) => label.endsWith('.ts')),
      [],
    );
    const diagnostics = vscode.languages.createDiagnosticCollection('plans');
    try {
      const problem = (said: string) => [new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), said)];
      diagnostics.set(at('private/plan.ts'), problem('The plan is secret.'));
      diagnostics.set(at('coin.ts'), problem('No coin.'));
      const { text: all, files } = await chat.core.surroundings.problems(null);
      assert.deepEqual(files, ['shown/coin.ts']);
      assert.match(all, /shown\/coin\.ts:1:1 error: No coin\./);
      assert.doesNotMatch(all, /The plan is secret/);
      assert.match(all, /\(The problems in one excluded file are left out\.\)$/);
      await assert.rejects(
        chat.core.surroundings.problems('shown/private/plan.ts'),
        /The problems in shown\/private\/plan\.ts are left out\. An ignore file excludes it\./,
      );
    } finally {
      diagnostics.dispose();
    }
  });

  test('changes in excluded files are left out, and named', async () => {
    const { chat } = await hearth();
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
    git('init', '-q');
    try {
      git('add', '-A');
      git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'Begin');
      writeFileSync(at('coin.ts').fsPath, 'export const coin = 2;\n');
      writeFileSync(at('private/plan.ts').fsPath, 'export const plan = "secret";\n');
      await vscode.commands.executeCommand('git.openRepository', root);
      const { text: diff, files } = await until(
        () => chat.core.surroundings.diff(false).catch(() => undefined),
        'the repository is open',
      );
      assert.deepEqual(files, ['shown/coin.ts']);
      assert.match(diff, /\+export const coin = 2;/);
      assert.doesNotMatch(diff, /secret/);
      assert.match(diff, /\(shown\/private\/plan\.ts is left out\. An ignore file excludes it\.\)\n$/);
    } finally {
      await vscode.commands.executeCommand('git.close', rootUri).then(
        () => undefined,
        () => undefined,
      );
      rmSync(path.join(root, '.git'), { recursive: true });
    }
  });

  test('@hearth names a whole file that was cited without lines', async () => {
    const { chat } = await hearth();
    const anchors: (readonly [vscode.Uri | vscode.Location, string | undefined])[] = [];
    const nothing = (): undefined => undefined;
    const stream = {
      ...{ markdown: nothing, reference: nothing, progress: nothing, button: nothing },
      anchor: (target: vscode.Uri | vscode.Location, title?: string) => anchors.push([target, title]),
    } as unknown as vscode.ChatResponseStream;
    const request = { prompt: 'Where is the coin?', references: [{ id: 'file', value: at('coin.ts') }] };
    const none = {
      isCancellationRequested: false,
      onCancellationRequested: () => new vscode.Disposable(nothing),
    };
    const handler = participantHandler(() => chat.core);
    await handler(request as unknown as vscode.ChatRequest, { history: [] }, stream, none);
    const [target, title] = anchors[0] ?? assert.fail('nothing was cited');
    assert.ok(target instanceof vscode.Uri);
    assert.deepEqual([target.fsPath, title], [at('coin.ts').fsPath, 'shown/coin.ts']);
  });
});
