/**
 * A stretch counts as repeated without end when it stands four times in a row at least, and all of these have 2000
 * characters. What people want has that rarely: 40 equal rows of 50 characters, a ruler of 2000 dashes, one paragraph
 * of 500 characters four times; lines of closing braces differ by their indentation, rows of a table by a number. A
 * model that is caught in a loop writes 2000 characters (some 500 tokens) soon, and 2000 more cost little beside what
 * it would write up to its limit.
 */
const fewestRepeats = 4;
const fewestUnits = 2000;

/** Longest stretch that is looked for: some 1000 tokens, longer than any section that small models loop over. */
const longestPeriod = 4000;

/** Units between two looks, and those by which the stretch's last appearance is found. */
const step = 256;
const needleLength = 48;

/** Places that are tried at one look: the needle may stand in the stretch more than once. */
const mostCandidates = 16;

/** Notices that a model writes the same again and again. Takes time linear in the text, and 16,000 characters. */
export class Repetition {
  #text = '';
  /** Units that came since the last look. */
  #since = 0;

  /** Takes more text; true once it goes round in circles. Where the text is cut makes no difference. */
  push(text: string): boolean {
    for (let at = 0; at < text.length;) {
      const part = text.slice(at, at + step - this.#since);
      at += part.length;
      this.#since += part.length;
      this.#text += part;
      if (this.#since < step) continue;
      this.#since = 0;
      this.#text = this.#text.slice(-fewestRepeats * longestPeriod);
      if (isCircular(this.#text)) return true;
    }
    return false;
  }
}

function isCircular(text: string): boolean {
  if (text.length < fewestUnits) return false;
  const needleAt = text.length - needleLength;
  const needle = text.slice(needleAt);
  let at = needleAt;
  for (let candidate = 0; candidate < mostCandidates; candidate += 1) {
    at = at === 0 ? -1 : text.lastIndexOf(needle, at - 1);
    if (at === -1 || needleAt - at > longestPeriod) return false;
    if (repeats(text, needleAt - at)) return true;
  }
  return false;
}

/** Whether the text ends with the same `period` units often enough. */
function repeats(text: string, period: number): boolean {
  const needed = Math.max(fewestRepeats * period, fewestUnits);
  if (text.length < needed) return false;
  for (let at = text.length - 1; at >= text.length - needed + period; at -= 1) {
    if (text[at] !== text[at - period]) return false;
  }
  return true;
}
