import { commonIndent } from '../../core/refactor/indentation.ts';

/**
 * A block of code as it goes into a line that is indented: the block's own common indentation gives way to the line's,
 * tabs and blanks as the line has them. Where something stands before the cursor, the first line goes on behind it.
 */
export function insertedText(block: string, lineIndentation: string): string {
  const lines = block.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  const { length } = commonIndent(lines);
  return lines
    .map((line, index) => {
      const own = line.slice(length);
      if (line.trim() === '') return '';
      return index === 0 ? own : `${lineIndentation}${own}`;
    })
    .join('\n');
}
