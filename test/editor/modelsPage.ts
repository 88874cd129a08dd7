import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { Editor } from '../../scripts/editor/editor.ts';
import { until } from '../support/engine.ts';

/** The list of models in the side bar, driven as a person drives it. */
export class ModelsPage {
  readonly #editor: Editor;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** Shows the list and waits until it has rows. */
  async open(): Promise<void> {
    await this.#editor.runCommand('Hearth: Show Models');
    await this.#rows.first().waitFor();
  }

  /** The row, or the heading, that begins with this name: a quantisation may follow. */
  row(name: string): Locator {
    return this.#tree.locator(`.monaco-list-row[aria-label^="${name}"]`).first();
  }

  /** What a screen reader says of each row in view, headings included. */
  async speech(): Promise<string[]> {
    const rows = await this.#rows.all();
    return Promise.all(rows.map(async (row) => ((await row.getAttribute('aria-label')) ?? '').trim()));
  }

  /** Picks from the context menu of a row. */
  async pick(name: string, entry: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    const found = this.#editor.page.locator('.monaco-menu .action-label', { hasText: entry }).first();
    await found.waitFor();
    // A menu that was opened just now takes no click yet.
    await until(async () => {
      if ((await found.count()) === 0) return true;
      await found.click({ timeout: 1_000 }).catch(() => undefined);
      return false;
    }, `${entry} is picked`);
  }

  /** The entries of the context menu of a row. */
  async menu(name: string): Promise<string[]> {
    await this.row(name).click({ button: 'right' });
    const entries = this.#editor.page.locator('.monaco-menu .action-label:not(.separator)');
    await entries.first().waitFor();
    const texts = await entries.allInnerTexts();
    await this.#editor.page.keyboard.press('Escape');
    return texts;
  }

  /** Downloads from an address that is typed. */
  async download(address: string): Promise<void> {
    const { page } = this.#editor;
    await this.#editor.runCommand('Hearth: Download a Model…');
    await page.locator('.quick-input-list .label-name').getByText('From an Address…').click();
    const input = page.locator('.quick-input-widget .quick-input-box input').first();
    await page.locator('.quick-input-message').getByText('The address of a GGUF file').waitFor();
    await input.fill(address);
    await page.keyboard.press('Enter');
  }

  /** Answers the open dialog that asks for a file, which is a list in a window of the browser. */
  async chooseFile(file: string): Promise<void> {
    const { page } = this.#editor;
    const input = page.locator('.quick-input-widget .quick-input-filter input').first();
    await input.waitFor();
    const found = page
      .locator('.quick-input-list .label-name')
      .getByText(path.basename(file), { exact: true });
    const dialog = page.locator('.quick-input-title').getByText('Hearth: Import a Model', { exact: true });
    const soon = (waiting: Promise<void>): Promise<boolean> =>
      waiting.then(
        () => true,
        () => false,
      );
    // While it reads the folder that it begins with, it takes no answer, and then puts that folder in its place.
    await until(async () => {
      await input.fill(file);
      if (!(await soon(found.waitFor({ timeout: 2_000 })))) return false;
      await page.keyboard.press('Enter');
      return soon(dialog.waitFor({ state: 'hidden', timeout: 2_000 }));
    }, 'the dialog has taken the file');
  }

  get #tree(): Locator {
    return this.#editor.page.locator('.pane-body .tree-explorer-viewlet-tree-view');
  }

  get #rows(): Locator {
    return this.#tree.locator('.monaco-list-row');
  }
}
