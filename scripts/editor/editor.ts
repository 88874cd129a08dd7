import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import {
  installVsix,
  linkExtension,
  startCodeServer,
  type RunningServer,
  type Settings,
} from './codeServer.ts';
import { readGhostText, readLines } from './dom.ts';
import { poll, repositoryRoot, sleep } from './paths.ts';
import { processTree, type ProcessInTree } from './processes.ts';

/** What to open. */
export interface EditorOptions {
  /** The folder to open. */
  folder: string;
  /** A file to open in it, absolute or relative to the folder. */
  file?: string;
  /** An unpacked extension; the working tree if neither this nor `vsix` is given. */
  extensionPath?: string;
  /** A packed extension. */
  vsix?: string;
  settings?: Settings;
  /** VS Code's own extensions that run code; all if not given. */
  builtins?: readonly string[];
  /** For the server: lets the address carry an extension under development. */
  smokeTest?: boolean;
  /** Added to the environment that the extension sees. */
  env?: NodeJS.ProcessEnv;
  headless?: boolean;
  viewport?: { width: number; height: number };
  deviceScaleFactor?: number;
  /** The name of a colour theme. */
  theme?: string;
  /** Whether the folder must be trusted first. */
  workspaceTrust?: boolean;
}

/** The status bar item's element: the extension's id, and the item's own. */
const statusSelector = '.statusbar-item[id="hearth.hearth.hearth.status"]';
/** A request that reaches nothing but this machine; the webviews' service worker answers the last kind. */
const local =
  /^(data|blob):|^(https?|wss?):\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]|^https:\/\/[^/]+\.vscode-cdn\.net\//;

/** The form in which an address names a file on the server's side. */
export function remoteUri(port: number, file: string): string {
  return `vscode-remote://127.0.0.1:${port}${pathToFileURL(file).pathname}`;
}

/** The address of the editor with a folder open, and with instructions for it if there are any. */
export function editorUrl(server: RunningServer, folder: string, payload: [string, string][] = []): string {
  // Slashes stay readable, since people read this address too.
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%2F', '/');
  const location = decodeURIComponent(pathToFileURL(folder).pathname);
  const instructions = payload.length > 0 ? `&payload=${encode(JSON.stringify(payload))}` : '';
  return `${server.url}/?folder=${encode(location)}${instructions}`;
}

