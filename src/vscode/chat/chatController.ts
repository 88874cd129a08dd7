import * as vscode from 'vscode';
import type { Mention } from '../../core/chat/context.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import type { FromPage, ToPage } from '../../core/chat/view.ts';
import type { SyntaxPort } from '../../core/refactor/ports.ts';
import { busySentence, type ChatChange } from '../../host/chat/chatService.ts';
import { syntaxPort } from '../../host/refactor/syntaxPort.ts';
import { applyBlock } from './applyBlock.ts';
import { runBlockAction } from './blocks.ts';
import type { ChatCore, ChatOutside } from './chatCore.ts';
import { ChatRoutes } from './chatRoutes.ts';
import type { ChatView, PageOwner } from './chatView.ts';
import { EditorOffer } from './editorOffer.ts';
import { exportChat } from './exportChat.ts';
import { hasRepository } from './git.ts';
import { instructionsNotes } from './instructions.ts';
import { statusCommands } from './modelStatus.ts';
import { openLink, urisOf } from './links.ts';
import { Places } from './places.ts';
import { conversationMessage, toPage } from './shown.ts';
import { suggestionsFor } from './suggestionsFor.ts';
import { mentionOf } from './targets.ts';

/** Where the shown conversation's id is remembered, so that a window that is reloaded shows it again. */
const shownKey = 'hearth.chat.conversation';

export interface ControllerParts {
  readonly outside: ChatOutside;
  readonly core: ChatCore;
  readonly view: ChatView;
}

