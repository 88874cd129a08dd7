import type { AnalysedFile, Analysis } from '../analysis.ts';
import { fillWith, nearestFiles, rankingMethod, words, type ContextSegment, type Ranked } from './method.ts';

/** Copilot's numbers: windows of 60 lines in at most 20 files, the best window of a file, the 4 best of all. */
const windowLines = 60;
const mostFiles = 20;
const mostWindows = 4;

interface State {
  readonly analysis: Analysis;
  /** The words of each line of a file, by its path. */
  readonly words: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/**
 * The windows of other files that have most words in common with the lines above the cursor (Jaccard similarity), the
 * most similar one last, as in Copilot's completions. There is no history of tabs: the files nearest by path are searched.
 */
export const jaccardWindows = rankingMethod(
  'Jaccard windows',
  (analysis): State => ({
    analysis,
    words: new Map([...analysis.files.values()].map(({ path, lines }) => [path, lines.map(words)])),
  }),
  ({ analysis, words: wordsOf }, query): Ranked => {
    const above = query.file.lines.slice(Math.max(0, query.line - windowLines), query.line);
    const wanted = new Set(above.flatMap(words));
    const windows = nearestFiles(analysis, query.path)
      .slice(0, mostFiles)
      .flatMap((file) => bestWindow(file, wordsOf.get(file.path) ?? [], wanted) ?? [])
      .sort((a, b) => b.score - a.score)
      .slice(0, mostWindows);
    // The best goes in first and stands last.
    return (budget) => fillWith(windows, budget).reverse();
  },
);

/** The window of a file that is most similar to a set of words; null where nothing is alike. */
function bestWindow(
  file: Pick<AnalysedFile, 'path' | 'lines'>,
  lines: readonly (readonly string[])[],
  wanted: ReadonlySet<string>,
): (ContextSegment & { score: number }) | null {
  const counts = new Map<string, number>();
  let common = 0;
  let best = { start: -1, score: 0 };
  for (let at = 0; at < lines.length; at += 1) {
    for (const word of lines[at] ?? []) {
      const count = counts.get(word) ?? 0;
      if (count === 0 && wanted.has(word)) common += 1;
      counts.set(word, count + 1);
    }
    for (const word of lines[at - windowLines] ?? []) {
      const count = counts.get(word) ?? 0;
      if (count > 1) counts.set(word, count - 1);
      else {
        counts.delete(word);
        if (wanted.has(word)) common -= 1;
      }
    }
    if (at < windowLines - 1 && at < lines.length - 1) continue;
    const score = common / (wanted.size + counts.size - common || 1);
    if (score > best.score) best = { start: Math.max(0, at - windowLines + 1), score };
  }
  if (best.start < 0) return null;
  const text = file.lines.slice(best.start, best.start + windowLines).join('\n');
  return { path: file.path, text, score: best.score };
}
