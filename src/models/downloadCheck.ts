import { checkComplete, GgufError } from '../core/models/ggufHeader.ts';
import { ModelFileError } from './errors.ts';
import { numberOf } from './metadata.ts';
import { fileState, readHeader } from './modelFile.ts';
import { modelKind, unusable } from './modelKind.ts';

/**
 * Why a file that was just downloaded, under whatever name, is no whole model or part of one, as one sentence about
 * "it"; null where it is. What only the parts of a split model together show is left to whoever has them all.
 */
export async function downloadProblem(file: string): Promise<string | null> {
  try {
    const header = await readHeader(file);
    checkComplete(header, (await fileState(file)).bytes);
    const isPart = (numberOf(header, 'split.count') ?? 0) > 1;
    return isPart ? null : unusable(modelKind(header));
  } catch (error) {
    if (error instanceof GgufError || error instanceof ModelFileError) return error.message;
    throw error;
  }
}
