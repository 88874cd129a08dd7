import type { ExclusionReason } from '../index/exclusions.ts';

/** One piece of context, with where it is from and why it is there. */
export interface ReportedPiece {
  readonly kind: string;
  readonly path: string;
  /** Lines from 1. */
  readonly startLine: number;
  readonly endLine: number;
  readonly tokens: number;
  /** How likely it is that the next lines need it, 0 to 1. */
  readonly score: number;
  readonly why: string;
  readonly text: string;
}

/** What the index holds. */
export interface IndexFacts {
  readonly files: number;
  readonly complete: boolean;
  /** Files and folders that were left out, by reason. */
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
}

/** Everything that the rest of the workspace gives for a place. */
export interface ContextReport {
  /** Tokens of `text`, by the model's tokenizer or, where `estimated`, from its length. */
  readonly tokens: number;
  readonly estimated: boolean;
  readonly chars: number;
  /** The pieces as a prompt has them: below a line with the path of their file, or of the folder of several files. */
  readonly text: string;
  readonly segments: readonly ReportedPiece[];
  readonly index: IndexFacts;
  readonly ms: number;
}
