import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** A request as the server saw it. */
export interface SeenRequest {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** The range asked for, `end` not in it; null: the whole file. */
  readonly range: { readonly start: number; readonly end: number } | null;
  /** Bytes of the body that were handed to the socket. */
  sent: number;
  /** What the request brought. */
  body: string;
}

/** How the server answers a request for its file. Everything left out is as a good server does it. */
export interface Reply {
  /** Instead of the file. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** False: sends the whole file whatever was asked for. */
  readonly ranges?: boolean;
  /** Cuts the connection, or falls silent, after so many bytes of the body. */
  readonly cutAfter?: number;
  readonly stallAfter?: number;
  /** Sends so many bytes at a time. */
  readonly trickle?: number;
  /** What `Content-Length` says besides the truth. */
  readonly lengthOff?: number;
  /** Sends no length: chunked. */
  readonly chunked?: boolean;
  /** Sends the range that begins so much later than what was asked for, and says so. */
  readonly startOff?: number;
  /** Sends at most so many bytes of the range, and says so. */
  readonly shorter?: number;
  /** Sends other bytes than the file's. */
  readonly corrupt?: boolean;
  readonly etag?: string | null;
  readonly lastModified?: string | null;
}

/** A server on loopback for one file, which fails as it is told to. */
export class FaultServer {
  content: Buffer;
  etag: string | null = '"v1"';
  lastModified: string | null = 'Mon, 05 Jan 2026 10:00:00 GMT';
  /** Decides about each request. */
  reply: (request: SeenRequest) => Reply = () => ({});
  readonly requests: SeenRequest[] = [];
  readonly #server: http.Server | https.Server;
  readonly #sockets = new Set<Socket>();
  readonly #secure: boolean;
  #port = 0;
  /** Answers that fell silent, and whose connection is still open. */
  stalled = 0;

  private constructor(content: Buffer, secure: { key: string; cert: string } | null) {
    this.content = content;
    this.#secure = secure !== null;
    const listener = (request: http.IncomingMessage, response: http.ServerResponse): void =>
      this.#answer(request, response);
    this.#server = secure === null ? http.createServer(listener) : https.createServer(secure, listener);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
  }

  /** Listens on a free port, or at a socket file. */
  static async start(
    content: Buffer,
    options: { secure?: { key: string; cert: string }; socketPath?: string } = {},
  ): Promise<FaultServer> {
    const server = new FaultServer(content, options.secure ?? null);
    if (options.socketPath === undefined) server.#server.listen(0, '127.0.0.1');
    else server.#server.listen(options.socketPath);
    await once(server.#server, 'listening');
    const address = server.#server.address();
    server.#port = typeof address === 'string' ? 0 : (address?.port ?? 0);
    return server;
  }

  /** 0 at a socket file. */
  get port(): number {
    return this.#port;
  }

  /** Address of a path, as `127.0.0.1` or by another name of this machine. */
  address(path = '/model.gguf', host = '127.0.0.1'): string {
    return `${this.#secure ? 'https' : 'http'}://${host}:${this.port}${path}`;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Bytes of bodies that all requests together were sent. */
  get sent(): number {
    return this.requests.reduce((sum, request) => sum + request.sent, 0);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    response.on('error', () => undefined);
    const seen: SeenRequest = {
      index: this.requests.length,
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      range: rangeOf(request.headers.range, this.content.length),
      sent: 0,
      body: '',
    };
    this.requests.push(seen);
    request.on('data', (chunk: Buffer) => (seen.body += chunk.toString()));
    const reply = this.reply(seen);
    if (reply.status !== undefined) {
      const body = Buffer.from(reply.body ?? '');
      response.writeHead(reply.status, { 'content-length': body.length, ...reply.headers });
      void this.#send(response, body, reply, seen);
      return;
    }
    void this.#serve(seen, reply, response);
  }

  async #serve(seen: SeenRequest, reply: Reply, response: http.ServerResponse): Promise<void> {
    const file = reply.corrupt === true ? Buffer.from(this.content.map((byte) => byte ^ 1)) : this.content;
    const headers: Record<string, string> = { ...reply.headers };
    const etag = reply.etag === undefined ? this.etag : reply.etag;
    const lastModified = reply.lastModified === undefined ? this.lastModified : reply.lastModified;
    if (etag !== null) headers['etag'] = etag;
    if (lastModified !== null) headers['last-modified'] = lastModified;
    const condition = seen.headers['if-range'];
    const current = condition === undefined || condition === etag || condition === lastModified;
    let status = 200;
    let body = file;
    if (seen.range !== null && reply.ranges !== false && current) {
      if (seen.range.start >= file.length) {
        response.writeHead(416, { 'content-range': `bytes */${file.length}`, 'content-length': 0 }).end();
        return;
      }
      const start = seen.range.start + (reply.startOff ?? 0);
      const end = Math.min(seen.range.end, file.length, start + (reply.shorter ?? Infinity));
      status = 206;
      body = file.subarray(start, end);
      headers['content-range'] = `bytes ${start}-${end - 1}/${file.length}`;
    }
    if (reply.chunked !== true) headers['content-length'] = String(body.length + (reply.lengthOff ?? 0));
    response.writeHead(status, headers);
    await this.#send(response, body, reply, seen);
  }

  async #send(response: http.ServerResponse, body: Buffer, reply: Reply, seen: SeenRequest): Promise<void> {
    const most = Math.min(body.length, reply.cutAfter ?? Infinity, reply.stallAfter ?? Infinity);
    const step = reply.trickle ?? 64 * 1024;
    response.flushHeaders();
    for (let at = 0; at < most && !response.destroyed; at += step) {
      const chunk = body.subarray(at, Math.min(most, at + step));
      seen.sent += chunk.length;
      const free = response.write(chunk);
      if (reply.trickle !== undefined) await new Promise((resolve) => setImmediate(resolve));
      if (!free) await drained(response);
    }
    if (reply.cutAfter !== undefined) {
      // What was written gets out before the cut.
      response.write('', () => setImmediate(() => response.socket?.destroy()));
    } else if (reply.stallAfter !== undefined) {
      if (response.destroyed) return;
      this.stalled += 1;
      response.once('close', () => (this.stalled -= 1));
    } else if ((reply.lengthOff ?? 0) > 0) response.write('', () => response.socket?.end());
    else response.end();
  }
}

/** Until more can be written, or nothing any more. */
function drained(response: http.ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
}

function rangeOf(header: string | undefined, size: number): SeenRequest['range'] {
  const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (start === undefined) return null;
  return { start: Number(start), end: last === '' ? size : Number(last) + 1 };
}
