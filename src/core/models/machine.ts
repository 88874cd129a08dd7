/** Where a model's layers can run. */
export type Backend = 'metal' | 'cuda' | 'vulkan' | 'cpu';

/** Memory in bytes. */
export interface Memory {
  readonly total: number;
  /** What a new program could get without anything being swapped out. */
  readonly free: number;
}

/** The GPU's memory in bytes. `unified`: the same memory as the machine's, of which the GPU may use `total` at most. */
export interface GpuMemory extends Memory {
  readonly unified: boolean;
}

/** What a machine offers to a model. */
export interface Machine {
  readonly backend: Backend;
  readonly ram: Memory;
  /** Null where everything runs on the CPU. */
  readonly gpu: GpuMemory | null;
}