/** Starts a server and a browser of their own and opens a folder, with the extension installed. */
export async function openEditor(options: EditorOptions): Promise<Editor> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'hearth-editor-'));
  const userDataDir = path.join(root, 'user-data');
  const extensionsDir = path.join(root, 'extensions');
  const theme = options.theme === undefined ? {} : { 'workbench.colorTheme': options.theme };
  let server: RunningServer | undefined;
  let browser: Browser | undefined;
  try {
    if (options.vsix !== undefined) await installVsix(options.vsix, extensionsDir, userDataDir);
    else linkExtension(options.extensionPath ?? repositoryRoot, extensionsDir);
    server = await startCodeServer({
      userDataDir,
      extensionsDir,
      settings: { ...theme, ...options.settings },
      smokeTest: options.smokeTest,
      env: options.env,
      workspaceTrust: options.workspaceTrust,
      builtins: options.builtins,
      // If this process is killed, the server must not stay for ever.
      idleTimeoutSeconds: 300,
    });
    browser = await launchChromium({ headless: options.headless });
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1280, height: 800 },
      deviceScaleFactor: options.deviceScaleFactor ?? 1,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const editor = new Editor(await context.newPage(), options.folder, { browser, server, root });
    await editor.load(options.file);
    return editor;
  } catch (error) {
    await browser?.close();
    await server?.stop();
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

interface Resources {
  browser: Browser;
  server: RunningServer;
  /** The folder with the user's data and extensions. */
  root: string;
}

/** The real editor in a browser, driven as a person drives it. Lines and columns count from 1. */
export class Editor {
  readonly page: Page;
  readonly folder: string;
  /** Addresses outside this machine that the page asked for. */
  readonly externalRequests: string[] = [];
  readonly #resources: Resources;

  constructor(page: Page, folder: string, resources: Resources) {
    this.page = page;
    this.folder = path.resolve(folder);
    this.#resources = resources;
    const note = (url: string) => !local.test(url) && this.externalRequests.push(url);
    page.context().on('request', (request) => note(request.url()));
    page.on('websocket', (socket) => note(socket.url()));
  }

  /** Opens the address and waits until the workbench, and the file if one was asked for, is there. */
  async load(file?: string): Promise<void> {
    const { server } = this.#resources;
    const payload: [string, string][] =
      file === undefined ? [] : [['openFile', remoteUri(server.port, path.resolve(this.folder, file))]];
    await this.page.goto(editorUrl(server, this.folder, payload));
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    if (file !== undefined) await this.#editor().locator('.view-lines').waitFor({ timeout: 60_000 });
  }

  /** Waits until Hearth's status bar item says that it is ready. */
  async waitForReady(timeoutMs = 120_000): Promise<void> {
    const ready = await poll(
      async () => (/\bready\b/i.test(await this.statusText()) ? true : undefined),
      timeoutMs,
    );
    if (ready) return;
    const seen = [await this.statusText(), ...(await this.notifications())].filter((text) => text !== '');
    throw new Error(`Hearth was not ready in time; the editor shows: ${seen.join(' | ') || 'nothing of it'}`);
  }

  /** What the status bar item says, to a screen reader if that is more; empty while there is none. */
  async statusText(): Promise<string> {
    const item = this.page.locator(statusSelector);
    if ((await item.count()) === 0) return '';
    return (await item.getAttribute('aria-label')) ?? (await item.innerText());
  }

  /** Opens a file by its path, absolute or relative to the folder. */
  async openFile(file: string): Promise<void> {
    const target = path.resolve(this.folder, file);
    await this.#ask(target);
    await this.#rows().first().waitFor();
    await this.page.keyboard.press('Enter');
    const tab = this.page.locator('.editor-group-container.active .tab.active');
    await tab.filter({ hasText: path.basename(target) }).waitFor();
    await this.#editor().locator('.view-lines').waitFor();
  }

  /** Puts the cursor somewhere in the open file. */
  async goTo(line: number, column: number): Promise<void> {
    await this.#ask(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    const position = this.page.locator('#status\\.editor\\.selection');
    await position.filter({ hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Types, as fast as the delay between two keys allows. */
  async type(text: string, { delay = 40 }: { delay?: number } = {}): Promise<void> {
    await this.page.keyboard.type(text, { delay });
  }

  /** The ghost text shown now, its further lines included. */
  async ghostText(): Promise<string | null> {
    const editor = this.#editor();
    return (await editor.count()) === 0 ? null : await editor.evaluate(readGhostText);
  }

  /** Waits for ghost text that stands still. */
  async waitForGhostText(timeoutMs = 20_000): Promise<string> {
    let last: string | null = null;
    const text = await poll(async () => {
      const before = last;
      last = await this.ghostText();
      return last !== null && last === before ? last : undefined;
    }, timeoutMs);
    if (text !== undefined) return text;
    throw new Error(`No ghost text within ${timeoutMs} ms; the status says: ${await this.statusText()}`);
  }

  /** Accepts the ghost text with the Tab key. */
  accept(): Promise<void> {
    return this.#changeGhostText('Tab');
  }

  /** Accepts the next word of the ghost text. */
  acceptWord(): Promise<void> {
    return this.#changeGhostText('ControlOrMeta+ArrowRight');
  }

  /** Sends the ghost text away with the Escape key. */
  dismiss(): Promise<void> {
    return this.#changeGhostText('Escape');
  }

  /** Saves the open file and waits until it is on the disk. */
  async save(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+s');
    await this.page.locator('.editor-group-container.active .tab.active:not(.dirty)').waitFor();
  }

  /** Runs a command by its full title in the palette, such as `Hearth: Show Log`. */
  async runCommand(title: string): Promise<void> {
    await this.#ask(`>${title}`);
    await this.pickQuickItem(title);
  }

  /** The labels in the list at the top of the window. */
  async quickPickItems(): Promise<string[]> {
    await this.#rows().first().waitFor();
    return await this.#rows().locator('.quick-input-list-row .label-name').allInnerTexts();
  }

  /** Picks from the list at the top of the window, by the whole label. */
  async pickQuickItem(label: string): Promise<void> {
    const name = this.page.locator('.quick-input-list .label-name').getByText(label, { exact: true });
    await name.first().click();
  }

  /** The messages in the corner. */
  notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  /** The document's lines in view, without ghost text. */
  async lines(): Promise<string[]> {
    return await this.#editor().evaluate(readLines);
  }

  /** Writes a picture of the window. */
  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  /** What the extension host and Hearth wrote into their logs, to explain a test that failed. */
  logs(): string {
    const pattern = 'user-data/logs/*/exthost*/{remoteexthost.log,hearth.hearth/*.log}';
    const files = globSync(pattern, { cwd: this.#resources.root });
    return files
      .map((file) => `--- ${file}\n${readFileSync(path.join(this.#resources.root, file), 'utf8')}`)
      .join('\n');
  }

  /** The folder in which the extension keeps what outlasts a workspace. */
  get storage(): string {
    return path.join(this.#resources.root, 'user-data/User/globalStorage/hearth.hearth');
  }

  /**
   * Where a text stands in what the editor has on the disk for its user and its workspaces (settings, logs, storage,
   * the extension left out), and in the arguments of its processes; paths relative to its own folder.
   */
  placesOf(text: string): string[] {
    const { root, server } = this.#resources;
    const files = globSync('user-data/**/*', { cwd: root }).filter((file) => {
      const whole = path.join(root, file);
      return statSync(whole).isFile() && readFileSync(whole).includes(text);
    });
    const programs = processTree(server.pid).filter(({ command }) => command.includes(text));
    return [...files, ...programs.map(({ command }) => command)];
  }

  /** The engine processes that this editor's own server has started, and nobody else's. */
  engines(): ProcessInTree[] {
    const tree = processTree(this.#resources.server.pid);
    return tree.filter(({ command }) => /dist[\\/]engine[\\/]main\.mjs/.test(command));
  }

  /** Their process ids. */
  enginePids(): number[] {
    return this.engines().map(({ pid }) => pid);
  }

  /** The same folder in a window of its own, of the same server and the same user. */
  async openWindow(): Promise<Editor> {
    const other = new Editor(await this.page.context().newPage(), this.folder, this.#resources);
    await other.load();
    return other;
  }

  /** Closes everything and removes the user's data. */
  async close(): Promise<void> {
    const { browser, server, root } = this.#resources;
    await browser.close();
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  }

  #editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance').first();
  }

  #rows(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row');
  }

  /** Opens the palette and replaces its text; the text's first character decides what is asked. */
  async #ask(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input').first();
    // What takes the focus meanwhile closes it again.
    const isAsked = await poll(async () => {
      await this.page.keyboard.press('F1');
      const filled = input.fill(text, { timeout: 3_000 });
      return await filled.then(
        () => true,
        () => undefined,
      );
    }, 30_000);
    if (!isAsked) throw new Error(`The palette did not take ${text}.`);
  }

  /** Presses a key and waits until what was shown is no longer shown. */
  async #changeGhostText(key: string): Promise<void> {
    const before = await this.ghostText();
    await this.page.keyboard.press(key);
    await poll(async () => ((await this.ghostText()) !== before ? true : undefined), 5000, 50);
    await sleep(50);
  }
}
