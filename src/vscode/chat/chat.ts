import type * as vscode from 'vscode';
import { starterFile } from '../engineHost.ts';
import { registerHearthForVsCode } from '../lm/register.ts';
import { registerChatCommands } from './chatCommands.ts';
import { ChatController } from './chatController.ts';
import { createCore, type ChatCore, type ChatOutside } from './chatCore.ts';
import { ChatView } from './chatView.ts';
import { ModelWatch } from './modelWatch.ts';
import { ProblemActions } from './problemActions.ts';

/**
 * The chat in the editor: its view and commands are there at once; what is behind them is made, and what was saved is
 * read, when one of them is used.
 */
export class Chat implements vscode.Disposable {
  readonly #outside: ChatOutside;
  readonly #view: ChatView;
  readonly #watch: ModelWatch;
  readonly #subscriptions: vscode.Disposable[];
  #core: ChatCore | null = null;
  #controller: ChatController | null = null;

  constructor(outside: ChatOutside) {
    this.#outside = outside;
    const { context, engines } = outside;
    this.#view = new ChatView(context.extensionUri, {
      received: (message) => this.controller.received(message),
      seen: (visible) => this.controller.seen(visible),
    });
    this.#watch = new ModelWatch(engines, starterFile(context));
    this.#subscriptions = [
      this.#view,
      this.#watch,
      registerChatCommands({
        core: () => this.core,
        controller: () => this.controller,
        restartModel: () =>
          engines
            .of('chat')
            .restart()
            .catch(() => undefined),
      }),
      ProblemActions.register(),
      registerHearthForVsCode(outside, this.#watch, () => this.core),
    ];
  }

  /** Whether anything was made yet. */
  get started(): boolean {
    return this.#core !== null;
  }

  get core(): ChatCore {
    this.#core ??= createCore(this.#outside, this.#watch, {
      chipsChanged: () => this.#controller?.chipsChanged(),
      problem: (sentence) => {
        this.#outside.log.warn(sentence);
        this.#view.sendSurely({ type: 'notice', message: sentence });
      },
    });
    return this.#core;
  }

  get controller(): ChatController {
    this.#controller ??= new ChatController({ outside: this.#outside, core: this.core, view: this.#view });
    return this.#controller;
  }

  /** Stops what is being written, and waits until everything is saved. */
  async shutdown(): Promise<void> {
    await this.#core?.service.shutdown();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#controller?.dispose();
  }
}
