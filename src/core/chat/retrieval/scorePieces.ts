import { partOf } from '../../index/bm25.ts';
import { identifiersIn } from '../../index/chunks.ts';
import type { IndexedSymbol } from '../../index/types.ts';
import type { Candidate } from './candidates.ts';
import { piecesOf, type Piece } from './pieces.ts';
import { textLines } from './textLines.ts';
import type { TermsOfFolder } from './rankFolder.ts';

/** A piece of a candidate, with what each ranking says of it. */
export interface ScoredPiece {
  readonly candidate: Candidate;
  readonly piece: Piece;
  readonly lines: readonly string[];
  /** Of its text by BM25, and of the best definition in it by its name. */
  readonly textScore: number;
  readonly symbolScore: number;
  /** What pieces of its kind of file count. */
  readonly weight: number;
  /** The terms that its text has, the rarest first. */
  readonly terms: readonly number[];
}

/** The length of an average piece in chunks of the index. */
const averageChunks = 2;
/** A word of a definition's name counts as often as if it stood so many times in the text, one of the name around it once. */
const nameCount = 8;
const containerCount = 1;
/** What stands outside of definitions, such as imports, counts less in a file that has some. */
const betweenWeight = 0.7;

/**
 * The pieces of a candidate's present text that say something of the question: by BM25, for which the words of a piece's
 * names stand in its text several times (as in BM25F, with one length for both).
 */
export function scorePieces(candidate: Candidate, text: string, weight: number): ScoredPiece[] {
  const lines = textLines(text);
  const { asked, file, symbols } = candidate;
  return piecesOf(file, lines).flatMap((piece): ScoredPiece[] => {
    const isInside = ({ startLine }: IndexedSymbol): boolean =>
      startLine >= piece.startLine && startLine <= piece.endLine;
    const own = [...symbols].filter(([symbol]) => isInside(symbol));
    const symbolScore = Math.max(0, ...own.map(([, score]) => score));
    const shown = lines.slice(piece.startLine - 1, piece.endLine).join('\n');
    const { counts, length } = countTerms(asked, shown);
    if (counts.size === 0 && symbolScore === 0 && !candidate.isWritten) return [];
    const terms = [...counts.keys()].sort((a, b) => worth(asked, b) - worth(asked, a) || a - b);
    addNames(counts, asked, piece.symbol, file.symbols.filter(isInside));
    const relative = length / (averageChunks * asked.folder.index.averageLength);
    let textScore = 0;
    for (const [term, count] of counts) textScore += worth(asked, term) * partOf(count, relative);
    const { symbol } = piece;
    const isBetween = file.symbols.length > 0 && (symbol === null || symbol.startLine < piece.startLine);
    textScore *= weight * (isBetween ? betweenWeight : 1);
    return [{ candidate, piece, lines, textScore, symbolScore, weight, terms }];
  });
}

function worth({ terms, rarity }: TermsOfFolder, term: number): number {
  return (terms[term]?.weight ?? 0) * (rarity[term] ?? 0);
}

/** How often each term occurs in a text, and how many names this has. */
function countTerms(asked: TermsOfFolder, text: string): { counts: Map<number, number>; length: number } {
  const counts = new Map<number, number>();
  const names = identifiersIn(text);
  for (const name of names) {
    const id = asked.folder.index.names.find(name);
    if (id === undefined) continue;
    for (const term of asked.met.get(id) ?? [])
      counts.set(term, (counts.get(term) ?? 0) + asked.shareOf(term, id));
  }
  return { counts, length: names.length };
}

/** Counts the terms in the names of what a piece defines, and of what is around it, each by the name that has it most. */
function addNames(
  counts: Map<number, number>,
  asked: TermsOfFolder,
  around: IndexedSymbol | null,
  defined: readonly IndexedSymbol[],
): void {
  const named = new Map<number, number>();
  const add = (name: number, count: number): void => {
    for (const term of asked.met.get(name) ?? [])
      named.set(term, Math.max(named.get(term) ?? 0, count * asked.shareOf(term, name)));
  };
  for (const { name, container } of defined) {
    add(name, nameCount);
    if (container !== -1) add(container, containerCount);
  }
  if (around !== null && !defined.includes(around)) add(around.name, containerCount);
  for (const [term, count] of named) counts.set(term, (counts.get(term) ?? 0) + count);
}
