import { bm25Chunks } from './bm25Chunks.ts';
import { hearth } from './hearth.ts';
import { importSkeletons } from './importSkeletons.ts';
import { jaccardWindows } from './jaccardWindows.ts';
import type { ContextMethod } from './method.ts';
import { rankedMap } from './rankedMap.ts';
import { recentHeads } from './recentHeads.ts';

/** Hearth's own context first, then what it is compared with. */
export const methods: readonly ContextMethod[] = [
  hearth,
  recentHeads,
  jaccardWindows,
  bm25Chunks,
  rankedMap,
  importSkeletons,
];
