import type { TextChange } from '../text/textDocument.ts';

/** Times after an acceptance at which it is looked at again: 30 seconds and 5 minutes. */
export const SURVIVAL_MS = [30_000, 300_000] as const;
export type SurvivalTime = (typeof SURVIVAL_MS)[number];

/** An accepted text, in the document as it is after the acceptance. */
export interface AcceptedText {
  readonly id: string;
  readonly document: string;
  readonly offset: number;
  readonly text: string;
  readonly languageId: string;
  /** Milliseconds of any steady clock, the same for all calls. */
  readonly at: number;
}

/** Whether an accepted text is still there. */
export interface SurvivalVerdict {
  readonly id: string;
  readonly languageId: string;
  readonly after: SurvivalTime;
  readonly still: boolean;
  /** Share of its visible characters that nobody has touched, 0 to 1. */
  readonly share: number;
}

/** As in Copilot's ghost text, where an edit distance below half of the length counts as still in the code. */
const LEAST_SHARE = 0.5;

/** Longer replacements are compared by their beginnings. */
const MOST_WORDS = 2_000;

/** A stretch of the accepted text that stands unchanged at `offset` of the document. */
interface Piece {
  readonly offset: number;
  readonly text: string;
}

interface Tracked {
  readonly accepted: AcceptedText;
  readonly visible: number;
  /** Ascending and apart. */
  pieces: readonly Piece[];
  /** Index of the next of `SURVIVAL_MS`. */
  next: number;
}

/**
 * Follows accepted texts through later changes. The measure: visible characters of the text that were neither deleted
 * nor replaced; of a replaced stretch, the words that stand in the replacement in the same order were not. What is
 * deleted and put back counts as gone, so the figure is a lower bound. Pure; the oldest of more than `limit` texts is
 * given up unjudged, and so are those of a document that is closed.
 */
export class Survivals {
  readonly #limit: number;
  #tracked: Tracked[] = [];

  constructor(limit = 200) {
    this.#limit = limit;
  }

  accepted(accepted: AcceptedText): void {
    const visible = visibleLength(accepted.text);
    if (visible === 0) return;
    const pieces = [{ offset: accepted.offset, text: accepted.text }];
    this.#tracked = [...this.#tracked, { accepted, visible, pieces, next: 0 }].slice(-this.#limit);
  }

  /** An acceptance was undone. */
  undone(id: string): void {
    this.#tracked = this.#tracked.filter(({ accepted }) => accepted.id !== id);
  }

  /**
   * The changes of one edit that came after the acceptances told so far; all offsets count in the text before it.
   * Call `due` before it, so that a late look does not see what came after its time.
   */
  changed(document: string, changes: readonly TextChange[]): void {
    const sorted = [...changes].sort((a, b) => b.offset - a.offset);
    for (const tracked of this.#tracked) {
      if (tracked.accepted.document !== document) continue;
      for (const change of sorted) {
        tracked.pieces = tracked.pieces.flatMap((piece) => survivors(piece, change));
      }
    }
  }

  /** The verdicts whose time has come; each is given once. */
  due(now: number): SurvivalVerdict[] {
    const verdicts: SurvivalVerdict[] = [];
    for (const tracked of this.#tracked) {
      const { accepted, visible, pieces } = tracked;
      for (;;) {
        const after = SURVIVAL_MS[tracked.next];
        if (after === undefined || now - accepted.at < after) break;
        tracked.next++;
        const share = pieces.reduce((sum, piece) => sum + visibleLength(piece.text), 0) / visible;
        const { id, languageId } = accepted;
        verdicts.push({ id, languageId, after, share, still: share >= LEAST_SHARE });
      }
    }
    this.#tracked = this.#tracked.filter(({ next }) => next < SURVIVAL_MS.length);
    return verdicts;
  }

  /** Milliseconds from `now` until `due` has something to say; null where nothing is followed. */
  wait(now: number): number | null {
    const times = this.#tracked.map(({ accepted, next }) => accepted.at + (SURVIVAL_MS[next] ?? 0) - now);
    return times.length === 0 ? null : Math.max(0, Math.min(...times));
  }

  closed(document: string): void {
    this.#tracked = this.#tracked.filter(({ accepted }) => accepted.document !== document);
  }
}

function visibleLength(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/** What is left of `piece` after `change`, and where. */
function survivors(piece: Piece, change: TextChange): Piece[] {
  const { offset, text } = piece;
  const end = offset + text.length;
  const changeEnd = change.offset + change.length;
  const shift = change.text.length - change.length;
  if (changeEnd <= offset) return [{ offset: offset + shift, text }];
  if (change.offset >= end) return [piece];
  const from = Math.max(change.offset, offset);
  const to = Math.min(changeEnd, end);
  return [
    { offset, text: text.slice(0, from - offset) },
    ...wordsKept(text.slice(from - offset, to - offset), change),
    { offset: to + shift, text: text.slice(to - offset) },
  ].filter((left) => left.text !== '');
}

/** The words of `replaced` that the text of `change` has in the same order, the whole at once if it is there. */
function wordsKept(replaced: string, change: TextChange): Piece[] {
  const whole = replaced === '' ? -1 : change.text.indexOf(replaced);
  if (whole >= 0) return [{ offset: change.offset + whole, text: replaced }];
  const kept: Piece[] = [];
  const standing = [...change.text.matchAll(WORDS)].slice(0, MOST_WORDS);
  let next = 0;
  for (const [word] of [...replaced.matchAll(WORDS)].slice(0, MOST_WORDS)) {
    const at = standing.findIndex((candidate, index) => index >= next && candidate[0] === word);
    if (at < 0) continue;
    kept.push({ offset: change.offset + (standing[at]?.index ?? 0), text: word });
    next = at + 1;
  }
  return kept;
}

const WORDS = /[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu;
