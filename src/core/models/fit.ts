/** How a KV cache stores its numbers. */
export const cacheTypes = ['f16', 'q8_0', 'q4_0'] as const;
export type CacheType = (typeof cacheTypes)[number];

/** How well a model's needs suit a machine: with room to spare, just so, or not at all. */
export type Verdict = 'fits-well' | 'tight' | 'does-not-fit';

/** What a model needs on a machine, in bytes, with one context of `contextTokens`. */
export interface MemoryFit {
  readonly contextTokens: number;
  readonly weights: number;
  readonly kvCache: number;
  readonly compute: number;
  readonly total: number;
  /** What the machine has for it at present. */
  readonly available: number;
  readonly verdict: Verdict;
  /** The largest context that fits with it, in tokens; 0 where not even the smallest does. */
  readonly largestContext: number;
  /** Layers that the GPU has room for; null where there is no GPU. The last one is the output layer. */
  readonly gpuLayers: number | null;
}
