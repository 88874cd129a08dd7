/** Most tokens guessed at a time. */
export const mostDrafted = 8;
/** How many are guessed while it is found out what that brings. */
const probeSize = 4;
/** Guesses after which it is decided whether a source pays, the first time and when it is looked at again. */
const probes = { first: 6, again: 2 } as const;
/** Single decodes that must be measured first. */
const leastSingles = 4;
/** Decodes after which a source that did not pay is looked at again: twice as many each time, three times. */
const rest = { decodes: 1024, doubled: 3 } as const;
/** Expected gain below which it is not worth the power and the risk: 5 %. */
const leastGain = 0.05;
/** Guesses of any source after which their cost is known well enough to give up all of them for it. */
const leastBatches = 3;
/** Measurements that are kept; their median counts, so that a busy moment does not. */
const kept = 15;
/** How much of what was known before a guess stays known after it. */
const memory = 0.95;

interface Source {
  /** Decayed counts of guessed tokens that were right, and of guesses that ended with a wrong one. */
  right: number;
  wrong: number;
  /** Decayed count of guesses, and of those that brought no token beside the guessed ones. */
  batches: number;
  lost: number;
  /** Guesses still to be made before a decision counts. */
  probes: number;
  /** How often it was found not to pay since it last did. */
  failures: number;
  /** Decode at which a source that is off is looked at again, or null while it is on. */
  again: number | null;
  /** Milliseconds that guessing one token costs. */
  readonly draftMs: number[];
}

/**
 * Decides by measurement whether guessing tokens ahead and evaluating them together pays, and how many: from the
 * milliseconds of single decodes and of batches, and from how often the guesses of each source are right. A batch of
 * 1 + k tokens is taken to cost a single decode and k times a constant. A source that gains less than 5 % is off, and is
 * looked at again after 1,024 decodes, later more rarely; where a guess costs so much that none can pay, all sources are. It counts decodes and never looks at a clock.
 */
export class SpeculationMeter {
  readonly #singles: number[] = [];
  readonly #perToken: number[] = [];
  readonly #sources = new Map<string, Source>();
  #decodes = 0;
  /** Decode up to which all sources are off. */
  #allAgain = 0;
  #failures = 0;

  /** Notes a decode of one token. */
  single(milliseconds: number): void {
    this.#decodes += 1;
    note(this.#singles, milliseconds);
  }

  /**
   * Notes a decode of one token and `drafted` guessed ones, of which the first `accepted` were right; `written` is one
   * more than these, or as many where what follows them has to be decoded once more.
   */
  batch(
    source: string,
    drafted: number,
    accepted: number,
    milliseconds: number,
    written = accepted + 1,
  ): void {
    this.#decodes += 1;
    note(this.#perToken, Math.max(0, milliseconds - median(this.#singles)) / drafted);
    const known = this.#source(source);
    known.right = known.right * memory + accepted;
    known.wrong = known.wrong * memory + (accepted < drafted ? 1 : 0);
    known.batches = known.batches * memory + 1;
    known.lost = known.lost * memory + (accepted + 1 - written);
    known.probes = Math.max(0, known.probes - 1);
    if (this.#hopeless) {
      this.#rest();
      return;
    }
    if (known.probes > 0) return;
    const pays = this.#best(known).gain >= leastGain;
    known.again = pays ? null : this.#decodes + restAfter(known.failures);
    known.failures = pays ? 0 : known.failures + 1;
    if (pays) this.#failures = 0;
  }

  /** Notes what guessing cost by itself, where it does (a draft model). */
  drafting(source: string, drafted: number, milliseconds: number): void {
    note(this.#source(source).draftMs, milliseconds / Math.max(1, drafted));
  }

  /** How many tokens this source should guess now, at most `most`; 0: it does not pay. */
  size(source: string, most: number): number {
    if (this.#singles.length < leastSingles || this.#resting(source)) return 0;
    const known = this.#source(source);
    if (known.again !== null) {
      known.again = null;
      known.probes = probes.again;
    }
    return Math.min(most, known.probes > 0 ? probeSize : this.#best(known).size);
  }

  /** Whether none of these sources has to be asked now, so that nothing needs to be prepared for them. */
  dormant(sources: readonly string[]): boolean {
    return this.#singles.length < leastSingles || sources.every((source) => this.#resting(source));
  }

  /** What a source is expected to gain at its best size (0.25: a quarter more tokens in the same time). */
  gain(source: string): number {
    return this.#best(this.#source(source)).gain;
  }

  /** Whether a guess costs so much that even one that is right would not pay. */
  get #hopeless(): boolean {
    if (this.#perToken.length < leastBatches) return false;
    const single = median(this.#singles);
    const perToken = median(this.#perToken);
    const most = ((1 + mostDrafted) * single) / (single + mostDrafted * perToken) - 1;
    return most < leastGain;
  }

  /** Puts all sources off, those too that were never asked. */
  #rest(): void {
    this.#allAgain = this.#decodes + restAfter(this.#failures);
    this.#failures += 1;
    for (const source of this.#sources.values()) source.again = null;
  }

  #resting(source: string): boolean {
    if (this.#decodes < this.#allAgain) return true;
    const again = this.#sources.get(source)?.again ?? null;
    return again !== null && this.#decodes < again;
  }

  #best(source: Source): { size: number; gain: number } {
    const single = median(this.#singles);
    const perToken = median(this.#perToken) + median(source.draftMs);
    const share = (source.right + 0.5) / (source.right + source.wrong + 1);
    let best = { size: 1, gain: -Infinity };
    let expected = source.batches === 0 ? 0 : -source.lost / source.batches;
    for (let size = 1; size <= mostDrafted; size += 1) {
      expected += share ** size;
      const gain = ((1 + expected) * single) / (single + size * perToken) - 1;
      if (gain > best.gain) best = { size, gain };
    }
    return best;
  }

  #source(name: string): Source {
    const known = this.#sources.get(name);
    if (known !== undefined) return known;
    const source: Source = {
      right: 0,
      wrong: 0,
      batches: 0,
      lost: 0,
      probes: probes.first,
      failures: 0,
      again: null,
      draftMs: [],
    };
    this.#sources.set(name, source);
    return source;
  }
}

/** Decodes until the next look, after so many earlier failures. */
function restAfter(failures: number): number {
  return rest.decodes * 2 ** Math.min(failures, rest.doubled);
}

function note(list: number[], value: number): void {
  list.push(value);
  if (list.length > kept) list.shift();
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
