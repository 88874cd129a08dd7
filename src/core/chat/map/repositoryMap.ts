import { compare } from '../../index/compare.ts';
import type { MapQuery, RepositoryMap } from '../context.ts';
import type { AskedFolder } from '../retrieval/rankFolder.ts';
import { byShare, rankDefinitions, type RankedDefinition } from './rankDefinitions.ts';
import { keyOf, linesFor, render, written, type MapLine } from './renderMap.ts';

/** How the map gets at what it does not hold. */
export interface MapPorts {
  /** Takes steps to their end with pauses; they see one state of the index. */
  run<T>(folder: AskedFolder, steps: () => Generator<void, T, void>): Promise<T>;
  /** Tokens of each text. */
  count(texts: readonly string[]): Promise<readonly number[]>;
}

/** No line has fewer tokens, with its indentation and its end. */
const leastTokens = 3;
/** Definitions that are passed over because they don't fit, before the map counts as full. */
const mostMisses = 20;

/**
 * The definitions that matter most, below the paths of their files, in at most `budget` tokens: as many as fit in the
 * order of their importance. The same index, query and tokenizer give the same text.
 */
export async function repositoryMap(
  folders: readonly AskedFolder[],
  query: MapQuery,
  ports: MapPorts,
): Promise<RepositoryMap> {
  const most = Math.max(0, Math.floor(query.budget / leastTokens));
  const ranked: RankedDefinition[] = [];
  for (const folder of folders)
    ranked.push(...(await ports.run(folder, () => rankDefinitions(folder, query, most))));
  const wanted = ranked.sort(byShare).slice(0, most).map(linesFor);
  const chosen = await fitting(wanted, query.budget, ports);
  // Tokens of lines put together may be others than of each by itself.
  for (;;) {
    const lines = chosen.flat();
    const text = render(lines);
    const [tokens = 0] = chosen.length === 0 ? [] : await ports.count([text]);
    if (tokens <= query.budget) {
      const files = [...new Set(lines.map(({ path }) => path))].sort(compare);
      return { text, files, tokens };
    }
    chosen.pop();
  }
}

/** As many of the groups of lines as fit; a line that several need counts once. */
async function fitting(
  wanted: readonly (readonly MapLine[])[],
  budget: number,
  ports: MapPorts,
): Promise<(readonly MapLine[])[]> {
  const distinct = new Map(wanted.flat().map((line) => [keyOf(line), written(line)]));
  const counts = distinct.size === 0 ? [] : await ports.count([...distinct.values()]);
  const costs = new Map([...distinct.keys()].map((key, at) => [key, counts[at] ?? 0]));
  const there = new Set<string>();
  const chosen: (readonly MapLine[])[] = [];
  let left = budget;
  let misses = 0;
  for (const lines of wanted) {
    const added = lines.map(keyOf).filter((key) => !there.has(key));
    const cost = added.reduce((sum, key) => sum + (costs.get(key) ?? 0), 0);
    if (added.length === 0) continue;
    if (cost > left) {
      misses += 1;
      if (misses > mostMisses) break;
      continue;
    }
    for (const key of added) there.add(key);
    left -= cost;
    chosen.push(lines);
  }
  return chosen;
}
