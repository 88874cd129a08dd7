import { pairsOf } from './pairs.ts';

/** A session to be made out of a real source file: lines that are cut out of it and typed anew. */
export interface TraceRecipe {
  /** The package and the file, as in bench/sources.json. */
  readonly package: string;
  readonly file: string;
  readonly seed: number;
  /** Stretches of lines (from 1, the last one included), not overlapping, in the order in which they are typed. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  /** Mean speed; each keystroke takes up to `jitter` (a share) more or less than it. */
  readonly charactersPerMinute: number;
  readonly jitter: number;
  /** How often, by character typed, one stops to think, and for how long at most. */
  readonly pauses: { readonly share: number; readonly mostMs: number };
  /** How often a letter is mistyped and corrected by a backspace. */
  readonly typos: number;
  /** How many times the cursor goes elsewhere and comes back. */
  readonly moves: number;
  /** How many lines are finished by accepting what is shown (and putting the line right, where that was wrong). */
  readonly accepts: number;
  /** Whether the editor closes brackets and quotes as they are opened; what it put there is typed over later. */
  readonly closesBrackets?: boolean;
}

type Line = Readonly<Record<string, unknown>>;

/**
 * The recipe's session over `source` as JSON lines (docs/command-line.md), the same for the same arguments. Followed
 * to its end, it leaves the text of `source`, its line ends made `\n`.
 */
export function makeTrace(recipe: TraceRecipe, path: string, source: string): string {
  return new Maker(recipe, path, source.replaceAll('\r\n', '\n')).make();
}

/** What the editor put behind the cursor by itself: a closer or its line's beginning, and its place in the span. */
interface Waiting {
  readonly at: number;
  readonly text: string;
}

/** A stretch of the source that is cut and typed again: its place in the whole text and its text. */
interface Cut {
  readonly start: number;
  readonly text: string;
}

class Maker {
  readonly #recipe: TraceRecipe;
  readonly #path: string;
  readonly #cuts: readonly Cut[];
  readonly #random: () => number;
  readonly #lines: Line[] = [];
  #text: string;
  #atMs = 0;
  /** Pairs of the span that is typed, and what of them stands behind the cursor already, the nearest first. */
  #pairs: ReadonlyMap<number, number> = new Map();
  #waiting: readonly Waiting[] = [];

