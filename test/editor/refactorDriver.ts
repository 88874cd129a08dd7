import type { Locator } from 'playwright-core';
import type { Editor } from '../../scripts/editor/editor.ts';
import { until } from '../support/engine.ts';

/** Refactors in the real editor, driven as a person drives them. */
export class RefactorDriver {
  readonly editor: Editor;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** The box of the list at the top of the window. */
  get input(): Locator {
    return this.editor.page.locator('.quick-input-widget .quick-input-box input').first();
  }

  get #group(): Locator {
    return this.editor.page.locator('.editor-group-container.active');
  }

  /** The right side of the comparison that is looked at. */
  get right(): Locator {
    return this.#group.locator('.monaco-diff-editor .editor.modified');
  }

  /** Asks for a refactor by its title in the palette, with what it is to do where it asks for that. */
  async start(title: string, words: string | null = null): Promise<void> {
    await this.editor.runCommand(`Hearth: ${title}`);
    if (words === null) return;
    const heading = `Hearth: ${title.replace('…', '')}`;
    await this.editor.page.locator('.quick-input-title', { hasText: heading }).waitFor();
    await this.input.fill(words);
    await this.editor.page.keyboard.press('Enter');
  }

  /** Whether the palette has a command. */
  async offers(title: string): Promise<boolean> {
    const { page } = this.editor;
    await page.keyboard.press('F1');
    await this.input.fill(`>${title}`);
    const found = (await this.editor.quickPickItems()).includes(title);
    await page.keyboard.press('Escape');
    return found;
  }

  /** Waits for the comparison of a refactor, by the title of its tab, with this in its right side. */
  async untilPreview(title: string, text: string): Promise<void> {
    await this.#group.locator('.tab.active', { hasText: title }).waitFor({ timeout: 30_000 });
    await until(async () => (await this.textOf(this.right)).includes(text), `${text} is shown`);
  }

  /** Waits until a file is looked at, and no comparison is left. */
  async untilFile(name: string): Promise<void> {
    const { page } = this.editor;
    await this.#group.locator('.tab.active', { hasText: name }).waitFor();
    await until(async () => (await this.previews.count()) === 0, 'no comparison is open');
    await page.locator('.editor-group-container.active .view-lines').first().waitFor();
  }

  /** Tabs of comparisons. */
  get previews(): Locator {
    return this.editor.page.locator('.tab', { hasText: '(Hearth: ' });
  }

  /** Text of an editor, a line each. */
  async textOf(editor: Locator): Promise<string> {
    if ((await editor.count()) === 0) return '';
    const lines = await editor.first().locator('.view-lines').first().innerText();
    return lines.replaceAll('\u00a0', ' ');
  }

  /** How many marks the comparison's right side has: what is accepted, or why it is refused. */
  marks(): Promise<number> {
    return this.right.locator('.view-line [class*="ced-"]').count();
  }

  /** What comes up where the mouse rests on a line of the comparison's right side. */
  async hover(line: string): Promise<Locator> {
    const hover = this.editor.page.locator('.monaco-hover', { hasText: 'Hearth: ' }).first();
    const at = this.right.locator('.view-line', { hasText: line.replaceAll(' ', '\u00a0') });
    const { x, y } = (await at.boundingBox()) ?? { x: 0, y: 0 };
    await until(async () => {
      await this.editor.page.mouse.move(x + 60, y + 4);
      await this.editor.page.mouse.move(x + 70, y + 8);
      await this.editor.page.waitForTimeout(700);
      return hover.isVisible();
    }, 'the hover is there');
    return hover;
  }

  /** Closes the tab that is looked at. */
  async closeTab(): Promise<void> {
    await this.editor.runCommand('View: Close Editor');
  }

  /** Does what makes the model answer anew, and waits for the next comparison. */
  async again(ask: () => Promise<void>): Promise<void> {
    const { page } = this.editor;
    await page.evaluate(`{
      globalThis.hearthGone = false;
      new MutationObserver(() => {
        const labels = [...document.querySelectorAll('.tab')].map((tab) => tab.textContent);
        if (!labels.some((label) => label.includes('(Hearth: '))) globalThis.hearthGone = true;
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    }`);
    await ask();
    await until(async () => await page.evaluate<boolean>('globalThis.hearthGone'), 'the old one is gone');
    await until(async () => (await this.textOf(this.right)).includes('total'), 'there is another one');
  }

  /** A button in the title of the editor that is looked at. */
  button(label: string): Locator {
    return this.#group.locator('.title-actions, .editor-actions').getByRole('button', { name: label });
  }

  /** The messages in the corner. */
  message(text: string | RegExp): Locator {
    return this.editor.page.locator('.notification-toast', { hasText: text });
  }

  /** Lines of the file that are highlighted as what is being worked on. */
  highlighted(): Promise<number> {
    return this.#group.locator('.view-overlays .cdr[class*="ced-"]').count();
  }

  /** Takes note of every message that comes up from now on, however short. */
  async noteMessages(): Promise<void> {
    await this.editor.page.evaluate(`{
      globalThis.hearthMessages = [];
      new MutationObserver(() => {
        for (const one of document.querySelectorAll('.notification-list-item-message')) {
          const text = one.textContent.replaceAll('\\u00a0', ' ');
          if (globalThis.hearthMessages.at(-1) !== text) globalThis.hearthMessages.push(text);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    }`);
  }

  /** What messages said since they are noted. */
  async notedMessages(): Promise<string> {
    return await this.editor.page.evaluate<string>('globalThis.hearthMessages.join("\\n")');
  }

  /** What the status bar says. */
  async status(): Promise<string> {
    return (await this.editor.page.locator('.statusbar').innerText()).replaceAll('\u00a0', ' ');
  }
}
