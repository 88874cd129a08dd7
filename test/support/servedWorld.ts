import http from 'node:http';
import net from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { setImmediate as nextRound } from 'node:timers/promises';
import type { ChatAnswer, ChatEvent, ChatQuery } from '../../src/core/chat/types.ts';
import type { ModelRole } from '../../src/core/models/roles.ts';
import { EngineError } from '../../src/engine/errors.ts';
import type { CompleteParams, CompleteResult, LoadedModel } from '../../src/engine/protocol.ts';
import type { Embeddings } from '../../src/engine/servedProtocol.ts';
import type { OfferedModel, OfferedModels } from '../../src/host/server/offeredModels.ts';
import { HearthServer, type ServerOptions } from '../../src/host/server/server.ts';
import { Egress } from '../../src/remote/egress.ts';
import { loadedModel } from './fakeEngine.ts';
import { gate } from './stage.ts';

export const token = 'a-token-of-the-test';

/** A model that writes, calls tools and thinks, by name. */
export function servedModel(name: string, more: Partial<LoadedModel> = {}): LoadedModel {
  const model = loadedModel(name);
  return { ...model, chat: { ...model.chat, tools: true, thinking: true }, ...more };
}

/** A whole answer of chat. */
export function chatAnswer(more: Partial<ChatAnswer> = {}): ChatAnswer {
  return {
    ...{ text: 'Hello.', reasoning: '', toolCalls: [], stopReason: 'end' },
    tokens: { prompt: 12, reused: 8, evaluated: 4, generated: 3 },
    milliseconds: { queue: 0, prompt: 0, firstToken: 0, total: 0 },
    ...more,
  };
}

/** A whole completion. */
export function completeResult(more: Partial<CompleteResult> = {}): CompleteResult {
  return {
    ...{ text: 'a + b;', stopReason: 'end-of-text', meanLogProbability: 0, parts: [] },
    tokens: { prompt: 9, reused: 2, evaluated: 7, generated: 4 },
    speculation: { drafted: 0, accepted: 0 },
    milliseconds: { queue: 0, prompt: 0, firstToken: 0, total: 0 },
    ...more,
  };
}

type ChatScript = (
  query: ChatQuery,
  call: { readonly signal: AbortSignal; readonly onEvent: (event: ChatEvent) => void },
) => Promise<ChatAnswer>;
type CompleteScript = (
  params: CompleteParams,
  call: { readonly signal: AbortSignal; readonly onText: (text: string) => void },
) => Promise<CompleteResult>;

/** Models of a test's imagination: one for completions, one for chat. */
export class MadeUpModels implements OfferedModels {
  models: Readonly<Record<ModelRole, LoadedModel>> = {
    completion: servedModel('Coder', { fingerprint: 'c', name: 'Coder 1B' }),
    chat: servedModel('Talker', { fingerprint: 't', name: 'Talker 7B' }),
  };
  /** What was asked, in order. */
  readonly asked: { readonly role: ModelRole; readonly what: unknown }[] = [];
  loads = 0;
  onChat: ChatScript = () => Promise.resolve(chatAnswer());
  onComplete: CompleteScript = () => Promise.resolve(completeResult());
  onEmbed: (texts: readonly string[]) => Promise<Embeddings> = (texts) =>
    Promise.resolve({ vectors: texts.map(() => Float32Array.of(0.6, -0.8)), tokens: 5 });

  list(): readonly OfferedModel[] {
    const { completion, chat } = this.models;
    return [
      { id: 'coder', roles: ['completion'], facts: completion, loaded: true },
      { id: 'talker', roles: ['chat'], facts: chat, loaded: false },
    ];
  }

  load(role: ModelRole): Promise<LoadedModel> {
    this.loads += 1;
    return Promise.resolve(this.models[role]);
  }

  checkChat(): void {}

  contextTokens({ trainedTokens }: LoadedModel): number {
    return Math.min(8192, trainedTokens);
  }

  chat(role: ModelRole, query: ChatQuery, call: Parameters<ChatScript>[1]): Promise<ChatAnswer> {
    this.asked.push({ role, what: query });
    return this.onChat(query, call);
  }

