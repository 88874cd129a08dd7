import { isBlank } from '../indent.ts';
import { leftOfCursor } from '../multiline.ts';
import { visibleLines, words, type Piece } from './pieces.ts';
import type { Filter } from './types.ts';

/** A loop is cut from its third round on; two equal neighbours are ordinary code. */
const LOOP_ROUNDS = 3;

/** Fewer words than this repeat in ordinary code, as in `1, 1, 1`. */
const MIN_LOOP_WORDS = 4;

/** A line stuck on a piece of up to `period` units: at least so many rounds, and so long, is no ordinary code. */
const STUCK = { period: 16, rounds: 5, length: 10, lengthOfOneUnit: 20 };

/** Cuts off a loop, or refuses a line that is stuck in one. */
export const repeatsItself: Filter = {
  name: 'repeats-itself',
  apply(text, { cursor, multiline }) {
    const whole = cutLoop(text, visibleLines(text, leftOfCursor(cursor)), 1);
    const kept = cutLoop(whole, words(whole), MIN_LOOP_WORDS);
    const oneLine = !multiline || !kept.includes('\n');
    // A line that ends in a loop was lost before it; blank where the line that is repeated is the cursor's own.
    const lost = oneLine && (kept !== whole || isStuck(kept.trim()));
    return isBlank(kept) || lost ? { reason: 'repeats-itself' } : kept;
  },
};

/** `text` with only the first round of the loop that its `pieces` end in, if they do; `least` pieces a round. */
function cutLoop(text: string, pieces: readonly Piece[], least: number): string {
  for (let period = least; period * LOOP_ROUNDS <= pieces.length; period++) {
    let matches = 0;
    let index = pieces.length - 1;
    // The last piece may have been broken off.
    const broken = pieces[index]?.whole !== pieces[index - period]?.whole;
    while (index >= period && repeats(pieces, index, period)) {
      matches++;
      index--;
    }
    if (matches - (broken ? 1 : 0) < (LOOP_ROUNDS - 1) * period) continue;
    return text.slice(0, pieces[index]?.end);
  }
  return text;
}

function repeats(pieces: readonly Piece[], index: number, period: number): boolean {
  const piece = pieces[index]?.whole ?? '';
  const earlier = pieces[index - period]?.whole ?? '';
  return index === pieces.length - 1 ? earlier.startsWith(piece) : piece === earlier;
}

/** True where most of `line` is one short piece over and over; rulers such as `-----` and blanks are fine. */
function isStuck(line: string): boolean {
  for (let period = 1; period <= STUCK.period; period++) {
    const least = Math.max(period === 1 ? STUCK.lengthOfOneUnit : STUCK.length, STUCK.rounds * period);
    let length = period;
    for (let index = period; index < line.length; index++) {
      length = line[index] === line[index - period] ? length + 1 : period;
      if (length < least || length * 2 <= line.length) continue;
      const piece = line.slice(index - period + 1, index + 1);
      if (!/^(?:[-=*#_~/+.─═]+|\s+)$/.test(piece) && (period === 1 || !isOneUnit(piece))) return true;
    }
  }
  return false;
}

/** True for a piece that only repeats its first unit: a run that counts as long as one of period 1 only. */
function isOneUnit(piece: string): boolean {
  return [...piece].every((char) => char === piece[0]);
}
