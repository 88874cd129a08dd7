/** Code in Markdown: offsets into the text, `end` behind the last unit. */
export interface CodeRange {
  readonly kind: 'fence' | 'span';
  /** With its markers. */
  readonly start: number;
  readonly end: number;
  /** What stands between them; of a fence whole lines. */
  readonly contentStart: number;
  readonly contentEnd: number;
  /** Where the words behind a fence's opening marker begin; for a span `contentStart`. */
  readonly infoStart: number;
}

/** A fence's line, also in a quote or at the beginning of a list's item, and at any indentation, as models write it. */
const fenceLine = /^(?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}|~{3,})/;

/**
 * The fenced blocks and code spans of a Markdown text, in order. A fence that is not closed reaches to the text's end; a
 * span ends within its paragraph. Linear in the text.
 */
export function codeRanges(markdown: string): readonly CodeRange[] {
  const ranges: CodeRange[] = [];
  let paragraph: number | null = null;
  const endParagraph = (end: number): void => {
    if (paragraph !== null) addSpans(markdown, paragraph, end, ranges);
    paragraph = null;
  };
  for (let at = 0; at < markdown.length;) {
    const end = lineEnd(markdown, at);
    const line = markdown.slice(at, end);
    const marker = openingMarker(line);
    if (marker !== null) {
      endParagraph(at);
      const fence = fenceAt(markdown, at, marker);
      ranges.push(fence);
      at = fence.end;
      continue;
    }
    if (line.trim() === '') endParagraph(at);
    else paragraph ??= at;
    at = end;
  }
  endParagraph(markdown.length);
  return ranges;
}

/** The range around an offset, or undefined; at its very edges an offset is not in it. */
export function rangeAround(ranges: readonly CodeRange[], offset: number): CodeRange | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && range.start < offset ? range : undefined;
}

interface Marker {
  readonly text: string;
  /** Where it ends in its line. */
  readonly end: number;
}

function openingMarker(line: string): Marker | null {
  const match = fenceLine.exec(line);
  if (match === null) return null;
  const text = match[1] ?? '';
  const end = match[0].length;
  // With more backticks behind it, it is a code span.
  return text.startsWith('`') && line.includes('`', end) ? null : { text, end };
}

function fenceAt(markdown: string, start: number, opened: Marker): CodeRange {
  const infoStart = start + opened.end;
  const contentStart = lineEnd(markdown, start);
  for (let at = contentStart; at < markdown.length;) {
    const end = lineEnd(markdown, at);
    const line = markdown.slice(at, end);
    const match = fenceLine.exec(line);
    if (match?.[1]?.startsWith(opened.text) === true && line.slice(match[0].length).trim() === '') {
      return { kind: 'fence', start, end, contentStart, contentEnd: at, infoStart };
    }
    at = end;
  }
  const end = markdown.length;
  return { kind: 'fence', start, end, contentStart, contentEnd: end, infoStart };
}

/** Code spans (CommonMark 0.31, 6.1): a run of backticks, up to the next one of the same length. */
function addSpans(markdown: string, start: number, end: number, ranges: CodeRange[]): void {
  const runs = [...markdown.slice(start, end).matchAll(/`+/g)].map((match) => ({
    at: start + match.index,
    length: match[0].length,
  }));
  const lastOf = new Map(runs.map(({ length }, index) => [length, index]));
  for (let index = 0; index < runs.length; index += 1) {
    const run = runs[index];
    if (run === undefined || (lastOf.get(run.length) ?? 0) <= index) continue;
    let closing = index + 1;
    while (runs[closing]?.length !== run.length) closing += 1;
    const contentStart = run.at + run.length;
    const contentEnd = runs[closing]?.at ?? end;
    const spanEnd = contentEnd + run.length;
    ranges.push({
      kind: 'span',
      start: run.at,
      end: spanEnd,
      contentStart,
      contentEnd,
      infoStart: contentStart,
    });
    index = closing;
  }
}

/** The offset behind the line end. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}
