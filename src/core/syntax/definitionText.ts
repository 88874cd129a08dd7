import type { Decorations, Entry } from './outlineCaptures.ts';
import { isSpace } from './scriptSigns.ts';

export const longestSignature = 200;
/** The initialiser is left out of a member's signature that is longer. */
const longestWithInitialiser = 100;

/** Words before a definition that are no part of its node but belong to it, on its own line. */
const keyword = /(?:^|[^\w$.#])((?:export|default|declare|const|let|var|type)[\t ]+)$/;
const longestKeyword = 'default '.length + 1;
/** The last letters of those words. */
const lastOfKeyword = 'ter';

/** Whether a kind is that of a member without a body: a field, a property, a constant of an enumeration. */
export function isMemberKind(kind: string): boolean {
  return kind === 'property' || kind === 'enumMember';
}

/** Where a definition starts and ends with what it is wrapped in: decorators, `export`, `const` and the like. */
export function wholeRange(
  text: string,
  { start: from, end: to }: Entry,
  decorations: Decorations,
): { start: number; end: number } {
  let start = from;
  let isBound = false;
  let words = 0;
  for (;;) {
    const before = beforeBlanks(text, start);
    const decoration = decorations.endingAt(before);
    if (decoration !== undefined) {
      start = decoration;
      continue;
    }
    const word = keywordBefore(text, before, start);
    if (word === '') break;
    if (words === 0) isBound = /^(?:const|let|var)\b/.test(word);
    words += 1;
    start = before - word.trimEnd().length;
  }
  if (words === 0) return { start, end: to };
  const next = afterBlanks(text, to);
  // One of several that are declared together stands for itself.
  if (isBound && text[next] === ',') return { start: from, end: to };
  return { start, end: text[next] === ';' ? next + 1 : to };
}

/** The keyword that ends at `before`, with the blanks up to `start` on the same line; else empty. */
function keywordBefore(text: string, before: number, start: number): string {
  if (before === start || !lastOfKeyword.includes(text.charAt(before - 1))) return '';
  return keyword.exec(text.slice(Math.max(0, before - longestKeyword), start))?.[1] ?? '';
}

/** Where the white space that ends at `offset` starts. */
export function beforeBlanks(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

function afterBlanks(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** White space but for single spaces, which stay what they are. */
const moreThanSpace = /\s{2,}|[^\S ]/g;

/**
 * A definition from `first`, where its decorators are over, up to its body, on one line of at most `longestSignature`
 * UTF-16 units.
 */
export function signatureOf(text: string, { kind, bodyStart }: Entry, first: number, end: number): string {
  const until = bodyStart === -1 ? end : bodyStart;
  // Far more than fits, so that a table of a thousand lines is not copied.
  let written = text.slice(first, Math.min(until, first + 4 * longestSignature));
  if (bodyStart !== -1 && written.includes('#')) written = written.replace(/:\s+#[^\n]*\s*$/, '');
  let line = written.replace(moreThanSpace, ' ').trim();
  if (isMemberKind(kind)) {
    line = line.replace(/[;,]$/, '');
    if (line.length > longestWithInitialiser) line = withoutInitialiser(line);
  } else line = line.replace(/\s*[{:=]$/, '');
  if (line.length <= longestSignature) return line;
  return `${line.slice(0, longestSignature - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function withoutInitialiser(line: string): string {
  const at = line.search(/ :?= /);
  return at === -1 ? line : `${line.slice(0, at)} = …`;
}
