import * as vscode from 'vscode';
import type { ModelRow, ModelService } from '../../host/models/modelRows.ts';
import {
  endpointContext,
  endpointDescription,
  endpointIcon,
  endpointSpeech,
  endpointTooltip,
  type EndpointRow,
} from '../endpoints/endpointRow.ts';
import { readSettings } from '../settings.ts';
import { systemTimers } from '../timers.ts';
import { ModelList } from './modelList.ts';
import { groupLabels, type ModelNode } from './modelTree.ts';
import { pullsSentence } from './pullsSentence.ts';
import { contextValue, rowActions, rowIcon } from './rowActions.ts';
import { rowDescription, rowLabel, rowSpeech } from './rowText.ts';
import { rowTooltip } from './rowTooltip.ts';

/** Its id, to which VS Code's own commands for it add theirs. */
export const viewId = 'hearth.models';

/** The configured endpoints, as far as the list shows them. */
export interface EndpointRows {
  rows(): readonly EndpointRow[];
  readonly problems: readonly string[];
  readonly onDidChange: vscode.Event<void>;
}

/** The part of the list with the endpoints, and one of them. */
interface EndpointsNode {
  readonly kind: 'endpoints';
}
interface EndpointNode {
  readonly kind: 'endpoint';
  readonly name: string;
}
type ViewNode = ModelNode | EndpointsNode | EndpointNode;

const endpointsNode: EndpointsNode = { kind: 'endpoints' };

/** The list of models, and of endpoints, in Hearth's part of the side bar. */
export class ModelsView implements vscode.TreeDataProvider<ViewNode>, vscode.Disposable {
  readonly list: ModelList;
  readonly #endpoints: EndpointRows;
  readonly #changed = new vscode.EventEmitter<ViewNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<ViewNode>;
  readonly #subscriptions: vscode.Disposable[];
  /** The report of the downloads in the status bar, while there are any. */
  #indicator: { say: (sentence: string) => void; end: () => void } | null = null;
  #note: string | null = null;
  /** What was announced last. */
  readonly #contexts = new Map<string, boolean>();

