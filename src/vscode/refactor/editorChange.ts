import type * as vscode from 'vscode';
import type { FileChange } from '../../core/refactor/types.ts';
import type { PlacedChange } from './applying.ts';
import { ChangeSet, type DecidedFile, type PlaceIn } from './changeSet.ts';
import { isSame, openDocument } from '../uris.ts';
import type { HunkDecision, ShownFile } from './shown.ts';

/** How the files of a change are found. */
export interface ChangePlaces {
  /** The file of a path; null out of the workspace. */
  readonly uriOf: (path: string) => vscode.Uri | null;
  /** Where the target is, in its file. */
  readonly placeIn: PlaceIn;
}

/** The change of an answer in the documents of the editor, which go on changing. */
export class EditorChange {
  readonly #set: ChangeSet;
  readonly #uriOf: (path: string) => vscode.Uri | null;
  #files: readonly ShownFile[];

  constructor(changes: readonly FileChange[], { uriOf, placeIn }: ChangePlaces) {
    this.#set = new ChangeSet(changes, placeIn);
    this.#uriOf = uriOf;
    this.#files = this.#placed(this.#set.asGiven);
  }

  /** As they were when it was last moved, at first when it was given. */
  get files(): readonly ShownFile[] {
    return this.#files;
  }

  get isOpen(): boolean {
    return this.#set.isOpen;
  }

  get isRefused(): boolean {
    return this.#set.isRefused;
  }

  /** Moves it to the documents as they are now; a sentence where it does not fit them any more, else null. */
  move(): string | null {
    const files = this.#set.at((path) => this.#textOf(path));
    if ('code' in files) return files.message;
    const homeless = this.#set.changes.find(({ path }) => this.#uriOf(path) === null);
    // Half of a change is none.
    if (homeless !== undefined)
      return `${homeless.path} is in no folder that is open here any more: ask for the change again.`;
    this.#files = this.#placed(files);
    return null;
  }

  /** False where there is no such hunk. */
  decide(uri: vscode.Uri, hunk: number, decision: HunkDecision): boolean {
    const file = this.#files.find((one) => isSame(one.uri, uri));
    return file !== undefined && this.#set.decide(file.change.path, hunk, decision);
  }

  /** What is to be written: all but what is refused. */
  get toWrite(): readonly PlacedChange[] {
    return this.#files.filter(({ change }) => change.edits.length > 0);
  }

  /** Without those that have no address: they are shown nowhere, and `move` refuses to go on. */
  #placed(files: readonly DecidedFile[]): ShownFile[] {
    return files.flatMap((file) => {
      const uri = this.#uriOf(file.change.path);
      return uri === null ? [] : [{ ...file, uri }];
    });
  }

  /** What is not open is on the disk as it was read; before it is written it is looked at again. */
  #textOf(path: string): string | null {
    const uri = this.#uriOf(path);
    const document = uri === null ? undefined : openDocument(uri);
    const given = this.#set.changes.find((change) => change.path === path);
    return document?.getText() ?? given?.before ?? null;
  }
}
