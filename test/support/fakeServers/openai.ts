import { json, stream, type FakeHandler, type FakeReply, type FakeRequest } from './server.ts';

/** What a product with OpenAI's interface answers, in the shapes that it documents. */
export interface OpenAiProductShapes {
  readonly models: unknown;
  /** Events of an answer: thoughts where it has them, then `openAiText`. */
  readonly chat: readonly string[];
  /** Events of an answer that calls `search` and `read`; left out where it can't. */
  readonly calls?: readonly string[];
  /** Other paths. */
  readonly more?: (request: FakeRequest) => FakeReply | null;
  /** Why it does not take a request; null: it does. */
  readonly refuses?: (body: Readonly<Record<string, unknown>>) => FakeReply | null;
  /** How it counts tokens of a prompt with and without a suffix, and completes; left out where it can't. */
  readonly completions?: (body: Readonly<Record<string, unknown>>) => FakeReply;
}

export const openAiText = 'Grüße 👋, it is `a < b`.';
export const openAiThoughts = 'Hmm, größer 🤔.';
export const openAiCalls = [
  { id: 'call_1', name: 'search', arguments: '{"query":"für 👋","limit":3}' },
  { id: 'call_2', name: 'read', arguments: '{"path":"src/a.ts"}' },
];

export const done = '[DONE]';
export const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'm' };

/** A chunk with one choice. */
export function delta(
  value: unknown,
  choice: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): string {
  const whole = { index: 0, delta: value, logprobs: null, finish_reason: null, ...choice };
  return JSON.stringify({ ...head, choices: [whole], ...more });
}

export function usageChunk(usage: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...head, choices: [], usage, ...more });
}

/** The text in the pieces that tokens make. */
export const pieces = ['Grü', 'ße 👋', ', it', ' is `a', ' < b`', '.'];
export const content = pieces.map((text) => delta({ content: text }));
export const usage = { prompt_tokens: 31, completion_tokens: 12, total_tokens: 43 };

/** Calls in fragments, as OpenAI and vLLM send them. */
export const fragments = [
  delta({ role: 'assistant', content: null, tool_calls: [call(0, 'call_1', 'search', '')] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '{"query":"fü' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: 'r 👋","limit":3}' } }] }),
  delta({ tool_calls: [call(1, 'call_2', 'read', '')] }),
  delta({ tool_calls: [{ index: 1, function: { arguments: '{"path":"src/a.ts"}' } }] }),
  delta({}, { finish_reason: 'tool_calls' }),
];

export function call(index: number, id: string, name: string, text: string): Record<string, unknown> {
  return { index, id, type: 'function', function: { name, arguments: text } };
}

export function list(...models: readonly Record<string, unknown>[]): Record<string, unknown> {
  return {
    object: 'list',
    data: models.map((model) => ({ object: 'model', created: 1_760_000_000, ...model })),
  };
}

/** An error in OpenAI's shape. */
export function openAiError(message: string, status = 400, more: Record<string, unknown> = {}): FakeReply {
  return json(
    { error: { message, type: 'invalid_request_error', param: null, code: null, ...more } },
    status,
  );
}

export function refuseField(
  body: Readonly<Record<string, unknown>>,
  name: string,
  message: string,
): FakeReply | null {
  return body[name] === undefined
    ? null
    : openAiError(message, 400, { param: name, code: 'unsupported_parameter' });
}

/** Tokens as a byte-pair vocabulary would make of a text: its markers one each, all else three characters each. */
export function countTokens(text: string, markers: readonly string[]): number {
  let rest = text;
  let count = 0;
  for (const marker of markers) {
    const parts = rest.split(marker);
    count += parts.length - 1;
    rest = parts.join('');
  }
  return count + Math.ceil(rest.length / 3);
}

export const qwenMarkers = [
  '<|fim_prefix|>',
  '<|fim_suffix|>',
  '<|fim_middle|>',
  '<|file_sep|>',
  '<|repo_name|>',
];

/** A completion that writes `42` and goes on, streamed or not. */
export function completion(body: Readonly<Record<string, unknown>>, promptTokens: number): FakeReply {
  const counted = { prompt_tokens: promptTokens, completion_tokens: 3, total_tokens: promptTokens + 3 };
  const own = { id: 'cmpl-1', object: 'text_completion', created: 1_760_000_000, model: 'm' };
  const choice = (text: string, finish: string | null): unknown => ({
    ...own,
    choices: [{ index: 0, text, logprobs: null, finish_reason: finish, stop_reason: null }],
  });
  if (body['stream'] !== true) return json({ ...(choice('42', 'length') as object), usage: counted });
  const events = [
    choice('4', null),
    choice('2;', null),
    choice('\nconst b', 'length'),
    { ...own, choices: [], usage: counted },
  ];
  return stream([...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n']);
}

/** Completes raw prompts of a model whose markers these are; a suffix is counted or not even noticed. */
export function completer(
  markers: readonly string[],
  suffix: 'used' | 'ignored',
): OpenAiProductShapes['completions'] {
  return (body) => {
    const text = `${textOf(body['prompt'])}${suffix === 'used' ? textOf(body['suffix']) : ''}`;
    return completion(body, countTokens(text, markers));
  };
}

export const thought = ['Hmm, ', 'größer', ' 🤔.'];

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Comments that say that a server is still there, as OpenRouter and MLX send them. */
const alive = ': OPENROUTER PROCESSING\n\n: keepalive 512/2048\n\n';

/** Events as they are sent. */
export function eventStream(events: readonly string[]): string {
  return alive + events.map((data) => `data: ${data}\n\n`).join('');
}

/** Answers as the product does: its list, its refusals, its stream of chat, its completions. */
export function openAiHandler(
  shapes: OpenAiProductShapes,
  chat: (body: FakeRequest['body']) => FakeReply,
): FakeHandler {
  return (request) => {
    const { path, method, body } = request;
    if (method === 'GET' && path === '/v1/models') return json(shapes.models);
    if (path === '/v1/chat/completions') return shapes.refuses?.(body) ?? chat(body);
    if (path === '/v1/completions' && shapes.completions !== undefined) return shapes.completions(body);
    return shapes.more?.(request) ?? openAiError(`Invalid URL (${method} ${path})`, 404);
  };
}
