/** How a KV cache stores its numbers. */
export const cacheTypes = ['f16', 'q8_0', 'q4_0'] as const;
export type CacheType = (typeof cacheTypes)[number];

/** How well a model's needs suit a machine: with room to spare, just so, or not at all. */
export type Verdict = 'fits-well' | 'tight' | 'does-not-fit';

/** What is needed of one memory and what it has, in bytes. */
export interface Room {
  readonly needed: number;
  readonly available: number;
}

/** What a model needs on a machine, in bytes, with contexts of `contextTokens`. */
export interface MemoryFit {
  readonly contextTokens: number;
  readonly weights: number;
  readonly kvCache: number;
  readonly compute: number;
  /** The engine's process itself: the program, the vocabulary, tokens and texts. */
  readonly process: number;
  readonly total: number;
  /** What the machine has for it at present: its free memory, and a graphics card's own. */
  readonly available: number;
  readonly verdict: Verdict;
  /** The largest context that fits with it, in tokens; 0 where not even the smallest does. */
  readonly largestContext: number;
  /** Layers that the GPU has room for; null where there is no GPU. The last one is the output layer. */
  readonly gpuLayers: number | null;
  /** The machine's memory; where the GPU shares it, all that is needed of it. */
  readonly host: Room;
  /** The GPU's memory, or its share of the machine's; null where there is no GPU. */
  readonly device: Room | null;
}
