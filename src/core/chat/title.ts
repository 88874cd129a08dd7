import { ownWords, parseQuestion } from './question.ts';

/** Characters of a title; one line of the sidebar. */
const longest = 60;

/**
 * A title for a conversation that begins with this question: its first line with words of its own, without command and
 * mentions, of which the names of symbols stay; the question as it is where there are none.
 */
export function titleOf(question: string): string {
  return firstLine(ownWords(question, parseQuestion(question))) ?? firstLine(question) ?? '';
}

function firstLine(text: string): string | null {
  for (const line of text.split('\n')) {
    const words = line.replaceAll(/\s+/g, ' ').trim();
    if (words !== '') return shortened(words);
  }
  return null;
}

/** Ends at a word where one ends in the second half, and never within a character of two units. */
function shortened(line: string): string {
  if (line.length <= longest) return line;
  const start = line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '');
  const word = start.lastIndexOf(' ');
  return `${(word >= longest / 2 && line[start.length] !== ' ' ? start.slice(0, word) : start).trimEnd()}…`;
}
