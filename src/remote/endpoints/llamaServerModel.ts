import * as v from 'valibot';
import { EndpointError } from '../../core/endpoints/errors.ts';
import { familyByVocabulary, familyTexts } from '../../core/endpoints/infillFamily.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import type { FimFamily } from '../../core/prompt/families.ts';
import { isObject } from '../../core/text/json.ts';
import { chosenModel } from './chosenModel.ts';
import { badAnswer } from './failures.ts';
import { toRoot } from './openaiServer.ts';
import { probing } from './probing.ts';
import type { EndpointHttp } from './transport.ts';

const text = v.fallback(v.optional(v.string(), ''), '');

/** `/props`. */
export const llamaProps = v.object({
  default_generation_settings: v.looseObject({ n_ctx: v.optional(v.number()) }),
  chat_template: text,
  chat_template_caps: v.fallback(v.record(v.string(), v.unknown()), {}),
  model_path: text,
  build_info: text,
});

const models = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      owned_by: text,
      status: v.optional(v.object({ value: text })),
      meta: v.optional(v.nullable(v.record(v.string(), v.unknown()))),
    }),
  ),
});

const running = v.object({ running: v.array(v.object({ model: v.string(), state: text })) });

const pieces = v.object({
  tokens: v.array(v.object({ id: v.number(), piece: v.union([v.string(), v.array(v.number())]) })),
});

/** What a llama-server, or a llama-swap before several of them, can do, and how it is to be asked. */
export interface LlamaServerModel {
  readonly ability: EndpointAbility;
  /** What stands before the paths of the model's own server. */
  readonly base: string;
  /** Fields that name the model where there are several. */
  readonly named: { readonly model?: string };
}

/** What stands behind one address: one model, several that it loads itself, or several servers. */
interface Served {
  readonly product: string;
  readonly names: readonly string[];
  readonly model: string;
  readonly base: string;
  readonly named: { readonly model?: string };
  /** As a query of a path. */
  readonly query: string;
}

/**
 * Asks llama-server what it is and what its model can do; behind llama-swap, or where it has several models, that loads
 * the one that is meant. Rejects with EndpointError.
 */
