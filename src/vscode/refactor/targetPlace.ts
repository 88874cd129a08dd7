import type * as vscode from 'vscode';
import type { ScopedTarget } from '../../core/refactor/scope.ts';
import { changesOf } from '../documentSync.ts';
import { rangeOf } from './applying.ts';
import { changesBetween, shiftRange, type OffsetRange } from './trackedRange.ts';

/** Where the target of a refactor is in its document, which goes on changing. */
export class TargetPlace {
  #document: vscode.TextDocument;
  #whole: OffsetRange;
  #part: OffsetRange | null;

  constructor(document: vscode.TextDocument, { target: { start, end }, part }: ScopedTarget) {
    this.#document = document;
    this.#whole = { start, end };
    this.#part = part;
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
    this.#shift((range) => shiftRange(range, changesOf(event)));
    return true;
  }

  /** Goes on in the same document, opened once more. */
  reopened(document: vscode.TextDocument): void {
    const changes = changesBetween(this.#document.getText(), document.getText());
    this.#document = document;
    this.#shift((range) => shiftRange(range, changes));
  }

  #shift(shift: (range: OffsetRange) => OffsetRange): void {
    this.#whole = shift(this.#whole);
    this.#part = this.#part === null ? null : shift(this.#part);
  }
}
