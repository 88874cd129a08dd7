/** Lines of comments that are looked at above a definition. */
const mostLines = 40;
const hashed = /^(py|pyi|rb|sh|bash|zsh|fish|ps1|r|jl|ex|exs|pl|pm|ya?ml|toml|nix|cmake|php)$/;
const dashed = /^(lua|sql|hs|elm|adb|ads)$/;

/**
 * The line (from 1) at which the comments directly above a definition start, or its own where there are none. `family` is
 * the file's `languageFamily`. It looks at the lines alone: a tree of every file that was found would take longer than
 * finding it.
 */
export function documentationStart(lines: readonly string[], line: number, family: string): number {
  let first = line;
  const least = Math.max(1, line - mostLines);
  while (first > least) {
    const above = (lines[first - 2] ?? '').trim();
    if (isLineComment(above, family)) first -= 1;
    else if (above.endsWith('*/')) {
      const opened = blockStart(lines, first - 1, least);
      if (opened === null) break;
      first = opened;
    } else break;
  }
  return first;
}

function isLineComment(line: string, family: string): boolean {
  if (line.startsWith('//')) return true;
  if (line.startsWith('#')) return hashed.test(family) && !line.startsWith('#!');
  return line.startsWith('--') && dashed.test(family);
}

/** Where the block comment that ends on a line starts, if nothing stands before it. */
function blockStart(lines: readonly string[], end: number, least: number): number | null {
  for (let line = end; line >= least; line -= 1) {
    const at = (lines[line - 1] ?? '').lastIndexOf('/*');
    if (at !== -1) return (lines[line - 1] ?? '').slice(0, at).trim() === '' ? line : null;
  }
  return null;
}
