import type { TextChange } from '../text/textDocument.ts';
import { agreement } from './agreement.ts';

/**
 * What became of suggestions. VS Code's own events for it are proposed API, so all of this is inferred from changes of
 * documents and the command of the item, and has to be shown as inferred.
 */
export type FateKind = 'accepted' | 'partly-accepted' | 'typed' | 'rejected' | 'ignored';

export interface Fate {
  readonly kind: FateKind;
  readonly id: string;
  readonly document: string;
  readonly languageId: string;
  /** The piece that went into the document; for `rejected` and `ignored`, what was on offer at the end. */
  readonly text: string;
  /** UTF-16 units of the suggestion that went into the document by this; 0 where none did. */
  readonly characters: number;
  readonly at: number;
  /** Where `text` begins, in the document as it is after the change; where it was offered, for the others. */
  readonly place: { readonly offset: number };
  /** How many pieces of this suggestion have been accepted by words or lines so far, this one included. */
  readonly parts: number;
  /** True where an acceptance that was told before has been undone. */
  readonly undone: boolean;
}

/** A suggestion that the editor was given. */
export interface ShownSuggestion {
  /** Another one for each suggestion, never used again. */
  readonly id: string;
  readonly document: string;
  /** The cursor, in UTF-16 units. */
  readonly offset: number;
  /** As it would be inserted, in the document's line ends. */
  readonly text: string;
  /** Units right of the cursor that it replaces. */
  readonly replaceRight: number;
  /** Other suggestions for the same place, which the user may choose instead. */
  readonly alternatives?: readonly { readonly text: string; readonly replaceRight: number }[];
  readonly languageId: string;
  /** Milliseconds of any steady clock, the same for all calls. */
  readonly at: number;
}

/** A suggestion counts as read after being visible for so long (Cody's `is-completion-visible.ts`). */
export const READ_MS = 750;

/** An acceptance that is undone within this time was none. */
const UNDO_MS = 5_000;

/** Documents with a suggestion or an acceptance that are watched at a time. */
const MOST_DOCUMENTS = 50;

/** Acceptances whose command may still come. */
const MOST_SETTLED = 100;

/** A suggestion on the screen; `offset`, `rest` and `replaceRight` move on as its beginning is typed. */
interface Live extends Omit<ShownSuggestion, 'text'> {
  readonly ids: ReadonlySet<string>;
  readonly rest: string;
  readonly parts: number;
}

/** Where a whole acceptance stands, while its undoing can be noticed. */
interface Accepted {
  readonly live: Live;
  readonly offset: number;
  readonly inserted: number;
  readonly replaced: number;
  readonly text: string;
  readonly at: number;
}

/** Follows the last suggestion of each document to its end. Each ends once; pure, and bounded in memory. */
export class SuggestionFates {
  readonly #live = new Map<string, Live>();
  readonly #accepted = new Map<string, Accepted>();
  /** Suggestions accepted by the command, whose change has not come yet. */
  readonly #awaited = new Map<string, Live>();
  /** Ids that have ended, oldest first: a command that comes late says nothing new. */
  readonly #settled = new Set<string>();
  /** What was found out in a call that returns nothing. */
  #pending: Fate[] = [];

