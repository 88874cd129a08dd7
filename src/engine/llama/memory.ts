import type { LlamaContext, LlamaModel } from 'node-llama-cpp';
import type { ModelMemory, VramState } from '../protocol.ts';
import type { Library } from './library.ts';

/** The line that llama.cpp logs last when it makes a context. */
export const contextMade = /reserve took|graph splits/;

/**
 * What a model and one of its contexts hold. The sums are llama.cpp's own account of its buffers; how a context's is
 * shared between KV cache and compute buffers it only logs, in MiB with two decimals.
 */
export function memoryOf(
  model: Pick<LlamaModel, 'memoryUsage'>,
  context: Pick<LlamaContext, 'memoryUsage'>,
  said: readonly string[],
): ModelMemory | null {
  const [weights, rest] = [model.memoryUsage, context.memoryUsage];
  if (weights.ram + weights.vram === 0) return null;
  const kvCache = kvCacheBytes(said);
  return {
    weights: weights.ram + weights.vram,
    kvCache,
    compute: kvCache === null ? null : Math.max(0, rest.ram + rest.vram - kvCache),
    device: weights.vram + rest.vram,
    host: weights.ram + rest.ram,
  };
}

/** Bytes of the KV cache (for recurrent layers, of their state) by the log of a context's making; null where it says nothing. */
export function kvCacheBytes(said: readonly string[]): number | null {
  const sizes = said.flatMap((text) => {
    const match = /\b(?:KV|RS) buffer size\s*=\s*([\d.]+) MiB/.exec(text);
    return match === null ? [] : [Number(match[1])];
  });
  if (sizes.length === 0) return null;
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) * 2 ** 20);
}

/** Whether flash attention is in force, by the log of a context's making; null where it does not say. */
export function flashAttentionInForce(said: readonly string[]): boolean | null {
  let found: boolean | null = null;
  for (const text of said) {
    // With `auto` it is said last, once it was tried.
    const match = /(?:flash attention\b.*|flash_attn\s*=\s*)\b(enabled|disabled)/i.exec(text);
    if (match !== null) found = match[1]?.toLowerCase() === 'enabled';
  }
  return found;
}

/** The GPU's memory, or null where llama.cpp works without one. */
export async function vramState({ llama, backend }: Library): Promise<VramState | null> {
  if (llama.gpu === false) return null;
  const { total, free, unifiedSize } = await llama.getVramState();
  return { backend, total, free, unifiedSize };
}
