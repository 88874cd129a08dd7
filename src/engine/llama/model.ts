import type { PromptFormat } from '../../core/prompt/format.ts';
import type { FormatDescription, LoadedModel, SelfTestReply } from '../protocol.ts';
import type { Embedder } from './embedder.ts';
import type { Sequence } from './sequence.ts';
import type { WarmState } from './warmState.ts';
import type { Speculation } from './speculation.ts';
import type { Talk } from './talk.ts';
import type { ModelTokenizer } from './tokenizer.ts';

/** A model in memory with its completion context. */
export interface Model {
  info: LoadedModel;
  readonly tokenizer: ModelTokenizer;
  format: PromptFormat;
  /** The completions' sequence. */
  readonly sequence: Sequence;
  /** Guesses the tokens of completions ahead where that pays, those of chat, and those of other programs. */
  readonly speculation: Speculation;
  readonly chatSpeculation: Speculation;
  readonly serverSpeculation: Speculation;
  /** How it is talked to. */
  readonly talk: Talk;
  /** The sequence of chat and refactoring, made when first asked for. Throws `out-of-memory`. */
  chat(): Promise<Sequence>;
  /** The sequence of other programs, made when first asked for. Throws `out-of-memory`. */
  server(): Promise<Sequence>;
  /** What makes vectors of texts; null where the model was not made for that. */
  readonly embedder: Embedder | null;
  /** Tokens of the context of chat; null while there is none. */
  readonly chatTokens: number | null;
  /** What keeps the completions' evaluated state over restarts, or null where nothing is to be kept. */
  readonly warm: WarmState | null;
  /** A context of its own for measurements, so that the completion's KV cache stays. */
  withScratchSequence<T>(tokens: number, use: (sequence: Sequence) => Promise<T>): Promise<T>;
  adopt(reply: SelfTestReply): void;
  dispose(): Promise<void>;
}

/** A format as reported to people and programs. */
export function describe(format: PromptFormat, orderFrom: FormatDescription['orderFrom']): FormatDescription {
  if (format.kind === 'fim') {
    const { family, markers, order } = format;
    return { family: family?.id ?? null, markers, order, orderFrom, limitation: null };
  }
  const limitation = {
    'no-markers': 'This model has no fill-in-the-middle markers: it sees only the text before the cursor.',
    'next-edit-model':
      'This model was trained for next-edit suggestions, not to fill in: it sees only the text before the cursor.',
    'self-test':
      'This model did worse with the text after the cursor than without it: it sees only the text before the cursor.',
  }[format.why];
  return { family: null, markers: 'none', order: 'prefix-only', orderFrom, limitation };
}
