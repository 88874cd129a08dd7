import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/sentence.ts';
import { isEnd, type RefactorState } from '../../core/refactor/lifecycle.ts';
import { nameOf } from '../uris.ts';
import { lateText, lostText, plainTitle } from './changeText.ts';
import type { Preview } from './preview.ts';
import { pickRoute, retryWithWords } from './pickRoute.ts';
import { plain } from './said.ts';
import type { ShownRefactor } from './shown.ts';

const [retry, show, choose] = ['Retry', 'Show', 'Choose a Model'] as const;
const [undo, keep, problems] = ['Undo', 'Keep', 'Show Problems'] as const;

/** The messages about one refactor, each with what can be done; an answer that comes too late is told why. */
export class Offers {
  readonly #refactor: ShownRefactor;
  readonly #preview: Preview;
  readonly #reveal: () => Promise<void>;
  /** Counts the states that it came into. */
  #turn = 0;

  /** `reveal` shows whatever there is of the refactor. */
  constructor(refactor: ShownRefactor, preview: Preview, reveal: () => Promise<void>) {
    this.#refactor = refactor;
    this.#preview = preview;
    this.#reveal = reveal;
  }

  /** The refactor came from one state, null for none, into another: says what has to be said. */
  entered(state: RefactorState, from: RefactorState | null): void {
    this.#turn += 1;
    // While its preview was closed it may have gone on.
    if (state !== this.#refactor.state) return;
    if (state === 'failed') this.#offer(this.#failed());
    if (state === 'outdated') this.#offer(this.#outdated());
    if (state === 'warned') this.#offer(this.#warned(undo, keep, problems));
    if (state === 'abandoned' && from !== null && from !== 'asking')
      this.#offer(this.#tell(lostText(this.#name)));
  }

  /** Offers to show a change to somebody who looks at something else. */
  async ready(): Promise<void> {
    const { notes } = this.#refactor;
    const said = this.#says([`the change of ${this.#name} is ready.`, ...notes].join(' '));
    const picked = await vscode.window.showInformationMessage(said, show);
    if (picked === show) await this.#showOr(picked);
  }

  /** Says what is no trouble, but has to be seen. */
  note(sentence: string): void {
    this.#offer(this.#tell(sentence));
  }

  /** Says what went wrong with showing it. */
  trouble(error: unknown): void {
    void vscode.window.showErrorMessage(this.#says(sentenceOf(error)));
  }

  get #name(): string {
    return nameOf(this.#refactor.document.uri);
  }

  #offer(offer: Promise<void>): void {
    offer.catch((error: unknown) => this.trouble(error));
  }

  async #failed(): Promise<void> {
    const { failure, files } = this.#refactor;
    const other = retryWithWords(this.#refactor.others);
    if (failure === 'no-chat-model') await this.#refused(choose, ...other);
    else await this.#refused(retry, ...other, ...(files.length > 0 ? [show] : []));
  }

  async #refused(...buttons: readonly string[]): Promise<void> {
    const turn = this.#turn;
    const said = this.#says(this.#refactor.message ?? 'no change came of it.');
    const picked = await vscode.window.showErrorMessage(said, ...buttons);
    const isLate = turn !== this.#turn;
    if (picked === choose) {
      if (!isLate) this.#refactor.refuse();
      await vscode.commands.executeCommand('hearth.models.choose');
    } else if (picked === show) {
      await this.#showOr(picked);
      // The reason stays in sight: behind a line of the comparison there is seldom room for all of it.
      if (turn === this.#turn) await this.#refused(retry, ...retryWithWords(this.#refactor.others));
    } else if (isLate) await this.#tellLate(picked);
    else if (picked === retry) this.#refactor.retry();
    else if (picked !== undefined) await this.#retryWith(turn, ...buttons);
    else if (!this.#preview.isOpen) this.#refactor.refuse();
  }

  /** Asks another model; who picks none of several is asked again what to do. */
  async #retryWith(turn: number, ...buttons: readonly string[]): Promise<void> {
    const route = await pickRoute(this.#refactor);
    if (turn !== this.#turn) await this.#tellLate(retry);
    else if (route === null) await this.#refused(...buttons);
    else this.#refactor.askOther(route);
  }

  async #outdated(): Promise<void> {
    const turn = this.#turn;
    const said = this.#says(this.#refactor.message ?? 'the document was changed meanwhile.');
    const picked = await vscode.window.showWarningMessage(said, retry);
    if (turn !== this.#turn) await this.#tellLate(picked);
    else if (picked === retry) this.#refactor.retry();
    else this.#refactor.refuse();
  }

  async #warned(...buttons: readonly string[]): Promise<void> {
    const turn = this.#turn;
    const said = this.#says(this.#refactor.message ?? 'there are new problems after the change.');
    const picked = await vscode.window.showWarningMessage(said, ...buttons);
    if (picked === problems) {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      // Whoever has looked at them can still decide.
      if (turn === this.#turn) await this.#warned(undo, keep);
    } else if (turn !== this.#turn) await this.#tellLate(picked);
    else if (picked === undo) await this.#refactor.undo();
    else this.#refactor.keep();
  }

  /** Shows what there is, of whatever state by now. */
  async #showOr(picked: string): Promise<void> {
    if (isEnd(this.#refactor.state)) await this.#tellLate(picked);
    else await this.#reveal();
  }

  /** Says why nothing comes of an answer to a message from before. */
  async #tellLate(picked: string | undefined): Promise<void> {
    if (picked !== undefined && picked !== keep) await this.#tell(lateText(this.#refactor.state));
  }

  async #tell(sentence: string): Promise<void> {
    await vscode.window.showInformationMessage(this.#says(sentence));
  }

  #says(sentence: string): string {
    return plain(`Hearth: ${plainTitle(this.#refactor.recipe)}: ${sentence}`);
  }
}
