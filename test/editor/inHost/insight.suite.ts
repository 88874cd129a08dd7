import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { acceptBy, closeAll, configureEngine, openPicture, scriptedModelPath, until } from './support.ts';

const page = vscode.Uri.from({ scheme: 'hearth-insight', path: '/Completion Insight.md' });
/** The extension's global storage of this run's user data, beside which the results are written. */
const stored = path.join(
  path.dirname(process.env['HEARTH_TEST_RESULTS'] ?? ''),
  'user-data/User/globalStorage/hearth.hearth/insight.json',
);

/** The number in the first column (today) of a row of the page. */
async function today(row: string): Promise<number> {
  // Each reading is of the page as it was opened; a document that is closed is asked for anew.
  const document = await vscode.workspace.openTextDocument(page.with({ query: String(Math.random()) }));
  const [, cell = '0'] = new RegExp(`^\\| ${row} \\| (\\d+)`, 'm').exec(document.getText()) ?? [];
  return Number(cell);
}

suite('the completion insight', () => {
  suiteSetup(async () => void (await configureEngine('model.completion', scriptedModelPath())));
  suiteTeardown(async () => void (await configureEngine('model.completion', undefined)));
  teardown(closeAll);

  test('counts what was shown and accepted, and keeps nothing of the code', async () => {
    const [shown, accepted] = [await today('Shown'), await today('Accepted')];
    await acceptBy(await openPicture('const verySecretName =█'));
    await until(async () => (await today('Accepted')) === accepted + 1, 'the acceptance is counted');
    assert.ok((await today('Shown')) > shown);
    assert.ok(existsSync(stored), `${stored} is written`);
    const kept = readFileSync(stored, 'utf8');
    assert.match(kept, /typescript/);
    assert.doesNotMatch(kept, /verySecretName|0\.19|untitled/i);
  });

  test('opens as a page', async () => {
    await vscode.commands.executeCommand('hearth.showInsight');
    const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await until(
      () => labels().some((label) => label.includes('Completion Insight')),
      () => `a page among ${labels().join(', ')}`,
    );
  });
});