  complete(
    role: ModelRole,
    params: CompleteParams,
    call: Parameters<CompleteScript>[1],
  ): Promise<CompleteResult> {
    this.asked.push({ role, what: params });
    return this.onComplete(params, call);
  }

  embed(role: ModelRole, texts: readonly string[]): Promise<Embeddings> {
    this.asked.push({ role, what: texts });
    return this.onEmbed(texts);
  }
}

/** A model that answers when it is let, and notes who gave up. */
export function held(models: MadeUpModels) {
  const gates: { open: () => void }[] = [];
  const given: number[] = [];
  models.onChat = async (_query, { signal, onEvent }): Promise<ChatAnswer> => {
    const own = gate();
    const index = gates.push(own) - 1;
    onEvent({ kind: 'text', text: 'begun' });
    const gone = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        given.push(index);
        reject(new EngineError('cancelled', 'The request was cancelled.'));
      });
    });
    await Promise.race([own.promise, gone]);
    return chatAnswer({ text: String(index) });
  };
  return { gates, given };
}

/** Until it is so; hangs, and so fails, where it never is. */
export async function untilSo(condition: () => boolean): Promise<void> {
  while (!condition()) await nextRound();
}

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface HttpQuestion {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: object | string | Uint8Array;
  /** Null: none. */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

/** A server with made-up models, and clients of it over real HTTP. */
export class ServedWorld {
  readonly models: MadeUpModels;
  readonly server: HearthServer;
  readonly log: string[];

  private constructor(models: MadeUpModels, server: HearthServer, log: string[]) {
    this.models = models;
    this.server = server;
    this.log = log;
  }

  static async start(more: Partial<ServerOptions> = {}): Promise<ServedWorld> {
    const models = new MadeUpModels();
    const log: string[] = [];
    const server = await HearthServer.start({
      egress: new Egress(),
      port: 0,
      rules: () => ({ token, allowedOrigins: [] }),
      models,
      log: (message) => void log.push(message),
      ...more,
    });
    return new ServedWorld(models, server, log);
  }

  /** Asks; resolves with the whole answer. */
  async ask(path: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
    const { answer } = await this.open(path, question);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await textOf(answer) };
  }

  /** Posts JSON; resolves with the whole answer. */
  post(path: string, body: object | string, more: HttpQuestion = {}): Promise<HttpAnswer> {
    return this.ask(path, { ...more, method: 'POST', body });
  }

  /** Asks; resolves with the head of the answer. */
  open(
    path: string,
    question: HttpQuestion = {},
  ): Promise<{ readonly answer: http.IncomingMessage; readonly request: http.ClientRequest }> {
    const { body, method = 'GET', token: given = token, signal } = question;
    const json = typeof body === 'object' && !(body instanceof Uint8Array);
    const request = http.request({
      ...{ host: '127.0.0.1', port: this.server.port, path, method, agent: false },
      headers: {
        ...(given === null ? {} : { authorization: `Bearer ${given}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...question.headers,
      },
      ...(signal === undefined ? {} : { signal }),
    });
    return new Promise((resolve, reject) => {
      request.on('error', reject);
      request.once('response', (answer) => resolve({ answer, request }));
      request.end(json ? JSON.stringify(body) : body);
    });
  }

  /** Sends bytes as they are; resolves with all that comes back until the server closes. */
  raw(sent: string): { readonly socket: net.Socket; readonly text: Promise<string> } {
    const socket = net.connect(this.server.port, '127.0.0.1');
    socket.write(sent);
    const text = textOf(socket);
    // A test that ends the socket itself does not look at what came.
    text.catch(() => undefined);
    return { socket, text };
  }
}

/** What the events of an answer say, `[DONE]` as a text. */
export function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''))
    .map((data) => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)));
}

/** The error that an answer tells of. */
export function errorOf({ text }: Pick<HttpAnswer, 'text'>): {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
} {
  return (JSON.parse(text) as { error: ReturnType<typeof errorOf> }).error;
}
