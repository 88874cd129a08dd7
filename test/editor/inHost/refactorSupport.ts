import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ChatAnswer, ChatEvent, ChatQuery } from '../../../src/core/chat/types.ts';
import { refactorRecipes } from '../../../src/core/refactor/kinds.ts';
import { isEnd, type RefactorState } from '../../../src/core/refactor/lifecycle.ts';
import type { RefactorKind } from '../../../src/core/refactor/types.ts';
import { Refactors } from '../../../src/vscode/refactor/refactors.ts';
import type { RefactorPlace, RefactorShow, ShownRefactor } from '../../../src/vscode/refactor/shown.ts';
import { systemTimers } from '../../../src/vscode/timers.ts';
import { ScriptedModel } from '../../support/chatPorts.ts';
import { hearth, until } from './support.ts';

const rootUri = vscode.workspace.workspaceFolders?.[0]?.uri;
assert.ok(rootUri, 'no folder is open');
/** The folder of these suites. */
export const folder = path.join(rootUri.fsPath, 'refactor');

export const coin = 'export function valueOf(coin: string): number {\n  return coin.length;\n}\n';
/** The text of a file in which `coin` has others around it. */
export const coins = `// Coins.\nexport const most = 3;\n\n${coin}\nexport function nothing(): void {}\n`;
/** A new body of `valueOf`. */
export const better = 'export function valueOf(coin: string): number {\n  return coin.trim().length;\n}';

/** A model that answers from a script, once it is let. */
export class HeldModel extends ScriptedModel {
  #gate: Promise<void> = Promise.resolve();

  /** Lets no answer out before what it gives is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  override async answer(
    query: ChatQuery,
    call: { readonly signal: AbortSignal; readonly onEvent: (event: ChatEvent) => void },
  ): Promise<ChatAnswer> {
    await this.#gate;
    return super.answer(query, call);
  }
}

/** Refactors whose model is scripted, and which are shown to the test instead of a user. */
export class Scene implements RefactorShow {
  readonly model = new HeldModel();
  readonly said: string[] = [];
  readonly revealed: number[] = [];
  /** What the user says when asked for words, and for a name. */
  words: string | null = 'trim it';
  asksWords: ((signal: AbortSignal) => Promise<string | null>) | null = null;
  name: string | null = null;
  asksName: ((signal: AbortSignal) => Promise<string | null>) | null = null;
  /** Why there is no chat to work with. */
  noChat: string | null = null;
  /** The names that were proposed last. */
  proposed: readonly string[] = [];
  /** Takes the first choice of each message that has one. */
  choosesFirst = false;
  states: RefactorState[] = [];
  refactors!: Refactors;
  #shown: ShownRefactor | null = null;

  /** With `real`, the model is that of the settings. */
  static async make({ real = false } = {}): Promise<Scene> {
    const { chat, workspace, documents } = await hearth();
    const scene = new Scene();
    const core = () => {
      if (scene.noChat !== null) throw new Error(scene.noChat);
      return real ? chat.core : { ...chat.core, model: scene.model };
    };
    scene.refactors = new Refactors({
      ...{ client: workspace, documents, chat: core, show: scene },
      questions: {
        words: (_recipe, signal) => scene.asksWords?.(signal) ?? Promise.resolve(scene.words),
        name: (_present, proposed, signal) => {
          scene.proposed = proposed;
          return scene.asksName?.(signal) ?? Promise.resolve(scene.name);
        },
      },
      reveal: (id) => scene.revealed.push(id),
      say: (sentence, ...choices) => {
        scene.said.push(sentence);
        return Promise.resolve(scene.choosesFirst ? choices[0] : undefined);
      },
      timers: { ...systemTimers, after: (ms, run) => systemTimers.after(ms / 5, run) },
    });
    return scene;
  }

  follow(refactor: ShownRefactor): void {
    this.#shown = refactor;
    this.states = [refactor.state];
    refactor.onDidChange(() => {
      if (this.states.at(-1) !== refactor.state) this.states.push(refactor.state);
    });
  }

  /** The refactor that was shown last. */
  get shown(): ShownRefactor {
    assert.ok(this.#shown, `nothing was shown: ${this.said.join(' ')}`);
    return this.#shown;
  }

  start(kind: RefactorKind, place?: RefactorPlace, words?: string): Promise<void> {
    return this.refactors.start(refactorRecipes[kind], place, words);
  }

  /** Waits until the refactor is in a state; fails when it ends in another. */
  async reaches(state: RefactorState): Promise<ShownRefactor> {
    await until(
      () => {
        const now = this.#shown?.state;
        const isOver = now !== undefined && isEnd(now) && now !== state;
        assert.ok(!isOver, `it is ${now}, never ${state}: ${this.states.join(', ')}`);
        return now === state;
      },
      () => `it is ${state}: ${this.states.join(', ')} ${this.#shown?.message ?? ''} ${this.said.join(' ')}`,
    );
    return this.shown;
  }

  /** What the model was asked last. */
  get asked(): string {
    return (
      this.model.asked
        .at(-1)
        ?.messages.map(({ content }) => content)
        .join('\n') ?? ''
    );
  }
}

/** Writes a file of the folder. */
export function write(name: string, text: string): vscode.Uri {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return vscode.Uri.file(file);
}

export function onDisk(uri: vscode.Uri): string | null {
  return existsSync(uri.fsPath) ? readFileSync(uri.fsPath, 'utf8') : null;
}

export function removeFolder(): void {
  rmSync(folder, { recursive: true, force: true });
}

export function makeReadOnly(uri: vscode.Uri): void {
  chmodSync(uri.fsPath, 0o444);
}

/** Shows a document with the cursor in a text, or with that selected. */
export async function at(
  document: vscode.Uri | vscode.TextDocument,
  text: string,
  { selected = false } = {},
): Promise<vscode.TextEditor> {
  const shown = document instanceof vscode.Uri ? await vscode.workspace.openTextDocument(document) : document;
  const offset = shown.getText().indexOf(text);
  assert.notEqual(offset, -1, `${text} is not in ${shown.getText()}`);
  const [start, end] = [offset, selected ? offset + text.length : offset].map((one) => shown.positionAt(one));
  assert.ok(start && end);
  return vscode.window.showTextDocument(shown, {
    selection: new vscode.Selection(start, end),
    preview: false,
  });
}

/** Puts a text before another one, as a user who types. */
export async function typeBefore(document: vscode.TextDocument, place: string, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const offset = document.getText().indexOf(place);
  assert.notEqual(offset, -1);
  edit.insert(document.uri, document.positionAt(offset), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}