  constructor(recipe: TraceRecipe, path: string, source: string) {
    this.#recipe = recipe;
    this.#path = path;
    this.#random = mulberry32(recipe.seed);
    this.#cuts = recipe.spans.map(({ from, to }) => cut(source, from, to));
    this.#text = source;
    for (const { start, text } of [...this.#cuts].sort((a, b) => b.start - a.start)) {
      this.#text = this.#text.slice(0, start) + this.#text.slice(start + text.length);
    }
  }

  make(): string {
    this.#open();
    const accepts = this.#chosen(this.#recipe.accepts);
    const moves = this.#chosen(this.#recipe.moves);
    for (const [index, { start, text }] of this.#cuts.entries()) {
      // What earlier spans put before this one has moved it; what is still to come before it is missing.
      const missing = this.#cuts.slice(index + 1).filter((other) => other.start < start);
      const at = start - missing.reduce((sum, other) => sum + other.text.length, 0);
      this.#wait(this.#recipe.pauses.mostMs);
      this.#move(at);
      this.#typeSpan(at, text, `${index}:`, accepts, moves);
    }
    return this.#lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }

  /** Names `span:line` of so many different visible lines, by chance. */
  #chosen(count: number): ReadonlySet<string> {
    const names = this.#cuts.flatMap(({ text }, span) =>
      text.split('\n').flatMap((line, index) => (line.trim().length >= 12 ? [`${span}:${index}`] : [])),
    );
    const chosen = new Set<string>();
    while (chosen.size < Math.min(count, names.length)) {
      chosen.add(names[Math.floor(this.#random() * names.length)] ?? '');
    }
    return chosen;
  }

  #typeSpan(
    start: number,
    text: string,
    span: string,
    accepts: ReadonlySet<string>,
    moves: ReadonlySet<string>,
  ): void {
    let at = start;
    this.#pairs = this.#recipe.closesBrackets === true ? pairsOf(text) : new Map();
    for (const [index, line] of text.split('\n').entries()) {
      const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
      const visible = line.slice(indent.length);
      // An editor indents the new line in the same edit as the line end.
      const lead = (index === 0 ? '' : '\n') + indent;
      if (lead !== '') at = this.#typeSource(at, lead, at - start, text);
      if (moves.has(`${span}${index}`)) this.#excursion(at);
      const byHand = accepts.has(`${span}${index}`) ? Math.ceil(visible.length / 3) : visible.length;
      for (const character of wholeCharacters(visible, byHand)) {
        this.#slip(at, character);
        at = this.#typeSource(at, character, at - start, text);
      }
      const rest = line.slice(at - this.#lineStart(at));
      if (rest !== '') at = this.#accept(at, rest, at - start);
    }
  }

  #lineStart(at: number): number {
    return at === 0 ? 0 : this.#text.lastIndexOf('\n', at - 1) + 1;
  }

  /** Before some letters a wrong one comes and goes, before some characters a pause. */
  #slip(at: number, character: string): void {
    const { typos, pauses } = this.#recipe;
    if (/^[a-z]$/.test(character) && this.#random() < typos) {
      const slip = String.fromCharCode(
        97 + ((character.charCodeAt(0) - 97 + 1 + Math.floor(this.#random() * 25)) % 26),
      );
      this.#type(at, slip);
      this.#wait(300);
      this.#lines.push({ delete: { offset: at, length: 1, atMs: this.#key() } });
      this.#text = this.#text.slice(0, at) + this.#text.slice(at + 1);
    }
    if (this.#random() < pauses.share) this.#wait(pauses.mostMs);
  }

  /** Types what stands at `place` of the span's source: over what waits there, or anew with what the editor adds. */
  #typeSource(at: number, text: string, place: number, source: string): number {
    const [next, ...others] = this.#waiting;
    if (next?.at === place) {
      this.#waiting = others;
      if (!text.startsWith('\n')) return this.#type(at, text, { over: text.length });
      // The closer's own line is there already: one goes to it with the arrow key.
      this.#move(at + next.text.length);
      return at + text.length;
    }
    const added = text.startsWith('\n') ? this.#splitPair(place, source) : this.#closerFor(place, source);
    if (added === null) return this.#type(at, text);
    this.#waiting = [added, ...this.#waiting];
    return this.#type(at, text, { closer: added.text });
  }

  #closerFor(place: number, source: string): Waiting | null {
    const at = this.#pairs.get(place);
    return at === undefined ? null : { at, text: source.charAt(at) };
  }

  /** A line end between an opener and its closer puts the closer on a line of its own, if the source has it there. */
  #splitPair(place: number, source: string): Waiting | null {
    const closer = this.#pairs.get(place - 1);
    if (closer === undefined || this.#waiting[0]?.at !== closer) return null;
    const lead = /\n[ \t]*$/.exec(source.slice(place, closer))?.[0] ?? '';
    const at = closer - lead.length;
    return lead === '' || at === place ? null : { at, text: lead };
  }

  #type(at: number, text: string, more: { over?: number; closer?: string } = {}): number {
    this.#lines.push({ type: { offset: at, text, ...more, atMs: this.#key() } });
    const { over = 0, closer = '' } = more;
    this.#text = this.#text.slice(0, at) + text + closer + this.#text.slice(at + over);
    return at + text.length;
  }

  /** Accepts what is shown, looks at it, and makes the line what it has to be. */
  #accept(at: number, rest: string, place: number): number {
    this.#wait(600);
    this.#lines.push({ accept: { atMs: this.#key() } });
    const done = this.#waiting.filter((waiting) => waiting.at < place + rest.length);
    const over = done.reduce((sum, { text }) => sum + text.length, 0);
    this.#waiting = this.#waiting.slice(done.length);
    this.#text = this.#text.slice(0, at) + rest + this.#text.slice(at + over);
    this.#open();
    this.#wait(600);
    return at + rest.length;
  }

  #excursion(at: number): void {
    const elsewhere = Math.floor(this.#random() * this.#text.length);
    this.#move(this.#lineStart(elsewhere));
    this.#wait(this.#recipe.pauses.mostMs);
    this.#move(at);
  }

  #open(): void {
    this.#lines.push({ open: { path: this.#path, text: this.#text } });
  }

  #move(offset: number): void {
    this.#lines.push({ move: { offset, atMs: this.#key() } });
  }

  /** Lets up to `mostMs` pass. */
  #wait(mostMs: number): void {
    this.#atMs += Math.round(this.#random() * mostMs);
  }

  /** The time of the next keystroke. */
  #key(): number {
    const { charactersPerMinute, jitter } = this.#recipe;
    const spread = 1 + jitter * (2 * this.#random() - 1);
    this.#atMs += Math.max(1, Math.round((60_000 / charactersPerMinute) * spread));
    return this.#atMs;
  }
}

/** Lines `from` to `to` of a source without the last one's line end; throws RangeError where there are none. */
function cut(source: string, from: number, to: number): Cut {
  const lines = source.split('\n');
  if (from < 1 || to < from || to > lines.length) {
    throw new RangeError(`The source has no lines ${from} to ${to}; it has ${lines.length}.`);
  }
  const start = lines.slice(0, from - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return { start, text: lines.slice(from - 1, to).join('\n') };
}

/** The characters of the first `length` units of a text; none is halved. */
function wholeCharacters(text: string, length: number): string[] {
  const characters: string[] = [];
  let units = 0;
  for (const character of text) {
    if (units >= length) break;
    characters.push(character);
    units += character.length;
  }
  return characters;
}

/** A small random generator (Tommy Ettinger's mulberry32, public domain): numbers from 0 up to 1 by a seed. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
