import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/editor/chromium.ts';
import { chatPageHtml } from '../../src/core/chat/pageHtml.ts';
import type { FromPage, ToPage } from '../../src/core/chat/view.ts';
import { themes, type ThemeName } from './chatThemes.ts';
import { repository, until } from './engine.ts';

/** The chat's page in a browser, with a stand-in for VS Code around it. */
export interface ChatPage {
  readonly page: Page;
  /** What the page was told not to do and tried: sources of the content security policy, errors, requests. */
  readonly trouble: string[];
  /** Tells the page, as the extension would. */
  tell(this: void, ...messages: ToPage[]): Promise<void>;
  /** What the page told since it was opened. */
  told(this: void): Promise<FromPage[]>;
  /** Everything of one type that the page told. */
  toldOf<T extends FromPage['type']>(this: void, type: T): Promise<Extract<FromPage, { type: T }>[]>;
  /** Resolves once the page told something that fits; it is taken out of what is waited for. */
  next<T extends FromPage['type']>(this: void, type: T): Promise<Extract<FromPage, { type: T }>>;
  /** Loads it again, as when its view is shown once more, and waits until its script runs. */
  reload(this: void): Promise<void>;
  /** What axe finds that is serious or critical, a line each. */
  axe(this: void): Promise<string[]>;
}

/** The page's files over HTTP on loopback; the policy is the one that the extension's page has. */
export async function servePage(): Promise<{ url: string; close(): void }> {
  const built = (name: string) => readFileSync(path.join(repository, 'dist/webview', name));
  const files: Readonly<Record<string, readonly [type: string, content: Buffer]>> = {
    '/chat.js': ['text/javascript', built('chat.js')],
    '/chat.css': ['text/css', built('chat.css')],
  };
  const server = http.createServer((request, response) => {
    const name = request.url ?? '/';
    if (name === '/') {
      const { port } = server.address() as AddressInfo;
      const source = `http://127.0.0.1:${port}`;
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        chatPageHtml({
          nonce: 'onlyThisScript',
          cspSource: source,
          scriptUri: `${source}/chat.js`,
          styleUri: `${source}/chat.css`,
        }),
      );
    } else if (files[name] !== undefined) {
      response.setHeader('content-type', files[name][0]);
      response.end(files[name][1]);
    } else {
      response.statusCode = name === '/favicon.ico' ? 204 : 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** What VS Code puts into a webview, as far as the page can tell; runs before the page's script. */
function frameScript(theme: ThemeName): string {
  const variables = Object.entries(themes[theme]).map(([name, value]) => `--vscode-${name}: ${value};`);
  // VS Code's own rules for webviews stand in a layer, as here.
  const rules = `:root { ${variables.join(' ')} }
    @layer vscode-default {
      body { padding: 0 20px; background-color: transparent; color: var(--vscode-editor-foreground); }
      a, a code { color: var(--vscode-textLink-foreground); }
      code { color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
      pre code { padding: 0; }
      kbd { background-color: #444; border: 1px solid #888; padding: 3px 5px; }
    }`;
  return `(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(${JSON.stringify(rules)});
    document.adoptedStyleSheets = [sheet];
    addEventListener('DOMContentLoaded', () => {
      document.body.classList.add(${JSON.stringify(theme === 'light' ? 'vscode-light' : theme === 'dark' ? 'vscode-dark' : 'vscode-high-contrast')});
    });
    window.told = [];
    window.violations = [];
    window.longTasks = [];
    addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
    });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
    }).observe({ entryTypes: ['longtask'] });
    window.acquireVsCodeApi = () => {
      window.acquireVsCodeApi = undefined;
      return {
        postMessage: (message) => window.told.push(structuredClone(message)),
        getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
        setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
      };
    };
  })();`;
}

/** Opens the page in a window as large as a side bar, and waits until its script runs. */
export async function openPage(
  browser: Browser,
  url: string,
  { theme = 'dark', width = 380, height = 720 }: { theme?: ThemeName; width?: number; height?: number } = {},
): Promise<ChatPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      trouble.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) trouble.push(`request: ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(frameScript(theme));
  await page.goto(url);
  const taken = new Map<string, number>();
  const told = () => page.evaluate<FromPage[]>('window.told');
  const opened: ChatPage = {
    page,
    trouble,
    tell: async (...messages) => {
      for (const message of messages)
        await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
      await settled(page);
    },
    told,
    toldOf: async (type) => (await told()).filter((message) => message.type === type) as never,
    next: async (type) => {
      let found: FromPage | undefined;
      await until(async () => {
        const all = (await told()).filter((message) => message.type === type);
        found = all[taken.get(type) ?? 0];
        return found !== undefined;
      }, `the page tells ${type}`);
      taken.set(type, (taken.get(type) ?? 0) + 1);
      return found as never;
    },
    reload: async () => {
      await page.reload();
      taken.clear();
      await opened.next('ready');
    },
    axe: async () => {
      await page.evaluate(readFileSync(path.join(repository, 'node_modules/axe-core/axe.min.js'), 'utf8'));
      return await page.evaluate<string[]>(`axe.run(document).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) =>
          impact + ' ' + id + ' ' + target.join(' ') + ': ' + failureSummary.replace(/\\s+/g, ' '))))`);
    },
  };
  await opened.next('ready');
  return opened;
}

/** Waits until the page drew what it was told: two frames, the second of which begins when the first is drawn. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done))))',
  );
}

/**
 * Gives each test of a suite a page of its own, and fails it where the page did what its policy forbids, threw, asked
 * for a file, or opened a dialog.
 */
export function pageForEachTest(take: (chat: ChatPage) => void): void {
  let server: Awaited<ReturnType<typeof servePage>>;
  let browser: Browser;
  let chat: ChatPage;
  before(async () => {
    server = await servePage();
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    server.close();
  });
  beforeEach(async () => {
    chat = await openPage(browser, server.url);
    take(chat);
  });
  afterEach(async () => {
    const violations = await chat.page.evaluate('window.violations');
    await chat.page.context().close();
    assert.deepEqual(violations, []);
    assert.deepEqual(chat.trouble, []);
  });
}
