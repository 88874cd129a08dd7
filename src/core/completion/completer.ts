import { noMilliseconds } from './history.ts';
import { failure, outcomeOf, withLines } from './outcome.ts';
import type { CompletionOutcome, CompletionPorts, CompletionQuery } from './ports.ts';
import { generate, insertionAt, readPlace, settle } from './stages.ts';

/**
 * Follows one request from the cursor to an insertion or a reason. Keeps no state between requests: the service
 * (service.ts) is what remembers; the command line and the benchmarks of single answers take this way.
 */
export async function complete(
  query: CompletionQuery,
  ports: CompletionPorts,
  signal: AbortSignal,
): Promise<CompletionOutcome> {
  const began = ports.now();
  const at = (...rest: Rest): CompletionOutcome => outcomeOf(query, ports.date(), ...rest);
  const place = await readPlace(query, ports);
  if (signal.aborted) return at('document', 'superseded');
  if ('reason' in place) return at('document', place.reason, { detail: place.detail });
  const context = ports.now() - began;
  const timed = () => ({ ...noMilliseconds, context, total: ports.now() - began });
  try {
    const asking = { maxTokens: query.maxTokens, budgetTokens: 0, avoid: [] };
    const { manual, deadlineMs } = query;
    const answer = await generate(place, ports, asking, {
      priority: manual ? 'manual' : 'keystroke',
      deadlineMs,
      signal,
      urgent: new AbortController().signal,
      onText: () => undefined,
    });
    const measured = () => ({
      source: 'model' as const,
      tokens: answer.tokens,
      parts: withLines(answer.parts, place.window),
      milliseconds: {
        ...timed(),
        prompt: answer.milliseconds.prompt,
        firstToken: answer.milliseconds.firstToken,
      },
    });
    if (signal.aborted) return at('model', 'superseded', measured());
    if (query.raw === true) {
      if (answer.text === '') return at('model', 'empty', measured());
      return at('shown', 'shown', { ...measured(), insertion: { text: answer.text, replaceRight: 0 } });
    }
    const { text, reason, dropped } = await settle(place, answer, ports);
    if (text === null) return at('filter', reason, { ...measured(), dropped });
    const insertion = insertionAt(place, text);
    if (insertion === null) return at('filter', 'repeats-suffix', { ...measured(), dropped });
    return at('shown', 'shown', { ...measured(), dropped, insertion });
  } catch (error) {
    const [reason, { detail }] = failure(error);
    return at('model', reason, { detail, milliseconds: timed() });
  }
}

type Rest = Parameters<typeof outcomeOf> extends [unknown, unknown, ...infer R] ? R : never;
