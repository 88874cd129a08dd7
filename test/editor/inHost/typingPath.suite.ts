import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RequestRecord } from '../../../src/core/completion/history.ts';
import {
  closeAll,
  configure,
  configureEngine,
  hearth,
  openPicture,
  pictureOf,
  quietPopups,
  readyPid,
  recordOf,
  scriptedModelPath,
  trigger,
  type,
  until,
} from './support.ts';

/** What one key brought: who answered, and why it ended so. */
const summary = ({ source, reason }: RequestRecord): string => `${source}: ${reason}`;
const back = () => vscode.commands.executeCommand('deleteLeft');

/** Types a text key by key and gives what was answered to each. */
async function typeAlong(text: string): Promise<string[]> {
  const answers: string[] = [];
  for (const key of text) answers.push(summary(await recordOf(() => type(key))));
  return answers;
}

/** Types `text`, or asks by hand for '', and waits until a suggestion is there and all background work is done. */
async function shownAfter(text: string): Promise<RequestRecord> {
  const { service } = await hearth();
  const record = await recordOf(() => (text === '' ? trigger() : type(text)));
  assert.equal(record.reason, 'shown');
  await service.idle();
  return record;
}

/** What the test's model says: see test/support/editorModel.ts. */
suite('the typing path', () => {
  let popups: vscode.Disposable;
  suiteSetup(async () => {
    popups = await quietPopups();
    await configureEngine('model.completion', scriptedModelPath());
    // VS Code makes the part of an editor that asks by itself a while after a window's first editor is there.
    await openPicture('const tax =█');
    await recordOf(trigger);
    await closeAll();
  });
  suiteTeardown(async () => {
    await configureEngine('model.completion', undefined);
    popups.dispose();
  });
  setup(async () => (await hearth()).service.forget());
  teardown(closeAll);

  const rows: [name: string, picture: string, key: string, along: string, after: string][] = [
    ['on one line', 'const tax █', '=', ' 0.19', 'const tax = 0.19█'],
    ['up to a closing bracket that the editor put there', 'add█', '(', 'pric', 'add(pric█)'],
    ['through a bracket that the editor closes', 'list[0█', ']', '.sum(order, 1)', 'list[0].sum(order, 1)█'],
    ['over a line end that the editor indents', 'if (ok) {█\n', '', '\npay();', 'if (ok) {\n  pay();█\n'],
    [
      'over a line end in a block that the editor closed',
      'if (ok) █',
      '{',
      '\npay(',
      'if (ok) {\n  pay(█)\n}',
    ],
  ];
  for (const [name, picture, key, along, after] of rows) {
    test(`typing along a suggestion asks no model: ${name}`, async () => {
      const { service } = await hearth();
      const editor = await openPicture(picture);
      editor.options = { tabSize: 2, insertSpaces: true };
      const first = await shownAfter(key);
      assert.equal(first.source, 'model');
      // Not the calls: the prompt may yet be evaluated ahead, for the editor that was opened.
      const { generated } = service.counters.spent;
      const answers = await typeAlong(along);
      assert.deepEqual(
        answers,
        Array.from(along, () => 'cache: shown'),
      );
      assert.equal(service.counters.spent.generated, generated);
      assert.equal(pictureOf(editor), after);
    });
  }

  test('a block goes on behind a line end at which the editor moves its own bracket down', async () => {
    const { service } = await hearth();
    const editor = await openPicture('if (ok) █\nnext();\n');
    editor.options = { tabSize: 2, insertSpaces: true };
    await shownAfter('{');
    assert.equal(pictureOf(editor), 'if (ok) {█}\nnext();\n');
    const { modelCalls } = service.counters;
    assert.equal(summary(await recordOf(() => type('\n'))), 'cache: shown');
    assert.equal(pictureOf(editor), 'if (ok) {\n  █\n}\nnext();\n');
    assert.equal(service.counters.modelCalls, modelCalls);
    await commitUntil(editor, 'if (ok) {\n  pay();█\n}\nnext();\n');
  });

  test('the same place again, after the backspace, is answered from the cache', async () => {
    const { service } = await hearth();
    await openPicture('const tax █');
    await shownAfter('=');
    const { modelCalls } = service.counters;
    await type(' ');
    assert.equal(summary(await recordOf(back)), 'cache: shown');
    await service.idle();
    assert.equal(service.counters.modelCalls, modelCalls);
    await type('\n');
    await back();
    assert.equal(summary(await recordOf(() => type(' '))), 'cache: shown');
  });

  test('an accepted suggestion is followed by the next, which was worked out ahead', async () => {
    const { service, history } = await hearth();
    const { generated } = service.counters.speculated;
    const editor = await openPicture('let a = list[█');
    await shownAfter('');
    await until(() => service.counters.speculated.generated > generated, 'the model works ahead');
    await service.idle();
    const { modelCalls } = service.counters;
    await commitUntil(editor, 'let a = list[0]█');
    await until(() => history.records[0]?.source === 'cache', 'the next suggestion is shown');
    assert.equal(history.records[0]?.reason, 'shown');
    assert.equal(history.records[0].manual, false);
    await commitUntil(editor, 'let a = list[0].sum(order, 1);█');
    assert.ok(service.counters.modelCalls <= modelCalls + 1, 'no call but the next work ahead');
  });

  test('without hearth.completion.workAhead nothing is worked out ahead', async () => {
    await configure('completion.workAhead', false);
    try {
      const { service, history } = await hearth();
      const { speculated } = service.counters;
      const editor = await openPicture('let a = list[█');
      await shownAfter('');
      await commitUntil(editor, 'let a = list[0]█');
      await until(() => history.records[0]?.manual === false, 'the next suggestion is asked for');
      assert.equal(history.records[0]?.source, 'model');
      await service.idle();
      assert.deepEqual(service.counters.speculated, speculated);
    } finally {
      await configure('completion.workAhead', undefined);
    }
  });

  test('a suggestion that was read and typed against is not shown again there, unless asked for by hand', async () => {
    const editor = await openPicture('const tax █');
    await shownAfter('=');
    // A suggestion counts as read after 750 ms (READ_MS in src/core/completion/fate.ts).
    await sleep(900);
    await recordOf(() => type('x'));
    assert.equal(summary(await recordOf(back)), 'cache: rejected');
    await recordOf(() => type('x'));
    assert.equal(summary(await recordOf(back)), 'cache: rejected');
    const record = await recordOf(trigger);
    assert.deepEqual([record.manual, record.reason], [true, 'shown']);
    await commitUntil(editor, 'const tax = 0.19;█');
  });

  test('a suggestion that went before it can have been read comes again', async () => {
    await openPicture('const tax █');
    await type('=x');
    await recordOf(back);
    await until(async () => (await hearth()).history.records[0]?.reason === 'shown', 'it is shown again');
  });
});

