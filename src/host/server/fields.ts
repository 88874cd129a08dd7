import { randomInt } from 'node:crypto';
import * as v from 'valibot';

/** Fields that several requests have. Null counts as left out. */
export const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

export const stopField = v.nullish(
  v.union([
    v.pipe(v.string(), v.maxLength(1000)),
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(100)),
  ]),
);

export const commonFields = {
  model: v.nullish(v.string()),
  temperature: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(5))),
  seed: v.nullish(whole(-1, Number.MAX_SAFE_INTEGER)),
  stop: stopField,
  stream: v.nullish(v.boolean()),
  stream_options: v.nullish(v.object({ include_usage: v.nullish(v.boolean()) })),
} as const;

/** The texts that end an answer. */
export function stopsOf(stop: v.InferOutput<typeof stopField>): string[] {
  return (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((text) => text !== '');
}

/** The seed that was asked for; another one each time where none was (-1 in llama.cpp's servers). */
export function seedOf(seed: number | null | undefined): number {
  return seed == null || seed === -1 ? randomInt(2 ** 31) : seed;
}

/** Tokens as OpenAI counts them. */
export function usageOf(tokens: {
  readonly prompt: number;
  readonly reused: number;
  readonly generated: number;
}): object {
  return {
    prompt_tokens: tokens.prompt,
    completion_tokens: tokens.generated,
    total_tokens: tokens.prompt + tokens.generated,
    prompt_tokens_details: { cached_tokens: tokens.reused },
  };
}

/** Seconds since 1970. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
