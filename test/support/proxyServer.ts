import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/** A proxy on loopback that leads every name to one port of this machine, so that tests can ask for any host. */
export class ProxyServer {
  /** What it was asked, as `CONNECT host:443` or `GET http://host/path`. */
  readonly asked: string[] = [];
  /** The header `Proxy-Authorization` that it wants; null: none. */
  authorization: string | null = null;
  /** Answers every CONNECT by this status instead. */
  refuses: number | null = null;
  readonly #server: http.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#server = http.createServer((request, response) => this.#forward(request, response));
    this.#server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      this.#connect(request, socket);
    });
    this.#server.on('connection', (socket: net.Socket) => this.#keep(socket));
  }

  /** `port` is where every name leads. */
  static async start(port: number): Promise<ProxyServer> {
    const proxy = new ProxyServer(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
  }

  /** The status by which a request is refused; null: it is not. */
  #refusal(request: http.IncomingMessage): number | null {
    const right =
      this.authorization === null || request.headers['proxy-authorization'] === this.authorization;
    return right ? this.refuses : 407;
  }

  #connect(request: http.IncomingMessage, socket: net.Socket): void {
    this.asked.push(`CONNECT ${request.url ?? ''}`);
    const refusal = this.#refusal(request);
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const through = net.connect({ host: '127.0.0.1', port: this.#port }, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    this.#keep(through);
    through.on('close', () => socket.destroy());
    socket.on('close', () => through.destroy());
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const refusal = this.#refusal(request);
    if (refusal !== null) {
      response.writeHead(refusal).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '');
    const { method, headers } = request;
    const on = http.request(
      { host: '127.0.0.1', port: this.#port, path: pathname + search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(on);
  }
}
