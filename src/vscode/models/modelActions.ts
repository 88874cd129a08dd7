import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ModelRole } from '../../core/models/roles.ts';
import { formatBytes } from '../../core/text/bytes.ts';
import type { ModelRow, ModelService, PullRequest } from '../../host/models/modelRows.ts';
import { percent } from '../../host/models/rowText.ts';
import { signalOf } from '../cancellation.ts';
import { readSettings } from '../settings.ts';
import { attempt, say } from './attempt.ts';
import { pickProposal } from './chooseModel.ts';
import { askAddress, askCopy, askFile, askUse, confirmDelete, pickDownload } from './dialogs.ts';
import type { ModelPage } from './modelPage.ts';
import { viewId, type ModelsView } from './modelsView.ts';
import { settingsToUse, settingsWithout, type Chosen, type RoleSettings } from './roleSettings.ts';
import { rowLabel } from './rowText.ts';
import type { Wishes } from './wishes.ts';

export interface ModelActionsParts {
  readonly service: ModelService;
  readonly view: ModelsView;
  readonly page: ModelPage;
  readonly wishes: Wishes;
}

/** What a person does with models. Each says by itself what goes wrong. */
export class ModelActions {
  readonly #parts: ModelActionsParts;

  constructor(parts: ModelActionsParts) {
    this.#parts = parts;
  }

  /** Proposes the best models for this machine; what is picked is fetched if it must be, and used. */
  async choose(): Promise<void> {
    const { service, view } = this.#parts;
    const picked = await attempt(() =>
      pickProposal(async () => ({ proposals: await service.propose(), rows: await view.list.rows() })),
    );
    if (picked === undefined) return;
    const { action, row } = picked;
    if (action.kind === 'browse') await showModels();
    if (action.kind === 'import') await this.import();
    if (action.kind === 'address') await this.#downloadFrom(await askAddress());
    if (action.kind !== 'use' || row === undefined) return;
    if (row.installed) await this.use(row, action.roles);
    else await this.download({ key: row.key }, action.roles);
  }

  /** Looks for models anew; that this goes on shows in the view. */
  async refresh(): Promise<void> {
    const { service, view } = this.#parts;
    await vscode.window.withProgress({ location: { viewId } }, () => attempt(() => service.refresh()));
    view.list.refresh();
  }

  /** Makes a model the one for `roles`. */
  async use(row: Chosen, roles: readonly ModelRole[]): Promise<void> {
    const rows = await this.#parts.view.list.rows();
    const chatSetting = readSettings().settings['model.chat'];
    await attempt(() => write(settingsToUse(row, roles, { rows, chatSetting })));
  }

  /** Fetches a model, goes on with a fetch, or joins one; uses it for `roles` when it is there. */
  async download(request: PullRequest, roles: readonly ModelRole[] = []): Promise<void> {
    const { view, wishes } = this.#parts;
    if ('key' in request && roles.length > 0) await wishes.add(request.key, roles);
    const joins = 'key' in request && view.list.pulls.has(request.key);
    const pulled = await attempt(() => view.list.pulls.pull(request));
    if (pulled == null || joins) return;
    view.list.refresh();
    const wanted = pulled.key === null ? [] : await wishes.take(pulled.key);
    const row = (await view.list.rows()).find(({ path }) => path === pulled.path);
    if (row === undefined) return;
    say(`${rowLabel(row)} was downloaded and verified.`);
    const possible = wanted.filter((role) => row.roles.includes(role));
    if (possible.length > 0) await this.use(row, possible);
  }

