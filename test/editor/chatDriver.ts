import type { FrameLocator, Locator } from 'playwright-core';
import type { Editor } from '../../scripts/editor/editor.ts';
import { until } from '../support/engine.ts';

/** The chat in the real editor, driven as a person drives it. */
export class ChatDriver {
  readonly editor: Editor;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** The page, inside of the two frames that VS Code puts around it. */
  get frame(): FrameLocator {
    return this.editor.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  get box(): Locator {
    return this.frame.getByRole('textbox', { name: 'Ask Hearth' });
  }

  get answers(): Locator {
    return this.frame.getByRole('article', { name: 'Answer' });
  }

  get questions(): Locator {
    return this.frame.getByRole('article', { name: 'Your question' });
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  /** Shows an empty chat and waits for its page: what is asked before goes into the chat that was shown. */
  async open(): Promise<void> {
    await this.editor.runCommand('Hearth: New Chat');
    await this.box.waitFor();
    await until(async () => (await this.questions.count()) === 0, 'the chat is empty');
  }

  /** Drops files on the page, as other programs and VS Code's explorer do. */
  async drop(uris: readonly string[]): Promise<void> {
    const list = JSON.stringify(uris.join('\r\n'));
    await this.frame.locator('body').evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', ${list});
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }`);
  }

  /** Types a question and sends it. */
  async ask(question: string): Promise<void> {
    await this.box.click();
    await this.box.fill(question);
    await this.box.press('Enter');
  }

  /** Waits until no answer is being written. */
  async answered(count: number): Promise<void> {
    await until(async () => (await this.answers.count()) === count, `there are ${count} answers`);
    await this.frame
      .locator('article.answer:not([aria-busy="true"])')
      .nth(count - 1)
      .waitFor({ timeout: 60_000 });
    await this.frame.locator('form.ask').getByRole('button', { name: 'Send', exact: true }).waitFor();
  }

  /** The chips of the next question. */
  async chips(): Promise<string[]> {
    return this.frame.locator('[aria-label="Context of the next question"] .chip-label').allInnerTexts();
  }

  /** Waits until the chips of the next question are these. */
  async untilChips(...expected: string[]): Promise<void> {
    const wanted = JSON.stringify(expected);
    await until(async () => JSON.stringify(await this.chips()) === wanted, `the chips are ${wanted}`);
  }

  /** Picks from an open context menu; a submenu's entry after the entry that opens it. */
  async pick(...entries: string[]): Promise<void> {
    const { page } = this.editor;
    for (const [at, entry] of entries.entries()) {
      const found = page
        .locator('.monaco-menu .action-label', { hasText: entry })
        .filter({ visible: true })
        .last();
      await found.waitFor();
      if (at < entries.length - 1) await found.hover();
      else
        // A menu that was opened just now takes no click yet.
        await until(async () => {
          if ((await found.count()) === 0) return true;
          await found.click({ timeout: 1_000 }).catch(() => undefined);
          return false;
        }, `${entry} is picked`);
    }
  }

  /** The lines that the active editor has selected, as the status bar says it. */
  selection(): Promise<string> {
    return this.editor.page.locator('#status\\.editor\\.selection').innerText();
  }
}
