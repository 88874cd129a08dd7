import type { RepositoryIndex } from '../index/repositoryIndex.ts';
import { findCandidates, type ImportedFile, type KnownTarget, type SymbolCandidate } from './candidates.ts';
import type { ContextItem } from './items.ts';
import { unseenWeights, visibleWeights } from './learntWeights.ts';
import type { ContextPlace } from './place.ts';
import { definitionItem } from './signature.ts';
import { probability } from './weights.ts';

/** What is less likely than this is never worth its tokens. */
const leastScore = 0.0005;

/** Signatures of definitions in other files that the next lines may need, the likeliest first. */
export function signatureItems(
  index: RepositoryIndex,
  place: ContextPlace,
  imports: readonly ImportedFile[],
  targets: ReadonlyMap<string, KnownTarget> = new Map(),
): ContextItem[] {
  return findCandidates(index, place, imports, targets)
    .map((candidate) => {
      const weights = candidate.visible ? visibleWeights : unseenWeights;
      return { candidate, score: probability(candidate.features, weights) };
    })
    .filter(({ score }) => score >= leastScore)
    .sort((a, b) => b.score - a.score || (a.candidate.name < b.candidate.name ? -1 : 1))
    .map(({ candidate, score }) => itemOf(candidate, score));
}

/** A candidate as an item of context. */
export function itemOf(candidate: SymbolCandidate, score: number): ContextItem {
  const { file, symbol, name, container } = candidate;
  const { signature, startLine, endLine } = symbol;
  const parts = { name, container, signature };
  const place = { path: file.path, startLine, endLine };
  return definitionItem('signatures', symbol, parts, place, { score, why: reasonOf(candidate) });
}

/** The strongest sign that it is needed, as a phrase. */
function reasonOf({ features, visible }: SymbolCandidate): string {
  const { near, importedName, importedFile, containerNear, minedRank, inSignatures, siblingUse } = features;
  if (visible && importedName > 0) return 'imported, and named nearby';
  if (visible) return near > 0.5 ? 'named nearby' : 'named in the window';
  if (importedName > 0) return 'imported by name';
  if (containerNear > 0.3) return 'member of a type that is named nearby';
  if (minedRank > 0.15) return 'used where code like this stands';
  if (importedFile > 0) return 'in an imported file';
  if (inSignatures > 0.3) return 'in the signature of what is named nearby';
  if (minedRank > 0) return 'used where code like this stands';
  return siblingUse > 0 ? 'used in files of this folder' : 'in a file of this folder';
}
