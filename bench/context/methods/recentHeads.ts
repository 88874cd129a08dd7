import type { Analysis } from '../analysis.ts';
import { cutToFit, nearestFiles, rankingMethod, type ContextSegment, type Ranked } from './method.ts';

/** As many as Continue shows of the files opened last. */
const mostFiles = 5;

/**
 * The beginnings of the files that were open last, as Continue shows them (its `formatOpenedFilesContext`): the budget is
 * shared evenly, and what a file does not need goes to the next. A held-out line has no history of tabs, so the files
 * nearest by path stand for them.
 */
export const recentHeads = rankingMethod(
  'recent-file heads',
  (analysis) => analysis,
  (analysis: Analysis, query): Ranked => {
    const files = nearestFiles(analysis, query.path).slice(0, mostFiles);
    return (budget) => {
      const heads: ContextSegment[] = [];
      let left = budget;
      for (const [index, file] of files.entries()) {
        const head = cutToFit(
          { path: file.path, text: file.text.trim() },
          Math.floor(left / (files.length - index)),
        );
        if (head === null) continue;
        heads.push(head);
        left -= head.path.length + head.text.length + 2;
      }
      return heads;
    };
  },
);
