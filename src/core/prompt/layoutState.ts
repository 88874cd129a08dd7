import type { PromptFormat, Tokenizer } from './format.ts';
import { judgeSuffix, type FrozenSuffix, type SuffixJudgement } from './layoutFreeze.ts';
import { extendsSegments, type RepositoryTokens } from './layoutRepository.ts';
import type { Piece, PromptInput, PromptSegment } from './layoutTypes.ts';

/** A head of which not all is in the prefix any more is known by so many of its first UTF-16 units. */
const knownBeginning = 64;

/** Where the head that was laid out stands in the prefix of a new request. */
export interface Alignment {
  /** Offset of the head's start in the new prefix. */
  readonly start: number;
  /** Whether all of the head is there; else only its beginning. */
  readonly whole: boolean;
}

interface Memory {
  readonly format: PromptFormat;
  readonly tokenizer: Tokenizer;
  readonly path: string | null;
  head: Head | null;
  suffix: FrozenSuffix | null;
  judged: SuffixJudgement | null;
  repository: LaidRepository | null;
  /** The whole text after the cursor that was tokenised last. */
  whole: Piece | null;
}

/** The text before the cursor that stands before the last marker, in the pieces in which it was tokenised. */
export interface Head {
  /** Offset of its start in the prefix that it was laid from. */
  readonly start: number;
  readonly text: string;
  readonly pieces: readonly Piece[];
}

interface LaidRepository {
  readonly name: string | null;
  readonly segments: readonly PromptSegment[];
  readonly tokens: RepositoryTokens;
}

/**
 * What one model sequence was last given, so that the next prompt keeps as much of it as may be kept. One for each
 * sequence; another model, prompt format or path begins anew.
 */
export class LayoutState {
  #memory: Memory | null = null;

  /** Forgets everything: the next prompt is laid out freshly, with all segments that came meanwhile. */
  reset(): void {
    this.#memory = null;
  }

  /** Forgets what does not belong to this model and file. */
  adopt(format: PromptFormat, tokenizer: Tokenizer, path: string | null): void {
    const known = this.#memory;
    if (known?.format === format && known.tokenizer === tokenizer && known.path === path) return;
    const none = { head: null, suffix: null, judged: null, repository: null, whole: null };
    this.#memory = { format, tokenizer, path, ...none };
  }

  get head(): Head | null {
    return this.#memory?.head ?? null;
  }

  get suffix(): FrozenSuffix | null {
    return this.#memory?.suffix ?? null;
  }

  remember(head: Head | null, suffix: FrozenSuffix | null): void {
    if (this.#memory === null) return;
    if (suffix !== this.#memory.suffix) this.#memory.judged = null;
    this.#memory.head = head;
    this.#memory.suffix = suffix;
  }

  /** Where the head is in `prefix`; null where it is not. The window that `prefix` was cut from may have moved. */
  align(prefix: string): Alignment | null {
    const { head } = this;
    if (head === null) return null;
    const inPlace = prefix.length >= head.start && prefix.startsWith(head.text, head.start);
    if (inPlace) return { start: head.start, whole: true };
    const moved = head.text === '' ? -1 : prefix.lastIndexOf(head.text);
    if (moved !== -1) return { start: moved, whole: true };
    const { start } = head;
    return prefix.startsWith(head.text.slice(0, knownBeginning), start) ? { start, whole: false } : null;
  }

  /** Whether the frozen suffix may stand for `suffix` while `before` is what the prompt shows before the cursor. */
  suffixHolds(suffix: string, before: string): boolean {
    const memory = this.#memory;
    if (memory === null || memory.suffix === null) return false;
    if (memory.judged?.suffix !== suffix) {
      memory.judged = judgeSuffix(memory.suffix, suffix, memory.tokenizer);
    }
    return memory.judged.alike && !memory.judged.lost.some((line) => before.includes(line));
  }

  /**
   * The segments as they were laid out, where the new ones are the same or have only some more behind them: those wait
   * until everything behind them is evaluated anew for another reason.
   */
  repository(input: PromptInput): RepositoryTokens | null {
    const laid = this.#memory?.repository ?? null;
    if (laid === null || laid.name !== input.repository) return null;
    return extendsSegments(laid.segments, input.segments) ? laid.tokens : null;
  }

  /** Whether segments wait to be laid out. */
  segmentsWait(input: PromptInput): boolean {
    return (this.#memory?.repository?.segments.length ?? 0) < input.segments.length;
  }

  rememberRepository(input: PromptInput, tokens: RepositoryTokens): void {
    if (this.#memory === null) return;
    this.#memory.repository = { name: input.repository, segments: input.segments, tokens };
  }

  /** All tokens of the text after the cursor; the last one is remembered. */
  tokensOfSuffix(text: string, tokenizer: Tokenizer): readonly number[] {
    const known = this.#memory?.whole ?? null;
    if (known?.text === text) return known.tokens;
    const whole = { text, tokens: tokenizer.tokenize(text) };
    if (this.#memory !== null) this.#memory.whole = whole;
    return whole.tokens;
  }
}
