import type { PromptSegment } from '../prompt/layoutTypes.ts';
import { arrange, segmentsOf, tokensOf, type ItemGroup } from './arrange.ts';
import type { ContextItem } from './items.ts';
import { keyOf, pack, type PackOptions } from './pack.ts';

/** What is in stays in unless something better by this factor comes: moving what is cached costs more than it gives. */
const incumbency = 1.25;

/**
 * Decides what stands before a file's text. Within an epoch nothing changes and nothing is computed; at its end members
 * are chosen anew, in favour of those that are in, and all stay as they are unless the new ones are worth a quarter more
 * together: whatever changes here is evaluated anew with everything behind it.
 */
export class Assembler {
  #epoch: string | null = null;
  #groups: readonly ItemGroup[] = [];
  #segments: readonly PromptSegment[] = [];

  /** What is in, in the order of the prompt. */
  get groups(): readonly ItemGroup[] {
    return this.#groups;
  }

  /** Whether `assemble` would choose anew. */
  isNew(epoch: string, { budget, count }: PackOptions): boolean {
    return epoch !== this.#epoch || tokensOf(this.#groups, count) > budget;
  }

  /**
   * Segments of at most the budget; `candidates` are looked at in a new epoch only. Nothing stays of which `isThere` says
   * that its place is gone.
   */
  assemble(
    epoch: string,
    candidates: readonly ContextItem[],
    options: PackOptions,
    isThere: (item: ContextItem) => boolean,
  ): readonly PromptSegment[] {
    if (!this.isNew(epoch, options)) return this.#segments;
    const scores = bestOfEach(candidates);
    const before = this.#groups.flatMap(({ items }) => items);
    // What is no candidate here is worth nothing here.
    const members = before.filter(isThere).map((one) => scores.get(keyOf(one)) ?? { ...one, score: 0 });
    const incumbents = new Set(members.map(keyOf));
    const ranked = [...scores.values()].map((one) =>
      incumbents.has(keyOf(one)) ? { ...one, score: Math.min(1, one.score * incumbency) } : one,
    );
    const fresh = pack(ranked, options).map((one) => scores.get(keyOf(one)) ?? one);
    const keeps =
      members.length > 0 &&
      members.length === before.length &&
      tokensOf(arrange(members), options.count) <= options.budget &&
      valueOf(fresh) < valueOf(members) * incumbency;
    this.#epoch = epoch;
    if (keeps) return this.#segments;
    this.#groups = arrange(fresh);
    this.#segments = segmentsOf(this.#groups);
    return this.#segments;
  }
}

/** Items by what tells them apart: of those that show the same, the likeliest, and of equals the first in its file. */
function bestOfEach(items: readonly ContextItem[]): Map<string, ContextItem> {
  const best = new Map<string, ContextItem>();
  for (const one of items) {
    const known = best.get(keyOf(one)) ?? null;
    const isBetter =
      known === null ||
      one.score > known.score ||
      (one.score === known.score && one.startLine < known.startLine);
    if (isBetter) best.set(keyOf(one), one);
  }
  return best;
}

function valueOf(items: readonly ContextItem[]): number {
  return items.reduce((sum, { score }) => sum + score, 0);
}
