import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { LayoutState } from '../../core/prompt/layout.ts';
import { reusable } from '../../core/prompt/reuse.ts';
import { throwIfAborted, type Turn } from './scheduler.ts';
import { firstSlice, largestSlice, nextSlice } from './slices.ts';

export interface Prefill {
  /** Tokens that were in the KV cache already. */
  readonly reused: number;
  /** Tokens that were evaluated now; with the reused ones all of the prompt but its last token. */
  readonly evaluated: number;
}

/**
 * One llama.cpp sequence whose evaluated tokens (its KV cache) are kept from request to request: a new prompt costs
 * only the tokens behind the longest common beginning.
 */
export class Sequence {
  readonly #sequence: LlamaContextSequence;
  /** How the last prompt was laid out, so that the next one keeps as much of it as may be kept. */
  readonly layout = new LayoutState();
  readonly #largestSlice: number;
  #sliceTokens: number = firstSlice;

  /** `largest`: most tokens that are evaluated between two looks at the abort signal. */
  constructor(sequence: LlamaContextSequence, largest: number = largestSlice(false, 0)) {
    this.#sequence = sequence;
    this.#largestSlice = largest;
  }

  /** The sequence itself, to decode after a prompt. */
  get llama(): LlamaContextSequence {
    return this.#sequence;
  }

  /** Tokens that its context has room for. */
  get contextTokens(): number {
    return this.#sequence.contextSize;
  }

  /** The tokens that are in the KV cache. */
  get cached(): readonly number[] {
    return this.#sequence.contextTokens;
  }

  /**
   * Evaluates all of `tokens` but the last, in slices, and gives way between two of them; throws `cancelled`,
   * `deadline` or `preempted` there. What was evaluated until then stays for the next prompt. `onProgress` gets how many
   * of the tokens are evaluated, at the beginning and after each slice.
   */
  async prefill(
    tokens: readonly number[],
    turn: Turn,
    onProgress: (evaluated: number) => void = () => undefined,
  ): Promise<Prefill> {
    const wanted = tokens.slice(0, -1) as Token[];
    throwIfAborted(turn.signal);
    const { cached } = this;
    const reused = reusable(cached, wanted, !this.#sequence.needsCheckpoints);
    await this.#erase(reused, cached.length);
    onProgress(reused);
    for (let from = reused; from < wanted.length;) {
      await turn.giveWay();
      const tokens = wanted.slice(from, from + this.#sliceTokens);
      const began = performance.now();
      await this.#sequence.evaluateWithoutGeneratingNewTokens(tokens);
      from += tokens.length;
      onProgress(from);
      this.#sliceTokens = nextSlice(
        this.#sliceTokens,
        tokens.length,
        performance.now() - began,
        this.#largestSlice,
      );
    }
    await turn.giveWay();
    return { reused, evaluated: wanted.length - reused };
  }

  async #erase(start: number, end: number): Promise<void> {
    if (start < end) await this.#sequence.eraseContextTokenRanges([{ start, end }]);
  }

  /** Writes the KV cache's content to a file; gives the number of bytes. */
  async save(file: string): Promise<number> {
    return (await this.#sequence.saveStateToFile(file)).fileSize;
  }

  /**
   * Takes the KV cache's content from a file that `save` wrote with the same model; `tokens` are those it was saved
   * with. False, and an empty cache, where llama.cpp refuses the file or it holds other tokens.
   */
  async restore(file: string, tokens: readonly number[]): Promise<boolean> {
    await this.#erase(0, this.cached.length);
    try {
      await this.#sequence.loadStateFromFile(file, { acceptRisk: true });
    } catch {
      return false;
    }
    const { cached } = this;
    if (cached.length === tokens.length && cached.every((token, index) => token === tokens[index]))
      return true;
    await this.#erase(0, cached.length);
    return false;
  }

  /**
   * Mean negative log-likelihood (nats per token) of `target` after `prompt`. A token outside the 64 likeliest counts
   * as half as likely as the last of them.
   */
  async score(prompt: readonly number[], target: readonly number[], signal: AbortSignal): Promise<number> {
    // Nothing else can use this sequence, so nobody needs to be let in between two slices.
    await this.prefill(prompt, { signal, giveWay: () => Promise.resolve(throwIfAborted(signal)) });
    const options = { temperature: 1, topK: 64, topP: 1, minP: 0 };
    const fed = [...prompt.slice(-1), ...target.slice(0, -1)] as Token[];
    const outputs = await this.#sequence.controlledEvaluate(
      fed.map((token) => [token, { generateNext: { probabilities: true, options } }]),
    );
    let nats = 0;
    target.forEach((token, index) => {
      const probabilities = outputs[index]?.next.probabilities ?? new Map<Token, number>();
      const floor = Math.min(...probabilities.values(), 1) / 2;
      // Damaged weights give NaN, which must not count as anything but unlikely.
      nats -= Math.log(Math.max((probabilities.get(token as Token) ?? floor) || 0, 1e-9));
    });
    return nats / Math.max(1, target.length);
  }
}
