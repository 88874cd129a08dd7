import * as vscode from 'vscode';
import type { Chip, RouteStatus, ToPage, WaitingConsent } from '../../core/chat/view.ts';
import type { RouteFacts } from '../../core/endpoints/routing.ts';
import type { AskOptions, ChatService } from '../../host/chat/chatService.ts';
import type { Routes } from '../../host/endpoints/routes.ts';
import type { OutgoingPreviews } from '../outgoing/outgoingPreviews.ts';
import { openDocument } from '../uris.ts';
import { uriOf, type WorkspacePaths } from './documents.ts';

/** Who may answer instead of the local model, and what is asked before anything is sent. */
export interface RoutesOutside {
  readonly routes: Routes;
  /** Endpoints or rules are others now. */
  readonly onRoutesChanged: vscode.Event<unknown>;
  readonly previews: Pick<OutgoingPreviews, 'pending' | 'onDidChange' | 'reveal'>;
}

export interface ChatRoutesParts extends RoutesOutside {
  /** Keeps what the user chose for this workspace. */
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly service: Pick<ChatService, 'conversation' | 'busy' | 'routes'>;
  readonly paths: WorkspacePaths;
  /** What would go with the next question. */
  readonly chips: () => readonly Chip[];
  readonly send: (message: ToPage) => void;
}

const chosenKey = 'hearth.chat.route';

/** Who answers in the chat: what the user chose, what the rules say of the next question, and what waits for consent. */
export class ChatRoutes implements vscode.Disposable {
  readonly #parts: ChatRoutesParts;
  readonly #subscription: vscode.Disposable;
  /** What the page was told last, as JSON. */
  #told = '';

  constructor(parts: ChatRoutesParts) {
    this.#parts = parts;
    this.#subscription = vscode.Disposable.from(
      parts.onRoutesChanged(() => this.refresh()),
      parts.previews.onDidChange(() => this.#sendConsent()),
    );
  }

  /** For the next question. */
  get options(): AskOptions {
    const { chosen } = this;
    return chosen === null ? {} : { route: chosen };
  }

  /** Who the user chose; null: nobody, or one who is gone. */
  get chosen(): string | null {
    const kept = this.#parts.memory.get(chosenKey);
    return this.#parts.service.routes().find(({ route }) => route === kept)?.route ?? null;
  }

  choose(name: string | null): void {
    void this.#parts.memory.update(chosenKey, name ?? undefined);
    this.refresh();
  }

  /** For an answer that is written again: by whoever wrote it, as long as they are there. */
  again(id: string): AskOptions {
    const { service } = this.#parts;
    const message = service.conversation?.messages.get(id);
    const asked = message?.role === 'assistant' ? message.request?.route : undefined;
    const route = service.routes().find((choice) => choice.route === asked)?.route;
    return route === undefined ? this.options : { route };
  }

  /** Tells a page that knows nothing yet. */
  sendAll(): void {
    this.#told = '';
    this.refresh();
    this.#sendConsent();
  }

  /** Tells the page who answers the next question, where that changed. */
  refresh(): void {
    const status = this.#status();
    const told = JSON.stringify(status);
    if (told === this.#told) return;
    this.#told = told;
    this.#parts.send({ type: 'routes', status });
  }

  async showPreview(id: string): Promise<void> {
    await this.#parts.previews.reveal(id);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #status(): RouteStatus {
    const { chosen } = this;
    const next = this.#parts.routes.choose('chat', chosen, this.#facts());
    return { choices: this.#parts.service.routes(), chosen, next };
  }

  /** What rules look at: the first file that would go with the next question. */
  #facts(): RouteFacts {
    const { chips, paths } = this.#parts;
    const path = chips().find(({ kind, place }) => kind !== 'instructions' && place !== null)?.place?.path;
    const uri = path === undefined ? null : uriOf(paths, path);
    const document = uri === null ? undefined : openDocument(uri);
    return { path: path ?? null, language: document?.languageId ?? null };
  }

  #sendConsent(): void {
    this.#parts.send({ type: 'consent', waiting: this.#waiting() });
  }

  #waiting(): WaitingConsent | null {
    const { previews, service } = this.#parts;
    const pending = previews.pending.find(({ outgoing }) => outgoing.purpose === 'chat');
    if (pending === undefined || !service.busy) return null;
    const messages = [...(service.conversation?.messages.values() ?? [])];
    const answer = messages.findLast((one) => one.role === 'assistant' && one.state === 'writing');
    if (answer === undefined) return null;
    return { id: answer.id, preview: pending.id, endpoint: pending.outgoing.endpoint.name };
  }
}
