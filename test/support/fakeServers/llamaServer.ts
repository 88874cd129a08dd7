import { familyTexts } from '../../../src/core/endpoints/infillFamily.ts';
import { familyVocabulary, textOf } from './ollama.ts';
import { FakeServer, json, stream, type FakeReply, type FakeRequest } from './server.ts';

export const qwenJinja =
  "{%- if tools %}{{- '<tools>' }}{%- endif %}{%- for message in messages %}{{- '<|im_start|>' + message.role }}{%- endfor %}";
export const thinkingJinja = `${qwenJinja}{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>' }}{%- endif %}`;

/** A llama-server on loopback, in the shapes that releases of 2026 answer with. */
export class FakeLlamaServer {
  /** Special tokens of the vocabulary. */
  vocabulary: readonly string[] = familyVocabulary('qwen-coder');
  id = '/models/qwen2.5-coder-1.5b-q8_0.gguf';
  contextTokens = 8192;
  template = qwenJinja;
  templateCaps: Readonly<Record<string, boolean>> | null = {
    supports_tools: true,
    supports_tool_calls: true,
  };
  /** Says 503 to everything but `/health`'s kind, as while the model is loaded. */
  loading = false;
  /** Names and states of several models, as a router has them; null: one model. */
  router: Readonly<Record<string, string>> | null = null;
  /** Whether the model has the tokens that `/infill` wants. */
  infill = true;
  /** What is written, in the pieces in which it comes. */
  answer: readonly string[] = ['total', ' + ', 'item'];
  thinking: readonly string[] = [];
  /** Fields of the last event of `/completion`. */
  end: Readonly<Record<string, unknown>> = {};
  /** Instead of an answer to the paths that generate. */
  instead: ((seen: FakeRequest) => FakeReply | null) | null = null;
  readonly server: FakeServer;

  private constructor(server: FakeServer) {
    this.server = server;
    server.reply = (seen) => this.reply(seen);
  }

  static async start(): Promise<FakeLlamaServer> {
    return new FakeLlamaServer(await FakeServer.start());
  }

  /** The bodies that a path was asked with. */
  bodies(path: string): readonly FakeRequest['body'][] {
    return this.server.requests.filter((seen) => seen.path === path).map(({ body }) => body);
  }

