import * as vscode from 'vscode';
import type { ModelStatus } from '../../core/chat/view.ts';
import type { Engines } from '../../engine/engines.ts';
import { isSameFile } from '../../host/chat/localChatModel.ts';
import { modelFile } from '../engineHost.ts';
import { readSettings } from '../settings.ts';
import { modelStatus } from './modelStatus.ts';

/** Follows the model that chats, without ever loading it. */
export class ModelWatch implements vscode.Disposable {
  readonly #engines: Engines;
  /** The model that ships with Hearth, which only completes code. */
  readonly #starterFile: string;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #endings: (() => void)[];

  constructor(engines: Engines, starterFile: string) {
    this.#engines = engines;
    this.#starterFile = starterFile;
    const changed = (): void => this.#changed.fire();
    const settings = vscode.workspace.onDidChangeConfiguration((event) => {
      // Once all have forgotten the settings as they were.
      if (event.affectsConfiguration('hearth')) setImmediate(changed);
    });
    this.#endings = [
      ...engines.clients.map((client) => client.onState(changed)),
      () => void settings.dispose(),
    ];
  }

  /** The file of the model that chats; null: none does, since Hearth is off or the starter is all there is. */
  get modelPath(): string | null {
    return readSettings().settings.enable ? chatModelPath(this.#starterFile) : null;
  }

  get status(): ModelStatus {
    return modelStatus({
      enabled: readSettings().settings.enable,
      modelPath: this.modelPath,
      chosen: this.#engines.chatChosen,
      engine: this.#engines.of('chat').state,
    });
  }

  dispose(): void {
    for (const end of this.#endings) end();
    this.#changed.dispose();
  }
}

/** The file of the model that chats by the settings; null: the starter, which doesn't. */
function chatModelPath(starterFile: string): string | null {
  const file = modelFile('chat') ?? modelFile('completion');
  return file === null || isSameFile(file, starterFile) ? null : file;
}
