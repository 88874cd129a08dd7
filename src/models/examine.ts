import { formatBytes } from '../core/text/bytes.ts';
import { ModelFileError } from './errors.ts';
import type { HeaderCache } from './headerCache.ts';
import type { HeaderFacts } from './headerFactsSchema.ts';
import { fileState, type FileState } from './modelFile.ts';
import type { StoredModel } from './types.ts';

/** A stored model and the state of each of its files, none where they could not be looked at. */
export interface Looked {
  readonly stored: StoredModel;
  readonly states: readonly FileState[];
}

/** A stored model whose files were read. */
export interface Examined {
  readonly stored: StoredModel;
  readonly bytes: number;
  readonly stamp: string;
  readonly facts: HeaderFacts | null;
  readonly problem: string | null;
}

/**
 * Looks at the files of a stored model without opening any; null where it was taken away while the listing was made.
 * Never throws.
 */
export async function lookAt(stored: StoredModel): Promise<Looked | null> {
  try {
    const states: FileState[] = [];
    for (const file of stored.files) states.push(await fileState(file));
    return { stored, states };
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    if (error.code === 'gone' && stored.problem === null) return null;
    return { stored: { ...stored, problem: stored.problem ?? error.message }, states: [] };
  }
}

/** Reads the headers of a model's files; null where it is gone by now. Never throws. */
export async function examine({ stored, states }: Looked, headers: HeaderCache): Promise<Examined | null> {
  const examined = {
    stored,
    bytes: states.reduce((sum, state) => sum + state.bytes, 0),
    stamp: states.map(({ stamp }) => stamp).join('\n'),
    facts: null,
  };
  const problem = stored.problem ?? lengthProblem(stored, examined.bytes);
  if (problem !== null || states.length === 0) return { ...examined, problem };
  try {
    return { ...examined, ...(await headers.facts(stored.path, examined.stamp)) };
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    return error.code === 'gone' ? null : { ...examined, problem: error.message };
  }
}

/** What the store says about the length of a file whose digest it names. */
function lengthProblem({ source, name, expectedBytes }: StoredModel, bytes: number): string | null {
  if (expectedBytes === null || expectedBytes === bytes) return null;
  const again = source === 'ollama' ? `run \`ollama pull ${name}\`` : 'download it again';
  return `Its file has ${formatBytes(bytes)} instead of ${formatBytes(expectedBytes)} (${bytes} and ${expectedBytes} bytes): ${again}.`;
}
