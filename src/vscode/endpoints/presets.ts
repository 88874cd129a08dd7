import type { Endpoint } from '../../core/endpoints/types.ts';

/** A kind of server that people have, with what is usual for it. */
export interface Preset {
  readonly name: string;
  readonly detail: string;
  /** '': it is asked for. */
  readonly address: string;
  readonly api: Endpoint['api'];
  /** `usual`: a service with one address and keys. `own`: a server that somebody runs, mostly without. */
  readonly kind: 'own' | 'usual';
}

const own = { kind: 'own', api: 'auto' } as const;
const service = { kind: 'usual', api: 'openai' } as const;

/** In the order in which they are offered. The addresses are those of the products' documentation. */
export const presets: readonly Preset[] = [
  { ...own, name: 'Ollama', detail: 'On this machine or another', address: 'http://127.0.0.1:11434' },
  { ...own, name: 'LM Studio', detail: 'Its local server', address: 'http://127.0.0.1:1234' },
  {
    ...own,
    name: 'llama.cpp',
    detail: 'llama-server, or llama-swap in front of it',
    address: 'http://127.0.0.1:8080',
  },
  {
    ...own,
    name: 'vLLM',
    detail: 'A server of your team or a cluster',
    address: 'http://127.0.0.1:8000',
  },
  {
    ...own,
    name: 'Other server',
    detail: 'Anything with an OpenAI-compatible interface: Jan, GPT4All, MLX, MLC, SGLang, LiteLLM …',
    address: '',
  },
  { ...service, name: 'OpenAI', detail: 'A service; wants a key', address: 'https://api.openai.com' },
  {
    ...service,
    name: 'Anthropic',
    detail: 'A service; wants a key',
    address: 'https://api.anthropic.com',
    api: 'anthropic',
  },
  {
    ...service,
    name: 'OpenRouter',
    detail: 'A service with models of many; wants a key',
    address: 'https://openrouter.ai/api/v1',
  },
  { ...service, name: 'Mistral', detail: 'A service; wants a key', address: 'https://api.mistral.ai' },
  { ...service, name: 'DeepSeek', detail: 'A service; wants a key', address: 'https://api.deepseek.com' },
];
