import type { PromptSegment } from '../prompt/layoutTypes.ts';

/** A line or some lines of another place that might help, as a source found them. */
export interface Candidate extends PromptSegment {
  /** How much it would help: 1 for what the code at the cursor names itself, less for what it may name. */
  readonly score: number;
  /** One short phrase for people: why it was found. */
  readonly why: string;
}

/** What sources are asked for: the file with the cursor, and its lines that the prompt shows anyway. */
export interface SegmentRequest {
  /** Path relative to the workspace folder, with `/`. */
  readonly path: string;
  readonly cursorLine: number;
  /** First and last line (from 1) that the prompt shows of this file. */
  readonly visible: { readonly startLine: number; readonly endLine: number };
}

/** Something that finds candidates from what it knows already: nothing waits for it. */
export interface SegmentSource {
  /** In any order; the same for the same request as long as the source knows nothing new. */
  segments(request: SegmentRequest): readonly Candidate[];
}
