import type { PromptSegment } from '../prompt/layoutTypes.ts';
import type { Candidate } from './types.ts';

/** UTF-16 units of code per token, until tokens are counted exactly (measured over four repositories: 3.6). */
export const unitsPerToken = 3.6;
/** What is in stays in unless something better by this factor comes: moving what is cached costs more than it gives. */
const incumbency = 1.25;

/**
 * Decides which candidates stand before a file's text, and in which order. Membership follows the scores, order the
 * path and the line, so that a change of scores alone moves nothing. Within an epoch members stay as they are; others
 * join if there is room and they beat the weakest member by a quarter. At an epoch's end all are chosen anew, in favour
 * of those that are in.
 */
export class Assembler {
  #epoch: string | null = null;
  #members = new Map<string, Candidate>();

  /** Segments of at most `budget` UTF-16 units, their headers counted with their paths; the same for the same calls. */
  assemble(epoch: string, candidates: readonly Candidate[], budget: number): readonly PromptSegment[] {
    if (epoch !== this.#epoch) {
      const ranked = candidates.map((candidate) => {
        const bonus = this.#members.has(keyOf(candidate)) ? incumbency : 1;
        return { candidate, score: candidate.score * bonus };
      });
      this.#epoch = epoch;
      this.#members = new Map();
      this.#add(ranked, budget);
    } else {
      const weakest = Math.min(...[...this.#members.values()].map(({ score }) => score));
      const better = candidates.filter(
        (one) =>
          !this.#members.has(keyOf(one)) && (this.#members.size === 0 || one.score > weakest * incumbency),
      );
      this.#add(
        better.map((candidate) => ({ candidate, score: candidate.score })),
        budget,
      );
    }
    return grouped([...this.#members.values()], budget);
  }

  /** Takes in, best first, what fits beside the members. */
  #add(ranked: { candidate: Candidate; score: number }[], budget: number): void {
    ranked.sort((a, b) => b.score - a.score || byPlace(a.candidate, b.candidate));
    const files = new Set([...this.#members.values()].map(fileOf));
    let used = 0;
    for (const member of this.#members.values()) used += member.text.length + 1;
    for (const file of files) used += headerLength(file);
    for (const { candidate } of ranked) {
      const file = fileOf(candidate);
      const cost = candidate.text.length + 1 + (files.has(file) ? 0 : headerLength(file));
      if (candidate.text === '' || used + cost > budget || this.#members.has(keyOf(candidate))) continue;
      used += cost;
      files.add(file);
      this.#members.set(keyOf(candidate), candidate);
    }
  }
}

/** UTF-16 units that segments take with a header each, as the assembler counts them. */
export function segmentsLength(segments: readonly PromptSegment[]): number {
  return segments.reduce((sum, one) => sum + headerLength(fileOf(one)) + one.text.length + 1, 0);
}

/** One segment for each file and kind; a budget that has shrunk drops whole segments from the end. */
function grouped(members: readonly Candidate[], budget: number): PromptSegment[] {
  const segments: PromptSegment[] = [];
  for (const { kind, path, startLine, endLine, text } of [...members].sort(byPlace)) {
    const last = segments.at(-1);
    if (last?.kind === kind && last.path === path) {
      const until = Math.max(last.endLine, endLine);
      segments[segments.length - 1] = { ...last, endLine: until, text: `${last.text}\n${text}` };
    } else segments.push({ kind, path, startLine, endLine, text });
  }
  while (segmentsLength(segments) > budget) segments.pop();
  return segments;
}

function fileOf({ kind, path }: PromptSegment): string {
  return `${kind}\0${path}`;
}

function headerLength(file: string): number {
  return file.length - file.indexOf('\0');
}

function keyOf(candidate: Candidate): string {
  return `${fileOf(candidate)}\0${candidate.text}`;
}

/** By kind, then path, then line; never by score. Compared by code units, so that no locale changes the order. */
function byPlace(a: Candidate, b: Candidate): number {
  return (
    compare(a.kind, b.kind) || compare(a.path, b.path) || a.startLine - b.startLine || compare(a.text, b.text)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
