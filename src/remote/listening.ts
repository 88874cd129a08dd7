import { EgressError } from './egressError.ts';
import type { EgressOpened, EgressOptions } from './egressTypes.ts';
import type { Listening, ListenOptions } from './listenTypes.ts';
import { systemTimers } from './timers.ts';

/** The one address that is listened on. */
export const loopback = '127.0.0.1';

/** A server of node:http, as far as it is used here. */
interface HttpServer {
  maxConnections: number;
  listen(port: number, host: string): unknown;
  address(): { readonly port: number } | string | null;
  close(): unknown;
  closeAllConnections(): void;
  once(event: 'listening' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * Listens on loopback with a server that was made for it, once the guard lets it, and notes begin and end in the ledger
 * as one request of the method `LISTEN`. Rejects with EgressError, whose `systemCode` is `EADDRINUSE` where the port is
 * taken.
 */
export async function listenOn(
  create: () => HttpServer,
  { port, mostConnections }: Pick<ListenOptions, 'port' | 'mostConnections'>,
  options: EgressOptions,
): Promise<Listening> {
  const opened = listenEntry(port, options);
  const end = (await options.ledger?.(opened)) ?? (() => undefined);
  const timers = options.timers ?? systemTimers;
  const began = timers.now();
  const tell = (outcome: 'stopped' | 'refused' | 'failed', error: EgressError | null): void =>
    end({
      ...{ outcome, status: null, error: error?.code ?? null, sent: 0, received: 0 },
      milliseconds: timers.now() - began,
    });
  const refusal = options.guard?.(opened) ?? null;
  if (refusal !== null) {
    const error = new EgressError('forbidden', refusal);
    tell('refused', error);
    throw error;
  }
  const server = create();
  server.maxConnections = mostConnections;
  try {
    await listening(server, port);
  } catch (thrown) {
    const error = listenError(thrown as NodeJS.ErrnoException, port);
    tell('failed', error);
    throw error;
  }
  const ended = new Promise<void>((resolve) => server.once('close', resolve)).then(() =>
    tell('stopped', null),
  );
  const address = server.address();
  return {
    port: address === null || typeof address === 'string' ? port : address.port,
    ended,
    close: () => {
      server.close();
      server.closeAllConnections();
      return ended;
    },
  };
}

function listening(server: HttpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // What goes wrong later (no more file descriptors) costs one connection, not the process.
    server.on('error', reject);
    server.once('listening', resolve);
    server.listen(port, loopback);
  });
}

function listenEntry(port: number, { wallClock = Date.now }: EgressOptions): EgressOpened {
  return {
    ...{ purpose: 'server', method: 'LISTEN', host: `${loopback}:${port}`, reach: 'loopback' },
    ...{ proxy: null, when: wallClock(), verified: false, about: null },
  };
}

function listenError(
  { code = null, message }: { code?: string | null; message: string },
  port: number,
): EgressError {
  const more = { systemCode: code };
  if (code === 'EADDRINUSE')
    return new EgressError(
      'refused',
      `The port ${port} is used by another program: choose another port.`,
      more,
    );
  if (code === 'EACCES')
    return new EgressError(
      'refused',
      `The system does not allow the port ${port}: choose another port.`,
      more,
    );
  return new EgressError(
    'broken',
    `The port ${port} can't be opened (${code ?? message}): choose another port.`,
    more,
  );
}
