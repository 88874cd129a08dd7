import type { RetrievalQuery, Snippet } from '../context.ts';
import { fileWeight } from './fileWeights.ts';
import { candidatesOf, type Candidate } from './candidates.ts';
import { chooseSnippets } from './chooseSnippets.ts';
import { questionTerms } from './questionTerms.ts';
import { rankFolder, type AskedFolder, type FolderRanking } from './rankFolder.ts';
import { scorePieces, type ScoredPiece } from './scorePieces.ts';

/** How retrieval gets at what it does not hold: other threads' turns, and texts. */
export interface RetrievalPorts {
  /** Takes steps to their end with pauses; they see one state of the index. */
  run<T>(folder: AskedFolder, steps: () => Generator<void, T, void>): Promise<T>;
  /** The present text of a file; null where it is gone or left out. */
  read(folder: AskedFolder, path: string): Promise<string | null>;
}

/**
 * The pieces of the workspace that a question is likeliest about, best first. The index ranks chunks by their words,
 * definitions by their names and files by their paths; the files that come out best are read, cut into definitions, and
 * these are ranked again by the same measures. The same index, texts and question give the same answer.
 */
export async function retrieve(
  folders: readonly AskedFolder[],
  query: RetrievalQuery,
  ports: RetrievalPorts,
): Promise<Snippet[]> {
  if (query.limit <= 0) return [];
  const question = questionTerms(query.question);
  const rankings: FolderRanking[] = [];
  for (const folder of folders)
    rankings.push(await ports.run(folder, () => rankFolder(folder, question, query)));
  const pieces: ScoredPiece[] = [];
  for (const candidate of candidatesOf(rankings)) {
    const text = await ports.read(candidate.asked.folder, candidate.file.path);
    if (text !== null)
      pieces.push(...scorePieces(present(candidate), text, fileWeight(candidate.file, question)));
  }
  return chooseSnippets(query, pieces);
}

/** The candidate with the file as the index has it now, which may have changed while others were read. */
function present(candidate: Candidate): Candidate {
  const file = candidate.asked.folder.index.get(candidate.file.path);
  return file === undefined || file === candidate.file
    ? candidate
    : { ...candidate, file, symbols: new Map() };
}
