import * as v from 'valibot';
import { familyByVocabulary } from '../../core/endpoints/infillFamily.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { InfillQuery } from '../../core/endpoints/ports.ts';
import type { Endpoint, InfillForm } from '../../core/endpoints/types.ts';
import { fimFamilies, type FimFamily } from '../../core/prompt/families.ts';
import { badAnswer } from './failures.ts';
import { RequestFields, type OpenAiForm, type OpenAiRequest } from './openaiChat.ts';
import { toRoot, type OpenAiServer } from './openaiServer.ts';
import { openAiChunk } from './openaiShapes.ts';
import { probing } from './probing.ts';
import type { EndpointHttp, EndpointHttpCall } from './transport.ts';

/** How a server completes code, and where. */
export interface OpenAiInfill {
  readonly form: InfillForm;
  /** Id of the family of `raw`. */
  readonly family: string | null;
  readonly path: '/completions' | '/fim/completions';
}

const none: OpenAiInfill = { form: 'none', family: null, path: '/completions' };

/** A suffix of some 25 tokens: a server that takes no notice of it counts none of them. */
const probePrefix = 'def add(first, second):\n    return ';
const probeSuffix = '\n\n\ndef multiply(first, second):\n    return first * second\n\n\nprint(add(2, 3))\n';
const leastSuffixTokens = 10;

/** A marker is one token; as plain text it has three at least. So often it stands in a prompt. */
const copies = 5;
const mostTokensOfCopies = 9;

/**
 * Finds out how a server completes code, without a guess from its model's name: by how many tokens it counts in made-up
 * prompts of which it writes one token. Asked only where the endpoint has the role. A prompt with markers goes to a
 * server that takes them for what they are; one that knows no markers may still take a suffix.
 */
export async function infillOfOpenAi(
  http: EndpointHttp,
  endpoint: Endpoint,
  server: OpenAiServer,
  signal: AbortSignal,
): Promise<OpenAiInfill> {
  if (!endpoint.roles.includes('completion')) return none;
  if (server.model.fim) return { form: 'suffix', family: null, path: '/fim/completions' };
  const count = counter(http, endpoint, server, signal);
  const plain = await count({ prompt: probePrefix });
  if (plain === null) return none;
  const family = await familyOf(async (text) => {
    const tokens = await count({ prompt: text.repeat(copies) });
    return tokens !== null && tokens <= mostTokensOfCopies;
  });
  if (family !== null) return { form: 'raw', family: family.id, path: '/completions' };
  const both = await count({ prompt: probePrefix, suffix: probeSuffix });
  const suffix = both !== null && both - plain >= leastSuffixTokens;
  return suffix ? { form: 'suffix', family: null, path: '/completions' } : none;
}

/** The family whose markers are tokens; asks about those only that may still decide. */
async function familyOf(isToken: (text: string) => Promise<boolean>): Promise<FimFamily | null> {
  const known = new Map<string, boolean>();
  const token = async (text: string): Promise<boolean> => {
    const found = known.get(text) ?? (await isToken(text));
    known.set(text, found);
    return found;
  };
  for (const family of fimFamilies) {
    const markers = [family.prefix, family.suffix, ...(family.middle === null ? [] : [family.middle])];
    let all = true;
    for (const text of markers) all &&= await token(text);
    if (!all) continue;
    for (const text of family.alsoInVocabulary ?? []) await token(text);
    const tokens = new Set([...known].filter(([, found]) => found).map(([text]) => text));
    const resolved = familyByVocabulary(tokens, null);
    if (resolved !== null && resolved.id === family.id) return resolved;
  }
  return null;
}

/** Tokens that the server counts in a prompt; null where it does not take it, or does not count. */
function counter(
  http: EndpointHttp,
  endpoint: Endpoint,
  server: OpenAiServer,
  signal: AbortSignal,
): (prompt: { prompt: string; suffix?: string }) => Promise<number | null> {
  return async (prompt) => {
    const body = { model: server.model.id, ...prompt, max_tokens: 1, stream: false };
    try {
      const answer = await http.json(
        `${server.bases[0] ?? ''}/completions`,
        body,
        probing(endpoint.name, signal),
      );
      const { success, output } = v.safeParse(openAiChunk, answer);
      return success ? (output.usage?.prompt_tokens ?? null) : null;
    } catch (error) {
      if (error instanceof EndpointError && refuses.has(error.code)) return null;
      throw error;
    }
  };
}

/** Failures that say that a server does not have this, while others may pass. */
const refuses: ReadonlySet<EndpointError['code']> = new Set([
  'bad-answer',
  'bad-request',
  'no-model',
  'not-offered',
  'server',
  'too-long',
]);

/** A query as `/completions` takes it. */
export function infillRequest(
  query: InfillQuery,
  form: Exclude<InfillForm, 'none'>,
  { server, refused, sendStops }: OpenAiForm,
): OpenAiRequest {
  const { prefix, suffix, prompt, seed } = query;
  const fields = new RequestFields(refused, {
    model: server.model.id,
    ...(form === 'raw' ? { prompt: prompt ?? prefix } : { prompt: prefix, suffix }),
  });
  fields.addUsual(query.maxTokens, sendStops ? query.stops : []);
  fields.add('temperature', seed === undefined ? 0 : 0.6);
  fields.add('seed', seed);
  return fields.request();
}

/** `not-offered`: the server completes no code with this model. */
export function noInfill(name: string, model: string): EndpointError {
  return new EndpointError(
    'not-offered',
    `${name} can't complete code with ${model}, which has no way for it that Hearth knows: choose a model that is made for code completion, such as one of Qwen2.5-Coder.`,
  );
}

const counted = v.looseObject({ count: v.number() });

/** Whether the server counts tokens; text is not sent to a cloud for that. */
export function countsTokens({ product }: OpenAiServer, endpoint: Endpoint): boolean {
  return (product === 'vLLM' || product === 'SGLang') && endpoint.class !== 'cloud';
}

/** Tokens of each text by vLLM's `/tokenize`, which SGLang has, too; null where the server does not count. */
export async function countTokens(
  http: EndpointHttp,
  endpoint: Endpoint,
  server: OpenAiServer,
  texts: readonly string[],
  call: EndpointHttpCall,
): Promise<readonly number[] | null> {
  if (!countsTokens(server, endpoint)) return null;
  const counts: number[] = [];
  for (const prompt of texts) {
    const body = { model: server.model.id, prompt, add_special_tokens: false };
    const { success, output } = v.safeParse(
      counted,
      await http.json(`${toRoot(endpoint.address)}/tokenize`, body, call),
    );
    if (!success) throw badAnswer(endpoint.name, 'it does not count tokens as it should');
    counts.push(output.count);
  }
  return counts;
}
