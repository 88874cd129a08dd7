import { json, stream, type FakeHandler, type FakeReply, type FakeRequest } from './server.ts';

export const anthropicText = 'Grüße 👋, it is `a < b`.';
export const anthropicThoughts = 'Hmm, größer 🤔.';
export const anthropicCall = { id: 'toolu_1', name: 'search', arguments: '{"query": "für 👋", "limit": 3}' };

/** An event as Anthropic sends it: with its type in front. */
export function anthropicEvent(type: string, more: Record<string, unknown> = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
}

export const start = anthropicEvent('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 20,
      cache_creation_input_tokens: 5,
      cache_read_input_tokens: 100,
      output_tokens: 1,
    },
  },
});

/** One block, from its beginning to its end. */
export function block(
  index: number,
  begin: Record<string, unknown>,
  deltas: readonly Record<string, unknown>[],
): string {
  return [
    anthropicEvent('content_block_start', { index, content_block: begin }),
    anthropicEvent('ping'),
    ...deltas.map((delta) => anthropicEvent('content_block_delta', { index, delta })),
    anthropicEvent('content_block_stop', { index }),
  ].join('');
}

export function textBlock(index: number, texts: readonly string[]): string {
  return block(
    index,
    { type: 'text', text: '' },
    texts.map((text) => ({ type: 'text_delta', text })),
  );
}

export function end(stop: string, sequence: string | null = null): string {
  const delta = { stop_reason: stop, stop_sequence: sequence };
  return (
    anthropicEvent('message_delta', { delta, usage: { output_tokens: 42 } }) + anthropicEvent('message_stop')
  );
}

/** Thoughts with their signature, text, and a call in fragments. */
export const anthropicAnswer =
  start +
  block(0, { type: 'thinking', thinking: '', signature: '' }, [
    { type: 'thinking_delta', thinking: 'Hmm, grö' },
    { type: 'thinking_delta', thinking: 'ßer 🤔.' },
    { type: 'signature_delta', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk' },
  ]) +
  textBlock(1, ['Grü', 'ße 👋, it', ' is `a < b`.']) +
  block(2, { type: 'tool_use', id: 'toolu_1', name: 'search', input: {} }, [
    { type: 'input_json_delta', partial_json: '' },
    { type: 'input_json_delta', partial_json: '{"query": "fü' },
    { type: 'input_json_delta', partial_json: 'r 👋", "lim' },
    { type: 'input_json_delta', partial_json: 'it": 3}' },
  ]) +
  end('tool_use');

/** An error as Anthropic reports it. */
export function anthropicError(type: string, message: string, status: number): FakeReply {
  return json(
    { type: 'error', error: { type, message }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' },
    status,
  );
}

const models = {
  data: [
    {
      type: 'model',
      id: 'claude-x',
      display_name: 'Claude X',
      created_at: '2026-01-01T00:00:00Z',
      max_input_tokens: 200000,
      max_tokens: 64000,
    },
    { type: 'model', id: 'claude-y', display_name: 'Claude Y', created_at: '2026-01-01T00:00:00Z' },
  ],
  has_more: false,
  first_id: 'claude-x',
  last_id: 'claude-y',
};

/** Answers as Anthropic does: refuses what has no key or version, lists models, and streams this. */
export function anthropicHandler(
  key: string | null,
  messages: (request: FakeRequest) => FakeReply | string,
): FakeHandler {
  return (request) => {
    const { path, headers } = request;
    if (key !== null && headers['x-api-key'] !== key) {
      return anthropicError('authentication_error', 'invalid x-api-key', 401);
    }
    if (headers['anthropic-version'] === undefined) {
      return anthropicError('invalid_request_error', 'anthropic-version: header is required', 400);
    }
    if (path === '/v1/models?limit=1000') return json(models);
    if (path !== '/v1/messages') return anthropicError('not_found_error', 'Not Found', 404);
    const reply = messages(request);
    return typeof reply === 'string' ? stream(reply) : reply;
  };
}
