import * as vscode from 'vscode';
import type { ModelRow, ModelService } from '../../host/models/modelRows.ts';
import { CudaCommands, type CudaBackend } from './cudaBackend.ts';
import { cudaPossible } from './cudaPossible.ts';
import { pickRow, type Question } from './dialogs.ts';
import { EngineCommands, type ModelEngine } from './engineCommands.ts';
import { ModelActions, showModels } from './modelActions.ts';
import { ModelPage } from './modelPage.ts';
import { ModelsView, type EndpointRows } from './modelsView.ts';
import { Wishes, type Memory } from './wishes.ts';

export interface ModelsUiParts {
  readonly service: ModelService;
  /** One for each model that may be loaded. */
  readonly engines: readonly ModelEngine[];
  readonly backend: CudaBackend;
  readonly endpoints: EndpointRows;
  /** The extension's global state. */
  readonly memory: Memory;
}

const questions = {
  useForCompletion: {
    title: 'Use a Model for Completion',
    action: 'useForCompletion',
    none: 'No other model here can complete code. "Hearth: Choose a Model for This Machine" finds one.',
  },
  useForChat: {
    title: 'Use a Model for Chat',
    action: 'useForChat',
    none: 'No other model here can chat. "Hearth: Choose a Model for This Machine" finds one.',
  },
  useForBoth: {
    title: 'Use One Model for Both',
    action: 'useForBoth',
    none: 'No other model here can both complete code and chat.',
  },
  inspect: { title: 'Inspect a Model', action: 'inspect', none: 'No model is installed.' },
  reveal: { title: 'Reveal a Model', action: 'reveal', none: 'No model is installed.' },
  delete: {
    title: 'Delete a Model',
    action: 'delete',
    none: 'There is no model that Hearth put on this disk.',
  },
  forget: { title: 'Take a Model off the List', action: 'forget', none: 'No file was taken into the list.' },
  pause: { title: 'Pause a Download', action: 'pause', none: 'No download is under way.' },
  resume: { title: 'Resume a Download', action: 'resume', none: 'No download waits to be gone on with.' },
  cancel: { title: 'Cancel a Download', action: 'cancel', none: 'There is no download.' },
} as const satisfies Readonly<Record<string, Question>>;

/** The models in the editor: the view, the pages, and the commands. */
export class ModelsUi implements vscode.Disposable {
  readonly view: ModelsView;
  readonly actions: ModelActions;
  readonly #subscriptions: vscode.Disposable[];

  constructor({ service, engines, backend, endpoints, memory }: ModelsUiParts) {
    this.view = new ModelsView(service, endpoints);
    const page = new ModelPage(service);
    this.actions = new ModelActions({ service, view: this.view, page, wishes: new Wishes(memory) });
    const engine = new EngineCommands({
      engines,
      note: (sentence) => this.view.note(sentence),
      choose: () => this.actions.choose(),
    });
    const cuda = new CudaCommands(backend, () => engine.restarter());
    this.#subscriptions = [this.view, page, engine, cuda];
    this.#register(engine, cuda);
    const possible = cudaPossible(process.platform, process.arch);
    void vscode.commands.executeCommand('setContext', 'hearth.cudaPossible', possible);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #register(engine: EngineCommands, cuda: CudaCommands): void {
    const { actions } = this;
    const commands: Readonly<Record<string, (argument: unknown) => unknown>> = {
      'hearth.showModels': showModels,
      'hearth.models.choose': () => actions.choose(),
      'hearth.models.refresh': () => actions.refresh(),
      'hearth.models.pull': async (argument) => actions.pull(await this.#rowOf(argument)),
      'hearth.models.import': (argument) => actions.import(fileOf(argument)),
      'hearth.models.useForCompletion': this.#on('useForCompletion', (row) =>
        actions.use(row, ['completion']),
      ),
      'hearth.models.useForChat': this.#on('useForChat', (row) => actions.use(row, ['chat'])),
      'hearth.models.useForBoth': this.#on('useForBoth', (row) => actions.use(row, ['completion', 'chat'])),
      'hearth.models.inspect': this.#on('inspect', (row) => actions.inspect(row)),
      'hearth.models.reveal': this.#on('reveal', (row) => actions.reveal(row)),
      'hearth.models.delete': this.#on('delete', (row) => actions.delete(row)),
      'hearth.models.forget': this.#on('forget', (row) => actions.forget(row)),
      'hearth.models.pauseDownload': this.#on('pause', (row) => actions.pause(row)),
      'hearth.models.resumeDownload': this.#on('resume', (row) => actions.download({ key: row.key })),
      'hearth.models.cancelDownload': this.#on('cancel', (row) => actions.cancel(row)),
      'hearth.installCudaBackend': () => cuda.install(),
      'hearth.removeCudaBackend': () => cuda.remove(),
      'hearth.unloadModel': () => engine.unload(),
      'hearth.cancelLoading': () => engine.cancelLoading(),
    };
    for (const [id, handler] of Object.entries(commands))
      this.#subscriptions.push(vscode.commands.registerCommand(id, handler));
  }

  /** A command for a row of the view; from the palette, it asks for one. */
  #on(question: keyof typeof questions, run: (row: ModelRow) => Promise<void>) {
    return async (argument: unknown): Promise<void> => {
      const { view } = this;
      const row =
        (await this.#rowOf(argument)) ?? (await pickRow(await view.list.rows(), questions[question]));
      if (row !== undefined) await run(row);
    };
  }

  /** The row of a node of the view, or of a key. */
  async #rowOf(argument: unknown): Promise<ModelRow | undefined> {
    const key: unknown =
      typeof argument === 'object' && argument !== null && 'key' in argument ? argument.key : argument;
    if (typeof key !== 'string') return undefined;
    const known = this.view.list.tree.row(key);
    return known ?? (await this.view.list.rows()).find((row) => row.key === key);
  }
}

function fileOf(argument: unknown): string | undefined {
  if (argument instanceof vscode.Uri) return argument.fsPath;
  return typeof argument === 'string' ? argument : undefined;
}
