import type { PromptPart } from '../prompt/layout.ts';
import type { TextWindow } from '../text/window.ts';
import { noMilliseconds, noTokens, type RequestRecord, type Source, type Stage } from './history.ts';
import type { CompletionOutcome, CompletionQuery } from './ports.ts';
import type { Reason } from './reasons.ts';
import { sentenceOf } from '../text/sentence.ts';

/** What is known about a request beyond where it ended and why. */
export type Findings = Partial<
  Pick<CompletionOutcome, 'insertion' | 'alternatives' | 'parts' | 'dropped'> &
    Pick<RequestRecord, 'tokens' | 'milliseconds' | 'detail'>
> & { readonly source?: Source };

/** The outcome of `query`, which ended at `stage` for `reason`; `at` is milliseconds of the calendar. */
export function outcomeOf(
  query: Pick<CompletionQuery, 'manual' | 'languageId'>,
  at: number,
  stage: Stage,
  reason: Reason,
  more: Findings = {},
): CompletionOutcome {
  const { insertion = null, alternatives = [], parts = [], dropped = [] } = more;
  const { tokens = noTokens, milliseconds = noMilliseconds, detail = '', source = 'none' } = more;
  const record: RequestRecord = {
    at,
    manual: query.manual,
    languageId: query.languageId,
    stage,
    source,
    reason,
    detail,
    tokens,
    milliseconds,
    dropped: dropped.map(({ filter }) => filter),
  };
  return { insertion, alternatives, record, dropped, parts };
}

/** A record for a request that the gate refused. */
export function refused(reason: Reason, at: number, manual: boolean, languageId: string): RequestRecord {
  return outcomeOf({ manual, languageId }, at, 'gate', reason).record;
}

/** Why an error of a port ended a request. */
export function failure(error: unknown): [reason: Reason, more: { detail: string }] {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (code === 'cancelled' || code === 'preempted') return ['superseded', { detail: '' }];
  if (code === 'deadline') return ['deadline', { detail: '' }];
  return ['engine', { detail: sentenceOf(error) }];
}

/** The parts with the document's own line numbers, from 1. */
export function withLines(parts: readonly PromptPart[], window: TextWindow): PromptPart[] {
  return parts.map((part) => {
    if (part.kind !== 'prefix' && part.kind !== 'suffix') return part;
    return {
      ...part,
      startLine: part.startLine + window.cursorLine,
      endLine: part.endLine + window.cursorLine,
    };
  });
}
