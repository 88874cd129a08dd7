import * as vscode from 'vscode';
import type { EngineClient, EngineState } from '../../engine/client.ts';
import { say } from './attempt.ts';
import { loadingSentence } from './loadingText.ts';

/** The engine's client, as far as commands and messages about loading need it. */
export type ModelEngine = Pick<
  EngineClient,
  'state' | 'onState' | 'restart' | 'switchModel' | 'unload' | 'cancelStart' | 'cancelSwitch'
>;

export interface EngineCommandsParts {
  /** One for each model that may be loaded. */
  readonly engines: readonly ModelEngine[];
  /** Shows what people should know about a start that is under way; null: nothing. */
  readonly note: (sentence: string | null) => void;
  /** Lets a person choose another model. */
  readonly choose: () => Promise<void>;
}

/** What a person sees and does of models being loaded and unloaded. */
export class EngineCommands implements vscode.Disposable {
  readonly #parts: EngineCommandsParts;
  readonly #stops: (() => void)[];
  readonly #contexts = new Map<string, boolean>();
  /** The failure of a switch that was told last, by engine: it stays in the state. */
  readonly #said = new Map<ModelEngine, string>();

  constructor(parts: EngineCommandsParts) {
    this.#parts = parts;
    this.#stops = parts.engines.map((engine) =>
      engine.onState((state) => {
        this.#look();
        this.#tell(engine, state);
      }),
    );
    this.#look();
  }

  /** Unloads what is loaded and not in use. */
  async unload(): Promise<void> {
    const loaded = this.#parts.engines.filter(({ state }) => state.kind === 'ready');
    const unloaded = await Promise.all(loaded.map((engine) => engine.unload('memory')));
    if (unloaded.includes(false)) say('The model is in use. Try again when it has answered.');
  }

  /** Ends all loading that is under way; where a model was to be replaced, that one stays. */
  cancelLoading(): void {
    for (const engine of this.#parts.engines) {
      engine.cancelSwitch();
      engine.cancelStart();
    }
  }

  /**
   * Returns how to start anew what is started now, so that it looks for its devices again: what is stopped was turned
   * off or cancelled. A failure shows as that of any other start.
   */
  restarter(): () => Promise<void> {
    const started = this.#parts.engines.filter(({ state }) => state.kind !== 'stopped');
    return async () => {
      await Promise.all(started.map((engine) => engine.restart().catch(() => undefined)));
    };
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #look(): void {
    const states = this.#parts.engines.map(({ state }) => state);
    this.#setContext(
      'hearth.loading',
      states.some((state) => loadingSentence(state) !== null),
    );
    this.#setContext(
      'hearth.modelLoaded',
      states.some(({ kind }) => kind === 'ready'),
    );
    const notes = states.map((state) => (state.kind === 'starting' ? state.note : null));
    this.#parts.note(notes.find((note) => note !== null) ?? null);
  }

  #tell(engine: ModelEngine, state: EngineState): void {
    const problem = state.kind === 'ready' ? (state.switchError?.message ?? null) : null;
    if (problem === null) this.#said.delete(engine);
    if (problem === null || this.#said.get(engine) === problem || state.kind !== 'ready') return;
    this.#said.set(engine, problem);
    void this.#tellNotSwitched(engine, `Hearth: ${problem} ${state.model.name} stays in use.`);
  }

  async #tellNotSwitched(engine: ModelEngine, message: string): Promise<void> {
    const retry = 'Retry';
    const choose = 'Choose a Model…';
    const answer = await vscode.window.showErrorMessage(message, retry, choose);
    // If it fails again, that shows in the state again.
    if (answer === retry) await engine.switchModel().catch(() => undefined);
    if (answer === choose) await this.#parts.choose();
  }

  #setContext(key: string, value: boolean): void {
    if (this.#contexts.get(key) === value) return;
    this.#contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
