import assert from 'node:assert/strict';
import { EndpointError } from '../../src/core/endpoints/errors.ts';
import type { Endpoint } from '../../src/core/endpoints/types.ts';
import type { EndpointHttp, EndpointHttpCall } from '../../src/remote/endpoints/transport.ts';
import { about, endpointAt, httpTo } from './endpoints.ts';
import { FakeServer } from './fakeServers/server.ts';

export const key = 'sk-test-Abc123Def456Ghi789Jkl';

/** A server that is asked without knowing its interface. */
export class TransportWorld {
  readonly server: FakeServer;

  private constructor(server: FakeServer) {
    this.server = server;
  }

  static async start(): Promise<TransportWorld> {
    return new TransportWorld(await FakeServer.start());
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  http(more: Partial<Endpoint> = {}, options: Parameters<typeof httpTo>[1] = { key }): EndpointHttp {
    return httpTo(endpointAt(this.server.address('/v1'), more), options);
  }
}

export function call(signal = new AbortController().signal, idleMs?: number): EndpointHttpCall {
  return { signal, about, purpose: 'endpoint', ...(idleMs === undefined ? {} : { idleMs }) };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The error of a request to `team`, which must be one sentence with that name and without the key. */
export async function failureOf(promise: Promise<unknown>): Promise<EndpointError> {
  const error = await promise.then(
    () => assert.fail('it was answered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof EndpointError, String(error));
  assert.ok(!error.message.includes(key), error.message);
  assert.ok(error.code === 'cancelled' || error.message.includes('team'), error.message);
  assert.match(error.message, /^\S.*\.$/s);
  return error;
}
