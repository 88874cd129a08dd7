import type { Source } from '../core/completion/history.ts';
import type { CompletionOutcome } from '../core/completion/ports.ts';
import type { Reason } from '../core/completion/reasons.ts';
import type { TraceEvent } from '../core/replay/trace.ts';
import { printJson } from './output.ts';

/** Tokens of one request's model call; nothing where it needed none. */
export interface ReplayTokens {
  readonly reused: number;
  readonly evaluated: number;
  readonly generated: number;
}

/** What came of one event; in lockstep of one typed character. */
export interface ReplayLine {
  readonly event: TraceEvent['kind'];
  /** The trace's line, and the event's time in milliseconds (an `open` has that of the event before it). */
  readonly line: number;
  readonly at: number;
  /** The suggestion on screen for it, as it would be inserted, or null. */
  readonly shown: string | null;
  readonly source: Source;
  readonly reason: Reason | 'not-asked' | 'nothing-shown' | 'accepted';
  /** Milliseconds to the answer, and to the model's first token (null without one), in the replay's own time. */
  readonly ms: number;
  readonly firstTokenMs: number | null;
  readonly tokens: ReplayTokens;
  /** True for the first request that asked the model: nothing could be reused. */
  readonly cold: boolean;
  /** What the engine said where it failed. */
  readonly detail?: string;
}

/** Whether a keystroke was the next character of the suggestion on screen, and left some of it. */
export type Follows = 'into' | 'to-the-end' | 'no';

/** A line and what the summary needs beyond it. */
export interface Replayed {
  readonly line: ReplayLine;
  readonly keystroke: boolean;
  readonly follows: Follows;
}

export interface Spent {
  readonly evaluated: number;
  readonly generated: number;
}

export interface ReplaySummary {
  readonly keystrokes: number;
  /** Prompt tokens evaluated per keystroke, the cold one left out. */
  readonly evaluated: { readonly p50: number; readonly p95: number };
  /** Share of all prompt tokens that were reused, the cold request left out; 1 is all. */
  readonly reused: number;
  /** Tokens spent ahead of a request, and tokens whose answer was never shown (cancelled ones included, where counted). */
  readonly speculated: Spent;
  readonly wasted: Spent;
  /** Tokens of cancelled calls; null by the wall's clock: the real engine doesn't say what such a call came to. */
  readonly cancelled: Spent | null;
  readonly modelCalls: number;
  /** Keystrokes that followed the suggestion into its middle, and the share of them that needed no model call. */
  readonly following: number;
  readonly noModel: number | null;
  /** The share of all keystrokes that were answered with a suggestion without a model call. */
  readonly noModelOfAll: number;
}

export type Background = Pick<ReplaySummary, 'speculated' | 'wasted' | 'cancelled' | 'modelCalls'>;

const nothing: ReplayTokens = { reused: 0, evaluated: 0, generated: 0 };

/** A line for an event that asked for nothing. */
export function quietLine(
  event: TraceEvent,
  at: number,
  reason: ReplayLine['reason'] = 'not-asked',
): ReplayLine {
  const none = { shown: null, source: 'none' as const, ms: 0, firstTokenMs: null, tokens: nothing };
  return { event: event.kind, line: event.line, at, ...none, reason, cold: false };
}

/** The line of a request that ended with `outcome`. */
export function answeredLine(
  event: TraceEvent,
  at: number,
  { insertion, record }: CompletionOutcome,
  more: { readonly cold: boolean; readonly replaced?: boolean },
): ReplayLine {
  const { reused, evaluated, generated } = record.tokens;
  return {
    event: event.kind,
    line: event.line,
    at,
    shown: more.replaced === true ? null : (insertion?.text ?? null),
    source: record.source,
    reason: more.replaced === true ? 'superseded' : record.reason,
    ms: tenths(record.milliseconds.total),
    firstTokenMs: generated === 0 ? null : tenths(record.milliseconds.firstToken),
    tokens: { reused, evaluated, generated },
    cold: more.cold,
    ...(record.detail === '' ? {} : { detail: record.detail }),
  };
}

/** The last line of a replay. */
export function summarise(replayed: readonly Replayed[], background: Background): ReplaySummary {
  const keystrokes = replayed.filter(({ keystroke }) => keystroke);
  const warm = keystrokes.map(({ line }) => line).filter(({ cold }) => !cold);
  const evaluated = warm.map(({ tokens }) => tokens.evaluated).sort((a, b) => a - b);
  const sum = (key: keyof ReplayTokens): number => warm.reduce((total, { tokens }) => total + tokens[key], 0);
  const prompt = sum('reused') + sum('evaluated');
  const following = keystrokes.filter(({ follows }) => follows === 'into');
  const free = ({ line }: Replayed): boolean => line.source === 'cache' || line.source === 'stream';
  return {
    keystrokes: keystrokes.length,
    evaluated: { p50: nearestRank(evaluated, 0.5), p95: nearestRank(evaluated, 0.95) },
    reused: prompt === 0 ? 0 : thousandths(sum('reused') / prompt),
    ...background,
    following: following.length,
    noModel: following.length === 0 ? null : thousandths(following.filter(free).length / following.length),
    noModelOfAll:
      keystrokes.length === 0 ? 0 : thousandths(keystrokes.filter(free).length / keystrokes.length),
  };
}

/** Prints a line as JSON, or as one row of a table. */
export function printLine(line: ReplayLine, json: boolean): void {
  if (json) return printJson(line);
  const { reused, evaluated, generated } = line.tokens;
  const counts = [reused, evaluated, generated].map((count) => String(count).padStart(6)).join('');
  const what = line.shown === null ? line.reason : JSON.stringify(line.shown);
  const source = `${line.source}${line.cold ? ' (cold)' : ''}`.padEnd(13);
  const start = `${String(line.at).padStart(8)} ${line.event.padEnd(8)} ${source}`;
  process.stdout.write(`${start}${counts} ${line.ms.toFixed(1).padStart(9)}  ${what}\n`);
}

export function printHead(json: boolean): void {
  if (json) return;
  process.stdout.write(
    '      ms event    source       reused evalu. gener.  taken ms  suggestion or the reason for none\n',
  );
}

export function printSummary(summary: ReplaySummary, json: boolean): void {
  if (json) return printJson({ summary });
  const percent = (share: number | null): string =>
    share === null ? 'none' : `${(100 * share).toFixed(1)} %`;
  const spent = ({ evaluated, generated }: Spent): string => `${evaluated} evaluated, ${generated} generated`;
  const rows: [string, string][] = [
    ['keystrokes', String(summary.keystrokes)],
    [
      'prompt tokens evaluated per keystroke',
      `median ${summary.evaluated.p50}, p95 ${summary.evaluated.p95}`,
    ],
    ['share of prompt tokens reused', percent(summary.reused)],
    ['model calls', String(summary.modelCalls)],
    ['tokens speculated', spent(summary.speculated)],
    ['tokens of cancelled calls', summary.cancelled === null ? 'not counted' : spent(summary.cancelled)],
    ['tokens wasted', spent(summary.wasted)],
    ['keystrokes along a suggestion', String(summary.following)],
    ['of these, without a model call', percent(summary.noModel)],
    ['of all keystrokes', percent(summary.noModelOfAll)],
  ];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(40)}${value}\n`);
}

function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function thousandths(share: number): number {
  return Math.round(share * 1000) / 1000;
}