/** Joins the page, the chat and the editor. */
export class ChatController implements PageOwner, vscode.Disposable {
  readonly #parts: ControllerParts;
  readonly #offer: EditorOffer;
  readonly #routes: ChatRoutes;
  readonly #places: Places;
  readonly #syntax: SyntaxPort;
  readonly #subscriptions: (() => unknown)[];
  /** What was there before is shown again first. */
  readonly #restored: Promise<unknown>;
  #historyQuery = '';
  #seen = false;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    const { core, outside } = parts;
    this.#offer = new EditorOffer(core.chips, core.workspace, outside.client);
    this.#places = new Places(core.workspace);
    this.#routes = new ChatRoutes({
      ...outside,
      memory: outside.context.workspaceState,
      service: core.service,
      paths: core.workspace,
      chips: () => core.chips.chips,
      send: (message) => this.#send(message),
    });
    this.#syntax = syntaxPort(outside.client);
    const settings = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('hearth.chat')) this.#showInstructions();
    });
    const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.#showInstructions());
    const focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && this.#seen) void core.service.reread();
    });
    const watching = core.watch.onDidChange(() => this.#send({ type: 'model', status: core.watch.status }));
    this.#subscriptions = [
      core.service.onChange((change) => this.#changed(change)),
      ...[settings, trust, focus, watching, this.#offer, this.#routes, this.#places].map(
        (one) => () => one.dispose() as unknown,
      ),
    ];
    const shown = outside.context.workspaceState.get<string>(shownKey);
    this.#restored = shown === undefined ? Promise.resolve() : core.service.open(shown);
  }

  received(message: FromPage): void {
    this.#handle(message).catch((error: unknown) => this.notice(sentenceOf(error)));
  }

  seen(visible: boolean): void {
    this.#seen = visible;
    this.#offer.follow(visible);
  }

  /** Tells the page what its chips are. */
  chipsChanged(): void {
    this.#send({ type: 'chips', chips: this.#parts.core.chips.chips });
    this.#routes.refresh();
  }

  /** Says something that could not be done; a page that is about to come says it then. */
  notice(message: string): void {
    this.#parts.view.sendSurely({ type: 'notice', message });
  }

  /** Shows the chat with the cursor in its box. */
  async compose(): Promise<void> {
    await this.#parts.view.show();
    this.#parts.view.sendSurely({ type: 'compose', text: '' });
  }

  /** Puts chips beside the box, and shows it. */
  async add(mentions: readonly Mention[]): Promise<void> {
    for (const mention of mentions) this.#parts.core.chips.add(mention);
    await this.compose();
  }

  /** Shows the chat and asks at once. */
  async askAbout(text: string, mentions: readonly Mention[]): Promise<void> {
    await this.#parts.view.show();
    await this.#restored;
    if (this.#parts.core.service.busy) {
      this.notice(busySentence);
      return;
    }
    await this.#ask(text, mentions);
  }

  async newChat(): Promise<void> {
    await this.#parts.core.service.newConversation();
    await this.compose();
  }

  async showHistory(): Promise<void> {
    await this.#parts.view.show();
    this.#parts.view.sendSurely({ type: 'show', what: 'history' });
  }

  async export(): Promise<void> {
    await this.#restored;
    const { service } = this.#parts.core;
    await exportChat(service.exportMarkdown(), service.conversation?.title ?? '');
  }

  /** Files and folders as chips. */
  async attach(uris: readonly vscode.Uri[]): Promise<void> {
    const { outside, core, view } = this.#parts;
    await view.show();
    const refusals: string[] = [];
    for (const uri of uris) {
      const mention = await mentionOf(uri, outside.client, core.workspace);
      if (typeof mention === 'string') refusals.push(mention);
      else core.chips.add(mention);
    }
    // The page shows one notice at a time.
    if (refusals.length > 0) this.notice(refusals.join(' '));
    await this.compose();
  }

  dispose(): void {
    for (const end of this.#subscriptions) end();
  }

  async #handle(message: FromPage): Promise<void> {
    const { core, outside } = this.#parts;
    const { service, chips } = core;
    switch (message.type) {
      case 'ready':
        return this.#sendAll();
      case 'ask':
        return this.#ask(message.text);
      case 'stop':
        return service.stop();
      case 'retry':
        outside.documents.shareUnsaved();
        return this.#say(this.#retry(message.id, message.route));
      case 'edit':
        outside.documents.shareUnsaved();
        return this.#say(service.edit(message.id, message.text, this.#routes.options));
      case 'delete':
        return this.#say(service.delete(message.id));
      case 'route':
        return this.#routes.choose(message.name);
      case 'bad':
        return this.#say(service.rate(message.id, message.bad ? 'bad' : null));
      case 'preview':
        return this.#routes.showPreview(message.preview);
      case 'choose':
        return this.#say(service.choose(message.id));
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'block':
        return this.#say(runBlockAction(message.action, message.text, message.language));
      case 'apply':
        return this.#say(
          applyBlock(message.block, { ...outside, workspace: core.workspace, syntax: this.#syntax }),
        );
      case 'open':
        return this.#say(this.#places.open(message.path, message.startLine, message.endLine));
      case 'link':
        return this.#say(openLink(message.href, outside.redactor));
      case 'removeChip':
        return chips.remove(message.id);
      case 'restoreChips':
        chips.restore();
        return this.#offer.refresh();
      case 'addMention':
        return chips.add(message.mention);
      case 'drop':
        return this.attach(urisOf(message.uris));
      case 'suggest':
        return this.#suggest(message.request, message.word);
      case 'new':
        return service.newConversation();
      case 'history':
        return this.#history(message.query);
      case 'openConversation':
        return this.#open(message.id);
      case 'deleteConversation':
        return this.#deleteConversation(message.id);
      case 'export':
        return this.export();
      case 'command':
        if (statusCommands.has(message.command)) await vscode.commands.executeCommand(message.command);
    }
  }

  /** Asks with the chips beside the box; where the question says what it is about, with that instead of what is offered. */
  async #ask(text: string, about: readonly Mention[] | null = null): Promise<void> {
    const { core, outside, view } = this.#parts;
    const { service, chips } = core;
    await this.#restored;
    outside.documents.shareUnsaved();
    const wasBusy = service.busy;
    const mentions = about === null ? chips.mentions : [...chips.added, ...about];
    const asked = service.ask(text, mentions, this.#routes.options);
    if (!wasBusy && service.busy) chips.asked(about === null);
    const refused = await asked;
    if (refused === null) return;
    this.notice(refused);
    view.sendSurely({ type: 'compose', text });
  }

  /** Writes an answer again: by somebody else where one is named, else by whoever wrote it. */
  #retry(id: string, route: string | undefined): Promise<string | null> {
    const options = route === undefined ? this.#routes.again(id) : { route };
    return this.#parts.core.service.retry(id, options);
  }

  async #sendAll(): Promise<void> {
    const { core } = this.#parts;
    this.#send({ type: 'model', status: core.watch.status });
    this.#offer.refresh();
    this.chipsChanged();
    this.#showInstructions();
    this.#send({ type: 'abilities', commitMessage: hasRepository() });
    this.#routes.sendAll();
    await this.#restored;
    await core.service.reread();
    this.#send(conversationMessage(core.service.conversation));
    this.#send({ type: 'busy', busy: core.service.busy });
  }

  #changed(change: ChatChange): void {
    const message = toPage(change);
    if (message !== null) this.#send(message);
    if (change.type === 'busy') {
      void vscode.commands.executeCommand('setContext', 'hearth.chatBusy', change.busy);
      this.#send({ type: 'abilities', commitMessage: hasRepository() });
    }
    if (change.type === 'opened') {
      // What was taken away before the first question stays away in the chat that it begins.
      if (change.other) this.#parts.core.chips.restore();
      this.#showInstructions();
      void this.#parts.outside.context.workspaceState.update(shownKey, change.conversation?.id);
    }
  }

  async #suggest(request: number, word: string): Promise<void> {
    // A worker that is busy or gone offers nothing; the next key asks again.
    const suggestions = await suggestionsFor(word, this.#parts.core.workspace).catch(() => []);
    this.#send({ type: 'suggestions', request, suggestions });
  }

  async #history(query: string): Promise<void> {
    this.#historyQuery = query;
    const entries = await this.#parts.core.service.history(query);
    if (query === this.#historyQuery) this.#parts.view.sendSurely({ type: 'history', query, entries });
  }

  async #open(id: string): Promise<void> {
    await this.#say(this.#parts.core.service.open(id));
    this.#send({ type: 'show', what: 'conversation' });
  }

  async #deleteConversation(id: string): Promise<void> {
    await this.#say(this.#parts.core.service.deleteConversation(id));
    await this.#history(this.#historyQuery);
  }

  #showInstructions(): void {
    const { core, outside } = this.#parts;
    instructionsNotes({ client: outside.client, workspace: core.workspace }).then(
      (notes) => core.chips.showInstructions(notes),
      (error: unknown) =>
        outside.log.warn(`The project's instructions could not be read: ${sentenceOf(error)}`),
    );
  }

  async #say(done: Promise<string | null> | string | null): Promise<void> {
    const sentence = await done;
    if (sentence !== null) this.notice(sentence);
  }

  #send(message: ToPage): void {
    this.#parts.view.send(message);
  }
}
