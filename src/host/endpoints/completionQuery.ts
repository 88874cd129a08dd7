import type { Place } from '../../core/chat/context.ts';
import type { ModelAnswer, ModelQuery } from '../../core/completion/ports.ts';
import { infillStops, type InfillPrompt } from '../../core/endpoints/infillPrompt.ts';
import { unitsPerToken } from '../../core/context/items.ts';
import type { EndpointClient, InfillAnswer, InfillQuery, SentAbout } from '../../core/endpoints/ports.ts';
import type { EndpointAbility } from '../../core/endpoints/types.ts';
import type { FimFamily } from '../../core/prompt/families.ts';
import type { PromptPart } from '../../core/prompt/layout.ts';

/** The query as the pipeline has it; with the cursor's line the ledger can name the lines that were sent. */
export type CompletionAsked = ModelQuery & { readonly cursorLine?: number };

/** A query that may be sent, as it may be sent. */
export interface ClearedCompletion {
  readonly query: CompletionAsked;
  /** How many secrets were taken out. */
  readonly redactions: number;
  /** Puts them back. */
  readonly restore: (text: string) => string;
}

/** Tokens of the window where the server does not say how many it has. */
const usualContext = 4096;
/** What is left of the window beside prompt and answer: the prompt's tokens are estimated as a rule. */
const spareShare = 0.1;
/** A prompt is no longer than this: what stands further away decides little, and costs time or money. */
const mostPrompt = 8192;
/** Whether the server evaluates a prompt ahead and keeps what came of it. */
export function warms({ api, infill }: EndpointAbility): boolean {
  return (api === 'llama-server' || api === 'ollama') && infill === 'raw';
}

/** Tokens that a prompt may have. */
export function budgetOf({ contextTokens }: EndpointAbility, query: ModelQuery): number {
  const window = contextTokens ?? usualContext;
  const room = Math.floor(window * (1 - spareShare)) - query.maxTokens;
  const wanted = query.budgetTokens === 0 ? mostPrompt : Math.min(query.budgetTokens, mostPrompt);
  return Math.max(64, Math.min(room, wanted));
}

/** What the client is asked; `sent` is the query as it may be sent. */
export function infillQuery(
  query: ModelQuery,
  sent: ModelQuery,
  prompt: InfillPrompt,
  family: FimFamily | null,
): InfillQuery {
  return {
    ...(family === null ? prompt.around : { prefix: sent.prefix, suffix: sent.suffix }),
    path: sent.path,
    repository: sent.repository,
    // Other files stand in a prompt of ours, where they are counted; no server lays them out with their paths.
    extra: [],
    prompt: family === null ? null : prompt.text,
    maxTokens: query.maxTokens,
    stops: family === null ? [] : infillStops(family),
    // Another answer than those that were given already.
    ...(query.avoid.length === 0 ? {} : { seed: query.avoid.length }),
  };
}

/** What the ledger is to say of it. */
export function aboutOf(
  { endpoint }: EndpointClient,
  cleared: ClearedCompletion,
  prompt: InfillPrompt,
): SentAbout {
  const { query, redactions, restore } = cleared;
  // The list of requests stays here, and its paths lead to the files.
  const places = prompt.parts
    .flatMap((part) => placeOf(part, query))
    .map((place) => ({ ...place, path: restore(place.path) }));
  return {
    endpoint: endpoint.name,
    purpose: 'completion',
    places: joined(places),
    tokens: prompt.tokens,
    redactions,
  };
}

/** Lines of the current file count from the beginning of the text around the cursor where the cursor's is not known. */
function placeOf({ kind, path, startLine, endLine }: PromptPart, query: CompletionAsked): Place[] {
  if (path === null) return [];
  if (kind !== 'prefix' && kind !== 'suffix') return [{ path, startLine, endLine }];
  const cursor = query.cursorLine ?? query.prefix.split('\n').length;
  return [{ path, startLine: cursor + startLine, endLine: cursor + endLine }];
}

/** Prefix and suffix are one place. */
function joined(places: readonly Place[]): readonly Place[] {
  const all: Place[] = [];
  for (const place of places) {
    const last = all.at(-1);
    const goesOn = last?.path === place.path && place.startLine <= last.endLine + 1;
    if (last !== undefined && goesOn)
      all[all.length - 1] = { ...last, endLine: Math.max(last.endLine, place.endLine) };
    else all.push(place);
  }
  return all;
}

/** The tokens of an answer, those that the server does not count estimated. */
export function tokensOf({ tokens, text }: InfillAnswer, prompt: InfillPrompt): ModelAnswer['tokens'] {
  const all = tokens.prompt ?? prompt.tokens;
  const reused = Math.min(all, tokens.reused ?? 0);
  const generated = tokens.generated ?? Math.ceil(text.length / unitsPerToken);
  return { prompt: all, reused, evaluated: all - reused, generated };
}

/** All of a query, as it is. */
export function asItIs(query: CompletionAsked): ClearedCompletion {
  return { query, redactions: 0, restore: (text) => text };
}
