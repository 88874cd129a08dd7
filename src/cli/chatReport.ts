import type { Citation, Source } from '../core/chat/context.ts';
import type { AnswerReason, AssistantMessage } from '../core/chat/conversation.ts';
import { placeLabel } from '../core/chat/placeText.ts';
import type { ChatTokens } from '../core/chat/types.ts';
import { exitCode, rounded } from './output.ts';

/** What `hearth chat --json` prints. */
export interface ChatReport {
  /** '' for none. */
  readonly answer: string;
  /** Why the answer ended, or why there is none; `retrieve-only` where none was wanted. */
  readonly reason: AnswerReason | 'retrieve-only';
  /** What else there is to say of it, in a sentence; null for nothing. */
  readonly message: string | null;
  /** What the model was given of the workspace, or what was found for it; the best first. */
  readonly sources: readonly Source[];
  /** Places that the answer names. */
  readonly citations: readonly Omit<Citation, 'problem'>[];
  readonly model: string | null;
  readonly route: string;
  readonly tokens: ChatTokens | null;
  /** Milliseconds. */
  readonly ms: Readonly<Record<string, number>> | null;
}

/** What is told of an answer. */
export function reportOf(message: AssistantMessage, retrieveOnly: boolean): ChatReport {
  const { steps, citations, request, reason, tokens, times } = message;
  return {
    answer: steps.map((step) => (step.kind === 'text' ? step.text : '')).join(''),
    reason: retrieveOnly ? 'retrieve-only' : (reason ?? 'end'),
    message: retrieveOnly ? null : message.message,
    sources: request?.sources ?? [],
    citations: citations.map(({ path, startLine, endLine, verified }) => ({
      ...{ path, startLine, endLine, verified },
    })),
    model: request?.model ?? null,
    route: request?.route ?? 'local',
    tokens,
    ms: times && rounded(times),
  };
}

/** An answer was asked for, or only what is found. */
export function exitOf({ answer, sources, reason }: ChatReport, retrieveOnly: boolean): number {
  const given = retrieveOnly ? sources.length > 0 : answer.trim() !== '' && reason !== 'stopped';
  return given ? exitCode.done : exitCode.nothing;
}

/** Places, one on a line. */
export function sourceLines({ sources }: Pick<ChatReport, 'sources'>): string {
  return sources.map((source) => `${placeLabel(source)}\n`).join('');
}

/** What people are told beside the answer, a sentence each. */
export function notesOf({ reason, message, sources, citations }: ChatReport): string[] {
  const invented = citations.filter(({ verified }) => !verified).map(placeLabel);
  const nothing = reason === 'retrieve-only' && sources.length === 0;
  return [
    ...(message === null ? [] : [message]),
    ...(message === null && reason === 'stopped' ? ['The answer was stopped.'] : []),
    ...(nothing ? ['Nothing in the workspace was found for this question.'] : []),
    ...(invented.length === 0 ? [] : [`Not verified: ${invented.join(', ')}.`]),
  ];
}
