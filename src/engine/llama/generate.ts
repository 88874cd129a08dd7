import { StopTexts } from '../../core/chat/template/stopTexts.ts';
import { Confidence } from '../../core/completion/confidence.ts';
import { applyStopRule } from '../../core/completion/stop.ts';
import type { StopReason, StopSpec } from '../../core/completion/types.ts';
import { takeBack } from '../../core/prompt/healing.ts';
import type { PromptLayout } from '../../core/prompt/layout.ts';
import type { WritingWishes } from '../servedProtocol.ts';
import { Decoding } from './decode.ts';
import type { Model } from './model.ts';
import { Sampler } from './sampler.ts';
import type { Turn } from './scheduler.ts';
import type { Sequence } from './sequence.ts';
import type { Speculation } from './speculation.ts';

/** Where a prompt is to be cut: what is evaluated, and the typed tokens behind it that are written again. */
export interface SplitPrompt {
  readonly prompt: readonly number[];
  readonly taken: readonly number[];
}

/** Takes back the typed tokens that have to be healed; at least one token stays. */
export function splitPrompt(layout: PromptLayout, model: Pick<Model, 'tokenizer'>): SplitPrompt {
  const { tokens, typed } = layout;
  const bytes = tokens.slice(tokens.length - typed).map((token) => model.tokenizer.bytes(token));
  const cut = Math.max(1, tokens.length - takeBack(bytes));
  return { prompt: tokens.slice(0, cut), taken: tokens.slice(cut) };
}

export interface GenerateRequest extends SplitPrompt {
  /** Most tokens beyond what was typed. */
  readonly maxTokens: number;
  readonly stop: StopSpec | null;
  readonly avoid: readonly string[];
  /** How another program wants it written. */
  readonly wishes?: WritingWishes;
}

export interface Generated {
  readonly text: string;
  readonly stopReason: StopReason;
  /** Of the tokens of `text`; 0 for none. */
  readonly meanLogProbability: number;
  /** Tokens written, healed ones included. */
  readonly generated: number;
  /** When the first token came, by `performance.now`, or null for none. */
  readonly firstTokenAt: number | null;
  readonly speculation: { readonly drafted: number; readonly accepted: number };
}

/** What writes an answer, and on which sequence. */
export interface Writer extends Pick<Model, 'format' | 'tokenizer'> {
  readonly sequence: Sequence;
  readonly speculation: Speculation;
}

/** Who may end or delay the writing: the job's turn, and whoever has had enough of the answer. */
export interface WritingLimits {
  readonly turn: Turn;
  readonly enough: AbortSignal;
}

const noStops: ReadonlySet<number> = new Set();

/**
 * Writes one answer after an evaluated prompt (all but its last token) until the text, the stop rule, the token limit or
 * the model's confidence ends; `onText` gets the text as it becomes certain.
 */
export async function generate(
  writer: Writer,
  request: GenerateRequest,
  { turn, enough }: WritingLimits,
  onText: (text: string) => void,
): Promise<Generated> {
  const { maxTokens, stop, wishes } = request;
  const stops = writer.format.kind === 'fim' ? writer.format.stops : noStops;
  const decoding = new Decoding(writer.sequence.llama, writer.tokenizer, writer.speculation, {
    ...request,
    stops,
    ...(wishes === undefined || wishes.temperature === 0
      ? {}
      : { sampler: new Sampler(wishes.temperature, wishes.seed) }),
  });
  const stopTexts = new StopTexts(wishes?.stops ?? []);
  const confidence = new Confidence();
  // Another answer than the likeliest is asked for by hand, and is less likely for that very reason; what another
  // program asks for is its own affair.
  const judged = request.avoid.length === 0 && wishes === undefined;
  let text = '';
  let generated = 0;
  let written = 0;
  let firstTokenAt: number | null = null;
  let stopReason: StopReason = 'end-of-text';
  const tokens = maxTokens === 0 ? [] : decoding.tokens(turn.signal);
  for await (const token of tokens) {
    firstTokenAt ??= performance.now();
    generated += 1;
    if (!token.healed) written += 1;
    text += stopTexts.push(token.text);
    const ruled = stop === null ? { text, stop: false } : applyStopRule(stop, text);
    const unsure = !token.healed && confidence.push(token.text, token.logProbability);
    if (unsure && judged) stopReason = 'unsure';
    else if (ruled.stop || stopTexts.stopped || enough.aborted) stopReason = 'stop-rule';
    else if (written >= maxTokens || generated >= 2 * maxTokens + 16) stopReason = 'max-tokens';
    if (token.text !== '' && stopReason !== 'unsure') onText(ruled.text);
    if (stopReason !== 'end-of-text') break;
    await turn.giveWay();
  }
  text += stopTexts.end();
  if (maxTokens === 0) stopReason = 'max-tokens';
  if (stopReason === 'end-of-text' && judged && confidence.endsUnsure) stopReason = 'unsure';
  if (stopReason === 'unsure') text = text.slice(0, confidence.confident);
  // A text that was cut off by the token limit loses its unfinished line; one that ended by itself is whole.
  const whole = stopReason === 'end-of-text' || stopReason === 'unsure';
  const kept = stop === null ? text : applyStopRule(stop, text, whole).text;
  return {
    text: kept,
    stopReason,
    meanLogProbability: confidence.meanWithin(kept.length),
    generated,
    firstTokenAt,
    speculation: decoding.speculation,
  };
}
