import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { readCertificates } from './certificateFiles.ts';
import { EgressError, isUntrusted, proxyError } from './egressError.ts';
import type {
  EgressHeaders,
  EgressHop,
  EgressOpened,
  EgressOptions,
  EgressRequest,
  EgressResponse,
} from './egressTypes.ts';
import { Exchange, type Answer } from './exchange.ts';
import { proxyFor, type Proxy } from './proxy.ts';
import { listenOn } from './listening.ts';
import type { Listening, ListenOptions } from './listenTypes.ts';
import { reachOf } from '../core/endpoints/reach.ts';
import { firstTarget, hostOf, isRedirect, redirected, type Target } from './target.ts';
import { systemTimers } from './timers.ts';

const mostRedirects = 10;

/**
 * The one door for every socket of Hearth. Each request has a purpose, is shown to the guard and written to the
 * ledger before its socket opens, and is answered or rejected with EgressError. Nothing is pooled: when an answer is
 * read or discarded, its socket is gone.
 *
 * Where no proxy is configured, Node's own `request` is used, which VS Code replaces in its extension host by one
 * that knows the proxies of the system.
 */
export class Egress {
  readonly #options: EgressOptions;
  #trust: Promise<tls.SecureContext | null> | null = null;
  #asksSystem = false;
  #saidUnchecked = false;
  readonly #open = new Set<Exchange>();
  readonly #listening = new Set<Listening>();

  constructor(options: EgressOptions = {}) {
    this.#options = options;
  }

