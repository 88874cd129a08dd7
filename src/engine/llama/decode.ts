import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import { Writing } from '../../core/prompt/writing.ts';
import type { ByteString } from '../../core/prompt/bytes.ts';
import type { Sampler } from './sampler.ts';
import { throwIfAborted } from './scheduler.ts';
import { noDraft, type Draft, type Speculation } from './speculation.ts';
import type { ModelTokenizer } from './tokenizer.ts';

/** Probabilities are those among so many candidates: of more they would need a sort of the whole vocabulary. */
const candidates = 10;
/** Candidates where the likeliest may not suit: while something is healed or avoided. */
const manyCandidates = 64;

/**
 * Llama.cpp computes a batch in another order than single tokens, so that two candidates this close (difference of the
 * logarithms of their probabilities) may change places: a token that is won by less is decoded by itself, lest what is
 * guessed ahead should change the answer.
 */
const closeCall = 0.05;

export interface GeneratedToken {
  readonly id: number;
  /** Natural logarithm of its probability among the ten likeliest; of one in a thousand where it is none of them. */
  readonly logProbability: number;
  /** Text that became certain with this token ('' while a character is incomplete). */
  readonly text: string;
  /** True for a token that only wrote again what was typed. */
  readonly healed: boolean;
}

/** What is to be continued. */
export interface DecodeRequest {
  /** All but the last token of it must be evaluated. */
  readonly prompt: readonly number[];
  /** The tokens behind it that were taken back, to be written again (see Healing). */
  readonly taken: readonly number[];
  /** Tokens that end the text beside the model's own. */
  readonly stops: ReadonlySet<number>;
  /** Answers that the new one has to differ from. */
  readonly avoid: readonly string[];
  /** Tokens of a text that much of the answer may repeat. */
  readonly expected?: readonly number[];
  /** Chooses among the likeliest tokens; without one the likeliest is written. */
  readonly sampler?: Sampler;
}

/** What one evaluation brought. */
interface Step {
  readonly tokens: readonly GeneratedToken[];
  /** The tokens to evaluate next; none where the text ends. */
  readonly pending: number[];
  /** Whether nothing may be guessed beside them. */
  readonly alone: boolean;
}

type Probabilities = ReadonlyMap<Token, number>;

/** One answer, of the likeliest tokens or of those that a sampler chooses; several tokens at a time where guessing them ahead pays. */
export class Decoding {
  readonly #sequence: LlamaContextSequence;
  readonly #model: LlamaModel;
  readonly #tokenizer: ModelTokenizer;
  readonly #speculation: Speculation;
  readonly #request: DecodeRequest;
  readonly #writing: Writing;
  #full = false;
  /** Tokens guessed ahead and evaluated, and how many of them were written. */
  readonly speculation = { drafted: 0, accepted: 0 };

  constructor(
    sequence: LlamaContextSequence,
    tokenizer: ModelTokenizer,
    speculation: Speculation,
    request: DecodeRequest,
  ) {
    this.#sequence = sequence;
    this.#model = sequence.model;
    this.#tokenizer = tokenizer;
    this.#speculation = speculation;
    this.#request = request;
    const taken = request.taken.map((token) => tokenizer.bytes(token));
    this.#writing = new Writing(taken, request.avoid);
  }

  /** Whether the answer ended because the context was full. */
  get full(): boolean {
    return this.#full;
  }

