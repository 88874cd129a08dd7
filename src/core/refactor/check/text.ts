import { openBrackets } from '../brackets.ts';
import { fileLines } from '../fileText.ts';
import type { RefactorTarget } from '../types.ts';
import type { Checked } from './definitions.ts';

const conflictMark = /^(?:<{7}|>{7}|\|{7})(?: .*)?$/;

/** Lines, from 1, on which a merge conflict begins, is parted or ends. */
function conflictLines(text: string): number[] {
  return fileLines(text).flatMap((line, at) => (conflictMark.test(line.text) ? [at + 1] : []));
}

/** Line, from 1, of the first merge conflict that reaches into the target; null for none. A mark without its others is one by itself. */
export function conflictInTarget({ file, start, end }: RefactorTarget): number | null {
  const ranges: { from: number; to: number }[] = [];
  let open: number | null = null;
  for (const mark of fileLines(file.text).filter((line) => conflictMark.test(line.text))) {
    const isEnd = mark.text.startsWith('>');
    if (isEnd && open !== null) ranges.push({ from: open, to: mark.end });
    else ranges.push({ from: mark.start, to: mark.end });
    open = isEnd ? null : (open ?? mark.start);
  }
  const found = ranges.filter(({ from, to }) => from < Math.max(end, start + 1) && to >= start);
  const first = found.sort((a, b) => a.from - b.from)[0];
  return first === undefined ? null : fileLines(file.text.slice(0, first.from)).length;
}

/** Why a change brings marks of a merge conflict; null where it brings none. */
export function markersProblem({ changes }: Checked): string | null {
  for (const { path, before, after } of changes) {
    const lines = conflictLines(after);
    if (lines.length > conflictLines(before ?? '').length)
      return `The change puts marks of a merge conflict into ${path}, the first in line ${lines[0] ?? 1}.`;
  }
  return null;
}

/**
 * Characters that nobody sees, or that turn the order of what is seen (Boucher and Anderson, "Trojan Source", 2021), and
 * those that stand for broken ones.
 */
const odd =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B\u000E-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2028\u2029\u2060-\u2064\u2066-\u2069\uFEFF\uFFFD]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Why a change brings characters that no editor shows; null where it brings none. */
export function charactersProblem({ changes }: Checked): string | null {
  for (const { path, before, after } of changes) {
    const was = countsOf(before ?? '');
    for (const [character, count] of countsOf(after)) {
      if (count <= (was.get(character) ?? 0)) continue;
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      return `The change puts the invisible or broken character U+${code} into ${path}.`;
    }
  }
  return null;
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [character] of text.matchAll(odd)) counts.set(character, (counts.get(character) ?? 0) + 1);
  return counts;
}

/** Why brackets tell that something was cut off, where there is no parser; null where they don't. */
export function balanceProblem({ changes, facts }: Checked): string | null {
  const broken = changes.find(({ path, before, after }) => {
    if (facts.get(path)?.after != null) return false;
    const [was, now] = [openBrackets(before ?? ''), openBrackets(after)];
    return now.some((count, at) => Math.abs(count) > Math.abs(was[at] ?? 0));
  });
  return broken === undefined ? null : `The change leaves brackets open in ${broken.path}.`;
}