  /**
   * A suggestion was given to the editor. Another one of this document ends, unless this is its own rest; false for that.
   */
  shown(suggestion: ShownSuggestion): boolean {
    const { id, document, text } = suggestion;
    const before = this.#live.get(document);
    this.#awaited.delete(document);
    if (text === '' || this.#settled.has(id)) return false;
    if (before !== undefined && isSame(before, suggestion)) {
      this.#live.set(document, { ...before, ...suggestion, ...kept(before, id), rest: text });
      return false;
    }
    if (before !== undefined) this.#pending.push(...this.#end(before, 'ignored', suggestion.at));
    if (this.#settled.has(id)) return false;
    this.#bound(suggestion.at);
    this.#live.set(document, { ...suggestion, ids: new Set([id]), rest: text, parts: 0 });
    return true;
  }

  /** The changes of one edit; all offsets count in the text before it, as editors report them. */
  changed(document: string, changes: readonly TextChange[], at: number): Fate[] {
    const fates = this.#flush();
    if (changes.length === 0) return fates;
    fates.push(...this.#undone(document, changes, at));
    const awaited = this.#awaited.get(document);
    this.#awaited.delete(document);
    if (awaited !== undefined) {
      this.#watchUndo(awaited, changes, at);
      return fates;
    }
    const live = this.#live.get(document);
    if (live !== undefined) fates.push(...this.#change(live, changes, at));
    return fates;
  }

  /** The item's command ran. The change may have come before, or may come yet. */
  command(id: string, at: number): Fate[] {
    const fates = this.#flush();
    const live = [...this.#live.values()].find(({ ids }) => ids.has(id));
    if (live === undefined) return fates;
    this.#awaited.set(live.document, live);
    fates.push(...this.#end(live, 'accepted', at, live.rest.length));
    return fates;
  }

  /** The cursor of the document was put at `offset`. Ghost text is shown at its own place only. */
  moved(document: string, offset: number, at: number): Fate[] {
    const live = this.#live.get(document);
    if (live === undefined || live.offset === offset) return this.#flush();
    return [...this.#flush(), ...this.#end(live, 'ignored', at)];
  }

  /** The document was closed; `at` as everywhere, by default the time at which its suggestion was shown. */
  closed(document: string, at?: number): Fate[] {
    const live = this.#live.get(document);
    this.#accepted.delete(document);
    this.#awaited.delete(document);
    const fates = this.#flush();
    return live === undefined ? fates : [...fates, ...this.#end(live, 'ignored', at ?? live.at)];
  }

  #change(shown: Live, changes: readonly TextChange[], at: number): Fate[] {
    const here = changes.filter((change) => change.offset === shown.offset && change.text !== '');
    const [change] = here;
    if (change === undefined || here.length > 1 || !areApart(changes)) return this.#end(shown, 'ignored', at);
    const live = [shown, ...alternativesOf(shown)].find((one) => agreement(one, change) !== null) ?? shown;
    const moved = { ...live, offset: live.offset + shiftBefore(changes, live.offset) };
    const taken = agreement(live, change);
    if (taken === null) return this.#end(live, at - live.at >= READ_MS ? 'rejected' : 'ignored', at);
    if (taken.units === live.rest.length) {
      if (taken.kind !== 'typed') this.#watchUndo(live, changes, at);
      return this.#end(moved, taken.kind === 'typed' ? 'typed' : 'accepted', at, taken.units);
    }
    const parts = live.parts + (taken.kind === 'typed' ? 0 : 1);
    this.#live.set(live.document, {
      ...moved,
      offset: moved.offset + change.text.length - taken.extra.length,
      rest: live.rest.slice(taken.units),
      alternatives: [],
      // An automatic closer will be replaced by the suggestion's own.
      replaceRight: Math.max(0, live.replaceRight - change.length) + taken.extra.length,
      parts,
    });
    if (taken.kind === 'typed') return [];
    return [fate({ ...moved, parts }, 'partly-accepted', at, live.rest.slice(0, taken.units), taken.units)];
  }

  /** Ends a suggestion with its fate. One of which a part was accepted was neither rejected nor ignored. */
  #end(live: Live, kind: FateKind, at: number, characters = 0): Fate[] {
    this.#live.delete(live.document);
    for (const id of live.ids) {
      this.#settled.add(id);
      if (this.#settled.size > MOST_SETTLED) this.#settled.delete([...this.#settled][0] ?? '');
    }
    if (characters === 0 && live.parts > 0) return [];
    return [fate(live, kind, at, live.rest, characters)];
  }

  #watchUndo(live: Live, changes: readonly TextChange[], at: number): void {
    const change = changes.find(({ offset, text }) => offset === live.offset && text !== '');
    if (change === undefined || !areApart(changes)) return;
    this.#accepted.set(live.document, {
      live,
      offset: live.offset + shiftBefore(changes, live.offset),
      inserted: change.text.length,
      replaced: change.length,
      text: live.rest,
      at,
    });
  }

  /** Whether an edit takes back the last acceptance; else, where that stands after it. */
  #undone(document: string, changes: readonly TextChange[], at: number): Fate[] {
    const accepted = this.#accepted.get(document);
    if (accepted === undefined) return [];
    const { offset, inserted, replaced, live } = accepted;
    this.#accepted.delete(document);
    if (at - accepted.at > UNDO_MS || !areApart(changes)) return [];
    const takesBack = changes.some(
      (change) => change.offset === offset && change.length === inserted && change.text.length === replaced,
    );
    if (takesBack) {
      return [{ ...fate({ ...live, offset }, 'rejected', at, accepted.text, 0), undone: true }];
    }
    const end = offset + inserted;
    if (changes.some((change) => change.offset < end && change.offset + change.length > offset)) return [];
    this.#accepted.set(document, { ...accepted, offset: offset + shiftBefore(changes, offset) });
    return [];
  }

  #flush(): Fate[] {
    const fates = this.#pending;
    this.#pending = [];
    return fates;
  }

  #bound(at: number): void {
    for (const live of this.#live.values()) {
      if (this.#live.size < MOST_DOCUMENTS) break;
      this.#pending.push(...this.#end(live, 'ignored', at));
    }
    for (const map of [this.#accepted, this.#awaited]) {
      for (const document of map.keys()) if (map.size >= MOST_DOCUMENTS) map.delete(document);
    }
    // Nobody asked for so long that what came of them is of no use.
    this.#pending = this.#pending.slice(-MOST_SETTLED);
  }
}

/** What is on offer beside `live`, as if it were shown itself. */
function alternativesOf(live: Live): Live[] {
  const { alternatives = [] } = live;
  return alternatives.map(({ text, replaceRight }) => ({ ...live, rest: text, replaceRight }));
}

function fate(live: Live, kind: FateKind, at: number, text: string, characters: number): Fate {
  const { id, document, languageId, offset, parts } = live;
  return { kind, id, document, languageId, text, characters, at, place: { offset }, parts, undone: false };
}

/** True where `suggestion` is what is left of `before`, or a beginning of it, at the place where that has come to. */
function isSame(before: Live, suggestion: ShownSuggestion): boolean {
  return before.offset === suggestion.offset && before.rest.startsWith(suggestion.text);
}

/** What a suggestion keeps when it is shown again: its first id and time, and what came of it so far. */
function kept(before: Live, id: string): Pick<Live, 'id' | 'ids' | 'at' | 'parts'> {
  return { id: before.id, ids: new Set([...before.ids, id]), at: before.at, parts: before.parts };
}

/** How far the changes before `offset` move it. */
function shiftBefore(changes: readonly TextChange[], offset: number): number {
  return changes
    .filter((change) => change.offset + change.length <= offset && change.offset < offset)
    .reduce((sum, change) => sum + change.text.length - change.length, 0);
}

/** True where no change overlaps another, as editors guarantee. */
function areApart(changes: readonly TextChange[]): boolean {
  const sorted = [...changes].sort((a, b) => a.offset - b.offset || a.length - b.length);
  return sorted.every((change, index) => {
    const next = sorted[index + 1];
    return next === undefined || change.offset + change.length <= next.offset;
  });
}
