import * as v from 'valibot';
import { EndpointError } from '../../core/endpoints/errors.ts';
import { familyByTemplate, familyByVocabulary } from '../../core/endpoints/infillFamily.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { badAnswer } from './failures.ts';
import {
  ollamaRunning,
  ollamaShown,
  ollamaTags,
  ollamaVersion,
  ollamaVocabulary,
  type OllamaShown,
} from './ollamaAnswers.ts';
import type { OllamaContexts } from './ollamaContexts.ts';
import { toRoot } from './openaiServer.ts';
import { probing } from './probing.ts';
import { chosenModel } from './chosenModel.ts';
import type { EndpointHttp } from './transport.ts';

/** Tokens of the window where neither the user nor the model's own file says how many, and most models have more. */
export const usualContext = 8192;

/** What Ollama's model can do, and how it is to be asked. */
export interface OllamaModel {
  readonly ability: EndpointAbility;
  /** Values that `think` may have; null: any boolean. */
  readonly thinkValues: readonly (boolean | string)[] | null;
}

/**
 * Asks Ollama what it is and what its model can do. Nothing is loaded. Rejects with EndpointError, also where the model
 * runs at another host than this Ollama's: what is typed would leave for there.
 */
export async function askOllama(
  http: EndpointHttp,
  endpoint: Endpoint,
  contexts: OllamaContexts,
  signal: AbortSignal,
): Promise<OllamaModel> {
  const { name } = endpoint;
  const call = probing(name, signal);
  const version = v.safeParse(
    ollamaVersion,
    await http.json(`${toRoot(endpoint.address)}/api/version`, null, call),
  );
  if (!version.success) throw badAnswer(name, 'what answers there is not Ollama');
  const { models } = v.parse(ollamaTags, await readable(http, '/api/tags', null, ollamaTags, signal));
  const running = await readable(http, '/api/ps', null, ollamaRunning, signal);
  const loaded = running.models.map((model) => model.name);
  const names = models.map((model) => model.name);
  const model = chosenModel(endpoint, names, loaded, sameName, (wanted) => pullAdvice(name, wanted, names));
  const shown = await show(http, model, signal);
  const listed = models.find((each) => each.name === model);
  refuseRemote(endpoint, model, shown.remote_host || listed?.remote_host || '');
  const window = running.models.find((each) => each.name === model)?.context_length ?? null;
  const contextTokens = contexts.decide(endpoint, model, contextOf(endpoint, shown, window));
  const capabilities = capabilitiesOf(shown);
  return {
    ability: {
      api: 'ollama',
      product: `Ollama ${version.output.version}`,
      models: names,
      model,
      contextTokens: Math.min(contextTokens, endpoint.contextTokens ?? Infinity),
      chat: capabilities.has('completion'),
      tools: capabilities.has('tools'),
      thinking: capabilities.has('thinking'),
      // Whether an answer goes on behind a text depends on the model's template, and nothing says it.
      prefill: false,
      ...(await infillOf(http, endpoint, model, shown, capabilities, signal)),
      counts: false,
      embeddings: capabilities.has('embedding'),
    },
    thinkValues: shown.thinking?.values ?? null,
  };
}

/** `no-model`, with what brings the model. */
export function pullAdvice(name: string, model: string, models: readonly string[] = []): EndpointError {
  return new EndpointError(
    'no-model',
    `${name} does not have the model ${model}: run \`ollama pull ${model}\` where it runs, or choose another.`,
    { status: 404, models },
  );
}

async function show(http: EndpointHttp, model: string, signal: AbortSignal): Promise<OllamaShown> {
  try {
    return await readable(http, '/api/show', { model }, ollamaShown, signal);
  } catch (error) {
    const missing = error instanceof EndpointError && (error.status === 404 || error.code === 'no-model');
    throw missing ? pullAdvice(http.endpoint.name, model) : error;
  }
}

