/**
 * Tokens evaluated between two looks at the abort signal. 128 cost no speed on a CPU and stop after 24 ms there; a
 * model so slow that a slice takes longer than `ms` gets smaller ones, so that it neither stops late nor seems to hang.
 * A GPU gets through more of them at once: as many as the batch has, while that takes no time that is felt.
 */
const slice = { least: 16, most: 128, ms: 500, quickMs: 60 } as const;

/** Tokens of a sequence's first slice. */
export const firstSlice = slice.least;

/** Most tokens of a slice on a device that evaluates `batchTokens` at once. */
export function largestSlice(onGpu: boolean, batchTokens: number): number {
  return onGpu ? Math.max(slice.most, batchTokens) : slice.most;
}

/** Tokens of the next slice, after one of `tokens`, of which `evaluated` were left to evaluate, took so long. */
export function nextSlice(tokens: number, evaluated: number, milliseconds: number, largest: number): number {
  if (milliseconds > slice.ms) return Math.max(slice.least, Math.floor(tokens / 2));
  if (evaluated < tokens) return tokens;
  const doubled = tokens * 2;
  const felt = doubled > slice.most && milliseconds > slice.quickMs;
  return felt ? tokens : Math.min(largest, doubled);
}
