/** Languages in which `"""` and `'''` hold strings of several lines, and those in which a backtick does. */
const tripleQuotes = new Set('python py pyi java scala sc kotlin kt kts swift csharp cs toml'.split(' '));
const backticks = new Set(
  'typescript typescriptreact javascript javascriptreact ts mts cts tsx js mjs cjs jsx go vue svelte'.split(
    ' ',
  ),
);
const hashComments = new Set('python py pyi ruby rb shellscript sh bash zsh yaml yml toml'.split(' '));

/**
 * For each line whether it begins within a string of several lines, whose blanks are its own. It is told without a parser,
 * since an answer need not be whole: quotes of one line and comments are skipped, what stands in `${}` is not.
 */
export function linesInStrings(lines: readonly string[], language: string): boolean[] {
  const marks = [
    ...(tripleQuotes.has(language) ? ['"""', "'''"] : []),
    ...(backticks.has(language) ? ['`'] : []),
  ];
  if (marks.length === 0) return lines.map(() => false);
  const comment = hashComments.has(language) ? '#' : '//';
  let open: string | null = null;
  let inComment = false;
  return lines.map((line) => {
    const began = open !== null;
    let at = 0;
    while (at < line.length) {
      if (inComment) {
        const end = line.indexOf('*/', at);
        inComment = end === -1;
        at = inComment ? line.length : end + 2;
      } else if (open !== null) {
        if (line[at] === '\\') at += 2;
        else if (line.startsWith(open, at)) {
          at += open.length;
          open = null;
        } else at += 1;
      } else {
        open = marks.find((mark) => line.startsWith(mark, at)) ?? null;
        if (open !== null) at += open.length;
        else if (line.startsWith(comment, at)) break;
        else if (comment === '//' && line.startsWith('/*', at)) {
          inComment = true;
          at += 2;
        } else at = line[at] === '"' || line[at] === "'" ? behindString(line, at) : at + 1;
      }
    }
    return began;
  });
}

/** The offset behind a string of one line; one that nothing closes is none. */
function behindString(line: string, start: number): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === quote) return at + 1;
  }
  return start + 1;
}
