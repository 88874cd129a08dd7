import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** A request as a server saw it. */
export interface FakeRequest {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; an empty object where it has none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer, and what becomes of its connection. */
export interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Pieces are written one by one. */
  readonly body?: string | Buffer | readonly (string | Buffer)[];
  /** `cut`: closed before its end. `hang`: nothing more comes. `endless`: the last piece comes again and again. */
  readonly then?: 'end' | 'cut' | 'hang' | 'endless';
}

/** Decides about each request. */
export type FakeHandler = (request: FakeRequest) => FakeReply | Promise<FakeReply>;

/** A JSON answer. */
export function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): FakeReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** A stream of server-sent events that is written in these pieces. */
export function stream(
  body: string | readonly (string | Buffer)[],
  then: NonNullable<FakeReply['then']> = 'end',
): FakeReply {
  return { headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body, then };
}

/** A stream that is written byte by byte: cut at every boundary there is. */
export function byteByByte(text: string): FakeReply {
  return stream(Array.from(Buffer.from(text), (byte) => Buffer.from([byte])));
}

/** A server on loopback that answers as it is told to, and counts what it is asked. */
export class FakeServer {
  reply: FakeHandler;
  readonly requests: FakeRequest[] = [];
  /** Answers that whoever asked closed before their end, and those whose connection is still open. */
  closedEarly = 0;
  open = 0;
  readonly #server: http.Server | https.Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: string;
  #port = 0;

  private constructor(reply: FakeHandler, secure: { key: string; cert: string } | null) {
    this.reply = reply;
    this.#scheme = secure === null ? 'http' : 'https';
    const listener = (request: http.IncomingMessage, response: http.ServerResponse): void =>
      void this.#answer(request, response);
    this.#server = secure === null ? http.createServer(listener) : https.createServer(secure, listener);
    this.#server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
  }

  static async start(
    reply: FakeHandler = () => ({ status: 404 }),
    secure: { key: string; cert: string } | null = null,
  ): Promise<FakeServer> {
    const server = new FakeServer(reply, secure);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    const address = server.#server.address();
    server.#port = typeof address === 'string' ? 0 : (address?.port ?? 0);
    return server;
  }

  /** Its address, without `/` at the end. */
  address(path = ''): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}${path}`;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Paths that were asked for, with their methods. */
  get asked(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Until no connection is open any more. */
  async allClosed(): Promise<void> {
    while (this.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    const seen: FakeRequest = {
      index: this.requests.length,
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      text,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    this.requests.push(seen);
    this.open += 1;
    response.once('close', () => {
      this.open -= 1;
      if (!response.writableFinished) this.closedEarly += 1;
    });
    await this.#send(response, await this.reply(seen));
  }

  async #send(response: http.ServerResponse, reply: FakeReply): Promise<void> {
    const { status = 200, headers = {}, body = '', then = 'end' } = reply;
    const pieces = Array.isArray(body) ? (body as readonly (string | Buffer)[]) : [body as string | Buffer];
    response.writeHead(status, headers);
    response.flushHeaders();
    const write = async (piece: string | Buffer): Promise<void> => {
      response.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (const piece of pieces) {
      if (response.destroyed) return;
      await write(piece);
    }
    while (then === 'endless' && !response.destroyed) await write(pieces.at(-1) ?? '');
    if (then === 'cut') response.write('', () => setImmediate(() => response.socket?.destroy()));
    else if (then === 'end') response.end();
  }
}
