import * as v from 'valibot';
import type { EndpointApi } from '../../core/endpoints/types.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import type { Egress } from '../egress.ts';
import { llamaProps } from './llamaServerModel.ts';
import { ollamaTags, ollamaVersion } from './ollamaAnswers.ts';
import { listedModels, type ListedModel } from './openaiShapes.ts';

/** A server of models on this machine. */
export interface FoundServer {
  /** As people call it: `Ollama 0.12.3`, `LM Studio`. */
  readonly product: string;
  /** Without `/` at its end. */
  readonly address: string;
  readonly api: Exclude<EndpointApi, 'anthropic'>;
  /** Names of its models; empty where it wants a key first, or has none. */
  readonly models: readonly string[];
  readonly wantsKey: boolean;
}

/** A port that servers of models usually listen at, and whose it is where a server does not say who it is. */
interface UsualPort {
  readonly port: number;
  readonly product: string;
  readonly api: 'ollama' | 'llama-server' | 'openai';
}

export const usualPorts: readonly UsualPort[] = [
  { port: 11434, product: 'Ollama', api: 'ollama' },
  { port: 1234, product: 'LM Studio', api: 'openai' },
  { port: 8080, product: 'llama-server', api: 'llama-server' },
  { port: 8011, product: 'llama-server', api: 'llama-server' },
  { port: 8012, product: 'llama-server', api: 'llama-server' },
  { port: 8000, product: 'vLLM', api: 'openai' },
  { port: 1337, product: 'Jan', api: 'openai' },
  { port: 4891, product: 'GPT4All', api: 'openai' },
  { port: 10240, product: 'MLX', api: 'openai' },
];

const hosts = ['127.0.0.1', '[::1]'] as const;

/** A server of this machine that does not answer soon is none, or has something else to do. */
const connectMs = 500;
const idleMs = 1500;
const mostBytes = 2 * 1024 * 1024;

/** What a server answered to a question. */
interface Answer {
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly value: unknown;
}

/**
 * Looks for servers of models at the usual ports of this machine, and nowhere else; only to be called when the user asks
 * for it. Each port is asked one question, and what answers a few more, all at the same time. A server that listens at
 * both addresses of the machine is found once. Never rejects; resolves early with what was found when `signal` aborts.
 */
export async function findLocalServers(
  egress: Pick<Egress, 'request'>,
  signal: AbortSignal,
): Promise<readonly FoundServer[]> {
  const found = await Promise.all(
    usualPorts.map(async (usual) => {
      const servers = await Promise.all(
        hosts.map((host) => serverAt(new Asking(egress, `http://${host}:${usual.port}`, signal), usual)),
      );
      return servers.find((server) => server !== null) ?? null;
    }),
  );
  return found.filter((server) => server !== null);
}

/** Questions to one address. */
class Asking {
  readonly address: string;
  readonly #egress: Pick<Egress, 'request'>;
  readonly #signal: AbortSignal;

  constructor(egress: Pick<Egress, 'request'>, address: string, signal: AbortSignal) {
    this.#egress = egress;
    this.address = address;
    this.#signal = signal;
  }

  /** Null where nobody answers. */
  async get(path: string): Promise<Answer | null> {
    try {
      const response = await this.#egress.request({
        purpose: 'discovery',
        address: `${this.address}${path}`,
        headers: { accept: 'application/json' },
        signal: this.#signal,
        redirects: 0,
        connectMs,
        idleMs,
      });
      return { status: response.status, value: parsed(await response.text(mostBytes)) };
    } catch {
      return null;
    }
  }
}

async function serverAt(asking: Asking, usual: UsualPort): Promise<FoundServer | null> {
  const first = await asking.get(usual.api === 'ollama' ? '/api/version' : '/v1/models');
  if (first === null) return null;
  if (usual.api === 'ollama' && v.is(ollamaVersion, first.value))
    return ollamaAt(asking, first.value.version);
  const list = usual.api === 'ollama' ? await asking.get('/v1/models') : first;
  return list === null ? null : byModels(asking, usual, list);
}

async function ollamaAt(asking: Asking, version: string): Promise<FoundServer> {
  const tags = v.safeParse(ollamaTags, (await asking.get('/api/tags'))?.value);
  const models = tags.success ? tags.output.models.map(({ name }) => name) : [];
  return { product: `Ollama ${version}`, address: asking.address, api: 'ollama', models, wantsKey: false };
}

/** What a list of models says of its server. */
async function byModels(
  asking: Asking,
  usual: UsualPort,
  { status, value }: Answer,
): Promise<FoundServer | null> {
  const { address } = asking;
  if (status === 401 || status === 403) {
    return { product: usual.product, address, api: usual.api, models: [], wantsKey: true };
  }
  const listed = status >= 200 && status < 300 && isObject(value) ? listedModels(value) : null;
  // While llama-server loads its model, it says so instead.
  const loading = status === 503 && isObject(value) && isObject(value['error']);
  if (listed === null && !(loading && usual.api === 'llama-server')) return null;
  const models = (listed ?? []).filter(({ embeddings }) => !embeddings);
  const owner = models[0]?.ownedBy.toLowerCase() ?? '';
  const known = await productOf(asking, usual, owner, models);
  return { ...known, address, models: models.map(({ id }) => id), wantsKey: false };
}

async function productOf(
  asking: Asking,
  usual: UsualPort,
  owner: string,
  models: readonly ListedModel[],
): Promise<Pick<FoundServer, 'product' | 'api'>> {
  if (owner === 'llama-swap') return { product: 'llama-swap', api: 'llama-server' };
  if (owner === 'llamacpp' || (usual.api === 'llama-server' && models.length === 0)) {
    const props = v.safeParse(llamaProps, (await asking.get('/props'))?.value);
    const build = props.success && props.output.build_info !== '' ? ` ${props.output.build_info}` : '';
    return { product: `llama-server${build}`, api: 'llama-server' };
  }
  if (owner === 'library') {
    const version = v.safeParse(ollamaVersion, (await asking.get('/api/version'))?.value);
    if (version.success) return { product: `Ollama ${version.output.version}`, api: 'ollama' };
  }
  const named = products[owner];
  if (named !== undefined) return { product: named, api: 'openai' };
  // The port belongs to another product as a rule, which this one is not.
  const product = usual.api === 'openai' ? usual.product : 'OpenAI-compatible server';
  return { product, api: 'openai' };
}

/** Products by `owned_by` of their models. */
const products: Readonly<Record<string, string>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  organization_owner: 'LM Studio',
  'mlc-llm': 'MLC LLM',
  humanity: 'GPT4All',
  'mlx-lm': 'MLX',
};