  /** Fetches a row, or asks which. */
  async pull(row: ModelRow | undefined): Promise<void> {
    if (row !== undefined) return this.download({ key: row.key });
    const wanted = await pickDownload(await this.#parts.view.list.rows());
    if (wanted === undefined) return;
    if ('row' in wanted) await this.download({ key: wanted.row.key });
    else await this.#downloadFrom(wanted);
  }

  async pause({ key }: ModelRow): Promise<void> {
    if (this.#parts.view.list.pulls.pause(key)) return;
    await vscode.window.showInformationMessage(
      'Hearth: Another window downloads this model. Pause it there.',
    );
  }

  async cancel(row: ModelRow): Promise<void> {
    const { view, wishes } = this.#parts;
    await wishes.take(row.key);
    await attempt(() => view.list.pulls.cancel(row.key));
    view.list.refresh();
  }

  async inspect(row: ModelRow): Promise<void> {
    await attempt(() => this.#parts.page.show(row));
  }

  /** Shows the file where files are managed; a window in a browser can only name its place. */
  async reveal({ path }: ModelRow): Promise<void> {
    if (path === null) return;
    try {
      await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
    } catch {
      const copy = 'Copy Path';
      const answer = await vscode.window.showInformationMessage(`Hearth: The model lies at ${path}.`, copy);
      if (answer === copy) await vscode.env.clipboard.writeText(path);
    }
  }

  /** Deletes what Hearth put there, after a question. */
  async delete(row: ModelRow): Promise<void> {
    if (!(await confirmDelete(row))) return;
    if (await this.#remove(row)) say(`${rowLabel(row)} was deleted.`);
  }

  /** Takes a file off the list that stays where it is. */
  async forget(row: ModelRow): Promise<void> {
    await this.#remove(row);
  }

  /** Takes a file into the list, the one given or one that is asked for, and asks what it is for. */
  async import(file?: string): Promise<void> {
    const { service, view } = this.#parts;
    const chosen = file ?? (await askFile());
    if (chosen === undefined) return;
    const copy = await askCopy(chosen);
    if (copy === undefined) return;
    const path = await attempt(() => (copy ? this.#copy(chosen) : service.importFile(chosen, { copy })));
    if (path == null) return;
    view.list.refresh();
    const row = (await view.list.rows()).find((candidate) => candidate.path === path);
    if (row === undefined) return;
    say(`${rowLabel(row)} was imported.`);
    await showModels();
    const roles = await askUse(row);
    if (roles !== undefined) await this.use(row, roles);
  }

  async #downloadFrom(wanted: { address: string } | undefined): Promise<void> {
    if (wanted === undefined) return;
    await showModels();
    await this.download(wanted);
  }

  /** Copies a file into Hearth's folder, which may take minutes; null where that was cancelled. */
  #copy(file: string): Promise<string | null> {
    const title = `Hearth: Copying ${basename(file)}`;
    const location = vscode.ProgressLocation.Notification;
    return Promise.resolve(
      vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
        const signal = signalOf(token);
        let told = 0;
        const onProgress = ({ bytes, total }: { bytes: number; total: number }): void => {
          const far = total === 0 ? 0 : (bytes / total) * 100;
          progress.report({
            increment: far - told,
            message: `${percent(bytes, total)} of ${formatBytes(total)}`,
          });
          told = far;
        };
        try {
          return await this.#parts.service.importFile(file, { copy: true, signal, onProgress });
        } catch (error) {
          if (signal.aborted) return null;
          throw error;
        }
      }),
    );
  }

  async #remove(row: ModelRow): Promise<boolean> {
    const { service, view } = this.#parts;
    const removed = await attempt(async () => {
      const without = settingsWithout(row, readSettings().settings['model.chat']);
      const before = written(without);
      // What is in use is not deleted.
      await write(without);
      try {
        await service.remove(row.key);
      } catch (error) {
        await write(before);
        throw error;
      }
      return true;
    });
    view.list.refresh();
    return removed === true;
  }
}

/** Shows the list of models. */
export async function showModels(): Promise<void> {
  await vscode.commands.executeCommand(`${viewId}.focus`);
}

/** The same settings as they are written at present. */
function written(settings: RoleSettings): RoleSettings {
  const configuration = vscode.workspace.getConfiguration('hearth');
  const values = Object.keys(settings).map((key) => [key, configuration.inspect<string>(key)?.globalValue]);
  return Object.fromEntries(values) as RoleSettings;
}

async function write(settings: RoleSettings): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('hearth');
  for (const [key, value] of Object.entries(settings))
    await configuration.update(key, value, vscode.ConfigurationTarget.Global);
}
