import type { PromptSegment } from '../prompt/layoutTypes.ts';
import type { TextChange } from '../text/textDocument.ts';
import { headerOf } from './arrange.ts';
import type { TokenCount } from './items.ts';

/** Copilot's numbers: edits that are remembered, lines of one, and lines shown around it. */
const mostEdits = 8;
const mostLines = 10;
const contextLines = 3;
const mostUnits = 2000;

/** The file with the cursor, and its lines that the prompt shows anyway. */
export interface EditsRequest {
  /** The file's name among all files whose edits are recorded. */
  readonly path: string;
  /** First and last line (from 1) that the prompt shows of this file. */
  readonly visible: { readonly startLine: number; readonly endLine: number };
}

/** An edit as a segment; `id` tells it from all others, whatever becomes of its text. */
export interface EditSegment extends PromptSegment {
  readonly id: number;
}

interface Edit {
  readonly id: number;
  readonly path: string;
  /** Lines from 1 in the file as it is now. */
  startLine: number;
  endLine: number;
  /** Count of all changes when it was last made. */
  at: number;
}

/** A change in lines: the first, how many ended in what went and in what came, and the last with new text. */
interface LineChange {
  readonly path: string;
  readonly line: number;
  readonly removed: number;
  readonly added: number;
  readonly last: number;
  readonly visible: boolean;
}

/**
 * What was edited lately, as the text that stands there now: what was deleted is not shown, so that no model suggests
 * it again. Edits that touch or nearly touch count as one.
 */
export class RecentEdits {
  #edits: Edit[] = [];
  #count = 0;

  /** Takes note of the changes of one edit; `text` is the document's before them, as are all offsets. */
  record(path: string, text: string, changes: readonly TextChange[]): void {
    // From the end to the beginning, so that no change moves another's line.
    for (const change of [...changes].sort((a, b) => b.offset - a.offset)) {
      const line = 1 + lineEnds(text.slice(0, change.offset));
      const removed = lineEnds(text.slice(change.offset, change.offset + change.length));
      const added = lineEnds(change.text);
      // A line end that ends the text belongs to the lines that were there.
      const last = line + lineEnds(change.text.trimEnd());
      this.#note({ path, line, removed, added, last, visible: change.text.trim() !== '' });
    }
    this.#edits.sort((a, b) => a.at - b.at);
    this.#edits = this.#edits.slice(-mostEdits);
  }

  #note({ path, line, removed, added, last, visible }: LineChange): void {
    this.#count += 1;
    const moved = (at: number): number => {
      if (at <= line) return at;
      return Math.max(line, at + added - removed);
    };
    let near: Edit | null = null;
    for (const edit of this.#edits) {
      if (edit.path !== path) continue;
      const touches = line <= edit.endLine + contextLines && line + removed >= edit.startLine - contextLines;
      edit.startLine = moved(edit.startLine);
      edit.endLine = moved(edit.endLine);
      if (touches) near = edit;
    }
    if (near !== null) {
      near.startLine = Math.min(near.startLine, line);
      near.endLine = Math.max(near.endLine, last);
      near.at = this.#count;
    } else if (visible) {
      this.#edits.push({ id: this.#count, path, startLine: line, endLine: last, at: this.#count });
    }
  }

  /** Forgets the edits of a file. */
  forget(path: string): void {
    this.#edits = this.#edits.filter((edit) => edit.path !== path);
  }

  /** Edits outside of what is visible, the oldest first, with the text that `textOf` gives for their files. */
  segments(request: EditsRequest, textOf: (path: string) => string | null): EditSegment[] {
    const { visible } = request;
    return this.#edits.flatMap(({ id, path, startLine, endLine }): EditSegment[] => {
      const from = Math.max(1, startLine - contextLines);
      const to = Math.min(endLine, startLine + mostLines - 1) + contextLines;
      if (path === request.path && from <= visible.endLine && to >= visible.startLine) return [];
      const lines = linesOf(textOf(path) ?? '', from, to);
      const text = lines.join('\n');
      if (text.trim() === '' || text.length > mostUnits) return [];
      return [{ id, kind: 'edits', path, startLine: from, endLine: from + lines.length - 1, text }];
    });
  }
}

/** Lines `from` to `to` (from 1) of a text, as many of them as there are, without their ends. */
function linesOf(text: string, from: number, to: number): string[] {
  let start = 0;
  for (let line = 1; line < from; line += 1) {
    start = text.indexOf('\n', start) + 1;
    if (start === 0) return [];
  }
  let end = start;
  for (let line = from; line <= to && end !== -1; line += 1)
    end = text.indexOf('\n', end + (line > from ? 1 : 0));
  return text.slice(start, end === -1 ? text.length : end).split(/\r?\n/);
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/**
 * Recent edits as they were first shown beside one file: new ones come behind the others, until they take more than
 * their budget; then the older half goes at once.
 */
export class EditLog {
  #path: string | null = null;
  #shown: PromptSegment[] = [];
  #taken = new Set<number>();

  /** What to show, given the edits there are now (the oldest first), in at most `budget` tokens. */
  update(
    request: EditsRequest,
    edits: readonly EditSegment[],
    budget: number,
    count: TokenCount,
  ): readonly PromptSegment[] {
    const { path, visible } = request;
    const seen = (one: PromptSegment): boolean =>
      one.path === path && one.startLine <= visible.endLine && one.endLine >= visible.startLine;
    if (path !== this.#path || this.#shown.some(seen)) {
      this.#shown = [];
      this.#taken.clear();
    }
    this.#path = path;
    for (const { id, kind, path, startLine, endLine, text } of edits) {
      const edit = { kind, path, startLine, endLine, text };
      if (this.#taken.has(id) || tokensOfSegments([edit], count) > budget) continue;
      this.#taken.add(id);
      this.#shown.push(edit);
    }
    while (tokensOfSegments(this.#shown, count) > budget)
      this.#shown.splice(0, Math.ceil(this.#shown.length / 2));
    return [...this.#shown];
  }
}

/** Tokens of segments with their headers. */
export function tokensOfSegments(segments: readonly PromptSegment[], count: TokenCount): number {
  return segments.reduce((sum, { path, text }) => sum + count(headerOf(path)) + count(`${text}\n`), 0);
}
