import { fimFamilies } from '../../../src/core/prompt/families.ts';
import { FakeServer, json, type FakeReply, type FakeRequest } from './server.ts';

/** A model as Ollama shows it; what is left out is as it is for `qwen2.5-coder:1.5b-base`. */
export interface OllamaModelShown {
  readonly template?: string;
  readonly parameters?: string;
  /** Null: an Ollama before 0.6.4, which does not say it. */
  readonly capabilities?: readonly string[] | null;
  readonly architecture?: string;
  readonly contextLength?: number;
  readonly remoteHost?: string;
  readonly thinking?: unknown;
  readonly vocabulary?: readonly string[];
}

export const qwenTemplate =
  '{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>\n{{- else if .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{- end }}';
export const codeLlamaTemplate = '<PRE> {{- .Prompt }} <SUF>{{- .Suffix }} <MID>';
export const chatTemplate =
  '{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}';

const done = {
  done: true,
  done_reason: 'stop',
  total_duration: 5_043_500_667,
  load_duration: 5_025_959,
  prompt_eval_count: 26,
  prompt_eval_duration: 130_079_000,
  eval_count: 3,
  eval_duration: 290_000_000,
};

/** An Ollama on loopback, in the shapes that version 0.12 answers with. */
export class FakeOllama {
  version = '0.12.3';
  readonly models = new Map<string, OllamaModelShown>();
  /** Names and windows of what is loaded. */
  running: readonly { readonly name: string; readonly context_length?: number }[] = [];
  /** What is written, in the pieces in which it comes. */
  answer: readonly string[] = ['total', ' + ', 'item'];
  thinking: readonly string[] = [];
  calls: readonly { readonly name: string; readonly arguments: unknown }[] = [];
  end: Readonly<Record<string, unknown>> = {};
  /** Instead of an answer to the paths that generate. */
  instead: ((seen: FakeRequest) => FakeReply | null) | null = null;
  readonly server: FakeServer;

  private constructor(server: FakeServer) {
    this.server = server;
    server.reply = (seen) => this.reply(seen);
    this.models.set('qwen2.5-coder:1.5b-base', {});
  }

  static async start(): Promise<FakeOllama> {
    return new FakeOllama(await FakeServer.start());
  }

  /** The bodies that a path was asked with. */
  bodies(path: string): readonly FakeRequest['body'][] {
    return this.server.requests.filter((seen) => seen.path === path).map(({ body }) => body);
  }

  reply(seen: FakeRequest): FakeReply {
    const { method, path, body } = seen;
    if (method === 'GET') return this.#facts(path);
    const model = textOf(body['model']);
    const shown = this.models.get(model) ?? this.models.get(`${model}:latest`);
    if (!['/api/show', '/api/generate', '/api/chat'].includes(path)) return notFound;
    if (shown === undefined) return json({ error: `model '${model}' not found` }, 404);
    if (path === '/api/show') return json(show(shown, body['verbose'] === true));
    const other = this.instead?.(seen) ?? null;
    if (other !== null) return other;
    const { capabilities = ['completion', 'insert'] } = shown;
    if (body['suffix'] !== undefined && capabilities?.includes('insert') === false) {
      return json({ error: `"${model}" does not support insert` }, 400);
    }
    return lines(path === '/api/chat' ? this.chatLines(model) : this.generatedLines(model));
  }

  #facts(path: string): FakeReply {
    if (path === '/') return { body: 'Ollama is running' };
    if (path === '/api/version') return json({ version: this.version });
    if (path === '/api/tags') return json({ models: this.#tags() });
    if (path === '/api/ps') return json({ models: this.running });
    if (path !== '/v1/models') return notFound;
    const data = [...this.models.keys()].map((id) => ({
      id,
      object: 'model',
      created: 1,
      owned_by: 'library',
    }));
    return json({ object: 'list', data });
  }

  #tags(): unknown[] {
    return [...this.models].map(([name, { remoteHost }]) => ({
      name,
      model: name,
      modified_at: '2026-10-01T10:00:00.000000000Z',
      size: 986_061_892,
      digest: 'a8b0c5157701',
      ...(remoteHost === undefined ? {} : { remote_host: remoteHost, remote_model: name }),
      details: { format: 'gguf', family: 'qwen2', parameter_size: '1.5B', quantization_level: 'Q4_K_M' },
    }));
  }

  generatedLines(model: string): string[] {
    const head = { model, created_at: '2026-10-01T10:00:00.1Z' };
    return [
      ...this.answer.map((response) => line({ ...head, response, done: false })),
      line({ ...head, response: '', ...done, ...this.end }),
    ];
  }

  chatLines(model: string): string[] {
    const head = { model, created_at: '2026-10-01T10:00:00.1Z' };
    const say = (message: Record<string, unknown>): string =>
      line({ ...head, message: { role: 'assistant', content: '', ...message }, done: false });
    return [
      ...this.thinking.map((thinking) => say({ thinking })),
      ...this.answer.map((content) => say({ content })),
      ...this.calls.map((call) => say({ tool_calls: [{ function: { index: 0, ...call } }] })),
      line({ ...head, message: { role: 'assistant', content: '' }, ...done, ...this.end }),
    ];
  }
}

const notFound: FakeReply = { status: 404, body: '404 page not found' };

/** A stream of lines. */
export function lines(body: FakeReply['body'] & {}, then: FakeReply['then'] & {} = 'end'): FakeReply {
  return { headers: { 'content-type': 'application/x-ndjson' }, body, then };
}

export function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function show(model: OllamaModelShown, verbose: boolean): Record<string, unknown> {
  const { architecture = 'qwen2', contextLength = 32_768, template = qwenTemplate, parameters } = model;
  const { capabilities = ['completion', 'insert'], remoteHost, thinking, vocabulary = [] } = model;
  return {
    license: 'Apache License',
    modelfile: '# Modelfile generated by "ollama show"',
    ...(parameters === undefined ? {} : { parameters }),
    template,
    details: { parent_model: '', format: 'gguf', family: architecture, families: [architecture] },
    model_info: {
      'general.architecture': architecture,
      'general.parameter_count': 1_543_714_304,
      [`${architecture}.context_length`]: contextLength,
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'qwen2',
      'tokenizer.ggml.tokens': verbose ? ['!', '"', ...vocabulary] : null,
    },
    ...(capabilities === null ? {} : { capabilities }),
    ...(thinking === undefined ? {} : { thinking }),
    ...(remoteHost === undefined ? {} : { remote_host: remoteHost, remote_model: 'big' }),
    modified_at: '2026-10-01T10:00:00.000000000Z',
  };
}

/** A field that should be a text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** All tokens of a family, as they stand in a vocabulary. */
export function familyVocabulary(id: string): readonly string[] {
  const family = fimFamilies.find((each) => each.id === id);
  if (family === undefined) throw new Error(`There is no family ${id}.`);
  return [family.prefix, family.suffix, ...(family.middle === null ? [] : [family.middle]), ...family.stops];
}
