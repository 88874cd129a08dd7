/** Number of tokens that both begin with. */
export function commonPrefix(one: readonly number[], other: readonly number[]): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

/**
 * How many of the tokens that are in the KV cache stay for a prompt. Recurrent and hybrid models keep one state for
 * all they have read and can't take the last tokens back (`erasable` false): there the cache stays whole or not at all.
 */
export function reusable(cached: readonly number[], prompt: readonly number[], erasable: boolean): number {
  const common = commonPrefix(cached, prompt);
  return erasable || common === cached.length ? common : 0;
}
