import { grammarFor } from '../../syntax/languages.ts';
import { isBlank } from '../fileText.ts';

/** A fenced block of code in Markdown. */
export interface Fence {
  /** What stands behind the opening backticks. */
  readonly info: string;
  /** The nearest line above that holds something; '' for none. */
  readonly above: string;
  readonly code: string;
  /** False where the answer ends within it. */
  readonly closed: boolean;
}

/** An answer's fences in order, and whether there is any text outside of them. */
export interface FencedText {
  readonly fences: readonly Fence[];
  readonly prose: boolean;
}

/** More fences than any answer to one refactor has: what follows is not read. */
const mostFences = 200;

const opening = /^( {0,3})(`{3,}|~{3,})([^\n]*)$/;

/** Finds the outermost fences of an answer whose line ends are `\n` (CommonMark's rules, quotes and lists left out). */
export function fencesOf(answer: string): FencedText {
  const fences: Fence[] = [];
  let prose = false;
  let above = '';
  const lines = answer.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const opened = opening.exec(line);
    const [, indent = '', marks = '', info = ''] = opened ?? [];
    // Backticks in the info make it a piece of code in a sentence, and tildes under a line make that a heading.
    const isNone = marks.startsWith('`')
      ? info.includes('`')
      : isBlank(info) && !isBlank(lines[at - 1] ?? '');
    if (opened === null || isNone) {
      if (!isBlank(line)) {
        prose = true;
        above = line.trim();
      }
      continue;
    }
    const isTooMany = fences.length === mostFences;
    const end = isTooMany ? lines.length : closingLine(lines, at + 1, marks);
    const code = lines.slice(at + 1, end).map((one) => withoutIndent(one, indent.length));
    fences.push({ info: info.trim(), above, code: code.join('\n'), closed: end < lines.length });
    above = '';
    at = end;
  }
  return { fences, prose };
}

/**
 * The line that closes a fence: as many marks and nothing else. Fences with a language nest, as models write them. Where
 * the code is within a comment or a string then, it is the last one.
 */
function closingLine(lines: readonly string[], from: number, marks: string): number {
  const mark = marks.charAt(0);
  const closing = new RegExp(`^ {0,3}${mark}{${marks.length},}[ \\t]*$`);
  const nested = new RegExp(`^ {0,3}${mark}{${marks.length},}[\\w+#-]+[^${mark}]*$`);
  const closers: number[] = [];
  let depth = 0;
  let first = -1;
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (closing.test(line)) {
      closers.push(at);
      if (depth === 0 && first === -1) {
        if (!isOpen(lines.slice(from, at))) return at;
        first = at;
      }
      depth -= 1;
    } else if (nested.test(line)) {
      if (first !== -1) return first;
      depth += 1;
    }
  }
  // What looked nested was not: then the first line that closes does.
  if (first === -1) return closers[0] ?? lines.length;
  // Marks within a comment or a string that is still open are its own, where the last of them ends all.
  const last = closers.at(-1) ?? first;
  return closers.length % 2 === 1 && lines.slice(last + 1).every(isBlank) ? last : first;
}

/** Whether code ends within a comment or string of several lines. */
function isOpen(lines: readonly string[]): boolean {
  const code = lines.join('\n');
  const isOdd = (mark: string): boolean => code.split(mark).length % 2 === 0;
  return isOdd('"""') || isOdd("'''") || code.lastIndexOf('/*') > code.lastIndexOf('*/');
}

function withoutIndent(line: string, width: number): string {
  let at = 0;
  while (at < width && line[at] === ' ') at += 1;
  return line.slice(at);
}

const pathLike = /^[\w@.+-]+(?:[\\/][\w@.+ -]+)*\.\w{1,8}$/;
const proseExtensions = new Set([
  'md',
  'txt',
  'rst',
  'xml',
  'ini',
  'cfg',
  'sql',
  'vue',
  'svelte',
  'scss',
  'less',
]);
/** Longer lines name a file among other things. */
const longestTitle = 200;

/** The file that a fence names: in its info, or in the line above it; null for none. */
export function pathOfFence({ info, above }: Pick<Fence, 'info' | 'above'>): string | null {
  if (info.length > longestTitle || above.length > longestTitle) return null;
  const words = info
    .split(/\s+/)
    .flatMap((word) => word.split(/^(?:\d+:\d+:|[\w+#-]+:|(?:path|file|title|filename)=)/));
  const candidates = [...words, ...(/`([^`]+)`/.exec(above)?.slice(1) ?? []), bareTitle(above)];
  const found = candidates.map((one) => one.replace(/^["'`*]+|["'`*:,]+$/g, '')).find(isPath);
  return found?.replaceAll('\\', '/') ?? null;
}

/** Whether a word is a file's name, and not a member of something. */
function isPath(word: string): boolean {
  if (!pathLike.test(word)) return false;
  const extension = word.slice(word.lastIndexOf('.') + 1).toLowerCase();
  return /[\\/]/.test(word) || grammarFor(extension) !== null || proseExtensions.has(extension);
}

/** A line that is nothing but a title: `### src/a.ts`, `**src/a.ts**:`, `File: src/a.ts`. */
function bareTitle(line: string): string {
  return line.replace(/^(?:[#*\s>-]*)(?:file(?:name)?\s*:\s*)?/i, '').replace(/[*:\s]+$/, '');
}
