import type { EndpointApi } from '../../core/endpoints/types.ts';

interface Provider {
  readonly api: EndpointApi | 'auto';
  /** Where it is when nothing else is said; '' where that must be said. */
  readonly address: string;
}

const openai = (address: string): Provider => ({ api: 'openai', address });

/** The providers of Continue whose interface Hearth speaks, with their usual addresses (docs of continuedev/continue). */
export const continueProviders: Readonly<Record<string, Provider>> = {
  ollama: { api: 'ollama', address: 'http://127.0.0.1:11434' },
  lmstudio: openai('http://127.0.0.1:1234'),
  'llama.cpp': { api: 'llama-server', address: 'http://127.0.0.1:8080' },
  llamafile: { api: 'llama-server', address: 'http://127.0.0.1:8080' },
  vllm: openai('http://127.0.0.1:8000'),
  'text-gen-webui': openai('http://127.0.0.1:5000'),
  docker: openai('http://127.0.0.1:12434/engines/v1'),
  openai: openai('https://api.openai.com'),
  anthropic: { api: 'anthropic', address: 'https://api.anthropic.com' },
  mistral: openai('https://api.mistral.ai'),
  deepseek: openai('https://api.deepseek.com'),
  groq: openai('https://api.groq.com/openai/v1'),
  openrouter: openai('https://openrouter.ai/api/v1'),
  together: openai('https://api.together.xyz'),
  fireworks: openai('https://api.fireworks.ai/inference/v1'),
  nvidia: openai('https://integrate.api.nvidia.com'),
  xai: openai('https://api.x.ai'),
  cerebras: openai('https://api.cerebras.ai'),
  deepinfra: openai('https://api.deepinfra.com/v1/openai'),
  sambanova: openai('https://api.sambanova.ai'),
  moonshot: openai('https://api.moonshot.ai'),
  gemini: openai('https://generativelanguage.googleapis.com/v1beta/openai'),
};

/** Providers whose interface is their own, or that hide who answers. */
export const otherProviders: ReadonlySet<string> = new Set([
  'azure',
  'bedrock',
  'bedrockimport',
  'sagemaker',
  'vertexai',
  'watsonx',
  'cohere',
  'cloudflare',
  'replicate',
  'huggingface-inference-api',
  'huggingface-tgi',
  'continue-proxy',
  'free-trial',
  'kindo',
  'flowise',
  'nebius-ai',
]);
