import { mostCounted, mostCountedUnits } from './protocol.ts';

/** Pieces of texts for one request, and for each of them the place of its text. */
interface Batch {
  readonly pieces: string[];
  readonly owners: number[];
  units: number;
}

/**
 * Counts tokens of any number of texts of any length, with as many requests as that takes. A text that is too long for
 * one is counted in pieces, which may give a token more for each of them.
 */
export async function countInBatches(
  texts: readonly string[],
  count: (texts: string[]) => Promise<readonly number[]>,
): Promise<number[]> {
  const counts = texts.map(() => 0);
  for (const { pieces, owners } of batchesOf(texts)) {
    const found = await count(pieces);
    owners.forEach((owner, index) => (counts[owner] = (counts[owner] ?? 0) + (found[index] ?? 0)));
  }
  return counts;
}

function batchesOf(texts: readonly string[]): readonly Batch[] {
  let batch: Batch = { pieces: [], owners: [], units: 0 };
  const batches = [batch];
  texts.forEach((text, owner) => {
    for (const piece of piecesOf(text)) {
      if (batch.pieces.length === mostCounted || batch.units + piece.length > mostCountedUnits)
        batches.push((batch = { pieces: [], owners: [], units: 0 }));
      batch.pieces.push(piece);
      batch.owners.push(owner);
      batch.units += piece.length;
    }
  });
  return batches;
}

/** A text in pieces that a request can take: cut behind a line where there is one, and never within a character. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  while (text.length - at > mostCountedUnits) {
    const line = text.lastIndexOf('\n', at + mostCountedUnits - 1) + 1;
    const most = at + mostCountedUnits;
    const within = /[\uD800-\uDBFF]/.test(text.charAt(most - 1));
    const end = line > at ? line : within ? most - 1 : most;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return [...pieces, text.slice(at)];
}
