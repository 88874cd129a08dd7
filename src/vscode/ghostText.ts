import * as vscode from 'vscode';
import { CompositionDetector } from '../core/completion/composition.ts';
import { gate } from '../core/completion/gate.ts';
import type { RequestHistory, RequestRecord } from '../core/completion/history.ts';
import { noLongerWanted } from '../core/completion/noLongerWanted.ts';
import { refused } from '../core/completion/outcome.ts';
import type { CompletionOutcome, CompletionQuery } from '../core/completion/ports.ts';
import { reasonSentences, type Reason } from '../core/completion/reasons.ts';
import { withSelectedSuggestion } from '../core/completion/selectedSuggestion.ts';
import type { CompletionService } from '../core/completion/service.ts';
import type { Insertion } from '../core/completion/types.ts';
import { judgedPaths } from '../host/endpoints/judgedPaths.ts';
import { FolderNames } from '../workspace/chat/folderNames.ts';
import { changesOf } from './documentSync.ts';
import { readSettings, type Settings } from './settings.ts';
import type { Snooze } from './snooze.ts';
import type { Suggestions } from './suggestions.ts';
import { fileFolders } from './workspaceIndex.ts';

/** What the provider works with. */
export interface GhostTextServices {
  readonly service: CompletionService;
  readonly suggestions: Suggestions;
  readonly history: RequestHistory;
  readonly snooze: Snooze;
  readonly log: vscode.LogOutputChannel;
  /** Called when a request starts (`1`) and when it ends (`-1`). */
  readonly working: (change: 1 | -1) => void;
}

const typingDeadlineMs = 15_000;
const manualDeadlineMs = 60_000;
const answerMs = 5_000;

/** Gives VS Code its inline completions. */
export class GhostText implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #services: GhostTextServices;
  readonly #compositions = new Map<string, CompositionDetector>();
  readonly #running = new Set<AbortController>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(services: GhostTextServices) {
    this.#services = services;
    this.#subscriptions = [
      vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this),
      vscode.workspace.onDidChangeTextDocument((event) => this.#observe(event)),
      vscode.workspace.onDidCloseTextDocument((document) =>
        this.#compositions.delete(document.uri.toString()),
      ),
    ];
  }

  /** Ends all requests that are under way. */
  cancelAll(): void {
    for (const controller of this.#running) controller.abort(noLongerWanted);
    this.#services.service.cancelAll();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const { history, service, suggestions, log, working } = this.#services;
    const { settings } = readSettings(document);
    const manual = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const refusal = this.#refusal(document, position, settings, manual);
    if (refusal !== null) {
      history.add(refused(refusal, Date.now(), manual, document.languageId));
      return [];
    }
    const selected = selectedSuggestion(document, position, context);
    if (selected === null) {
      history.add(refused('popup-differs', Date.now(), manual, document.languageId));
      return [];
    }
    const controller = new AbortController();
    const cancellation = token.onCancellationRequested(() => controller.abort(noLongerWanted));
    if (token.isCancellationRequested) controller.abort(noLongerWanted);
    this.#running.add(controller);
    working(1);
    try {
      const query = queryAt(document, position, settings, manual, selected);
      const outcome = await service.request(query, controller.signal);
      history.add(outcome.record);
      log.debug(describeRecord(outcome.record));
      if (outcome.insertion === null) {
        // Who asks by hand gets an answer, if not in the text then at the bottom.
        if (manual) sayAtBottom(outcome.record.reason);
        return [];
      }
      if (controller.signal.aborted) return [];
      log.trace(
        `${document.uri.path}:${position.line + 1}:${position.character}`,
        JSON.stringify(outcome.insertion.text),
      );
      return this.#items(document, position, selected, outcome, suggestions);
    } finally {
      working(-1);
      this.#running.delete(controller);
      cancellation.dispose();
    }
  }

  /** Evaluates the prompt at the cursor ahead of the first key, where a suggestion could be asked for. */
  async warmUp(editor: vscode.TextEditor): Promise<void> {
    const { document, selection } = editor;
    const { settings } = readSettings(document);
    if (this.#refusal(document, selection.active, settings, false) !== null) return;
    await this.#services.service.warmUp(queryAt(document, selection.active, settings, false, undefined));
  }

  dispose(): void {
    this.cancelAll();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #items(
    document: vscode.TextDocument,
    position: vscode.Position,
    selected: SelectedSuggestion | undefined,
    outcome: CompletionOutcome,
    suggestions: Suggestions,
  ): vscode.InlineCompletionItem[] {
    const [first, ...others] = [outcome.insertion, ...outcome.alternatives].flatMap((insertion) =>
      insertion === null ? [] : toItem(position, selected, insertion),
    );
    if (first === undefined) return [];
    first.command = suggestions.shown(document, position, outcome);
    return [first, ...others];
  }

  /** What the gate says about this place. */
  #refusal(
    document: vscode.TextDocument,
    position: vscode.Position,
    settings: Settings,
    manual: boolean,
  ): Reason | null {
    const line = document.lineAt(position.line).text;
    return gate({
      enabled: settings.enable,
      snoozed: this.#services.snooze.active,
      manual,
      scheme: document.uri.scheme,
      languageId: document.languageId,
      languages: settings['completion.languages'],
      readOnly: vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false,
      cursors: cursorCount(document),
      composing: this.#compositions.get(document.uri.toString())?.composing(performance.now()) ?? false,
      offset: document.offsetAt(position),
      lineSuffix: line.slice(position.character),
    });
  }

  #observe(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return;
    const uri = event.document.uri.toString();
    // Documents that nobody edits (output, diffs) change too; only those on screen can be composed in.
    if (vscode.window.activeTextEditor?.document !== event.document) return;
    let detector = this.#compositions.get(uri);
    if (detector === undefined) this.#compositions.set(uri, (detector = new CompositionDetector()));
    detector.observe(changesOf(event), performance.now());
  }
}

function queryAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  settings: Settings,
  manual: boolean,
  selected: SelectedSuggestion | undefined,
): CompletionQuery {
  return {
    document: document.uri.toString(),
    version: document.version,
    offset: document.offsetAt(position),
    languageId: document.languageId,
    ...whereabouts(document),
    manual,
    multiline: settings['completion.multiline'],
    maxTokens: settings['completion.maxTokens'],
    deadlineMs: manual ? manualDeadlineMs : typingDeadlineMs,
    ...(selected === undefined
      ? {}
      : {
          overlay: {
            start: document.offsetAt(selected.range.start),
            end: document.offsetAt(selected.range.end),
            text: selected.text,
          },
        }),
  };
}

function sayAtBottom(reason: Reason): void {
  vscode.window.setStatusBarMessage(`Hearth: ${reasonSentences[reason]}`, answerMs);
}

interface SelectedSuggestion {
  readonly range: vscode.Range;
  readonly text: string;
}

/** The suggest widget's selected item; undefined without one; null where no inline completion can follow it. */
function selectedSuggestion(
  document: vscode.TextDocument,
  position: vscode.Position,
  context: vscode.InlineCompletionContext,
): SelectedSuggestion | undefined | null {
  const info = context.selectedCompletionInfo;
  if (info === undefined) return undefined;
  const { start, end } = info.range;
  if (start.line !== position.line || end.line !== position.line) return null;
  const line = document.lineAt(position.line).text;
  const typed = withSelectedSuggestion(line, position.character, {
    startCharacter: start.character,
    endCharacter: end.character,
    text: info.text,
  });
  return typed === null ? null : { range: info.range, text: typed.typed };
}

/** The item's range stays on the cursor's line, as VS Code demands. */
function toItem(
  position: vscode.Position,
  selected: SelectedSuggestion | undefined,
  insertion: Insertion,
): vscode.InlineCompletionItem {
  const start = selected?.range.start ?? position;
  const from =
    selected === undefined || selected.range.end.isBefore(position) ? position : selected.range.end;
  const end = from.translate(0, insertion.replaceRight);
  return new vscode.InlineCompletionItem(
    (selected?.text ?? '') + insertion.text,
    new vscode.Range(start, end),
  );
}

/** The paths by which documents are judged, each asked of the disk once: what a link led to when it was opened. */
const judged = new WeakMap<
  vscode.TextDocument,
  { readonly within: string; readonly places: readonly string[] }
>();

function placesOf(document: vscode.TextDocument, uri: vscode.Uri): readonly string[] {
  const folders = fileFolders().map((folder) => folder.uri.fsPath);
  const within = folders.join('\0');
  const known = judged.get(document);
  if (known?.within === within) return known.places;
  const places = judgedPaths(uri, new FolderNames(folders), folders);
  judged.set(document, { within, places });
  return places;
}

/** Where a document lies in its workspace folder; notebook cells lie where their notebook does. */
function whereabouts(document: vscode.TextDocument): Pick<CompletionQuery, 'path' | 'repository' | 'places'> {
  const inNotebook = document.uri.scheme === 'vscode-notebook-cell';
  const notebook = (inNotebook ? vscode.workspace.notebookDocuments : []).find((candidate) =>
    candidate.getCells().some((cell) => cell.document === document),
  );
  const uri = notebook?.uri ?? document.uri;
  if (uri.scheme === 'untitled') return { path: null, repository: null };
  const places = placesOf(document, uri);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) {
    return { path: uri.path.split('/').at(-1) ?? null, repository: null, places };
  }
  const path = vscode.workspace.asRelativePath(uri, false).replaceAll('\\', '/');
  return { path, repository: folder.name, places };
}

function cursorCount(document: vscode.TextDocument): number {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document ? editor.selections.length : 1;
}

/** One log line about a request, without any code. */
export function describeRecord(record: RequestRecord): string {
  const { tokens, milliseconds } = record;
  const counts = `${tokens.reused} reused, ${tokens.evaluated} evaluated, ${tokens.generated} generated`;
  const detail = record.detail === '' ? '' : ` (${record.detail})`;
  const end = `${record.languageId}: ${record.reason}${detail}, answered by: ${record.source}`;
  return `${end}; tokens: ${counts}; ${Math.round(milliseconds.total)} ms`;
}