export async function askLlamaServer(
  http: EndpointHttp,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<LlamaServerModel> {
  const { name } = endpoint;
  const served = await whatIsServed(http, endpoint, signal);
  const { base, named } = served;
  const answer = await http
    .json(`${base}/props${served.query}`, null, probing(name, signal))
    .catch(still(name));
  const props = v.safeParse(llamaProps, answer);
  if (!props.success) throw badAnswer(name, '/props is not as llama-server answers it');
  const { default_generation_settings: settings, chat_template: template } = props.output;
  const { chat_template_caps: caps, build_info: build } = props.output;
  const family = await familyOf(http, `${base}/tokenize`, named, signal);
  const infill = family !== null ? 'raw' : await infillOf(http, endpoint, `${base}/infill`, named, signal);
  const window = settings.n_ctx ?? null;
  return {
    base,
    named,
    ability: {
      api: 'llama-server',
      product: build === '' || served.product !== 'llama-server' ? served.product : `llama-server ${build}`,
      models: served.names,
      model: served.model,
      contextTokens: least(window, endpoint.contextTokens),
      chat: template !== '',
      tools:
        typeof caps['supports_tools'] === 'boolean' ? caps['supports_tools'] : template.includes('tools'),
      thinking: /enable_thinking|<think>|reasoning_content/.test(template),
      prefill: template !== '',
      infill,
      family: family?.id ?? null,
      counts: true,
      embeddings: false,
    },
  };
}

/** An error that says that a model is still being loaded, in a sentence. */
function still(name: string): (error: unknown) => never {
  return (error) => {
    const loading = error instanceof EndpointError && error.status === 503 && /loading/i.test(error.message);
    throw loading
      ? new EndpointError('server', `${name} is still loading its model: try again in a moment.`, error)
      : error;
  };
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

async function whatIsServed(http: EndpointHttp, endpoint: Endpoint, signal: AbortSignal): Promise<Served> {
  const { name, address } = endpoint;
  const root = toRoot(address);
  const call = probing(name, signal);
  const list = v.safeParse(models, await http.json(`${root}/v1/models`, null, call).catch(still(name)));
  if (!list.success) throw badAnswer(name, 'it does not list its models as llama-server does');
  const { data } = list.output;
  const names = data.map(({ id }) => id);
  const missing = (wanted: string): EndpointError =>
    new EndpointError(
      'no-model',
      `${name} does not have the model ${wanted} (it has ${names.slice(0, 5).join(', ')}): name one of these as its model in hearth.endpoints, or load it there.`,
      { models: names },
    );
  if (data.some(({ owned_by: owner }) => owner === 'llama-swap')) {
    const answer = v.safeParse(running, await http.json(`${root}/running`, null, call));
    const loaded = answer.success ? answer.output.running.map(({ model }) => model) : [];
    const model = chosenModel(endpoint, names, loaded, Object.is, missing);
    refusePeer(endpoint, model, data.find(({ id }) => id === model)?.meta);
    const path = model.split('/').map(encodeURIComponent).join('/');
    return {
      product: 'llama-swap',
      names,
      model,
      base: `${root}/upstream/${path}`,
      named: { model },
      query: '',
    };
  }
  const several = data.some(({ status }) => status !== undefined);
  const loaded = data.flatMap(({ id, status }) => (status?.value === 'loaded' ? [id] : []));
  const model = chosenModel(endpoint, names, loaded, sameModel, missing);
  return {
    product: 'llama-server',
    names,
    model,
    base: root,
    named: several ? { model } : {},
    query: several ? `?model=${encodeURIComponent(model)}` : '',
  };
}

/** A model is known by its name, or its file's: `models/coder.gguf` may be called `coder`. */
function sameModel(wanted: string, id: string): boolean {
  const bare = (text: string): string => (text.split(/[\\/]/).at(-1) ?? text).replace(/\.gguf$/i, '');
  return wanted === id || bare(wanted) === bare(id);
}

/** Some models of llama-swap are those of other machines, to which it passes every prompt on. */
function refusePeer(
  endpoint: Endpoint,
  model: string,
  meta: Record<string, unknown> | null | undefined,
): void {
  const own = isObject(meta?.['llamaswap']) ? meta['llamaswap'] : {};
  const peer = own['peerID'];
  if (typeof peer !== 'string' || endpoint.class === 'cloud') return;
  throw new EndpointError(
    'forbidden',
    `${endpoint.name} would send everything on to its peer ${peer}, where its model ${model} runs: choose a model that runs at ${endpoint.name} itself.`,
  );
}

/** The family of the model, by which of the markers its tokenizer takes for one token. */
async function familyOf(
  http: EndpointHttp,
  path: string,
  named: { readonly model?: string },
  signal: AbortSignal,
): Promise<FimFamily | null> {
  const body = { ...named, content: familyTexts.join('\n'), with_pieces: true, parse_special: true };
  const answer = await http.json(path, body, probing(http.endpoint.name, signal)).catch(unless(signal));
  const parsed = v.safeParse(pieces, answer);
  if (!parsed.success) return null;
  const found = new Set(
    parsed.output.tokens.map(({ piece }) => piece).filter((piece) => typeof piece === 'string'),
  );
  return familyByVocabulary(new Set(familyTexts.filter((marker) => found.has(marker))), null);
}

/**
 * Whether the server lays out prompts of a prefix and a suffix, by a request of a few tokens: only it knows whether its
 * model has the markers. What it lays out has no paths, and the line that is typed stands before the suffix.
 */
async function infillOf(
  http: EndpointHttp,
  endpoint: Endpoint,
  path: string,
  named: { readonly model?: string },
  signal: AbortSignal,
): Promise<'suffix' | 'none'> {
  if (!endpoint.roles.includes('completion')) return 'none';
  const body = { ...named, input_prefix: 'a = ', input_suffix: '\n', n_predict: 1, stream: false };
  const answer = await http.json(path, body, probing(endpoint.name, signal)).catch(unless(signal));
  return isObject(answer) && typeof answer['content'] === 'string' ? 'suffix' : 'none';
}

/** What can't be asked is not there, unless nobody wants to know any more. */
function unless(signal: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (signal.aborted) throw error;
    return null;
  };
}
