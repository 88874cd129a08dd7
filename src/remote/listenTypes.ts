import type { Readable, Writable } from 'node:stream';

/** A request from another program of this machine. */
export interface ServedRequest extends Readable {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The answer to it. */
export interface ServedReply extends Writable {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
}

/** How to listen. Only this machine can connect: the address is always 127.0.0.1. */
export interface ListenOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly handle: (request: ServedRequest, reply: ServedReply) => void;
  /** Milliseconds in which a request's headers, and all of it, must have come; else it is answered with 408. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Milliseconds for which a connection waits for its next request. */
  readonly keepAliveMs: number;
  readonly mostConnections: number;
  readonly mostHeaderBytes: number;
}

/** Somebody listens. */
export interface Listening {
  readonly port: number;
  /** Resolves when it listens no more, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends all connections at once, those in the midst of an answer too. */
  close(): Promise<void>;
}
