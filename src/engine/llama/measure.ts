import type { Token } from 'node-llama-cpp';
import type { Speed } from '../protocol.ts';
import type { Model } from './model.ts';
import type { Turn } from './scheduler.ts';
import type { Sequence } from './sequence.ts';

/** Tokens of the context that is measured in: enough for the longest slice and some decoding behind it. */
const scratchTokens = 512;
/** Tokens in front of the first decoded one. */
const promptTokens = 256;
/** Tokens that are evaluated at once, as in a prompt: few at first, since a slow model must not overrun its time. */
const slice = { least: 16, most: 128 } as const;
/** Code of no meaning; that it repeats itself changes nothing about how long it takes. */
const text = 'const total = items.map((item) => item.price * item.count).reduce((a, b) => a + b, 0);\n';
const decoding = { temperature: 1, topK: 10, topP: 1, minP: 0 } as const;

/** Milliseconds of evaluation, and the tokens in it. */
interface Tally {
  milliseconds: number;
  tokens: number;
}

/**
 * Measures prompt and decode speed for about so many milliseconds of evaluation, half of them for each, in a context of
 * its own, giving way between two steps. The first step of each kind, which has to fetch the weights, counts only where
 * there is no time for another.
 */
export async function measure(model: Model, turn: Turn, milliseconds: number): Promise<Speed> {
  await turn.giveWay();
  const size = Math.min(scratchTokens, model.info.contextTokens);
  const tokens = manyTokens(model, size);
  return model.withScratchSequence(size, async (sequence) => {
    const prompt = await repeat(turn, milliseconds / 2, promptSteps(sequence, tokens, size));
    const decode = await repeat(turn, milliseconds / 2, decodeSteps(sequence, tokens, size));
    return {
      promptTokensPerSecond: perSecond(prompt),
      decodeTokensPerSecond: perSecond(decode),
      weightsBytes: model.info.memory?.weights ?? model.info.bytes,
      seconds: (prompt.milliseconds + decode.milliseconds) / 1000,
      tokens: prompt.tokens + decode.tokens,
    };
  });
}

function manyTokens(model: Model, count: number): Token[] {
  const once = model.tokenizer.tokenize(text);
  return Array.from({ length: count }, (_, index) => (once[index % once.length] ?? 0) as Token);
}

/** One step: gives how many tokens it evaluated. `quick`: the one before took little of the time there is. */
type Step = (quick: boolean) => Promise<number>;

/** Repeats steps for so many milliseconds; what goes first between two of them is not counted. */
async function repeat(turn: Turn, budget: number, step: Step): Promise<Tally> {
  const all: Tally = { milliseconds: 0, tokens: 0 };
  let first: Tally | null = null;
  let quick = false;
  while (all.milliseconds < budget) {
    await turn.giveWay();
    const began = performance.now();
    const tokens = await step(quick);
    const milliseconds = performance.now() - began;
    quick = milliseconds < budget / 8;
    all.milliseconds += milliseconds;
    all.tokens += tokens;
    first ??= { milliseconds, tokens };
  }
  if (first === null || all.tokens === first.tokens) return all;
  return { milliseconds: all.milliseconds - first.milliseconds, tokens: all.tokens - first.tokens };
}

function promptSteps({ llama }: Sequence, tokens: readonly Token[], size: number): Step {
  let length: number = slice.least;
  return async (quick) => {
    if (quick) length = Math.min(slice.most, length * 2);
    const from = await makeRoom(llama, length, 0, size);
    await llama.evaluateWithoutGeneratingNewTokens(tokens.slice(from, from + length));
    return length;
  };
}

function decodeSteps({ llama }: Sequence, tokens: readonly Token[], size: number): Step {
  const start = Math.min(promptTokens, llama.nextTokenIndex, Math.floor(size / 2));
  let begun = false;
  return async () => {
    if (!begun && llama.nextTokenIndex > start) await makeRoom(llama, size, start, size);
    begun = true;
    const at = await makeRoom(llama, 1, start, size);
    await llama.controlledEvaluate([
      [tokens[at] ?? (0 as Token), { generateNext: { probabilities: true, options: decoding } }],
    ]);
    return 1;
  };
}

/** Makes sure that so many tokens find room, by forgetting all from `keep` on where need be; gives where they start. */
async function makeRoom(
  llama: Sequence['llama'],
  count: number,
  keep: number,
  size: number,
): Promise<number> {
  const { nextTokenIndex: next } = llama;
  // With one place more llama.cpp would forget the beginning itself.
  if (next + count < size || next <= keep) return next;
  await llama.eraseContextTokenRanges([{ start: keep, end: next }]);
  return keep;
}

function perSecond({ milliseconds, tokens }: Tally): number {
  return milliseconds === 0 ? 0 : (tokens * 1000) / milliseconds;
}
