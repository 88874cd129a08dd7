import {
  content,
  delta,
  done,
  fragments,
  list,
  openAiCalls,
  pieces,
  refuseField,
  thought,
  usage,
  usageChunk,
  type OpenAiProductShapes,
} from './openai.ts';
import { json, stream } from './server.ts';

/** Services of the internet, each with what is its own. */
export const openAiServices = {
  OpenAI: {
    models: list({ id: 'gpt-x', owned_by: 'openai' }, { id: 'text-embedding-x', owned_by: 'openai' }),
    chat: [
      delta({ role: 'assistant', content: '', refusal: null }, {}, { usage: null, obfuscation: 'xY' }),
      ...content,
      delta({}, { finish_reason: 'stop' }, { usage: null }),
      usageChunk({
        ...usage,
        prompt_tokens_details: { cached_tokens: 16, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      }),
      done,
    ],
    calls: [...fragments, usageChunk(usage), done],
    refuses: (body) =>
      refuseField(
        body,
        'max_tokens',
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ) ??
      refuseField(
        body,
        'temperature',
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
      ),
  },
  Azure: {
    models: list({
      id: 'gpt-x',
      status: 'succeeded',
      capabilities: { chat_completion: true, completion: false },
    }),
    chat: [
      JSON.stringify({
        choices: [],
        created: 0,
        id: '',
        model: '',
        object: '',
        prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }],
      }),
      delta({ role: 'assistant', content: '' }, { content_filter_results: {} }),
      ...content,
      delta(
        {},
        { finish_reason: 'stop', content_filter_results: { hate: { filtered: false, severity: 'safe' } } },
      ),
      usageChunk(usage),
      done,
    ],
    calls: [...fragments, done],
  },
  OpenRouter: {
    models: {
      data: [
        {
          id: 'org/thinker',
          name: 'Thinker',
          context_length: 200000,
          supported_parameters: ['tools', 'reasoning', 'temperature'],
          top_provider: { context_length: 200000 },
        },
        { id: 'org/plain', name: 'Plain', context_length: 8192, supported_parameters: ['temperature'] },
      ],
    },
    chat: [
      ...thought.map((text) =>
        delta(
          {
            role: 'assistant',
            content: '',
            reasoning: text,
            reasoning_details: [{ type: 'reasoning.text', text }],
          },
          { native_finish_reason: null },
          { provider: 'X' },
        ),
      ),
      ...content,
      delta({ role: 'assistant', content: '' }, { finish_reason: 'stop', native_finish_reason: 'stop' }),
      delta(
        { role: 'assistant', content: '' },
        {},
        { usage: { ...usage, cost: 0.0001, prompt_tokens_details: { cached_tokens: 0 } } },
      ),
      done,
    ],
    calls: [...fragments, done],
  },
  DeepSeek: {
    models: list({ id: 'deepseek-x', owned_by: 'deepseek' }),
    chat: [
      delta({ role: 'assistant', content: null, reasoning_content: '' }),
      ...thought.map((text) => delta({ content: null, reasoning_content: text })),
      ...pieces.map((text) => delta({ content: text, reasoning_content: null })),
      delta(
        { content: '', reasoning_content: null },
        { finish_reason: 'stop' },
        { usage: { ...usage, prompt_cache_hit_tokens: 24, prompt_cache_miss_tokens: 7 } },
      ),
      done,
    ],
  },
  Mistral: {
    models: list({
      id: 'codestral-x',
      owned_by: 'mistralai',
      max_context_length: 256000,
      capabilities: {
        completion_chat: true,
        completion_fim: true,
        function_calling: true,
        fine_tuning: false,
        vision: false,
      },
    }),
    chat: [
      delta({ role: 'assistant', content: '' }),
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hmm, ' }] }] }),
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'größer 🤔.' }] }] }),
      ...content,
      delta({ content: '' }, { finish_reason: 'stop' }, { usage }),
      done,
    ],
    // Whole calls, all of them in one event.
    calls: [
      delta({ role: 'assistant', content: '' }),
      delta(
        {
          content: '',
          tool_calls: openAiCalls.map(({ id, name, arguments: text }, index) => ({
            id,
            index,
            function: { name, arguments: text },
          })),
        },
        { finish_reason: 'tool_calls' },
        { usage },
      ),
      done,
    ],
    refuses: (body) =>
      body['stream_options'] === undefined && body['seed'] === undefined
        ? null
        : json(
            {
              object: 'error',
              message: {
                detail: [
                  {
                    type: 'extra_forbidden',
                    loc: ['body', body['stream_options'] === undefined ? 'seed' : 'stream_options'],
                    msg: 'Extra inputs are not permitted',
                    input: 1,
                  },
                ],
              },
              type: 'invalid_request_error',
              param: null,
              code: null,
            },
            422,
          ),
    more: ({ path }) =>
      path === '/v1/fim/completions'
        ? stream([
            `data: ${delta({ role: 'assistant', content: '' })}\n\n`,
            `data: ${delta({ content: '42' })}\n\n`,
            `data: ${delta({ content: ';' }, { finish_reason: 'stop' }, { usage })}\n\n`,
            'data: [DONE]\n\n',
          ])
        : null,
  },
} as const satisfies Readonly<Record<string, OpenAiProductShapes>>;
