import * as vscode from 'vscode';
import { formatBytes } from '../../core/text/bytes.ts';
import type { PullRow } from '../../host/models/modelRows.ts';
import { attempt, say } from './attempt.ts';
import { pullText } from '../../host/models/rowText.ts';

/** The part of llama.cpp for NVIDIA's GPUs, which does not ship with Hearth. */
export interface CudaBackend {
  /** Whether it is there, for the version of llama.cpp that this Hearth has, or what a paused fetch left of it. */
  state(): Promise<'absent' | 'unfinished' | 'installed'>;
  /** What a fetch takes, null where that is not known yet, and where it comes from. */
  readonly download: { readonly bytes: number | null; readonly host: string };
  /** Fetches and verifies it; aborting `signal` pauses, with the reason `'cancel'` nothing is kept. Rejects with one clear sentence. */
  install(signal: AbortSignal, onProgress: (pull: PullRow) => void): Promise<void>;
  /** Removes it, or what is left of a fetch, where the engine uses it after the engine has ended. Rejects with one clear sentence. */
  remove(): Promise<void>;
}

/** The two commands for it. */
export class CudaCommands implements vscode.Disposable {
  readonly #backend: CudaBackend;
  readonly #restarter: () => () => Promise<void>;
  #running: { controller: AbortController; far: string } | null = null;

  /** `restarter` is asked before a change, and what it returns lets the engine look for its devices anew. */
  constructor(backend: CudaBackend, restarter: () => () => Promise<void>) {
    this.#backend = backend;
    this.#restarter = restarter;
    void this.#announce();
  }

  /** Fetches it after a question, or offers to pause a fetch that is under way. */
  async install(): Promise<void> {
    if (this.#running !== null) return this.#offerPause(this.#running.far);
    const state = await this.#backend.state();
    if (state === 'installed') {
      await vscode.window.showInformationMessage('Hearth: The CUDA backend is installed.');
      return;
    }
    const { bytes, host } = this.#backend.download;
    const verb = state === 'unfinished' ? 'Resume Download' : 'Download';
    const download = `${verb}${bytes === null ? '' : ` ${formatBytes(bytes)}`} from ${host}`;
    const answer = await vscode.window.showInformationMessage(
      'Install the CUDA backend?',
      {
        modal: true,
        detail:
          'It lets llama.cpp use an NVIDIA GPU directly, and needs a driver that is up to date. It is verified, ' +
          'kept in the extension’s storage, and removed by "Hearth: Remove CUDA Backend".',
      },
      download,
    );
    // The question may have been asked twice.
    if (answer !== download || this.#running !== null) return;
    const fetched = await attempt(() => this.#fetch());
    await this.#announce();
    if (fetched !== true) return;
    say('The CUDA backend was installed.');
    await this.#restarter()();
  }

  async remove(): Promise<void> {
    const restart = this.#restarter();
    const removed = await attempt(async () => {
      await this.#backend.remove();
      return true;
    });
    if (removed === true) say('The CUDA backend was removed.');
    // It may have been stopped for it.
    await this.#announce();
    await restart();
  }

  dispose(): void {
    this.#running?.controller.abort();
  }

  /** True when it is there; false where it was paused or cancelled. */
  async #fetch(): Promise<boolean> {
    const controller = new AbortController();
    const running = { controller, far: 'it begins' };
    this.#running = running;
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: 'Hearth: CUDA backend' },
        (progress) =>
          this.#backend.install(controller.signal, (pull) => {
            running.far = pullText(pull);
            progress.report({ message: running.far });
          }),
      );
      return true;
    } catch (error) {
      if (controller.signal.aborted) return false;
      throw error;
    } finally {
      this.#running = null;
    }
  }

  async #offerPause(far: string): Promise<void> {
    const [pause, cancel] = ['Pause', 'Cancel Download'];
    const answer = await vscode.window.showInformationMessage(
      `Hearth: The CUDA backend is being downloaded (${far}).`,
      pause,
      cancel,
    );
    if (answer === pause) this.#running?.controller.abort();
    if (answer === cancel) this.#running?.controller.abort('cancel');
  }

  async #announce(): Promise<void> {
    const state = await this.#backend.state().catch(() => 'absent');
    await vscode.commands.executeCommand('setContext', 'hearth.cudaInstalled', state === 'installed');
    await vscode.commands.executeCommand('setContext', 'hearth.cudaRemovable', state !== 'absent');
  }
}
