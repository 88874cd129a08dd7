import { stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Whether the file system takes names that differ in case for the same: asks for a folder under another case of its
 * own name. Where no name in the path has letters, what is usual for the platform.
 */
export async function ignoresCase(folder: string): Promise<boolean> {
  let at = path.resolve(folder);
  for (;;) {
    const above = path.dirname(at);
    const other = otherCase(path.basename(at));
    if (other !== path.basename(at)) return isSame(at, path.join(above, other));
    if (above === at) return process.platform === 'win32' || process.platform === 'darwin';
    at = above;
  }
}

function otherCase(name: string): string {
  return name.replace(/[a-z]+|[A-Z]+/g, (letters) =>
    letters < 'a' ? letters.toLowerCase() : letters.toUpperCase(),
  );
}

async function isSame(one: string, other: string): Promise<boolean> {
  try {
    // Windows has inode numbers beyond what a double holds.
    const [first, second] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
    return first.ino === second.ino && first.dev === second.dev;
  } catch {
    return false;
  }
}
