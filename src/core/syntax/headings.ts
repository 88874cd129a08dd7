import { Lines } from './lines.ts';
import type { Definition } from './outline.ts';
import { longestSignature } from './outline.ts';

/** A heading: its text, its level (1 to 6), and its first line, from 1. */
interface Heading {
  readonly title: string;
  readonly level: number;
  readonly line: number;
}

const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*$/;
const closingMarks = /(?:^|[ \t]+)#+$/;
const underline = /^ {0,3}(=+|-+)[ \t]*$/;
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;
/** What begins no paragraph of its own: lists, quotes, HTML, tables, thematic breaks. */
const otherBlock = /^ {0,3}(?:[-*+][ \t]|\d{1,9}[.)][ \t]|>|<|\||(?:[*_-][ \t]*){3,}$)/;
const indented = /^(?: {4}| {0,3}\t)/;

/**
 * The headings of a Markdown text, in order: `#` and underlined ones (CommonMark 0.31, 4.2 and 4.3), without what looks
 * like one in fenced or indented code and in front matter. Each is a definition of kind `heading` that ends before the
 * next one of its level or a higher one; its container is the heading around it.
 */
export function headings(text: string): Definition[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const found = headingsIn(lines);
  const index = new Lines(text);
  const around: Heading[] = [];
  return found.map((heading, at) => {
    while ((around.at(-1)?.level ?? 0) >= heading.level) around.pop();
    const container = around.at(-1)?.title ?? null;
    around.push(heading);
    const next = found.slice(at + 1).find(({ level }) => level <= heading.level);
    const endLine = next === undefined ? lines.length : next.line - 1;
    return {
      name: heading.title,
      kind: 'heading',
      signature: `${'#'.repeat(heading.level)} ${heading.title}`.slice(0, longestSignature),
      start: index.startOf(heading.line),
      end: index.startOf(endLine) + (lines[endLine - 1]?.length ?? 0),
      startLine: heading.line,
      endLine,
      container,
      exported: true,
    };
  });
}

function headingsIn(lines: readonly string[]): Heading[] {
  const found: Heading[] = [];
  /** The lines of the paragraph that goes on, which an underline makes a heading. */
  let paragraph: string[] = [];
  let fenced: string | null = null;
  for (let at = frontMatterEnd(lines); at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (fenced !== null) {
      if (closesFence(line, fenced)) fenced = null;
      continue;
    }
    const opened = fence.exec(line);
    if (opened !== null && !(opened[1]?.startsWith('`') === true && opened[2]?.includes('`') === true)) {
      fenced = opened[1] ?? '';
      paragraph = [];
      continue;
    }
    const marks = atx.exec(line);
    if (marks !== null) {
      const title = (marks[2] ?? '').replace(closingMarks, '').trim();
      if (title !== '') found.push({ title, level: marks[1]?.length ?? 1, line: at + 1 });
      paragraph = [];
      continue;
    }
    const under = underline.exec(line);
    if (under !== null && paragraph.length > 0) {
      const level = under[1]?.startsWith('=') === true ? 1 : 2;
      const title = paragraph.map((part) => part.trim()).join(' ');
      found.push({ title, level, line: at + 1 - paragraph.length });
      paragraph = [];
      continue;
    }
    paragraph = goesOn(paragraph, line) ? [...paragraph, line] : [];
  }
  return found;
}

/** Whether a line belongs to the paragraph before it, or begins one. */
function goesOn(paragraph: readonly string[], line: string): boolean {
  if (line.trim() === '' || otherBlock.test(line)) return false;
  return paragraph.length > 0 || !indented.test(line);
}

function closesFence(line: string, opened: string): boolean {
  const closing = fence.exec(line);
  return closing !== null && closing[2]?.trim() === '' && (closing[1] ?? '').startsWith(opened);
}

/** The index of the first line after YAML or TOML front matter; 0 where there is none. */
function frontMatterEnd(lines: readonly string[]): number {
  const first = lines[0]?.trimEnd();
  if (first !== '---' && first !== '+++') return 0;
  const end = lines.findIndex((line, at) => at > 0 && (line.trimEnd() === first || line.trimEnd() === '...'));
  return end === -1 ? 0 : end + 1;
}