  /**
   * The answer's tokens; ends at an end-of-generation token, which is not given, where nothing suits, and where the
   * context is full. Throws `cancelled` or `deadline`.
   */
  async *tokens(signal: AbortSignal): AsyncGenerator<GeneratedToken> {
    const { prompt } = this.#request;
    const run = this.#speculation.begin(prompt, this.#request.expected);
    const written: number[] = [];
    let pending = prompt.slice(-1);
    let alone = false;
    try {
      while (pending.length > 0) {
        // One place more and llama.cpp would forget the beginning to make room.
        const room = this.#sequence.context.contextSize - 1 - this.#sequence.nextTokenIndex - pending.length;
        this.#full = room < 0;
        if (this.#full) return;
        const draft = this.#writing.free && !alone ? await run.draft(room, signal) : noDraft;
        throwIfAborted(signal);
        const step = await this.#step(pending, draft);
        ({ pending, alone } = step);
        for (const token of step.tokens) run.push(token.id);
        for (const token of step.tokens) {
          throwIfAborted(signal);
          written.push(token.id);
          yield token;
        }
      }
    } finally {
      this.#speculation.remember(prompt, written);
    }
  }

  /** Evaluates tokens that are certain and some that are guessed. */
  async #step(pending: readonly number[], draft: Draft): Promise<Step> {
    const began = performance.now();
    const start = this.#sequence.nextTokenIndex;
    const outputs = await this.#evaluate([...pending, ...draft.tokens], pending.length - 1);
    const tokens: GeneratedToken[] = [];
    let next: GeneratedToken[] = [];
    let accepted = 0;
    let alone = false;
    for (const probabilities of outputs) {
      alone = draft.tokens.length > 0 && isCloseCall(probabilities);
      if (alone) break;
      next = this.#next(probabilities);
      tokens.push(...next);
      if (next.length !== 1 || next[0]?.id !== draft.tokens[accepted]) break;
      accepted += 1;
    }
    // After a close call its token is evaluated once more, by itself.
    const keep = start + pending.length + accepted - (alone ? 1 : 0);
    if (keep < this.#sequence.nextTokenIndex) {
      await this.#sequence.eraseContextTokenRanges([{ start: keep, end: this.#sequence.nextTokenIndex }]);
    }
    this.#note(pending.length, draft, accepted, tokens.length, performance.now() - began);
    const again = [...pending, ...draft.tokens][pending.length - 1 + accepted];
    return { tokens, pending: alone && again !== undefined ? [again] : next.map(({ id }) => id), alone };
  }

  #note(certain: number, draft: Draft, accepted: number, written: number, milliseconds: number): void {
    const { meter } = this.#speculation;
    const drafted = draft.tokens.length;
    this.speculation.drafted += drafted;
    this.speculation.accepted += accepted;
    if (drafted > 0) meter.batch(draft.source, drafted, accepted, milliseconds, written);
    else if (certain === 1) meter.single(milliseconds);
  }

  /** Probabilities of what follows each token from the one at `first` on. */
  async #evaluate(tokens: readonly number[], first: number): Promise<Probabilities[]> {
    const { sampler } = this.#request;
    const topK = !this.#writing.free ? manyCandidates : (sampler?.candidates ?? candidates);
    const options = { temperature: 1, topK, topP: 1, minP: 0 };
    const outputs = await this.#sequence.controlledEvaluate(
      tokens.map((token, index) =>
        index < first
          ? (token as Token)
          : [token as Token, { generateNext: { probabilities: true, options } }],
      ),
    );
    return tokens.slice(first).map((_, index) => outputs[first + index]?.next.probabilities ?? new Map());
  }

  /** What is written next: one token, several where there is no choice, none where the text ends. */
  #next(probabilities: Probabilities): GeneratedToken[] {
    const { sampler } = this.#request;
    const ids = sampler === undefined ? [...probabilities.keys()] : sampler.order(probabilities);
    // Where the likeliest suits, as it nearly always does, the others need not be looked at.
    const choice = this.#writing.choose(this.#texts(ids));
    if (choice.kind === 'end') return [];
    const chosen =
      choice.kind === 'candidate' ? ids.slice(choice.index, choice.index + 1) : this.#force(choice.bytes);
    const likeliest = [...probabilities.values()].slice(0, candidates).reduce((sum, value) => sum + value, 0);
    return chosen.map((id) => ({
      id,
      logProbability: Math.log((probabilities.get(id as Token) ?? 1e-3) / (likeliest || 1)),
      ...this.#writing.accept(this.#tokenizer.bytes(id)),
    }));
  }

  *#texts(ids: readonly Token[]): Generator<ByteString | null> {
    for (const id of ids) {
      const ends = this.#model.isEogToken(id) || this.#request.stops.has(id);
      yield ends ? null : this.#tokenizer.bytes(id);
    }
  }

  /** The tokens for certain bytes: those that were taken back, where these are their bytes. None where none fit. */
  #force(bytes: ByteString): number[] {
    const joined = (ids: readonly number[]): ByteString =>
      ids.map((id) => this.#tokenizer.bytes(id)).join('');
    const { taken } = this.#request;
    for (let from = 0; from < taken.length; from += 1) {
      if (joined(taken.slice(from)) === bytes) return taken.slice(from);
    }
    const tokens = this.#tokenizer.tokenize(Buffer.from(bytes, 'latin1').toString('utf8'));
    return joined(tokens) === bytes ? tokens : [];
  }
}

function isCloseCall(probabilities: Probabilities): boolean {
  const [first = 1, second = 0] = probabilities.values();
  return Math.log(first / second) < closeCall;
}
