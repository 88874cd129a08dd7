import * as v from 'valibot';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { Endpoint, EndpointApi } from '../../core/endpoints/types.ts';
import { isObject, parsed } from '../../core/text/json.ts';
import { ServerRefusal, badAnswer } from './failures.ts';
import { llamaProps } from './llamaServerModel.ts';
import { ollamaVersion } from './ollamaAnswers.ts';
import { toRoot } from './openaiServer.ts';
import { listedModels } from './openaiShapes.ts';
import { probing } from './probing.ts';
import type { EndpointHttp } from './transport.ts';

/** Answers of one server, each asked for once. */
class Answers {
  readonly #http: EndpointHttp;
  readonly #signal: AbortSignal;

  constructor(http: EndpointHttp, signal: AbortSignal) {
    this.#http = http;
    this.#signal = signal;
  }

  /** The answer to a GET below the server's root, or its refusal; rejects where nobody answers. */
  async get(path: string): Promise<unknown> {
    const { name, address } = this.#http.endpoint;
    try {
      return await this.#http.json(`${toRoot(address)}${path}`, null, probing(name, this.#signal));
    } catch (error) {
      if (error instanceof EndpointError && !nobody.has(error.code)) return error;
      throw error;
    }
  }

  /** The list of models, wherever the address leaves it. */
  async models(): Promise<unknown> {
    const { name, address } = this.#http.endpoint;
    const path = new URL(address).pathname.length > 1 ? '/models' : '/v1/models';
    try {
      return await this.#http.json(path, null, probing(name, this.#signal));
    } catch (error) {
      if (error instanceof EndpointError && !nobody.has(error.code)) return error;
      throw error;
    }
  }
}

/** Failures that have nothing to say about what is there. */
const nobody: ReadonlySet<EndpointError['code']> = new Set([
  'unreachable',
  'forbidden',
  'cancelled',
  'broken',
  'rate-limited',
  'payment',
]);

/**
 * Which interface a server has, by what it answers to at most three questions: never by its name or its address. Ollama
 * and llama-server have OpenAI's interface, too, so theirs are looked for first; at another's machine, where a question
 * costs more, after it. Rejects with EndpointError.
 */
export async function probeApi(
  http: EndpointHttp,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<EndpointApi> {
  const answers = new Answers(http, signal);
  if (endpoint.class === 'cloud') {
    const list = await answers.models();
    return byList(list) ?? (await nativeApi(answers)) ?? refuse(endpoint, list);
  }
  const native = await nativeApi(answers);
  if (native !== null) return native;
  const list = await answers.models();
  return byList(list) ?? refuse(endpoint, list);
}

async function nativeApi(answers: Answers): Promise<'ollama' | 'llama-server' | null> {
  const version = await answers.get('/api/version');
  if (v.is(ollamaVersion, version)) return 'ollama';
  // llama-swap answers there, too, and says how it was built; what stands behind it is asked for with the model.
  if (isObject(version) && typeof version['build_date'] === 'string') return 'llama-server';
  const props = await answers.get('/props');
  if (v.is(llamaProps, props)) return 'llama-server';
  // While it loads its model it says so everywhere, in its own words.
  return props instanceof ServerRefusal && isLoading(props) ? 'llama-server' : null;
}

/** llama-server without a model yet, or a router of several that wants to know which. */
function isLoading({ said, status }: ServerRefusal): boolean {
  const value = parsed(said);
  const error = isObject(value) ? value['error'] : undefined;
  return status === 503 && isObject(error) && error['type'] === 'unavailable_error';
}

function byList(list: unknown): 'openai' | 'anthropic' | null {
  if (list instanceof ServerRefusal) {
    const said = parsed(list.said);
    // Anthropic's errors have a type at the top: without the header of its interface it answers with one.
    return isObject(said) && said['type'] === 'error' && isObject(said['error']) ? 'anthropic' : null;
  }
  if (list instanceof EndpointError) return null;
  const data = isObject(list) ? list['data'] : undefined;
  const anthropic =
    Array.isArray(data) &&
    data.some((item: unknown) => isObject(item) && item['type'] === 'model' && 'display_name' in item);
  if (anthropic) return 'anthropic';
  return listedModels(list) === null || (isObject(list) && list['error'] != null) ? null : 'openai';
}

/** Nothing that Hearth knows: what the server said of its models is the best that there is to say. */
function refuse(endpoint: Endpoint, list: unknown): 'openai' {
  if (list instanceof EndpointError && list.code === 'unauthorized') throw list;
  // Services that list no models have OpenAI's interface as a rule, and are taken at the word of who names a model.
  if (endpoint.model !== '' && list instanceof EndpointError && list.status === 404) return 'openai';
  if (list instanceof EndpointError && list.code !== 'bad-answer') throw list;
  throw badAnswer(
    endpoint.name,
    'it has none of the interfaces of OpenAI, Anthropic, Ollama and llama-server',
  );
}
