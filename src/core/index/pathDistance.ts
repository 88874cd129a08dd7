/** How many folders lie between two paths: 0 for files of one folder. */
export function pathDistance(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  // The folders up to the last `/` that both have at the same place.
  let common = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) {
    if (a.charCodeAt(at) === slash) common += 1;
    at += 1;
  }
  return slashesIn(a) + slashesIn(b) - 2 * common;
}

const slash = 47;

function slashesIn(path: string): number {
  let count = 0;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) count += 1;
  return count;
}
