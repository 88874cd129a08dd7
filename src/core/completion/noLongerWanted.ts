/**
 * Why work is ended that nobody waits for any more. One for all of it: without a reason, each abort would make an error
 * with a stack of its own, which takes longer than the rest of the ending, at every key.
 */
export const noLongerWanted: Error = Object.assign(new Error('No longer wanted.'), { name: 'AbortError' });