  constructor(service: ModelService, endpoints: EndpointRows) {
    this.#endpoints = endpoints;
    this.list = new ModelList({
      service,
      timers: systemTimers,
      show: (node) => this.#show(node),
    });
    this.#view = vscode.window.createTreeView(viewId, { treeDataProvider: this });
    this.#subscriptions = [
      this.#view,
      this.#changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('hearth')) this.list.refresh();
      }),
      endpoints.onDidChange(() => this.#changed.fire(undefined)),
    ];
  }

  /** A sentence above the rows; null: none. */
  note(sentence: string | null): void {
    this.#note = sentence;
    this.#say();
  }

  getTreeItem(node: ViewNode): vscode.TreeItem {
    if (node.kind === 'group') return groupItem(node.id, groupLabels[node.id]);
    if (node.kind === 'endpoints') return groupItem('endpoints', 'Endpoints');
    if (node.kind === 'endpoint') {
      const row = this.#endpoints.rows().find(({ endpoint }) => endpoint.name === node.name);
      return row === undefined ? new vscode.TreeItem(node.name) : endpointItem(row);
    }
    const row = this.list.tree.row(node.key);
    return row === undefined ? new vscode.TreeItem(node.key) : rowItem(row, `${node.group}/${node.key}`);
  }

  async getChildren(node?: ViewNode): Promise<ViewNode[]> {
    if (node?.kind === 'group') return this.list.tree.children(node);
    if (node?.kind === 'endpoints') {
      return this.#endpoints.rows().map(({ endpoint: { name } }) => ({ kind: 'endpoint', name }));
    }
    if (node !== undefined) return [];
    // What the view says instead stands in package.json.
    if (!readSettings().settings.enable) return [];
    await this.list.rows();
    this.#say();
    this.#announce();
    const [inUse, ...others] = this.list.tree.groups;
    const endpoints = this.#endpoints.rows().length === 0 ? [] : [endpointsNode];
    // Both may be in use, and stand above what could be.
    return inUse?.id === 'in-use'
      ? [inUse, ...endpoints, ...others]
      : [...endpoints, ...this.list.tree.groups];
  }

  dispose(): void {
    this.list.dispose();
    this.#indicator?.end();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #show(node: ModelNode | undefined): void {
    this.#changed.fire(node);
    const { progress } = this.list.pulls;
    this.#view.badge =
      progress.size === 0
        ? undefined
        : {
            value: progress.size,
            tooltip: progress.size === 1 ? '1 download' : `${progress.size} downloads`,
          };
    this.#indicate(
      pullsSentence(progress, (key) => {
        const row = this.list.tree.row(key);
        return row === undefined ? 'a model' : rowLabel(row);
      }),
    );
    this.#announce();
  }

  #say(): void {
    const { problem, findings } = this.list;
    const lines = [problem, this.#note, ...findings, ...this.#endpoints.problems].filter(
      (line) => line !== null,
    );
    const message = lines.length === 0 ? undefined : lines.join(' ');
    // Each setting of it is a message to the window, the same one too.
    if (this.#view.message !== message) this.#view.message = message;
  }

  /** Tells the palette which commands have something to work on. */
  #announce(): void {
    const possible = new Set(this.list.tree.rows.flatMap(rowActions));
    const contexts = {
      'hearth.downloadsRunning': possible.has('pause'),
      'hearth.downloadsWaiting': possible.has('resume'),
      'hearth.downloads': possible.has('cancel'),
      'hearth.modelsDeletable': possible.has('delete'),
      'hearth.modelsForgettable': possible.has('forget'),
      'hearth.modelsUnreadable': this.list.problem !== null,
    };
    for (const [key, value] of Object.entries(contexts)) {
      if (this.#contexts.get(key) === value) continue;
      this.#contexts.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  }

  #indicate(sentence: string | null): void {
    if (sentence === null) {
      this.#indicator?.end();
      this.#indicator = null;
      return;
    }
    this.#indicator ??= openIndicator();
    this.#indicator.say(sentence);
  }
}

/** An entry of the status bar for work that goes on, which is not Hearth's own item. */
function openIndicator(): { say: (sentence: string) => void; end: () => void } {
  let report: vscode.Progress<{ message: string }> | null = null;
  let said = '';
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  void vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Hearth' },
    (progress) => {
      report = progress;
      if (said !== '') report.report({ message: said });
      return ended;
    },
  );
  return {
    say: (sentence) => {
      said = sentence;
      report?.report({ message: sentence });
    },
    end,
  };
}

function groupItem(id: string, label: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.contextValue = 'group';
  return item;
}

function rowItem(row: ModelRow, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(rowLabel(row));
  const { id: icon, color } = rowIcon(row);
  item.id = id;
  item.description = rowDescription(row);
  item.iconPath = new vscode.ThemeIcon(icon, color === null ? undefined : new vscode.ThemeColor(color));
  item.tooltip = new vscode.MarkdownString(rowTooltip(row), true);
  item.contextValue = contextValue(row);
  item.accessibilityInformation = { label: rowSpeech(row) };
  return item;
}

function endpointItem(row: EndpointRow): vscode.TreeItem {
  const item = new vscode.TreeItem(row.endpoint.name);
  const { id: icon, color } = endpointIcon(row);
  item.id = `endpoints/${row.endpoint.name}`;
  item.description = endpointDescription(row);
  item.iconPath = new vscode.ThemeIcon(icon, color === null ? undefined : new vscode.ThemeColor(color));
  item.tooltip = new vscode.MarkdownString(endpointTooltip(row), true);
  item.contextValue = endpointContext(row);
  item.accessibilityInformation = { label: endpointSpeech(row) };
  return item;
}
