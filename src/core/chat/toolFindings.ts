import type { FilePart, FilesText, Source } from './context.ts';
import { largestFitting, linesOf, type CountTexts } from './cutting.ts';
import { languageOf, layOutPlace } from './prompts.ts';

/** What a tool gave, as text, and the places in it. */
export interface ToolResult {
  readonly text: string;
  readonly sources: readonly Source[];
}

/** What a tool found, to be given as far as there is room. */
export interface Findings {
  readonly lines: number;
  /** The first so many lines, and a line that says how many are left out. */
  give(lines: number): ToolResult;
}

/** Lines that were found, or a sentence that there are none. */
export function linesFound(
  found: readonly { readonly text: string; readonly source: Source }[],
  none: string,
): Findings {
  if (found.length === 0) return saying(none);
  return {
    lines: found.length,
    give: (lines) => {
      const given = found.slice(0, lines);
      const text = given.map(({ text }) => text);
      return {
        text: [...text, ...leftOut(found.length - given.length)].join('\n'),
        sources: given.map(({ source }) => source),
      };
    },
  };
}

/** A part of a file. */
export function partFound(part: FilePart): Findings {
  const all = linesOf(part.text);
  return {
    lines: all.length,
    give: (count) => {
      const { path, startLine } = part;
      const given = all.slice(0, count);
      const place = { path, startLine, endLine: startLine + given.length - 1 };
      const rest = part.lines - place.endLine;
      const more = rest > 0 ? [`(${path} has ${part.lines} lines; ${rest} follow)`] : [];
      if (given.length === 0) return { text: more.join('\n'), sources: [] };
      return {
        text: [layOutPlace(place, given.join('\n'), languageOf(path)), ...more].join('\n'),
        sources: [{ ...place, score: 1 }, ...filesAsSources(part.real === undefined ? [] : [part.real], 1)],
      };
    },
  };
}

/** Text of files, which are its sources as a whole, or a sentence that there is none. */
export function textFound({ text, files }: FilesText, none: string): Findings {
  if (text.trim() === '') return saying(none);
  const all = linesOf(text);
  return {
    lines: all.length,
    give: (lines) => ({
      text: [...all.slice(0, lines), ...leftOut(all.length - Math.min(lines, all.length))].join('\n'),
      sources: filesAsSources(files, 1),
    }),
  };
}

/** Files of whose text nobody knows the lines, as sources. */
export function filesAsSources(files: readonly string[], score: number): readonly Source[] {
  return files.map((path) => ({ path, startLine: 0, endLine: 0, score }));
}

/** One sentence. */
export function saying(sentence: string): Findings {
  return { lines: 1, give: (lines) => ({ text: lines > 0 ? sentence : '(left out)', sources: [] }) };
}

function leftOut(lines: number): string[] {
  return lines === 0 ? [] : [`(${lines} more ${lines === 1 ? 'line' : 'lines'} left out)`];
}

/** As much of what was found as `room` tokens hold. */
export async function fitFindings(
  findings: Findings,
  room: number,
  countTexts: CountTexts,
): Promise<ToolResult> {
  const textOf = (lines: number): string => findings.give(lines).text;
  return findings.give(await largestFitting(findings.lines, room, textOf, countTexts));
}
