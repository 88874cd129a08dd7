/**
 * How like two texts are: 1 less their Levenshtein distance over the longer one's length (UTF-16 units). Gives 0 as
 * soon as it is certain that they are less like than `least`, which keeps the work within a band of the table.
 */
export function similarity(a: string, b: string, least: number): number {
  const longest = Math.max(a.length, b.length);
  if (longest === 0) return 1;
  const most = Math.floor((1 - least) * longest + 1e-9);
  if (Math.abs(a.length - b.length) > most) return 0;
  const distance = boundedDistance(a, b, most);
  return distance > most ? 0 : 1 - distance / longest;
}

/** Levenshtein's distance, or more than `most` where it is more (Ukkonen's band). */
function boundedDistance(a: string, b: string, most: number): number {
  const far = most + 1;
  let before = new Int32Array(b.length + 1).fill(far);
  let now = new Int32Array(b.length + 1).fill(far);
  for (let j = 0; j <= Math.min(b.length, most); j += 1) before[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - most);
    const to = Math.min(b.length, i + most);
    now.fill(far);
    if (i <= most) now[0] = i;
    let least = now[0] ?? far;
    for (let j = from; j <= to; j += 1) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      const cost = Math.min((before[j - 1] ?? far) + same, (before[j] ?? far) + 1, (now[j - 1] ?? far) + 1);
      now[j] = Math.min(cost, far);
      least = Math.min(least, now[j] ?? far);
    }
    if (least >= far) return far;
    [before, now] = [now, before];
  }
  return before[b.length] ?? far;
}

/** How like lines are to as many or one more or less, and which of them stands for which. */
export interface LinesLikeness {
  /** The lines' similarities by their lengths, from 0 to 1; 0 where it is certainly less than `least`. */
  readonly likeness: number;
  /** For each of the first lines the one that stands for it; -1 for the one that has none. */
  readonly pairs: readonly number[];
}

/** Compares lines of the one text with lines of the other, and remembers what it has compared. */
export class LineComparison {
  readonly #known = new Map<string, number>();
  readonly #least: number;

  /** `least`: what is less like counts as 0. */
  constructor(least: number) {
    this.#least = least;
  }

  /** `window` has as many lines as `wanted`, one more or one less; blanks at the lines' ends are left out already. */
  likeness(wanted: readonly string[], window: readonly string[]): LinesLikeness {
    const step = window.length - wanted.length;
    const total = Math.max(lengthOf(wanted), lengthOf(window), 1);
    const spare = (1 - this.#least) * total;
    const none: LinesLikeness = { likeness: 0, pairs: [] };
    // Losses of the lines before, and of the lines from each one on, that stand `step` lines further.
    const before = this.#losses(wanted, window, spare);
    if (step === 0) {
      const loss = before[wanted.length];
      if (loss === undefined || loss > spare) return none;
      return { likeness: 1 - loss / total, pairs: wanted.map((_, at) => at) };
    }
    const behind = this.#losses([...wanted].reverse(), [...window].reverse(), spare);
    let best = Infinity;
    let split = 0;
    for (let at = 0; at <= wanted.length - (step < 0 ? 1 : 0); at += 1) {
      // The line without a partner is this one, or stands before it in the window.
      const rest = wanted.length - at - (step < 0 ? 1 : 0);
      const alone = lengthOf([(step < 0 ? wanted[at] : window[at]) ?? '']);
      const loss = (before[at] ?? Infinity) + (behind[rest] ?? Infinity) + alone;
      if (loss < best) [best, split] = [loss, at];
    }
    if (best > spare) return none;
    const pairs = wanted.map((_, at) => (at < split ? at : step < 0 && at === split ? -1 : at + step));
    return { likeness: 1 - best / total, pairs };
  }

  /** What is lost over the first so many lines; ends where it is too much. */
  #losses(wanted: readonly string[], window: readonly string[], spare: number): number[] {
    const losses = [0];
    let sum = 0;
    for (let at = 0; at < Math.min(wanted.length, window.length) && sum <= spare; at += 1) {
      sum += this.#loss(wanted[at] ?? '', window[at] ?? '');
      losses.push(sum);
    }
    return losses;
  }

  #loss(a: string, b: string): number {
    const longest = Math.max(a.length, b.length) + 1;
    if (a === b) return 0;
    const key = `${a}\n${b}`;
    let like = this.#known.get(key);
    if (like === undefined) {
      // Lines that have little in common are nothing like one another, however long.
      like = similarity(a, b, 0.5);
      this.#known.set(key, like);
    }
    return (1 - like) * longest;
  }
}

/** A line end counts too. */
function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