  /** Sends a request and follows its redirects; resolves with the head of any answer, also of an error's. */
  async request(request: EgressRequest): Promise<EgressResponse> {
    const hops: EgressHop[] = [];
    let target = firstTarget(request, this.#options.userAgent ?? 'Hearth');
    for (;;) {
      const { answer, exchange } = await this.#ask(target, request);
      const { status, headers, address } = answer;
      if (!isRedirect(status, headers)) return exchange.response(answer, hops);
      exchange.redirect(answer);
      hops.push({ address, status, headers });
      if (hops.length > (request.redirects ?? mostRedirects)) {
        throw new EgressError(
          'redirect',
          `${hostOf(target)} redirects without end: check the address, or use another.`,
        );
      }
      target = redirected(target, status, headers['location'] ?? '', request);
    }
  }

  /** Lets other programs of this machine ask: listens on loopback, never on another interface. See listenOn. */
  async listen(options: ListenOptions): Promise<Listening> {
    const { handle, headersMs, requestMs, keepAliveMs, mostHeaderBytes } = options;
    const server = {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.min(headersMs, 1000),
      maxHeaderSize: mostHeaderBytes,
    };
    const listening = await listenOn(() => http.createServer(server, handle), options, this.#options);
    this.#listening.add(listening);
    void listening.ended.then(() => this.#listening.delete(listening));
    return listening;
  }

  /** Ends all requests that are under way; whoever waits for one gets this error. Nobody listens any more. */
  stop(error: EgressError): void {
    for (const listening of [...this.#listening]) void listening.close();
    for (const exchange of [...this.#open]) exchange.stop(error);
  }

  /** One target; asked again where only the system's authorities may know who signed its certificate. */
  async #ask(target: Target, request: EgressRequest): Promise<{ answer: Answer; exchange: Exchange }> {
    const asked = this.#asksSystem;
    try {
      return await this.#exchange(target, request);
    } catch (error) {
      if (!isUntrusted(error) || asked || !this.#mayAskSystem()) throw error;
      // Reading them takes a good part of a second, so they are read only when needed.
      if (!this.#asksSystem) this.#trust = null;
      this.#asksSystem = true;
      return await this.#exchange(target, request);
    }
  }

  async #exchange(target: Target, request: EgressRequest): Promise<{ answer: Answer; exchange: Exchange }> {
    const proxy = target.socketPath === null ? proxyFor(target.url, this.#options.proxy ?? {}) : null;
    const opened = this.#opened(target, request, proxy);
    const tell = (await this.#options.ledger?.(opened)) ?? (() => undefined);
    const timers = this.#options.timers ?? systemTimers;
    const exchange: Exchange = new Exchange(opened, request, {
      timers,
      tell: (closed) => {
        this.#open.delete(exchange);
        tell(closed);
      },
    });
    this.#open.add(exchange);
    try {
      const refusal = this.#options.guard?.(opened) ?? null;
      if (refusal !== null) throw new EgressError('forbidden', refusal);
      const sending =
        proxy === null ? await this.#direct(target, exchange) : await this.#proxied(target, proxy, exchange);
      return { answer: await answerTo(sending, target, exchange), exchange };
    } catch (error) {
      throw exchange.fail(error);
    }
  }

  #opened(target: Target, request: EgressRequest, proxy: Proxy | null): EgressOpened {
    const secure = target.url.protocol === 'https:';
    return {
      purpose: request.purpose,
      method: target.method,
      host: hostOf(target),
      reach: target.socketPath === null ? reachOf(target.url.hostname) : 'unix',
      proxy: proxy?.host ?? null,
      when: (this.#options.wallClock ?? Date.now)(),
      verified: secure && this.#options.strictSSL !== false,
      about: request.about ?? null,
    };
  }

  async #direct(target: Target, exchange: Exchange): Promise<http.ClientRequest> {
    const { url, socketPath } = target;
    const secure = url.protocol === 'https:';
    if (socketPath !== null || reachOf(url.hostname) === 'loopback') return this.#within(target, exchange);
    const options: https.RequestOptions = {
      ...head(target),
      hostname: bareName(url),
      // A pool would keep sockets open that nobody asks for any more.
      agent: false,
      ...(url.port === '' ? {} : { port: url.port }),
      ...(secure ? await this.#secure() : {}),
    };
    const request = exchange.hold(() => (secure ? https.request(options) : http.request(options)));
    request.once('socket', (socket) => {
      if (!socket.connecting) exchange.connected();
      else socket.once(secure ? 'secureConnect' : 'connect', () => exchange.connected());
    });
    return request;
  }

  /**
   * A request that must not leave this machine. VS Code gives what `http.request` sends to the proxy of its settings,
   * also for names and numbers of this machine that it does not know as such: this one's socket is its own.
   */
  async #within(target: Target, exchange: Exchange): Promise<http.ClientRequest> {
    const { url, socketPath } = target;
    const secure = url.protocol === 'https:';
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
    const to = socketPath === null ? { host: bareName(url), port } : { path: socketPath };
    const options = secure ? { ...to, ...serverName(url), ...(await this.#secure()) } : null;
    const socket = exchange.hold(() => (options === null ? net.connect(to) : tls.connect(options)));
    await event(socket, secure ? 'secureConnect' : 'connect');
    exchange.connected();
    return exchange.hold(() => new http.ClientRequest({ ...head(target), createConnection: () => socket }));
  }

  async #proxied(target: Target, proxy: Proxy, exchange: Exchange): Promise<http.ClientRequest> {
    const { url } = target;
    let socket: net.Socket;
    try {
      socket = await this.#toProxy(proxy, exchange);
      if (url.protocol === 'https:') await tunnel(socket, target, proxy, exchange);
    } catch (error) {
      throw proxyError(error, proxy.host);
    }
    if (url.protocol === 'https:') {
      const options = { socket, host: bareName(url), ...serverName(url), ...(await this.#secure()) };
      const through = exchange.hold(() => tls.connect(options));
      await event(through, 'secureConnect');
      exchange.connected();
      return exchange.hold(
        () => new http.ClientRequest({ ...head(target), createConnection: () => through }),
      );
    }
    exchange.connected();
    const options = head(target);
    const authorization = proxyAuthorization(proxy);
    const headers = { ...options.headers, ...authorization };
    const connected = socket;
    return exchange.hold(
      () =>
        new http.ClientRequest({ ...options, headers, path: url.href, createConnection: () => connected }),
    );
  }

  /** A socket that stands to the proxy itself. */
  async #toProxy(proxy: Proxy, exchange: Exchange): Promise<net.Socket> {
    const { hostname: host, port } = proxy;
    if (!proxy.secure) {
      const socket = exchange.hold(() => net.connect({ host, port }));
      await event(socket, 'connect');
      return socket;
    }
    const name = net.isIP(host) === 0 ? { servername: host } : {};
    const options = { host, port, ...name, ...(await this.#secure()) };
    const socket = exchange.hold(() => tls.connect(options));
    await event(socket, 'secureConnect');
    return socket;
  }

  /** How certificates are checked. */
  async #secure(): Promise<{ rejectUnauthorized: boolean; secureContext?: tls.SecureContext }> {
    const rejectUnauthorized = this.#options.strictSSL !== false;
    if (!rejectUnauthorized && !this.#saidUnchecked) {
      this.#saidUnchecked = true;
      this.#options.log?.('Certificates of servers are not checked, as the settings ask (strictSSL is off).');
    }
    this.#trust ??= this.#context();
    const context = await this.#trust.catch((error: unknown) => {
      // The file may be mended before the next request.
      this.#trust = null;
      throw error;
    });
    return context === null ? { rejectUnauthorized } : { rejectUnauthorized, secureContext: context };
  }

  /** Null where Node's own choice of authorities is enough. */
  async #context(): Promise<tls.SecureContext | null> {
    const files = this.#options.certificateFiles ?? [];
    if (files.length === 0 && !this.#asksSystem) return null;
    const own = await readCertificates(files);
    const system = this.#asksSystem ? tls.getCACertificates('system') : [];
    return tls.createSecureContext({ ca: [...(await defaultAuthorities()), ...system, ...own] });
  }

  #mayAskSystem(): boolean {
    return this.#options.systemCertificates !== false && knowsAuthorities();
  }
}

/** Node can say which authorities it and the system trust since 22.15. */
function knowsAuthorities(): boolean {
  return typeof (tls as Partial<typeof tls>).getCACertificates === 'function';
}

async function defaultAuthorities(): Promise<readonly string[]> {
  if (knowsAuthorities()) return tls.getCACertificates('default');
  const extra = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  // Node ignores a file there that it can't read, with a warning.
  const own = extra === '' ? [] : await readCertificates([extra]).catch(() => []);
  return [...tls.rootCertificates, ...own];
}

function head(target: Target): { method: string; path: string; headers: Record<string, string> } {
  const { url, method, headers } = target;
  return { method, path: `${url.pathname}${url.search}`, headers: { ...headers, host: url.host } };
}

function bareName(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** TLS names the server it wants, unless that is a bare number. */
function serverName(url: URL): { servername?: string } {
  return net.isIP(bareName(url)) === 0 ? { servername: url.hostname } : {};
}

function proxyAuthorization(proxy: Proxy): Record<string, string> {
  return proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization };
}

/** Asks the proxy for a way to the target; on success the socket's other end is the target. */
async function tunnel(socket: net.Socket, target: Target, proxy: Proxy, exchange: Exchange): Promise<void> {
  const to = hostOf(target);
  const request = exchange.hold(
    () =>
      new http.ClientRequest({
        method: 'CONNECT',
        path: to,
        headers: { host: to, ...proxyAuthorization(proxy) },
        createConnection: () => socket,
      }),
  );
  const status = await new Promise<number>((resolve, reject) => {
    request.on('error', reject);
    request.once('connect', (message) => resolve(message.statusCode ?? 0));
    request.end();
  });
  if (status >= 200 && status < 300) return;
  const why =
    status === 407
      ? `asks for a name and password, or refuses those it got (HTTP 407): put them in the proxy setting`
      : `refuses a connection to ${to} (HTTP ${status}): ask whoever runs it, or change the proxy setting`;
  socket.destroy();
  throw new EgressError('proxy', `The proxy ${proxy.host} ${why}.`, { status });
}

/** Waits for an event of a socket that may fail before it. */
async function event(socket: net.Socket, name: 'connect' | 'secureConnect'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once(name, () => resolve());
  });
}

async function answerTo(request: http.ClientRequest, target: Target, exchange: Exchange): Promise<Answer> {
  exchange.bodyBytes = target.body?.length ?? 0;
  const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('error', reject);
    request.once('response', resolve);
    request.end(target.body ?? undefined);
  });
  exchange.hold(() => message);
  exchange.connected();
  const headers: EgressHeaders = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return { status: message.statusCode ?? 0, headers, address: target.url.href, body: message };
}
