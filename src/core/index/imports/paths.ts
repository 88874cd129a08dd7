/** The folder of a path; '' is the workspace folder. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last part of a path. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Parts put together without `.` and `..`; null where the path would leave the workspace folder. */
export function joined(...parts: readonly string[]): string | null {
  const kept: string[] = [];
  for (const part of parts.join('/').split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.pop() === undefined) return null;
  }
  return kept.join('/');
}

/** A folder and those above it, the nearest first, down to the workspace folder ''. */
export function foldersUp(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; at !== ''; folders.push(at)) at = parentOf(at);
  return folders;
}

/** Whether a path is `tail` or ends with it after a `/`. */
export function endsWithPath(path: string, tail: string): boolean {
  return path.endsWith(tail) && (path.length === tail.length || path[path.length - tail.length - 1] === '/');
}

/** How many parts two lists have in common at their ends. */
export function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count)) count += 1;
  return count;
}

/** How many folders two paths share from the workspace folder on. */
export function commonFolders(a: string, b: string): number {
  const [left, right] = [parentOf(a).split('/'), parentOf(b).split('/')];
  let count = 0;
  while (count < left.length && count < right.length && left[count] === right[count]) count += 1;
  return count;
}

/** The items with the highest score, in their order. */
export function best<T>(items: readonly T[], score: (item: T) => number): T[] {
  let highest = -Infinity;
  let kept: T[] = [];
  for (const item of items) {
    const reached = score(item);
    if (reached > highest) [highest, kept] = [reached, []];
    if (reached === highest) kept.push(item);
  }
  return kept;
}

/** Of files that would all do, those that share the most folders with `from`. */
export function nearest(from: string, paths: readonly string[]): string[] {
  return best(paths, (path) => commonFolders(from, path));
}
