/** The kinds of brackets, each as both of its characters. */
const pairs = ['()', '[]', '{}'];

/** How many more brackets of each kind a text opens than it closes; wherever they stand, in strings and comments too. */
export function openBrackets(text: string): number[] {
  return pairs.map(([open = '', close = '']) => text.split(open).length - text.split(close).length);
}