/** Accepts what is shown until the document is as in the picture. */
async function commitUntil(editor: vscode.TextEditor, picture: string): Promise<void> {
  const { version } = editor.document;
  await until(
    async () => {
      if (editor.document.version === version) {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      }
      return pictureOf(editor) === picture;
    },
    () => `${picture} instead of ${pictureOf(editor)}`,
  );
}

suite('the next suggestion', () => {
  suiteSetup(async () => void (await readyPid()));
  teardown(closeAll);

  test('is asked for by hand, and is shown', async () => {
    const { history } = await hearth();
    await openPicture('export function add(left: number, right: number): number {\n  return█\n}\n');
    // VS Code asks again only where the first was not asked for by hand.
    const shown = await recordOf(() => type(' '));
    assert.deepEqual([shown.manual, shown.reason], [false, 'shown']);
    // The command does nothing before the ghost text is there.
    await until(async () => {
      await vscode.commands.executeCommand('hearth.nextSuggestion');
      return history.records[0] !== shown;
    }, 'another one is asked for');
    const [record] = history.records;
    assert.deepEqual([record?.manual, record?.reason], [true, 'shown']);
  });

  test('is another text, and the previous one is the first again', async () => {
    const first = await acceptedAfter([]);
    // A machine that is busy at this moment gives one answer only in the time that is not felt.
    const second = await until(async () => {
      const text = await acceptedAfter(['nextSuggestion']);
      return text === first ? undefined : text;
    }, 'another answer');
    const again = await acceptedAfter(['nextSuggestion', 'previousSuggestion']);
    assert.match(first, /^import \S.*█$/);
    assert.match(second, /^import \S.*█$/);
    assert.equal(again, first);
  });
});

/** The document after a suggestion by itself, the commands, and the acceptance of what is shown then. */
async function acceptedAfter(commands: readonly string[]): Promise<string> {
  const { service, history } = await hearth();
  service.forget();
  const editor = await openPicture('import█');
  const shown = await recordOf(() => type(' '));
  assert.deepEqual([shown.manual, shown.reason], [false, 'shown']);
  for (const command of commands) {
    // The first is one request for several answers, among which VS Code moves from then on. It does nothing before the
    // ghost text is there; given again too soon, it would move twice.
    await until(async () => {
      await vscode.commands.executeCommand(`hearth.${command}`);
      for (let wait = 0; wait < 100 && history.records[0]?.manual !== true; wait += 1) await sleep(50);
      return history.records[0]?.manual;
    }, 'several answers are asked for');
  }
  const { version } = editor.document;
  await until(async () => {
    if (editor.document.version === version)
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    return editor.document.version !== version;
  }, 'the suggestion is accepted');
  const asked = history.records.indexOf(shown);
  assert.equal(asked, commands.length === 0 ? 0 : 1, 'one request by hand');
  const picture = pictureOf(editor);
  await closeAll();
  return picture;
}
