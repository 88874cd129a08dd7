import { downloadProblem } from './downloadCheck.ts';
import { lookAtHeader, type LookedAt } from './headerCache.ts';
import { inspectModel, type Inspection } from './inspect.ts';

/** Reads headers of model files; a large vocabulary takes a tenth of a second of a core. All reject with `ModelFileError`. */
export interface HeaderReader {
  /** What a listing needs. */
  look(file: string): Promise<LookedAt>;
  /** Everything worth showing. */
  inspect(file: string): Promise<Inspection>;
  /** Why a file that was just downloaded can't be used, one sentence about "it", or null. */
  problem(file: string): Promise<string | null>;
}

/** Reads them in this thread. */
export const directReader: HeaderReader = {
  look: (file) => lookAtHeader(file),
  inspect: inspectModel,
  problem: downloadProblem,
};
