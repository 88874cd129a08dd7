import { arrange, headerOf, tokensOf } from './arrange.ts';
import type { ContextItem, TokenCount } from './items.ts';

/** What a token more may cost of an item's value; 0: only the score counts, 1: score per token. */
const costExponent = 0.7;
/** Rounds in which what is left is filled: items that stand together take less than was reckoned. */
const rounds = 4;

export interface PackOptions {
  /** Most tokens, headers included. */
  readonly budget: number;
  readonly count: TokenCount;
  /** Most tokens of each kind. */
  readonly quotas?: Readonly<Record<string, number>>;
}

/**
 * Chooses the items that are worth most for their tokens. What it gives takes at most the budget, headers included, as
 * `count` counts; the same input gives the same output.
 */
export function pack(items: readonly ContextItem[], options: PackOptions): ContextItem[] {
  const { budget, count, quotas = {} } = options;
  const ranked = items
    .map((item) => ({ item, cost: count(`${item.text}\n`) }))
    .filter(({ item, cost }) => item.text !== '' && cost > 0)
    .sort((a, b) => valueOf(b) - valueOf(a) || compareItems(a.item, b.item));
  const chosen: ContextItem[] = [];
  const taken = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    let used = tokensOf(arrange(chosen), count);
    const kinds = usedByKind(chosen, count);
    const files = new Set(chosen.map(({ kind, path }) => `${kind} ${path}`));
    const before = chosen.length;
    for (const { item, cost } of ranked) {
      const key = keyOf(item);
      if (taken.has(key)) continue;
      const file = `${item.kind} ${item.path}`;
      const header = files.has(file) ? 0 : count(headerOf(item.path));
      const ofKind = (kinds.get(item.kind) ?? 0) + cost;
      if (used + cost + header > budget || ofKind > (quotas[item.kind] ?? Infinity)) continue;
      used += cost + header;
      kinds.set(item.kind, ofKind);
      files.add(file);
      taken.add(key);
      chosen.push(item);
    }
    if (chosen.length === before) break;
  }
  return fitting(chosen, budget, count);
}

/** Lets go of what is worth least until the rest fits: tokens of a whole can be more than those of its parts. */
function fitting(items: ContextItem[], budget: number, count: TokenCount): ContextItem[] {
  const kept = [...items].sort((a, b) => b.score - a.score || compareItems(a, b));
  while (kept.length > 0 && tokensOf(arrange(kept), count) > budget) kept.pop();
  return kept;
}

function usedByKind(items: readonly ContextItem[], count: TokenCount): Map<string, number> {
  const used = new Map<string, number>();
  for (const { kind, text } of items) used.set(kind, (used.get(kind) ?? 0) + count(`${text}\n`));
  return used;
}

function valueOf({ item, cost }: { item: ContextItem; cost: number }): number {
  return item.score / cost ** costExponent;
}

/** Tells an item from all others. */
export function keyOf({ kind, path, text }: ContextItem): string {
  return `${kind}\0${path}\0${text}`;
}

function compareItems(a: ContextItem, b: ContextItem): number {
  const [left, right] = [keyOf(a), keyOf(b)];
  return left < right ? -1 : left > right ? 1 : a.startLine - b.startLine;
}
