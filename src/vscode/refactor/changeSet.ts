import { decidedChange, hunksOf } from '../../core/refactor/hunks.ts';
import { fileMove, rebaseChange, type FileMove, type FollowedPlace } from '../../core/refactor/rebase.ts';
import type { FileChange, RefactorProblem, TextEdit } from '../../core/refactor/types.ts';
import type { HunkDecision, ShownHunk } from './shown.ts';

/** What becomes of one file, for its text as it is now. */
export interface DecidedFile {
  /** Without the refused hunks; one that changes nothing where all of them are. */
  readonly change: FileChange;
  readonly hunks: readonly ShownHunk[];
}

/** Gives the present text of a file; null for one that is not there. */
export type TextOf = (path: string) => string | null;

/** Gives where the target of the change is; null for a file that it is not in. */
export type PlaceIn = (path: string) => FollowedPlace | null;

/** The change of an answer, with what the user said of its hunks, for files that go on changing. */
export class ChangeSet {
  readonly #given: readonly FileChange[];
  readonly #hunks: ReadonlyMap<string, readonly TextEdit[]>;
  readonly #decisions = new Map<string, HunkDecision[]>();
  readonly #placeIn: PlaceIn;
  readonly #compare: typeof fileMove;

  /** `compare` finds what happened to a file: once for each time that a file is asked about. */
  constructor(changes: readonly FileChange[], placeIn: PlaceIn = () => null, compare = fileMove) {
    this.#given = changes;
    this.#placeIn = placeIn;
    this.#compare = compare;
    this.#hunks = new Map(changes.map((change) => [change.path, hunksOf(change)]));
    for (const [path, hunks] of this.#hunks)
      this.#decisions.set(
        path,
        hunks.map(() => 'open'),
      );
  }

  get changes(): readonly FileChange[] {
    return this.#given;
  }

  /** False where there is no such hunk. */
  decide(path: string, hunk: number, decision: HunkDecision): boolean {
    const own = this.#decisions.get(path);
    if (own?.[hunk] === undefined) return false;
    own[hunk] = decision;
    return true;
  }

  /** Whether some hunk is neither accepted nor refused. */
  get isOpen(): boolean {
    return [...this.#decisions.values()].some((all) => all.includes('open'));
  }

  get isRefused(): boolean {
    return [...this.#decisions.values()].every((all) => all.every((one) => one === 'refused'));
  }

  /** The change for the files as they are now, in the order of the answer; or why it does not fit them any more. */
  at(textOf: TextOf): readonly DecidedFile[] | RefactorProblem {
    const files: DecidedFile[] = [];
    for (const given of this.#given) {
      const now = textOf(given.path);
      const move = this.#moveOf(given, now);
      const change = this.#decided(given, now, move);
      if ('code' in change) return change;
      files.push({ change, hunks: this.#shownHunks(given, now, move) });
    }
    return files;
  }

  /** The change as it was given, for the files as they were then. */
  get asGiven(): readonly DecidedFile[] {
    return this.#given.map((change) => ({ change, hunks: this.#shownHunks(change, change.before, null) }));
  }

  /** What happened to a file; null where there is nothing that edits could move in. */
  #moveOf({ path, before }: FileChange, now: string | null): FileMove | null {
    if (before === null || now === null || before === now) return null;
    return this.#compare(before, now, this.#placeIn(path));
  }

  #decided(given: FileChange, now: string | null, move: FileMove | null): FileChange | RefactorProblem {
    const refused = this.#decisionsOf(given.path).flatMap((one, at) => (one === 'refused' ? [at] : []));
    const decided = decidedChange(given, new Set(refused));
    if (decided !== null) return rebaseChange(decided, now, move ?? undefined);
    return { ...given, before: now, after: now ?? '', edits: [] };
  }

  #shownHunks(given: FileChange, now: string | null, move: FileMove | null): ShownHunk[] {
    const decisions = this.#decisionsOf(given.path);
    const hunks = this.#hunks.get(given.path) ?? [];
    const places = given.before === now ? hunks : (move?.moved(hunks) ?? []);
    return hunks.map((_, at) => ({
      edit: editAt(places[at], now),
      decision: decisions[at] ?? 'open',
    }));
  }

  #decisionsOf(path: string): readonly HunkDecision[] {
    return this.#decisions.get(path) ?? [];
  }
}

/** At the text's end where its place is gone, as that of a refused one may be. */
function editAt(place: ReturnType<FileMove['moved']>[number] | undefined, now: string | null): TextEdit {
  if (typeof place === 'object') return place;
  const end = now?.length ?? 0;
  return { start: end, end, text: '' };
}
