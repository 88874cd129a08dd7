import { beforeBlanks } from './definitionText.ts';
import type { SyntaxMatch } from './node.ts';
import type { Definition } from './outline.ts';

/** UTF-16 units of a documentation text. */
export const longestDocumentation = 400;

interface Comment {
  readonly start: number;
  /** Without the line end that some nodes hold. */
  readonly end: number;
}

/**
 * What is said of each definition in its file, null where there is nothing: the first paragraph of its docstring or of
 * the comments directly above it, on one line of at most `longestDocumentation` UTF-16 units, without comment marks. The
 * matches are those of the language's `documentation.scm`, which captures every comment as `@documentation` and
 * docstrings as `@docstring`.
 */
export function documentationOf(
  text: string,
  matches: readonly SyntaxMatch[],
  definitions: readonly Definition[],
): (string | null)[] {
  const comments = new Map<number, Comment>();
  const docstrings: Comment[] = [];
  for (const { captures } of matches) {
    for (const { name, node } of captures) {
      const { startIndex: start, endIndex } = node;
      const comment = { start, end: start + text.slice(start, endIndex).trimEnd().length };
      if (name === 'docstring') docstrings.push(comment);
      else if (name === 'documentation') comments.set(comment.end, comment);
    }
  }
  const inside = innermost(docstrings, definitions);
  return definitions.map((definition) => {
    const docstring = inside.get(definition);
    const written =
      docstring === undefined
        ? commentsAbove(text, comments, definition.start)
        : text.slice(docstring.start, docstring.end);
    return written === '' ? null : firstParagraph(written);
  });
}

/** The docstring of each definition: the one that lies in no definition inside it. */
function innermost(
  docstrings: readonly Comment[],
  definitions: readonly Definition[],
): Map<Definition, Comment> {
  const found = new Map<Definition, Comment>();
  for (const docstring of docstrings) {
    let around: Definition | null = null;
    for (const definition of definitions) {
      if (definition.start > docstring.start) break;
      if (definition.end >= docstring.end) around = definition;
    }
    if (around !== null && !found.has(around)) found.set(around, docstring);
  }
  return found;
}

/** The line comments directly above `start`, or the one block comment there; '' for none. */
function commentsAbove(text: string, comments: ReadonlyMap<number, Comment>, start: number): string {
  let first = start;
  let last: Comment | null = null;
  for (;;) {
    const comment = comments.get(beforeBlanks(text, first));
    if (comment === undefined || !isAlone(text, comment, first)) break;
    const isLine = lineMarks.test(text.slice(comment.start, comment.start + 4));
    if (last !== null && !isLine) break;
    last ??= comment;
    first = comment.start;
    if (!isLine) break;
  }
  return last === null ? '' : text.slice(first, last.end);
}

/** Whether nothing else stands on a comment's lines, and no blank line between it and what starts at `next`. */
function isAlone(text: string, { start, end }: Comment, next: number): boolean {
  if (text.startsWith('#!', start) && start === 0) return false;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return text.slice(lineStart, start).trim() === '' && text.slice(end, next).split('\n').length <= 2;
}

const lineMarks = /^(?:\/\/|#|--(?!\[=*\[))/;

/** The lines of comments or a docstring without their marks. */
function withoutMarks(written: string): string[] {
  const lines = (inner: string, mark: RegExp): string[] =>
    inner.split('\n').map((line) => line.replace(mark, '').trim());
  if (lineMarks.test(written)) return lines(written, /^\s*(?:\/{2,}!?|#+!?|-{2,})/);
  if (written.startsWith('/*')) return lines(written.replace(/^\/\*+!?|\*+\/$/g, ''), /^\s*\*+/);
  const inner = written
    .replace(/^(?:<!--+|--\[=*\[|=begin\b|[a-zA-Z]{0,2}(?:"""|'''|"|'))/, '')
    .replace(/(?:--+>|\]=*\]|=end|"""|'''|"|')$/, '');
  return lines(inner, /^/);
}

/** Where what is said in sentences ends: a blank or ruled line, a paragraph's mark, a tag such as `@param`. */
const paragraphEnd = /^(?:[^\p{L}\p{N}]*$|<\/?p>|<para>|<\/summary>|[@\\:](?!brief|summary|description)\w)/u;
/** What only marks the first paragraph as such. */
const openingMark = /^(?:<summary>\s*|[@\\](?:brief|summary|description)\s+)|\s*<\/summary>$/g;

function firstParagraph(written: string): string | null {
  const kept: string[] = [];
  for (const line of withoutMarks(written)) {
    const content = line.replace(openingMark, '');
    const isEnd = paragraphEnd.test(content);
    if (isEnd && kept.length > 0) break;
    if (isEnd && /^[@\\:]/.test(content)) return null;
    if (!isEnd) kept.push(content);
    if (line.endsWith('</summary>')) break;
  }
  const paragraph = kept.join(' ').replace(/\s+/g, ' ');
  if (paragraph.length <= longestDocumentation) return paragraph === '' ? null : paragraph;
  return `${paragraph.slice(0, longestDocumentation - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