  reply(seen: FakeRequest): FakeReply {
    const { method, body } = seen;
    const url = new URL(seen.path, 'http://server');
    if (this.loading) {
      return json({ error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 503);
    }
    if (method === 'GET') return this.#facts(url);
    if (url.pathname === '/tokenize') return this.#tokenize(body);
    const other = this.instead?.(seen) ?? null;
    if (other !== null) return other;
    if (url.pathname === '/infill' && !this.infill) {
      const message = 'Infill is not supported by this model: prefix token is missing. ';
      return json({ error: { code: 501, message, type: 'not_supported_error' } }, 501);
    }
    if (url.pathname === '/completion' || url.pathname === '/infill') {
      return body['stream'] === true
        ? stream(this.completionEvents())
        : json(this.#last(this.answer.join('')));
    }
    if (url.pathname === '/v1/chat/completions') return stream(this.chatEvents());
    return json({ error: { code: 404, message: 'File Not Found', type: 'not_found_error' } }, 404);
  }

  completionEvents(): string[] {
    const some = this.answer.map((content) => event({ index: 0, content, tokens: [], stop: false }));
    return [...some, event(this.#last(''))];
  }

  chatEvents(): string[] {
    const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: this.id };
    const chunk = (delta: Record<string, unknown>, finish: string | null = null): string =>
      event({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });
    const progress = { prompt_progress: { total: 44, cache: 4, processed: 24, time_ms: 30 } };
    const first = { index: 0, delta: { role: 'assistant', content: null }, finish_reason: null };
    return [
      event({ ...head, choices: [first], ...progress }),
      ...this.thinking.map((text) => chunk({ reasoning_content: text })),
      ...this.answer.map((content) => chunk({ content })),
      chunk({}, 'stop'),
      event({
        ...head,
        choices: [],
        usage: {
          prompt_tokens: 44,
          completion_tokens: 3,
          total_tokens: 47,
          prompt_tokens_details: { cached_tokens: 4 },
        },
        timings: { cache_n: 4, prompt_n: 40, prompt_ms: 30.9, predicted_n: 3, predicted_ms: 66 },
      }),
      'data: [DONE]\n\n',
    ];
  }

  #facts(url: URL): FakeReply {
    if (url.pathname === '/health') return json({ status: 'ok' });
    if (url.pathname === '/props') return json(this.#props());
    if (url.pathname === '/v1/models' || url.pathname === '/models')
      return json({ object: 'list', data: this.#list() });
    return json({ error: { code: 404, message: 'File Not Found', type: 'not_found_error' } }, 404);
  }

  #list(): unknown[] {
    const meta = { vocab_type: 2, n_vocab: 151_936, n_ctx_train: 32_768, n_embd: 1536, size: 1_894_000_000 };
    const own = { object: 'model', created: 1_735_142_223, owned_by: 'llamacpp' };
    if (this.router === null) return [{ id: this.id, ...own, meta }];
    return Object.entries(this.router).map(([id, value]) => ({ id, ...own, status: { value } }));
  }

  #props(): Record<string, unknown> {
    return {
      default_generation_settings: {
        id: 0,
        id_task: -1,
        n_ctx: this.contextTokens,
        speculative: false,
        is_processing: false,
        params: { n_predict: -1, temperature: 0.8, samplers: ['dry', 'top_k'] },
      },
      total_slots: 1,
      model_path: this.id,
      chat_template: this.template,
      ...(this.templateCaps === null ? {} : { chat_template_caps: this.templateCaps }),
      modalities: { vision: false },
      build_info: 'b6700-4710dd31b',
    };
  }

  /** Special tokens are one token each, other text has one for each three characters. */
  #tokenize(body: FakeRequest['body']): FakeReply {
    const content = textOf(body['content']);
    const special =
      body['parse_special'] === false ? [] : familyTexts.filter((text) => this.vocabulary.includes(text));
    const pieces: string[] = [];
    for (let at = 0; at < content.length;) {
      const marker = special.find((text) => content.startsWith(text, at));
      const next = special.map((text) => content.indexOf(text, at)).filter((found) => found !== -1);
      const piece = marker ?? content.slice(at, Math.min(at + 3, ...next));
      pieces.push(piece);
      at += piece.length;
    }
    const tokens = pieces.map((piece, id) => (body['with_pieces'] === true ? { id, piece } : id));
    return json({ tokens });
  }

  #last(content: string): Record<string, unknown> {
    return {
      index: 0,
      content,
      tokens: [],
      id_slot: 0,
      stop: true,
      model: this.id,
      tokens_predicted: 3,
      tokens_evaluated: 26,
      generation_settings: { n_predict: 32 },
      has_new_line: false,
      truncated: false,
      stop_type: 'eos',
      stopping_word: '',
      tokens_cached: 28,
      timings: { cache_n: 20, prompt_n: 6, prompt_ms: 12.5, predicted_n: 3, predicted_ms: 30.1 },
      ...this.end,
    };
  }
}

/** A llama-swap on loopback before a llama-server. */
export class FakeLlamaSwap {
  models: readonly Readonly<Record<string, unknown>>[] = [
    { id: 'big', object: 'model', created: 1, owned_by: 'llama-swap' },
    { id: 'org/coder', object: 'model', created: 1, owned_by: 'llama-swap' },
  ];
  running: readonly { readonly model: string; readonly state: string }[] = [];
  /** False: what stands behind it is no llama-server. */
  llama = true;
  readonly server: FakeServer;
  readonly upstream: FakeLlamaServer;

  private constructor(server: FakeServer, upstream: FakeLlamaServer) {
    this.server = server;
    this.upstream = upstream;
    server.reply = (seen) => this.#reply(seen);
  }

  static async start(): Promise<FakeLlamaSwap> {
    return new FakeLlamaSwap(await FakeServer.start(), await FakeLlamaServer.start());
  }

  async stop(): Promise<void> {
    await Promise.all([this.server.stop(), this.upstream.server.stop()]);
  }

  #reply(seen: FakeRequest): FakeReply {
    const { path, body } = seen;
    if (path === '/api/version')
      return json({ version: '216', commit: 'abcd1234', build_date: '2026-05-17' });
    if (path === '/v1/models') return json({ object: 'list', data: this.models });
    if (path === '/running') return json({ running: this.running });
    const known = this.models.map(({ id }) => String(id));
    const model = known.find((id) => path.startsWith(`/upstream/${id}/`));
    if (model !== undefined) {
      this.running = [{ model, state: 'ready' }];
      if (!this.llama) return { status: 404, body: '404 page not found' };
      return this.upstream.reply({ ...seen, path: path.slice(`/upstream/${model}`.length) });
    }
    if (path.startsWith('/upstream/')) return json({ error: 'model id required in path' }, 400);
    if (seen.method !== 'POST') return { status: 404, body: '404 page not found' };
    const wanted = textOf(body['model']);
    if (!known.includes(wanted)) {
      return json({ error: `could not find suitable inference handler for ${wanted}` }, 400);
    }
    return this.upstream.reply(seen);
  }
}

export function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
