import type { ModelSource, StoredModel } from '../types.ts';

/** What stands in a list for a model of a store that can't be used, with why in one sentence about "it". */
export function broken(source: ModelSource, name: string, at: string, problem: string): StoredModel {
  return {
    source,
    name,
    path: at,
    files: [],
    sha256: null,
    expectedBytes: null,
    notes: [],
    problem,
  };
}
