/** Files of which it is said that they are left out; of more, how many they are. */
const mostNamed = 20;

/** The line that stands for what is left out of some changes. `reason` is a sentence. */
export function leftOutLine(path: string, reason: string): string {
  return `(${path} is left out. ${reason})\n`;
}

/** The lines of what is left out of some changes, as many as are worth reading, and how many more there are. */
export function leftOutLines(lines: readonly string[]): string {
  const more = lines.length - mostNamed;
  const rest = more > 0 ? `(${more} more ${more === 1 ? 'file is' : 'files are'} left out.)\n` : '';
  return `${lines.slice(0, mostNamed).join('')}${rest}`;
}
