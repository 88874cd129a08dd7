/** How an architecture lays out its sliding windows: `period - 1` layers with one, then a full one. */
export interface SlidingPattern {
  readonly period: number;
  /** Whether the full layer is the first of each period instead of the last. */
  readonly fullFirst: boolean;
  /** The window in tokens where the metadata names none. */
  readonly window: number | null;
}

/**
 * The patterns that llama.cpp builds in (`load_arch_hparams` in its src/models/). Metadata goes before them; an
 * architecture that is not here has no sliding windows for llama.cpp, whatever window its metadata names.
 */
const slidingPatterns: Readonly<Record<string, readonly [period: number, window?: number]>> = {
  afmoe: [4],
  cohere2: [4],
  'exaone-moe': [4],
  exaone4: [4],
  gemma2: [2, 4096],
  gemma3: [6],
  gemma3n: [5],
  'gpt-oss': [2],
  llama4: [4, 8192],
  mellum: [4],
  olmo2: [4],
  plamo3: [8],
};

const slidingPatternsFullFirst: Readonly<Record<string, readonly [period: number]>> = {
  cohere2moe: [4],
  laguna: [4],
  smallthinker: [4],
};

/** The sliding windows of an architecture that says nothing about them in its metadata; null for none. */
export function slidingPattern(architecture: string): SlidingPattern | null {
  const last = slidingPatterns[architecture];
  if (last !== undefined) return { period: last[0], fullFirst: false, window: last[1] ?? null };
  const first = slidingPatternsFullFirst[architecture];
  return first === undefined ? null : { period: first[0], fullFirst: true, window: null };
}

/** Architectures without any attention (`llm_arch_is_recurrent` in llama.cpp). */
const recurrent = new Set(['mamba', 'mamba2', 'rwkv6', 'rwkv6qwen2', 'rwkv7', 'arwkv7']);

/** Architectures that mix attention with a recurrent state (`llm_arch_is_hybrid` in llama.cpp). */
const hybrid = new Set([
  ...['bailingmoe3', 'deepseek4', 'falcon-h1', 'granitehybrid', 'jamba', 'kimi-k3', 'kimi-linear', 'lfm2'],
  ...['lfm2moe', 'minimax-01', 'nemotron_h', 'nemotron_h_moe', 'plamo2', 'qwen35', 'qwen35moe', 'qwen3next'],
  'qwen4exp',
]);

/** Whether a model remembers by a cache of keys and values, by a recurrent state of a fixed size, or by both. */
export type MemoryKind = 'attention' | 'recurrent' | 'hybrid';

/** How an architecture remembers; attention where it is not known. */
export function memoryKind(architecture: string): MemoryKind {
  if (recurrent.has(architecture)) return 'recurrent';
  return hybrid.has(architecture) ? 'hybrid' : 'attention';
}
