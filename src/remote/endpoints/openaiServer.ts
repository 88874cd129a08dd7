import type { Endpoint } from '../../core/endpoints/types.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import { isObject } from '../../core/text/json.ts';
import { chosenModel } from './chosenModel.ts';
import { badAnswer } from './failures.ts';
import { listedModels, type ListedModel } from './openaiShapes.ts';
import { probing } from './probing.ts';
import type { EndpointHttp } from './transport.ts';

/** Servers that say in their list of models who they are, and can do more than the interface has. */
export type OpenAiProduct =
  'vLLM' | 'SGLang' | 'llama.cpp' | 'llama-swap' | 'LM Studio' | 'MLC LLM' | 'GPT4All' | 'Ollama';

/** By `owned_by` in the list of models. */
const owners: Readonly<Record<string, OpenAiProduct>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  llamacpp: 'llama.cpp',
  'llama-swap': 'llama-swap',
  organization_owner: 'LM Studio',
  'mlc-llm': 'MLC LLM',
  humanity: 'GPT4All',
  library: 'Ollama',
};

/** What a server says of itself. */
export interface OpenAiServer {
  /** What stands between the address and `/chat/completions`; further ones are tried where the first is not there. */
  readonly bases: readonly string[];
  readonly product: OpenAiProduct | null;
  readonly models: readonly ListedModel[];
  /** The one that is used. */
  readonly model: ListedModel;
}

/** Leads from an address to its server's root: programs that ask for `/v1/../x` ask for `/x`. */
export const toRoot = (address: string): string => {
  const { pathname } = new URL(address);
  return pathname.endsWith('/v1') ? '/..' : '';
};

/**
 * Asks which models there are. A server that lists none is taken at its address's word, if the endpoint names a model.
 * Rejects with EndpointError.
 */
export async function askOpenAi(
  http: EndpointHttp,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<OpenAiServer> {
  const possible = basesOf(endpoint.address);
  const { base, models } = await modelList(http, endpoint, possible, signal);
  const bases = base === null ? possible : [base];
  const product = owners[models[0]?.ownedBy.toLowerCase() ?? ''] ?? null;
  const known = await detailed(http, endpoint, { product, models }, signal);
  return { bases, product, models: known, model: modelOf(endpoint, known) };
}

/** Addresses are typed with and without the version that the paths begin with. */
function basesOf(address: string): readonly string[] {
  const { pathname } = new URL(address);
  if (/\/v\d+[a-z]*(?:\/openai)?\/?$/.test(pathname)) return [''];
  return pathname.length <= 1 ? ['/v1', ''] : ['', '/v1'];
}

async function modelList(
  http: EndpointHttp,
  { name, model }: Endpoint,
  bases: readonly string[],
  signal: AbortSignal,
): Promise<{ base: string | null; models: readonly ListedModel[] }> {
  let failure: EndpointError | null = null;
  for (const base of bases) {
    try {
      const answer = await http.json(`${base}/models`, null, probing(name, signal));
      if (isObject(answer) && answer['error'] != null) throw await http.reported(answer);
      const models = listedModels(answer);
      if (models === null) throw badAnswer(name, 'it does not list its models as OpenAI does');
      return { base, models };
    } catch (error) {
      if (!(error instanceof EndpointError) || error.code !== 'bad-answer') throw error;
      failure ??= error;
    }
  }
  // Some services have no list, or not at this address.
  if (model === '' && failure !== null) throw failure;
  return { base: null, models: [] };
}

/** What LM Studio and llama-swap say beside the interface: which models are loaded, and with what window. */
async function detailed(
  http: EndpointHttp,
  endpoint: Endpoint,
  { product, models }: Pick<OpenAiServer, 'product' | 'models'>,
  signal: AbortSignal,
): Promise<readonly ListedModel[]> {
  const ask = async (path: string): Promise<unknown> => {
    try {
      return await http.json(`${toRoot(endpoint.address)}${path}`, null, probing(endpoint.name, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      return null;
    }
  };
  if (product === 'LM Studio') {
    const own = listedModels(await ask('/api/v0/models')) ?? [];
    const byId = new Map(own.map((model) => [model.id, model]));
    return models.map((model) => byId.get(model.id) ?? model);
  }
  if (product === 'llama-swap' && endpoint.model === '') {
    const answer = await ask('/running');
    const running = isObject(answer) ? (listedModels({ data: answer['running'] }) ?? []) : [];
    const names = new Set(running.map(({ id }) => id));
    return models.map((model) => ({ ...model, loaded: names.has(model.id) }));
  }
  return models;
}

function modelOf(endpoint: Endpoint, models: readonly ListedModel[]): ListedModel {
  // Services know models by more names than they list.
  if (endpoint.model !== '') {
    return models.find(({ id }) => id === endpoint.model) ?? unlisted(endpoint.model);
  }
  const able = models.filter(({ embeddings, chat, adapter }) => !embeddings && chat !== false && !adapter);
  const ids = (list: readonly ListedModel[]): string[] => list.map(({ id }) => id);
  const missing = (): EndpointError => badAnswer(endpoint.name, 'it has no model');
  const loaded = able.filter((model) => model.loaded);
  const id = chosenModel(endpoint, ids(able), ids(loaded), Object.is, missing);
  return able.find((model) => model.id === id) ?? unlisted(id);
}

function unlisted(id: string): ListedModel {
  return {
    id,
    ownedBy: '',
    contextTokens: null,
    tools: null,
    thinking: null,
    chat: null,
    fim: false,
    embeddings: false,
    loaded: false,
    adapter: false,
  };
}
