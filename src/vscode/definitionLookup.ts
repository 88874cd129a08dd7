import type { Target } from '../workspace/protocol.ts';
import type { Timers } from './timers.ts';

/** Lines up to the cursor, the last one cut off at it. */
export interface LookupPlace {
  readonly document: string;
  readonly lines: readonly string[];
  /** Number (from 0) of the first of them. */
  readonly startLine: number;
}

/** A name with where it stands, both numbers from 0. */
export interface NamePlace {
  readonly name: string;
  readonly line: number;
  readonly character: number;
}

export interface LookupPorts {
  readonly timers: Timers;
  /** Where the cursor is; null where nothing is to be asked. */
  place(): LookupPlace | null;
  /** Where a name is defined, as the language server says: in another file, `here` in the same one, null: nowhere. */
  ask(document: string, name: NamePlace): Promise<Omit<Target, 'name'> | 'here' | null>;
  /** Takes all that is known for a document. */
  tell(document: string, targets: readonly Target[]): void;
}

/** Lines before the cursor whose names are asked about (those that say most of what comes next). */
export const lookupLines = 12;
const restMs = 300;
const betweenMs = 1_000;
const mostNames = 8;
/** How long an answer holds: definitions move seldom, and a server that is starting knows nothing yet. */
const knownMs = 120_000;
const unknownMs = 10_000;
/** A server that has not answered by then is busy with something else: others are asked about, and this one later. */
const patienceMs = 5_000;
/** Names that are remembered of one document. */
const mostRemembered = 64;
const longestLine = 500;

interface Answer {
  readonly target: Target | null;
  readonly until: number;
}

/**
 * Decides when to ask the language server about which names: once the cursor has rested, at most once a second, one
 * request at a time, and no more of them as soon as somebody types.
 */
export class DefinitionLookup {
  readonly #ports: LookupPorts;
  /** By document, then by name, the one asked for last at the end. */
  readonly #known = new Map<string, Map<string, Answer>>();
  #stop: (() => void) | null = null;
  #last = -Infinity;
  #running = false;
  /** Whether the cursor came to rest anew while a round was under way. */
  #again = false;
  #round = 0;

  constructor(ports: LookupPorts) {
    this.#ports = ports;
  }

  /** Ends the round that is under way, and looks again once the cursor rests. */
  moved(): void {
    this.#round += 1;
    this.soon();
  }

  /** Looks once the cursor has rested. */
  soon(): void {
    const { timers } = this.#ports;
    this.#stop?.();
    const wait = Math.max(restMs, this.#last + betweenMs - timers.now());
    this.#stop = timers.after(wait, () => {
      this.#stop = null;
      void this.#look();
    });
  }

  closed(document: string): void {
    this.#known.delete(document);
  }

  /** Forgets everything and asks no more until the next `soon`. */
  clear(): void {
    this.#round += 1;
    this.#again = false;
    this.#stop?.();
    this.#stop = null;
    this.#known.clear();
  }

  async #look(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    const place = this.#ports.place();
    if (place === null) return;
    const names = this.#unknownNames(place);
    if (names.length === 0) return;
    this.#running = true;
    this.#last = this.#ports.timers.now();
    try {
      await this.#askFor(place.document, names);
    } finally {
      this.#running = false;
      if (this.#again) this.soon();
      this.#again = false;
    }
  }

  #unknownNames(place: LookupPlace): NamePlace[] {
    const known = this.#known.get(place.document);
    const now = this.#ports.timers.now();
    return namesBefore(place)
      .filter(({ name }) => (known?.get(name)?.until ?? -Infinity) <= now)
      .slice(0, mostNames);
  }

  /** The server's answer; null where it has none, fails, or takes too long. */
  #answer(document: string, place: NamePlace): Promise<Omit<Target, 'name'> | 'here' | null> {
    return new Promise((resolve) => {
      const stop = this.#ports.timers.after(patienceMs, () => resolve(null));
      const settle = (answer: Omit<Target, 'name'> | 'here' | null): void => {
        stop();
        resolve(answer);
      };
      this.#ports.ask(document, place).then(settle, () => settle(null));
    });
  }

  async #askFor(document: string, names: readonly NamePlace[]): Promise<void> {
    const round = ++this.#round;
    const answers = this.#known.get(document) ?? new Map<string, Answer>();
    this.#known.set(document, answers);
    let found = false;
    for (const place of names) {
      const answer = await this.#answer(document, place);
      // What came too late may be about other lines.
      if (round !== this.#round) break;
      const target = answer === null || answer === 'here' ? null : { name: place.name, ...answer };
      const holds = answer === null ? unknownMs : knownMs;
      answers.delete(place.name);
      answers.set(place.name, { target, until: this.#ports.timers.now() + holds });
      const [oldest] = answers.keys();
      if (answers.size > mostRemembered && oldest !== undefined) answers.delete(oldest);
      found ||= target !== null;
    }
    // A document that was closed meanwhile is remembered no longer.
    if (!found || this.#known.get(document) !== answers) return;
    this.#ports.tell(
      document,
      [...answers.values()].flatMap(({ target }) => target ?? []),
    );
  }
}

/** Texts in double quotes and comments up to the line's end hide the names in them. */
const words = /"(?:[^"\\]|\\.)*"|(?:\/\/|#\s).*|[\p{L}_$][\p{L}\p{N}_$]*/gu;
const isName = /^[\p{L}_$]/u;

/** The names of the lines, each where it stands nearest to the cursor, nearest first; without the one being typed. */
export function namesBefore({ lines, startLine }: LookupPlace): NamePlace[] {
  const found = new Map<string, NamePlace>();
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    if (line.length > longestLine) continue;
    for (const match of [...line.matchAll(words)].reverse()) {
      const [name] = match;
      const typed = index === lines.length - 1 && match.index + name.length === line.length;
      if (typed || name.length < 2 || !isName.test(name) || keywords.has(name) || found.has(name)) continue;
      found.set(name, { name, line: startLine + index, character: match.index });
    }
  }
  return [...found.values()];
}

/** Of the languages with a grammar; what is a name in one of them, and seldom of use, is left out in all. */
const keywords: ReadonlySet<string> = new Set(
  `abstract and any as assert async auto await base bool boolean break byte case catch chan char class const
  constexpr continue crate debugger declare def default defer del delete do double dyn elif else elsif end enum
  except export extends extern fallthrough false False final finally float fn for foreach from func function get
  global go goto guard if impl implements import in include inline instanceof int interface internal is keyof lambda
  let local long loop map match mod module move mut namespace never new nil None nonlocal not null nullptr number
  object of operator or out override package pass private protected pub public raise range readonly record ref
  require return sealed select self Self set short signed sizeof static str string struct super switch template
  this throw throws trait true True try type typeof typename undefined union unknown unless unsafe unsigned use
  using val var virtual void volatile when where while with yield`.split(/\s+/),
);
