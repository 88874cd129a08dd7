import { exclusionSentences, type Exclusion, type ExclusionReason } from '../index/exclusions.ts';
import { fenced } from '../text/backticks.ts';
import type { ContextReport, IndexFacts, ReportedPiece } from './report.ts';

/** What the page of a place is made of. */
export interface ContextPlaceReport {
  /** Path of the file with the cursor, as people know it. */
  readonly path: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** What the rest of the workspace gives for the place; or a sentence that says why there is nothing. */
  readonly answer: ContextReport | string;
  /** Why that file itself is in no index; null: it is, or may be. */
  readonly exclusion: Exclusion | null;
  /** A sentence on the index: that it is off, or still being read; null where it is complete. */
  readonly note: string | null;
}

/** A part of the page that names lines of a file. */
export interface PageLink {
  /** Offsets in the page's text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Path in the workspace folder, with `/`, and lines from 1. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

export interface ContextPage {
  /** Markdown. */
  readonly text: string;
  readonly links: readonly PageLink[];
}

/** What the prompt of a completion at a place takes from the rest of the workspace, and why, for people. */
export function contextPage(place: ContextPlaceReport): ContextPage {
  const page = new PageText();
  page.lines(`# Context for ${place.path}:${place.line}:${place.column}`, '');
  if (place.exclusion !== null) {
    page.lines(`**No other file gets anything of this one.** ${exclusionText(place.exclusion)}`, '');
  }
  if (place.note !== null) page.lines(place.note, '');
  if (typeof place.answer === 'string') {
    page.lines(place.answer, '');
    return page;
  }
  const { segments, index } = place.answer;
  page.lines(summary(place.answer), '');
  segments.forEach((piece, number) => addPiece(page, piece, number + 1));
  addIndex(page, index);
  return page;
}

/** One sentence with what decided it in this case. */
export function exclusionText({ reason, detail }: Exclusion): string {
  const sentence = exclusionSentences[reason];
  return detail === '' ? sentence : `${sentence} (${detail})`;
}

class PageText implements ContextPage {
  #text = '';
  readonly #links: PageLink[] = [];

  get text(): string {
    return this.#text;
  }

  get links(): readonly PageLink[] {
    return this.#links;
  }

  lines(...lines: readonly string[]): void {
    for (const line of lines) this.#text += `${line}\n`;
  }

  /** A line that ends with the lines of a file, which a link leads to. */
  linkLine(before: string, { path, startLine, endLine }: ReportedPiece): void {
    const start = this.#text.length + before.length;
    const label = `${path}:${startLine}${endLine > startLine ? `-${endLine}` : ''}`;
    this.lines(before + label);
    this.#links.push({ start, end: start + label.length, path, startLine, endLine });
  }
}

function summary({ segments, tokens, estimated, ms }: ContextReport): string {
  if (segments.length === 0) return 'No other place has anything that a completion here seems to need.';
  const how = estimated
    ? "estimated from the text's length, as no model is loaded"
    : "counted by the model's tokenizer";
  const pieces = segments.length === 1 ? '1 piece' : `${number(segments.length)} pieces`;
  return (
    `A completion here is given ${pieces} of other places: ${tokenCount(tokens)} in all, ${how}; ` +
    `found in ${Math.max(1, Math.round(ms))} ms.`
  );
}

const kinds: Readonly<Record<string, string>> = {
  signatures: 'definition',
  file: "this file's own",
  usage: 'example',
  edits: 'recent edit',
};

function addPiece(page: PageText, piece: ReportedPiece, position: number): void {
  const { kind, score, tokens, why, path } = piece;
  page.linkLine(`## ${position}. `, piece);
  page.lines('', `${kinds[kind] ?? kind}: ${why} · score ${score.toFixed(2)} · ${tokenCount(tokens)}`, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  const language = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
  page.lines(fenced(piece.text.replace(/\n$/, ''), language), '');
}

function addIndex(page: PageText, { files, complete, excluded }: IndexFacts): void {
  const state = complete ? 'all that may be read' : 'not complete';
  page.lines(
    '## The index of this folder',
    '',
    `${files === 1 ? '1 file' : `${number(files)} files`}, ${state}.`,
  );
  const counts = (Object.entries(excluded) as [ExclusionReason, number][])
    .filter(([, count]) => count > 0)
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  if (counts.length === 0) return;
  page.lines('', 'Files and folders that are left out:', '');
  for (const [reason, count] of counts) page.lines(`- ${number(count)} × ${exclusionSentences[reason]}`);
}

function tokenCount(tokens: number): string {
  const rounded = Math.round(tokens);
  return rounded === 1 ? '1 token' : `${number(rounded)} tokens`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}
