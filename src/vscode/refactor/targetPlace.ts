import type * as vscode from 'vscode';
import type { ScopedTarget } from '../../core/refactor/scope.ts';
import type { TextChange } from '../../core/text/textDocument.ts';
import { changesOf } from '../documentSync.ts';
import { rangeOf } from './applying.ts';
import { changesBetween, changesSeen, shiftRange, type OffsetRange } from './trackedRange.ts';

/** Where the target of a refactor is in its document, which goes on changing. */
export class TargetPlace {
  #document: vscode.TextDocument;
  /** Of the document, with the ranges below in it. */
  #text: string;
  #whole: OffsetRange;
  #part: OffsetRange | null;

  /** The document may have changed since the target was found in it. */
  constructor(document: vscode.TextDocument, { target, part }: ScopedTarget) {
    this.#document = document;
    this.#text = target.file.text;
    this.#whole = { start: target.start, end: target.end };
    this.#part = part;
    this.#compare();
  }

  get document(): vscode.TextDocument {
    return this.#document;
  }

  /** UTF-16 offsets into the document as it is now. */
  get whole(): OffsetRange {
    return this.#whole;
  }

  /** What was selected of it, where that was less. */
  get part(): OffsetRange | null {
    return this.#part;
  }

  get range(): vscode.Range {
    return rangeOf(this.#document, this.#whole.start, this.#whole.end);
  }

  /** Follows a change; false where it is another document's. */
  changed(event: vscode.TextDocumentChangeEvent): boolean {
    if (event.document !== this.#document) return false;
    const now = this.#document.getText();
    this.#shift(changesSeen(changesOf(event), this.#text, now), now);
    return true;
  }

  /** Goes on in the same document, opened once more. */
  reopened(document: vscode.TextDocument): void {
    this.#document = document;
    this.#compare();
  }

  #compare(): void {
    const now = this.#document.getText();
    this.#shift(changesBetween(this.#text, now), now);
  }

  #shift(changes: readonly TextChange[], now: string): void {
    this.#text = now;
    this.#whole = shiftRange(this.#whole, changes);
    this.#part = this.#part === null ? null : shiftRange(this.#part, changes);
  }
}