async function readable<S extends v.GenericSchema>(
  http: EndpointHttp,
  path: string,
  body: unknown,
  schema: S,
  signal: AbortSignal,
): Promise<v.InferOutput<S>> {
  const { name, address } = http.endpoint;
  const parsed = v.safeParse(
    schema,
    await http.json(`${toRoot(address)}${path}`, body, probing(name, signal)),
  );
  if (!parsed.success) throw badAnswer(name, `${path} is not as Ollama answers it`);
  return parsed.output;
}

/** `llama3` stands for `llama3:latest`. */
function sameName(wanted: string, name: string): boolean {
  return name === wanted || name === `${wanted}:latest`;
}

/** Ollama's cloud models look like others, but their prompts go to a server of the internet. */
function refuseRemote(endpoint: Endpoint, model: string, host: string): void {
  if (host === '' || endpoint.class === 'cloud') return;
  throw new EndpointError(
    'forbidden',
    `${endpoint.name} would send everything on to ${hostName(host)}, where its model ${model} runs: choose a model that runs at ${endpoint.name} itself.`,
  );
}

function hostName(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

/** The window to ask for: the user's, the model file's, that of the model as it is loaded, or the usual one. */
function contextOf(endpoint: Endpoint, shown: OllamaShown, loaded: number | null): number {
  const architecture = architectureOf(shown);
  const trained = shown.model_info[`${architecture ?? ''}.context_length`];
  const most = typeof trained === 'number' && trained > 0 ? trained : Infinity;
  const own = /^num_ctx\s+(\d+)\s*$/m.exec(shown.parameters)?.[1];
  // A smaller one was not chosen for what Hearth does.
  const kept = loaded !== null && loaded >= usualContext ? loaded : null;
  return Math.min(
    endpoint.contextTokens ?? (own === undefined ? null : Number(own)) ?? kept ?? usualContext,
    most,
  );
}

function architectureOf(shown: OllamaShown): string | null {
  const architecture = shown.model_info['general.architecture'];
  return typeof architecture === 'string' ? architecture : null;
}

/** Before 0.6.4 Ollama did not say what a model can do; its template shows it. */
function capabilitiesOf({ capabilities, template }: OllamaShown): ReadonlySet<string> {
  if (capabilities !== null) return new Set(capabilities);
  return new Set([
    'completion',
    ...(template.includes('.Tools') ? ['tools'] : []),
    ...(template.includes('.Suffix') ? ['insert'] : []),
  ]);
}

/**
 * How the model completes. Where its family is known, Hearth lays out the prompt: Ollama's own has no other files in it,
 * and the line that is typed stands before the suffix, which is then evaluated anew at each key.
 */
async function infillOf(
  http: EndpointHttp,
  endpoint: Endpoint,
  model: string,
  shown: OllamaShown,
  capabilities: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Pick<EndpointAbility, 'infill' | 'family'>> {
  if (!capabilities.has('completion')) return { infill: 'none', family: null };
  const architecture = architectureOf(shown);
  const insert = capabilities.has('insert');
  const told = familyByTemplate(shown.template, architecture);
  // The vocabulary has some megabytes, so it is asked for where completions need it only.
  const needed = told === null && !insert && endpoint.roles.includes('completion');
  const family = told ?? (needed ? await vocabularyFamily(http, model, architecture, signal) : null);
  if (family !== null) return { infill: 'raw', family: family.id };
  return { infill: insert ? 'suffix' : 'none', family: null };
}

async function vocabularyFamily(
  http: EndpointHttp,
  model: string,
  architecture: string | null,
  signal: AbortSignal,
): Promise<ReturnType<typeof familyByVocabulary>> {
  const { name, address } = http.endpoint;
  const path = `${toRoot(address)}/api/show`;
  const asked = http.json(path, { model, verbose: true }, probing(name, signal));
  const answer = await asked.catch((error: unknown) => {
    if (signal.aborted) throw error;
    return null;
  });
  const parsed = v.safeParse(ollamaVocabulary, answer);
  if (!parsed.success) return null;
  return familyByVocabulary(new Set(parsed.output.model_info['tokenizer.ggml.tokens']), architecture);
}
