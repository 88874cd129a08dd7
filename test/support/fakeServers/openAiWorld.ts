import assert from 'node:assert/strict';
import { EndpointError } from '../../../src/core/endpoints/errors.ts';
import type { Endpoint } from '../../../src/core/endpoints/types.ts';
import type { EndpointApiClient } from '../../../src/remote/endpoints/api.ts';
import { openAiApi } from '../../../src/remote/endpoints/openai.ts';
import { endpointAt, httpTo } from '../endpoints.ts';
import type { FakeTimers } from '../fakeTimers.ts';
import { eventStream, openAiHandler, type OpenAiProductShapes } from './openai.ts';
import { openAiProducts, type OpenAiProductName } from './openaiProducts.ts';
import { FakeServer, json, stream, type FakeReply } from './server.ts';

export const key = 'sk-test-Abc123Def456Ghi789Jkl';

export function shapesOf(name: OpenAiProductName): OpenAiProductShapes {
  return openAiProducts[name];
}

/** A chunk with one choice, a piece of text, and the end of an answer. */
export function chunk(choice: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ choices: [{ index: 0, ...choice }], ...more });
}
export const text = (content: string): string => chunk({ delta: { content } });
export const end = chunk({ delta: {}, finish_reason: 'stop' });

/** The error of a request, which must be one, without the key. */
export async function failure(promise: Promise<unknown>): Promise<EndpointError> {
  const error = await promise.then(
    () => assert.fail('it was answered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof EndpointError, String(error));
  assert.ok(!error.message.includes(key));
  return error;
}

/** A server with OpenAI's interface, and clients for it. */
export class OpenAiWorld {
  readonly server: FakeServer;

  private constructor(server: FakeServer) {
    this.server = server;
  }

  static async start(): Promise<OpenAiWorld> {
    return new OpenAiWorld(await FakeServer.start());
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** A client for the model `m`, where nothing else is said. */
  api(more: Partial<Endpoint> = {}, timers?: FakeTimers): EndpointApiClient {
    const endpoint = endpointAt(this.server.address(), { model: 'm', ...more });
    return openAiApi(httpTo(endpoint, { key, ...(timers === undefined ? {} : { timers }) }), endpoint);
  }

  /** Answers as a product does, its chat with these events. */
  serve(chat: readonly string[], shapes: Partial<OpenAiProductShapes> = {}): void {
    this.server.reply = openAiHandler({ models: { data: [{ id: 'm' }] }, chat, ...shapes }, () =>
      stream(eventStream(chat)),
    );
  }

  /** Answers chat with this, and lists one model. */
  chat(reply: FakeReply): void {
    this.server.reply = ({ method }) => (method === 'GET' ? json({ data: [{ id: 'm' }] }) : reply);
  }

  /** Answers as this product does. */
  product(name: OpenAiProductName): void {
    const shapes = shapesOf(name);
    this.server.reply = openAiHandler(shapes, () => stream(eventStream(shapes.chat)));
  }
}
