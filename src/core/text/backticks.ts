/** Units of the longest run of backticks in a text. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
}

/** A fenced block of Markdown that its text can't end. */
export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(2, longestRun(text)) + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A line as a code span of Markdown; nothing of it is taken for Markdown. */
export function codeSpan(line: string): string {
  const mark = '`'.repeat(longestRun(line) + 1);
  const blank = /^`|`$/.test(line) ? ' ' : '';
  return `${mark}${blank}${line}${blank}${mark}`;
}
