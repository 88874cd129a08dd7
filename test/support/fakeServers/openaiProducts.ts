import {
  completer,
  completion,
  content,
  countTokens,
  delta,
  done,
  fragments,
  head,
  list,
  openAiError,
  openAiText,
  pieces,
  qwenMarkers,
  thought,
  usage,
  usageChunk,
  type OpenAiProductShapes,
} from './openai.ts';
import { json } from './server.ts';

import { openAiServices } from './openaiServices.ts';
/** Services and servers, each with what is its own. */
export const openAiProducts = {
  ...openAiServices,
  vLLM: {
    models: list(
      { id: 'org/coder', owned_by: 'vllm', root: 'org/coder', parent: null, max_model_len: 32768 },
      { id: 'adapter', owned_by: 'vllm', root: '/adapter', parent: 'org/coder' },
    ),
    chat: [
      delta({ role: 'assistant', content: '' }, {}, { prompt_token_ids: null }),
      ...thought.map((text) => delta({ reasoning_content: text })),
      ...content,
      delta({ content: '' }, { finish_reason: 'stop', stop_reason: null }),
      usageChunk({ ...usage, prompt_tokens_details: null }),
      done,
    ],
    calls: [...fragments, usageChunk(usage), done],
    completions: (body) =>
      body['suffix'] === undefined
        ? completion(body, countTokens(String(body['prompt']), qwenMarkers))
        : json(
            {
              error: {
                message: 'suffix is not currently supported',
                type: 'BadRequestError',
                param: null,
                code: 400,
              },
            },
            400,
          ),
    more: ({ path, body }) =>
      path === '/tokenize'
        ? json({ count: countTokens(String(body['prompt']), qwenMarkers), max_model_len: 32768, tokens: [] })
        : null,
  },
  SGLang: {
    models: list({ id: 'coder', owned_by: 'sglang', root: 'coder', max_model_len: 16384 }),
    chat: [
      delta(
        { role: 'assistant', content: '', reasoning_content: null, tool_calls: null },
        { matched_stop: null },
      ),
      ...thought.map((text) => delta({ content: null, reasoning_content: text, tool_calls: null })),
      ...content,
      delta({ content: null }, { finish_reason: 'stop', matched_stop: 151645 }),
      usageChunk({ ...usage, reasoning_tokens: 0 }),
      done,
    ],
    completions: completer([], 'used'),
  },
  'LM Studio': {
    models: list(
      { id: 'big', owned_by: 'organization_owner' },
      { id: 'small', owned_by: 'organization_owner' },
      { id: 'text-embedding-nomic', owned_by: 'organization_owner' },
    ),
    chat: [
      delta({ role: 'assistant', reasoning: 'Hmm, ' }, {}, { system_fingerprint: 'big' }),
      delta({ role: 'assistant', reasoning: 'größer 🤔.' }),
      ...content,
      delta({}, { finish_reason: 'stop' }),
      usageChunk(usage),
      done,
    ],
    calls: [...fragments, usageChunk(usage), done],
    completions: completer([], 'ignored'),
    more: ({ path }) =>
      path === '/api/v0/models'
        ? json({
            object: 'list',
            data: [
              { id: 'big', object: 'model', type: 'llm', state: 'not-loaded', max_context_length: 131072 },
              {
                id: 'small',
                object: 'model',
                type: 'llm',
                state: 'loaded',
                max_context_length: 131072,
                loaded_context_length: 8192,
                capabilities: ['tool_use'],
              },
              {
                id: 'text-embedding-nomic',
                object: 'model',
                type: 'embeddings',
                state: 'not-loaded',
                max_context_length: 2048,
              },
            ],
          })
        : json({ error: `Unexpected endpoint or method. (GET ${path})` }),
  },
  'llama.cpp': {
    models: {
      models: [{ name: 'coder.gguf', model: 'coder.gguf', capabilities: ['completion'] }],
      ...list({
        id: 'coder.gguf',
        owned_by: 'llamacpp',
        meta: { vocab_type: 2, n_vocab: 151936, n_ctx_train: 32768, n_embd: 2048 },
      }),
    },
    chat: [
      delta({ role: 'assistant', content: null }),
      ...thought.map((text) => delta({ reasoning_content: text })),
      ...content,
      delta({}, { finish_reason: 'stop' }),
      usageChunk(
        { ...usage, prompt_tokens_details: { cached_tokens: 20 } },
        { timings: { cache_n: 20, prompt_n: 11, prompt_ms: 30.1, predicted_n: 12, predicted_ms: 90.2 } },
      ),
      done,
    ],
    calls: [...fragments, usageChunk(usage), done],
  },
  'llama-swap': {
    models: list({ id: 'coder', owned_by: 'llama-swap' }, { id: 'talker', owned_by: 'llama-swap' }),
    chat: [...content, delta({}, { finish_reason: 'stop' }), usageChunk(usage), done],
    more: ({ path }) =>
      path === '/running' ? json({ running: [{ model: 'talker', state: 'ready' }] }) : null,
  },
  Jan: {
    models: list({ id: 'jan-nano', owned_by: 'user' }),
    chat: [
      delta({ role: 'assistant', content: null }),
      ...content,
      delta({}, { finish_reason: 'stop' }, { usage, timings: { prompt_n: 31 } }),
      done,
    ],
  },
  MLX: {
    models: list({ id: 'mlx-community/coder-4bit' }),
    chat: [
      ...content.map((event) => event.replace('"logprobs":null,', '')),
      delta({ role: 'assistant', content: '' }, { finish_reason: 'stop' }),
      usageChunk(usage),
      done,
    ],
  },
  'MLC LLM': {
    models: list({ id: 'HF://mlc-ai/coder', owned_by: 'MLC-LLM' }),
    chat: [
      delta(
        { content: '', role: 'assistant', name: null, tool_calls: null, tool_call_id: null },
        {},
        { usage: null },
      ),
      ...pieces.map((text) =>
        delta({ content: text, role: 'assistant', name: null, tool_calls: null }, {}, { usage: null }),
      ),
      delta({ content: '', role: 'assistant' }, { finish_reason: 'stop' }, { usage: null }),
      usageChunk({ ...usage, extra: { prefill_tokens: 31, decode_tokens_per_s: 40 } }),
      done,
    ],
  },
  /** A server that knows nothing of thoughts: they stand in the text. */
  'think tags': {
    models: [{ id: 'r1-distill' }],
    chat: [
      ...['<th', 'ink>\nHmm', ', größer 🤔.', '\n</thi', 'nk>\n\nGrüße'].map((text) =>
        delta({ content: text }),
      ),
      ...[' 👋, it is `a', ' < b`.'].map((text) => delta({ content: text })),
      delta({}, { finish_reason: 'stop' }),
      done,
    ],
  },
} as const satisfies Readonly<Record<string, OpenAiProductShapes>>;

export type OpenAiProductName = keyof typeof openAiProducts;

/** GPT4All neither streams nor takes most fields; it refuses them one by one. */
export const gpt4All: OpenAiProductShapes = {
  models: list({
    id: 'Llama 3 8B Instruct',
    owned_by: 'humanity',
    root: 'Llama 3 8B Instruct',
    parent: null,
  }),
  chat: [],
  refuses: (body) => {
    const field = ['stream', 'stream_options', 'seed', 'tools'].find(
      (name) => body[name] !== undefined && body[name] !== false,
    );
    if (field !== undefined) return openAiError(`'${field}' is not supported`, 400);
    return json({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: null,
          message: { role: 'assistant', content: openAiText },
          references: null,
        },
      ],
      usage,
    });
  },
};
