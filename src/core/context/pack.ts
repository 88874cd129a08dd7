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
    .filter(({ text }) => text !== '')
    .map((item) => rankedItem(item, count))
    .filter(({ cost }) => cost > 0)
    .sort((a, b) => b.value - a.value || compareKeys(a, b));
  const chosen: ContextItem[] = [];
  const taken = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    let used = tokensOf(arrange(chosen), count);
    const kinds = usedByKind(chosen, count);
    const files = new Set(chosen.map(fileOf));
    const before = chosen.length;
    for (const { item, cost, key, file } of ranked) {
      if (used + cost > budget || taken.has(key)) continue;
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

/** An item with what it is compared by. */
interface RankedItem {
  readonly item: ContextItem;
  readonly cost: number;
  readonly value: number;
  readonly key: string;
  readonly file: string;
}

function rankedItem(item: ContextItem, count: TokenCount): RankedItem {
  const cost = count(`${item.text}\n`);
  return { item, cost, value: item.score / cost ** costExponent, key: keyOf(item), file: fileOf(item) };
}

function fileOf({ kind, path }: ContextItem): string {
  return `${kind} ${path}`;
}

/** Tells an item from all others. */
export function keyOf({ kind, path, text }: ContextItem): string {
  return `${kind}\0${path}\0${text}`;
}

function compareItems(a: ContextItem, b: ContextItem): number {
  return compareKeys({ item: a, key: keyOf(a) }, { item: b, key: keyOf(b) });
}

function compareKeys(a: Pick<RankedItem, 'item' | 'key'>, b: Pick<RankedItem, 'item' | 'key'>): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : a.item.startLine - b.item.startLine;
}
