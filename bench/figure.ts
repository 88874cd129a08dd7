/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it should reach, in words; '' where no goal is set. */
  readonly goal: string;
}

/** What a run of the benchmarks was asked for. */
export interface BenchOptions {
  /** Measures speed with the larger shape too. */
  readonly large: boolean;
}
