/** What came of one step of several questions: go on, to the one before, past this one, or end. */
export type Move = 'next' | 'back' | 'skip' | 'end';

/** A question; `forward`: it was not come back to. */
export type Step = (forward: boolean) => Promise<Move>;

/** Asks one question after the other, and back where the user wants; false where it was given up. */
export async function walk(steps: readonly Step[]): Promise<boolean> {
  let at = 0;
  let forward = true;
  while (at < steps.length) {
    const move: Move = (await steps[at]?.(forward)) ?? 'end';
    if (move === 'end') return false;
    if (move !== 'skip') forward = move === 'next';
    at += forward ? 1 : -1;
    // Before the first question there is none to go back to.
    if (at < 0) [at, forward] = [0, true];
  }
  return true;
}
