import * as vscode from 'vscode';
import type { EngineState } from '../engine/client.ts';
import { languageEnabled } from '../core/completion/gate.ts';
import type { IndexProgress } from '../workspace/protocol.ts';
import type { EndpointStatus } from './endpoints/completionHost.ts';
import { IndexProgressView } from './indexProgress.ts';
import { escapeMarkdown } from './markdown.ts';
import { engineSentence, loadingSentence } from './models/loadingText.ts';
import { readSettings } from './settings.ts';
import type { Snooze } from './snooze.ts';
import { systemTimers } from './timers.ts';

/** What the status bar item shows, in one word each. */
export type StatusKind = 'starting' | 'ready' | 'working' | 'paused' | 'error';

export interface Status {
  readonly kind: StatusKind;
  /** One sentence: what is going on. */
  readonly sentence: string;
}

const icons: Readonly<Record<StatusKind, string>> = {
  starting: '$(loading~spin)',
  ready: '$(flame)',
  working: '$(loading~spin)',
  paused: '$(circle-slash)',
  error: '$(error)',
};
/** Work that is done sooner does not make the icon flicker. */
const visibleWorkMs = 300;

/** Hearth's one status bar item. */
export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('hearth.status', vscode.StatusBarAlignment.Right, 100);
  readonly #snooze: Snooze;
  readonly #index = new IndexProgressView(systemTimers, () => this.refresh());
  #engine: EngineState = { kind: 'stopped' };
  #server: string | null = null;
  #endpoint: EndpointStatus | null = null;
  #requests = 0;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(snooze: Snooze) {
    this.#snooze = snooze;
    this.#item.name = 'Hearth';
    this.#item.command = 'hearth.showMenu';
    this.refresh();
    this.#item.show();
  }

  engineChanged(state: EngineState): void {
    this.#engine = state;
    this.refresh();
  }

  /** Counts requests that are under way; work is shown when it lasts. */
  working(change: 1 | -1): void {
    this.#requests += change;
    if (this.#requests > 0) {
      this.#timer ??= setTimeout(() => this.#setBusy(true), visibleWorkMs);
    } else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#setBusy(false);
    }
  }

  /** Takes what is to be said of the server for other programs, in a sentence; null: nothing. */
  served(line: string | null): void {
    this.#server = line;
    this.refresh();
  }

  /** Takes what there is to say of the endpoint that completes; null: the local engine does. */
  endpointChanged(status: EndpointStatus | null): void {
    this.#endpoint = status;
    this.refresh();
  }

  /** Takes how far the reading of the workspace is, which is shown when it lasts; null: nothing is read. */
  indexed(progress: IndexProgress | null): void {
    this.#index.update(progress);
  }

  /** How far the reading of the workspace is, while that lasts; else null. */
  get indexing(): string | null {
    return this.#index.sentence;
  }

  /** Which model is being loaded and how far that is, while that goes on; else null. */
  get loading(): string | null {
    return loadingSentence(this.#engine);
  }

  /** What is going on at present, for the active editor. */
  get status(): Status {
    const engine = this.#engine;
    const document = vscode.window.activeTextEditor?.document;
    const { settings } = readSettings(document);
    if (!settings.enable) return { kind: 'paused', sentence: 'Turned off.' };
    if (engine.kind === 'failed' && this.#endpoint === null) {
      // One that is about to be started again is no error yet.
      return { kind: engine.retryInMs === null ? 'error' : 'starting', sentence: engine.error.message };
    }
    if (this.#snooze.active) {
      const { until } = this.#snooze;
      const end =
        until === null
          ? 'VS Code is restarted'
          : until.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
      return { kind: 'paused', sentence: `Snoozed until ${end}.` };
    }
    const endpoint = this.#endpoint;
    if (endpoint?.failed === true) return { kind: 'error', sentence: endpoint.sentence };
    if (endpoint === null) {
      if (engine.kind === 'starting') return { kind: 'starting', sentence: engineSentence(engine) };
      if (engine.kind === 'stopped') {
        return { kind: engine.cancelled === true ? 'paused' : 'starting', sentence: engineSentence(engine) };
      }
    }
    if (document !== undefined && !languageEnabled(settings['completion.languages'], document.languageId)) {
      return { kind: 'paused', sentence: `Turned off for ${document.languageId}.` };
    }
    const own = engine.kind === 'failed' ? engine.error.message : engineSentence(engine);
    const sentence = endpoint?.sentence ?? own;
    return this.#busy ? { kind: 'working', sentence } : { kind: 'ready', sentence };
  }

  /** What a screen reader says of the item. */
  get label(): string {
    const { kind, sentence } = this.status;
    const { indexing } = this;
    const served = this.#server?.replace(/\.$/, '') ?? null;
    const more = [indexing, isOffline() ? 'Offline' : null, served].filter((part) => part !== null);
    if (more.length === 0) return `Hearth: ${kind}. ${sentence}`;
    return `${[`Hearth: ${kind}`, sentence.replace(/\.$/, ''), ...more].join('. ')}.`;
  }

  refresh(): void {
    const { kind, sentence } = this.status;
    const { indexing } = this;
    // Whoever reads that nothing works here need not know how far that which does not work is.
    const counts = indexing !== null && kind !== 'error' && kind !== 'paused';
    const icon = this.loading === null ? icons[kind] : icons.starting;
    const text = counts ? `$(loading~spin) ${indexing}` : `${icon} Hearth`;
    this.#item.text = isOffline() ? `${text} (offline)` : text;
    this.#item.tooltip = this.#tooltip(kind, sentence);
    this.#item.accessibilityInformation = { label: this.label, role: 'button' };
    this.#item.backgroundColor =
      kind === 'error' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#index.dispose();
    this.#item.dispose();
  }

  #setBusy(busy: boolean): void {
    if (this.#busy === busy) return;
    this.#busy = busy;
    this.refresh();
  }

  #tooltip(kind: StatusKind, sentence: string): vscode.MarkdownString {
    const lines = [`**Hearth**: ${kind}`, escapeMarkdown(sentence)];
    if (this.#engine.kind === 'ready') {
      const { model } = this.#engine;
      lines.push(
        escapeMarkdown(
          `Backend: ${model.backend}, ${model.threads} thread(s), window of ${model.contextTokens} tokens`,
        ),
      );
      if (model.format.limitation !== null) lines.push(escapeMarkdown(model.format.limitation));
      if (this.loading !== null) lines.push(escapeMarkdown(`${this.loading}.`));
    }
    if (this.#engine.kind === 'starting' && this.#engine.note !== null)
      lines.push(escapeMarkdown(this.#engine.note));
    if (this.indexing !== null) lines.push(escapeMarkdown(this.indexing));
    if (this.#index.cancelled)
      lines.push('Indexing was cancelled. _Rebuild Workspace Index_ reads the rest of the workspace.');
    if (this.#server !== null) lines.push(escapeMarkdown(this.#server));
    if (isOffline())
      lines.push(
        '$(debug-disconnect) Offline: no connection is opened. _Work Offline or Online_ changes that.',
      );
    for (const problem of readSettings().problems) lines.push(`$(warning) ${escapeMarkdown(problem)}`);
    return new vscode.MarkdownString(lines.join('\n\n'), true);
  }
}

function isOffline(): boolean {
  return readSettings().settings.offline;
}
