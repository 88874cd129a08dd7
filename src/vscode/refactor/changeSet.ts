import { applyEdits } from '../../core/refactor/fileText.ts';
import { decidedChange, hunksOf } from '../../core/refactor/hunks.ts';
import { rebaseChange } from '../../core/refactor/rebase.ts';
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

/** The change of an answer, with what the user said of its hunks, for files that go on changing. */
export class ChangeSet {
  readonly #given: readonly FileChange[];
  readonly #hunks: ReadonlyMap<string, readonly TextEdit[]>;
  readonly #decisions = new Map<string, HunkDecision[]>();

  constructor(changes: readonly FileChange[]) {
    this.#given = changes;
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
      const change = this.#decided(given, now);
      if ('code' in change) return change;
      files.push({ change, hunks: this.#shownHunks(given, now) });
    }
    return files;
  }

  /** The change as it was given, for the files as they were then. */
  get asGiven(): readonly DecidedFile[] {
    return this.#given.map((change) => ({ change, hunks: this.#shownHunks(change, change.before) }));
  }

  #decided(given: FileChange, now: string | null): FileChange | RefactorProblem {
    const refused = this.#decisionsOf(given.path).flatMap((one, at) => (one === 'refused' ? [at] : []));
    const decided = decidedChange(given, new Set(refused));
    if (decided !== null) return rebaseChange(decided, now);
    return { ...given, before: now, after: now ?? '', edits: [] };
  }

  #shownHunks(given: FileChange, now: string | null): ShownHunk[] {
    const decisions = this.#decisionsOf(given.path);
    return (this.#hunks.get(given.path) ?? []).map((edit, at) => ({
      edit: editAt(given, edit, now),
      decision: decisions[at] ?? 'open',
    }));
  }

  #decisionsOf(path: string): readonly HunkDecision[] {
    return this.#decisions.get(path) ?? [];
  }
}

/** Where an edit is in the present text; at the text's end where its place is gone, as that of a refused one may be. */
function editAt(given: FileChange, edit: TextEdit, now: string | null): TextEdit {
  if (given.before === now) return edit;
  const alone = { ...given, after: applyEdits(given.before ?? '', [edit]), edits: [edit] };
  const moved = rebaseChange(alone, now);
  const [place] = 'code' in moved ? [] : hunksOf(moved);
  const end = now?.length ?? 0;
  return place ?? { start: end, end, text: '' };
}
