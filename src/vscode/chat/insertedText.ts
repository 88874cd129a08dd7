/**
 * A block of code as it goes into a line that is indented: the block's own common indentation gives way to the line's,
 * tabs and blanks as the line has them. Where something stands before the cursor, the first line goes on behind it.
 */
export function insertedText(block: string, lineIndentation: string): string {
  const lines = block.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  const common = commonIndentation(lines);
  return lines
    .map((line, index) => {
      const own = line.slice(common.length);
      if (line.trim() === '') return '';
      return index === 0 ? own : `${lineIndentation}${own}`;
    })
    .join('\n');
}

/** The blanks and tabs that all lines with text begin with. */
function commonIndentation(lines: readonly string[]): string {
  const indentations = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^[ \t]*/.exec(line)?.[0] ?? '');
  return indentations.reduce((common, indentation) => {
    let length = 0;
    while (length < common.length && common[length] === indentation[length]) length += 1;
    return common.slice(0, length);
  }, indentations[0] ?? '');
}
