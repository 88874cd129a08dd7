/** Okapi BM25's usual constants (Robertson and Zaragoza 2009). */
const saturation = 1.2;
const lengthShare = 0.75;

/** How much a term that is in `frequency` of so many chunks tells; `frequency` is 1 at least. */
export function rarityOf(chunks: number, frequency: number): number {
  return Math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5));
}

/** What a term that occurs `count` times gives to a chunk, whose length is that of an average one times `relativeLength`. */
export function partOf(count: number, relativeLength: number): number {
  return (count * (saturation + 1)) / (count + saturation * (1 - lengthShare + lengthShare * relativeLength));
}
