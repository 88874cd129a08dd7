import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { chatPageHtml } from '../../core/chat/pageHtml.ts';
import type { FromPage, ToPage } from '../../core/chat/view.ts';
import { systemTimers } from '../timers.ts';
import { Outbox } from './outbox.ts';
import { parseFromPage } from './pageMessages.ts';

/** Who the page talks to. */
export interface PageOwner {
  /** Takes a message of the page; `ready` asks for everything. */
  received(message: FromPage): void;
  /** Whether somebody sees the page. */
  seen(visible: boolean): void;
}

const chatViewId = 'hearth.chat';

/** The view with the chat's page. A page that is hidden is gone; one that comes back asks for everything anew. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #owner: PageOwner;
  readonly #outbox = new Outbox(systemTimers, (message) => void this.#view?.webview.postMessage(message));
  readonly #registration: vscode.Disposable;
  #view: vscode.WebviewView | null = null;
  #ready = false;
  /** What waits for a page that is about to come. */
  #waiting: ToPage[] = [];

  constructor(extensionUri: vscode.Uri, owner: PageOwner) {
    this.#extensionUri = extensionUri;
    this.#owner = owner;
    this.#registration = vscode.window.registerWebviewViewProvider(chatViewId, this, {
      webviewOptions: { retainContextWhenHidden: false },
    });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#gone();
    this.#view = view;
    const folder = vscode.Uri.joinPath(this.#extensionUri, 'dist/webview');
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    webview.html = chatPageHtml({
      nonce: randomBytes(16).toString('hex'),
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'chat.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'chat.css')).toString(),
    });
    const subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      view.onDidChangeVisibility(() => {
        if (!view.visible) this.#gone();
        this.#owner.seen(view.visible);
      }),
    ];
    view.onDidDispose(() => {
      for (const subscription of subscriptions) subscription.dispose();
      if (this.#view !== view) return;
      this.#gone();
      this.#view = null;
      this.#owner.seen(false);
    });
    this.#owner.seen(view.visible);
  }

  /** Tells the page, if there is one: a page that comes later asks for everything. */
  send(message: ToPage): void {
    if (this.#ready) this.#outbox.send(message);
  }

  /** Tells the page, which may be about to come. */
  sendSurely(message: ToPage): void {
    if (this.#ready) this.#outbox.send(message);
    else this.#waiting.push(message);
  }

  /** Shows the view and puts the cursor into it. */
  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${chatViewId}.focus`);
  }

  dispose(): void {
    this.#gone();
    this.#registration.dispose();
  }

  #receive(value: unknown): void {
    const message = parseFromPage(value);
    if (message === null) return;
    if (message.type === 'ready') this.#ready = true;
    this.#owner.received(message);
    if (message.type !== 'ready') return;
    for (const waiting of this.#waiting.splice(0)) this.#outbox.send(waiting);
  }

  #gone(): void {
    this.#ready = false;
    this.#outbox.clear();
  }
}
