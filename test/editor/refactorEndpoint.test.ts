/** Refactors by an endpoint in the real editor: offered where the local model failed, and by the menu of a change. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { openEditor, type Editor } from '../../scripts/editor/editor.ts';
import { authorityFile } from '../support/certificates.ts';
import { CompanyServer, companyAddress } from '../support/companyServer.ts';
import { repository, temporaryFolder, until } from '../support/engine.ts';
import { chatSettings } from './chatWorkspace.ts';
import { RefactorDriver } from './refactorDriver.ts';
import { writeRefactorModel, writeRefactorWorkspace } from './refactorWorkspace.ts';

const shots = path.join(repository, '.vscode-test/screenshots');

describe('refactors by an endpoint that is elsewhere', () => {
  const folder = temporaryFolder();
  let company: CompanyServer;
  let editor: Editor;
  let refactor: RefactorDriver;
  before(async () => {
    mkdirSync(shots, { recursive: true });
    writeRefactorWorkspace(folder);
    const model = path.join(temporaryFolder(), 'refactorer.gguf');
    await writeRefactorModel(model);
    company = await CompanyServer.start();
    company.answer = () => '```py\ndef tax(price):\n    return price * 0.19\n```\n';
    editor = await openEditor({
      ...{ folder, file: 'src/tax.py', viewport: { width: 1440, height: 860 }, builtins: [] },
      env: { NODE_EXTRA_CA_CERTS: authorityFile },
      settings: {
        ...chatSettings(model),
        'http.proxy': company.proxy.address,
        'hearth.endpoints': [
          { name: 'Company', address: companyAddress, api: 'openai', model: 'large-1', roles: ['hard'] },
        ],
      },
    });
    refactor = new RefactorDriver(editor);
    await editor.waitForReady();
  });
  after(async () => {
    await editor.close();
    await company.stop();
  });
  afterEach(async (context) => {
    await editor.screenshot(path.join(shots, `refactor-endpoint-${context.name.replace(/\W+/g, '-')}.png`));
    if ('passed' in context && context.passed === false) console.log(editor.logs().slice(-4000));
  });

  const lens = (words: string) => editor.page.locator('.codelens-decoration a', { hasText: words }).first();

  it('are offered where the local model failed, and shown before anything is sent', async () => {
    await editor.goTo(2, 5);
    await refactor.start('Simplify');
    const refused = refactor.message('Hearth: Simplify: ');
    const button = refused.locator('.monaco-button', { hasText: 'Retry With Company' });
    await button.waitFor({ timeout: 60_000 });
    await editor.screenshot(path.join(shots, 'refactor-retry-with.png'));
    await button.click();
    await lens('Send Once').waitFor();
    const lines = (await editor.lines()).join('\n');
    assert.match(lines, /For +a refactor\n/);
    assert.match(lines, /Files +src\/tax\.py/);
    assert.match(lines, /Cost +not known/);
    assert.equal(company.questions.length, 0);
    await lens('Send Once').click();
    // Whoever looks at something else when it is ready is asked whether it is to be shown.
    const show = refactor.message('is ready').locator('.monaco-button', { hasText: 'Show' });
    const shown = refactor.previews.first();
    await until(async () => {
      if ((await show.count()) > 0) await show.click();
      return (await shown.count()) > 0;
    }, 'the change is there');
    await refactor.untilPreview('tax.py (Hearth: Simplify)', 'return price * 0.19');
    assert.equal(company.questions.length, 1);
  });

  it('can be asked of another model instead, from the menu of a change', async () => {
    await editor.runCommand('Hearth: Ask Another Model Instead…');
    const refused = refactor.message('Hearth: Simplify: ');
    await refused.locator('.monaco-button', { hasText: 'Retry With Company' }).waitFor({ timeout: 60_000 });
    assert.equal(company.questions.length, 1, 'it was the local model that was asked');
  });
});
