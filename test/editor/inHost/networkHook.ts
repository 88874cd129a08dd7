import asyncHooks from 'node:async_hooks';

/** A call that touches a network, or asks for a name. */
export interface NetworkCall {
  readonly what: string;
  /** The functions that led to it, awaited ones included, as far as the engine knows them. */
  readonly stack: string;
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** What the operating system is asked for by Node, whatever function it was asked through. */
const handles: ReadonlySet<string> = new Set([
  ...['TCPWRAP', 'TCPSERVERWRAP', 'TCPCONNECTWRAP', 'UDPWRAP', 'UDPSENDWRAP', 'TLSWRAP'],
  ...['GETADDRINFOREQWRAP', 'GETNAMEINFOREQWRAP', 'QUERYWRAP', 'HTTPCLIENTREQUEST', 'HTTP2SESSION'],
]);

/**
 * Records each call of this thread that opens a connection, listens, sends, or looks up a name, with its stack: at the
 * functions of net, tls, dns, dgram, http, https, http2 and `fetch`, so that callers are known that a later step no
 * longer shows, and at the handles that Node makes, so that no way around the functions is missed. Returns the growing
 * list, and how to end it.
 */
export function hookNetwork(): { readonly calls: NetworkCall[]; readonly end: () => void } {
  const calls: NetworkCall[] = [];
  const undo: (() => void)[] = [];
  const record = (what: string): void => void calls.push({ what, stack: stackHere() });
  const wrap = (target: object, where: string, names: readonly string[]): void => {
    for (const name of names) {
      const own = Object.getOwnPropertyDescriptor(target, name);
      const original: unknown = own?.value;
      if (own === undefined || own.writable !== true || typeof original !== 'function') continue;
      // A proxy stays what it stands for: a class can be made with `new`.
      const hooked = new Proxy(original as Callable, {
        apply: (call, self, args: unknown[]) => (record(`${where}.${name}`), Reflect.apply(call, self, args)),
        construct: (made, args: unknown[], asked: Callable) => (
          record(`new ${where}.${name}`),
          Reflect.construct(made, args, asked) as object
        ),
      });
      Object.defineProperty(target, name, { ...own, value: hooked });
      undo.push(() => Object.defineProperty(target, name, own));
    }
  };
  // VS Code gives extensions changed copies of these; the ones behind them are Node's own.
  const net = process.getBuiltinModule('net');
  const tls = process.getBuiltinModule('tls');
  const dns = process.getBuiltinModule('dns');
  const dgram = process.getBuiltinModule('dgram');
  const http = process.getBuiltinModule('http');
  const https = process.getBuiltinModule('https');
  const http2 = process.getBuiltinModule('http2');
  const resolving = Object.keys(dns.promises).filter((name) => /^(lookup|resolve|reverse)/.test(name));
  wrap(net, 'net', ['connect', 'createConnection', 'createServer']);
  wrap(net.Socket.prototype, 'Socket', ['connect']);
  wrap(net.Server.prototype, 'Server', ['listen']);
  wrap(tls, 'tls', ['connect', 'createServer']);
  wrap(dns, 'dns', resolving);
  wrap(dns.promises, 'dns.promises', resolving);
  wrap(
    dns.Resolver.prototype,
    'Resolver',
    Object.getOwnPropertyNames(dns.Resolver.prototype).filter(isQuery),
  );
  wrap(Object.getPrototypeOf(dns.Resolver.prototype) as object, 'Resolver', ['resolve', 'reverse']);
  wrap(dgram.Socket.prototype, 'dgram.Socket', ['bind', 'connect', 'send']);
  wrap(http, 'http', ['request', 'get', 'createServer', 'ClientRequest']);
  wrap(http.Agent.prototype, 'http.Agent', ['addRequest', 'createConnection']);
  wrap(https, 'https', ['request', 'get', 'createServer']);
  wrap(http2, 'http2', ['connect']);
  wrap(globalThis, 'globalThis', ['fetch', 'WebSocket', 'EventSource']);
  const hook = asyncHooks.createHook({
    init: (_id, type) => {
      if (handles.has(type)) record(type);
    },
  });
  hook.enable();
  undo.push(() => hook.disable());
  return { calls, end: () => undo.reverse().forEach((one) => one()) };
}

function isQuery(name: string): boolean {
  return /^(resolve|reverse)/.test(name);
}

function stackHere(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  try {
    return new Error('Here').stack ?? '';
  } finally {
    Error.stackTraceLimit = limit;
  }
}
