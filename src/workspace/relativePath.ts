import path from 'node:path';

/** A path relative to a folder, with `/`; null outside of it, and for the folder itself. */
export function relativeTo(folder: string, file: string): string | null {
  const relative = path.relative(folder, file);
  if (
    relative === '' ||
    relative === '..' ||
    relative.startsWith(`..${path.sep}`) ||
    path.isAbsolute(relative)
  )
    return null;
  return relative.split(path.sep).join('/');
}
