import { positionAt } from '../core/text/position.ts';
import type { ChatTokens } from '../core/chat/types.ts';
import type { FileEdit, Judgement } from '../core/refactor/judge.ts';
import type { RefactorFailure, RefactorResult } from '../core/refactor/result.ts';
import type { CheckResult, RefactorProblem, RefactorTarget } from '../core/refactor/types.ts';
import { rounded } from './output.ts';

/** What `hearth refactor --json` prints. */
export interface RefactorReport {
  /** UTF-16 offsets into the files as they were. */
  readonly edits: readonly FileEdit[];
  /** A unified diff; '' for no change. */
  readonly diff: string;
  readonly checks: readonly CheckResult[];
  readonly accepted: boolean;
  /** `accepted`, or why it is not. */
  readonly reason: RefactorFailure | 'accepted' | 'stopped';
  /** The reason as a sentence; null where it is accepted. */
  readonly message: string | null;
  /** What it acts on; lines from 1, columns from 0. Null for nothing. */
  readonly target: ReportedTarget | null;
  /** Names that are proposed; empty but for `rename`. */
  readonly names: readonly string[];
  /** Files that were written. */
  readonly written: readonly string[];
  /** The form of the answer; null where it could not be read. */
  readonly style: Judgement['style'];
  /** What the model wrote; null without one. */
  readonly answer: string | null;
  readonly model: string | null;
  /** How often it was asked: 2 where the first answer was refused, 0 for a recorded one. */
  readonly rounds: number;
  readonly tokens: ChatTokens | null;
  /** Milliseconds. */
  readonly ms: Readonly<Record<string, number>> | null;
  readonly notes: readonly string[];
}

interface ReportedTarget {
  readonly path: string;
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
  readonly definition: string | null;
}

type Body = Pick<
  RefactorReport,
  'edits' | 'diff' | 'checks' | 'accepted' | 'reason' | 'message' | 'names' | 'style'
>;

const nothing = { edits: [], diff: '', checks: [], accepted: false, names: [], style: null } as const;

/** The report of a place at which there is nothing to act on. */
export function problemReport({ code, message }: RefactorProblem): RefactorReport {
  return { ...nothing, reason: code, message, target: null, ...unasked };
}

const unasked = {
  written: [],
  answer: null,
  model: null,
  rounds: 0,
  tokens: null,
  ms: null,
  notes: [],
} as const;

/** The report of a recorded answer. */
export function judgementReport(
  judgement: Judgement,
  target: RefactorTarget,
  notes: readonly string[],
): RefactorReport {
  return { ...judged(judgement), target: reported(target), ...unasked, notes };
}

/** The report of what a model made of it. */
export function resultReport(
  result: RefactorResult,
  target: RefactorTarget,
  notes: readonly string[],
): RefactorReport {
  const { answer, model, rounds, tokens, times, instead } = result;
  const all = [...notes, ...(instead === null ? [] : [instead]), ...result.notes];
  return {
    ...{ ...bodyOf(result), target: reported(target), ...unasked, answer: answer === '' ? null : answer },
    ...{ model, rounds, tokens, ms: times && rounded(times), notes: all },
  };
}

function bodyOf({ outcome }: RefactorResult): Body {
  switch (outcome.kind) {
    case 'change':
      return judged(outcome.judgement);
    case 'names':
      return { ...nothing, accepted: true, reason: 'accepted', message: null, names: outcome.names };
    case 'failed': {
      const { reason, message, judgement } = outcome;
      return { ...(judgement === null ? nothing : judged(judgement)), accepted: false, reason, message };
    }
    case 'stopped':
      return { ...nothing, reason: 'stopped', message: 'The refactor was stopped.' };
  }
}

function judged({ edits, diff, checks, accepted, problem, style }: Judgement): Body {
  const reason = problem?.code ?? 'accepted';
  return { edits, diff, checks, accepted, reason, message: problem?.message ?? null, names: [], style };
}

function reported({ file, start, end, definition }: RefactorTarget): ReportedTarget {
  return {
    path: file.path,
    start: positionAt(file.text, start),
    end: positionAt(file.text, end),
    definition: definition?.name ?? null,
  };
}
