import type { SentAbout } from '../core/endpoints/ports.ts';
import type { EgressErrorCode } from './egressError.ts';
import type { ProxySettings } from './proxy.ts';
import type { Reach } from '../core/endpoints/reach.ts';
import type { Timers } from './timers.ts';

/** Why a socket is opened; nothing is sent without one. */
export type EgressPurpose =
  | 'model-download'
  | 'catalogue'
  | 'engine-package'
  /** A question, a completion or a count for an endpoint that the user configured. */
  | 'endpoint'
  /** What an endpoint can do. */
  | 'endpoint-probe'
  /** Which servers run on this machine, asked by the user. */
  | 'discovery'
  /** Other programs of this machine may ask: the only purpose that listens. */
  | 'server';

/** One request, before its socket opens. A redirect that is followed is a request of its own. */
export interface EgressOpened {
  readonly purpose: EgressPurpose;
  readonly method: string;
  /** Name and port, or the path of the socket file. */
  readonly host: string;
  readonly reach: Reach;
  /** Name and port of the proxy that it goes through; null: none, or one that the editor put in by itself. */
  readonly proxy: string | null;
  /** Milliseconds since 1970. */
  readonly when: number;
  /** False where the server's certificate is not checked, as the settings ask, or there is none. */
  readonly verified: boolean;
  /** What goes to an endpoint; null for other purposes. */
  readonly about: SentAbout | null;
}

/** How it ended. */
export interface EgressClosed {
  /** `stopped`: by whoever asked, before the body was whole. `refused`: no socket was opened. */
  readonly outcome: 'answered' | 'redirected' | 'failed' | 'stopped' | 'refused';
  readonly status: number | null;
  readonly error: EgressErrorCode | null;
  /** Bytes of the bodies; headers are not counted. */
  readonly sent: number;
  readonly received: number;
  readonly milliseconds: number;
}

/** Told once how a request ended. */
export type EgressEnd = (closed: EgressClosed) => void;

/**
 * Hears of every request before its socket opens, and once, through what it returns, of its end. A promise is waited
 * for; what it rejects with, an EgressError, refuses the request.
 */
export type EgressLedger = (opened: EgressOpened) => EgressEnd | Promise<EgressEnd>;

export interface EgressOptions {
  readonly ledger?: EgressLedger;
  /** Refuses a request by a sentence (why, and what to do), lets it pass by null. Asked for each request. */
  readonly guard?: (request: Omit<EgressOpened, 'when'>) => string | null;
  readonly log?: (message: string) => void;
  readonly proxy?: ProxySettings;
  /** Files of certificate authorities in PEM form that are trusted besides the known ones. */
  readonly certificateFiles?: readonly string[];
  /** Whether the authorities that the system trusts are asked when Node's own don't know one. Default: true. */
  readonly systemCertificates?: boolean;
  /** False: certificates are not checked at all. Default: true. */
  readonly strictSSL?: boolean;
  readonly timers?: Timers;
  /** Milliseconds since 1970, for the ledger. */
  readonly wallClock?: () => number;
  readonly userAgent?: string;
}

export interface EgressRequest {
  readonly purpose: EgressPurpose;
  /** http or https. A name and password in it are sent as basic authorization. */
  readonly address: string | URL;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** What the ledger is to say of it. */
  readonly about?: SentAbout;
  /** Path of a socket file of this machine to ask instead of the address's host. */
  readonly socketPath?: string;
  /** Plain http to other machines, which everyone on the way can read and change. Default: false. */
  readonly allowHttp?: boolean;
  /** Redirects followed at most. Default: 10. */
  readonly redirects?: number;
  /** Longest time until the connection stands. Default: 20 s. */
  readonly connectMs?: number;
  /** Longest time without a byte, the wait for the answer included. Default: 30 s. */
  readonly idleMs?: number;
}

/** Headers by their names in lower case; several of one name joined by `, `. */
export type EgressHeaders = Readonly<Record<string, string | undefined>>;

/** An answer on the way that sent us on. */
export interface EgressHop {
  readonly address: string;
  readonly status: number;
  readonly headers: EgressHeaders;
}

/**
 * An answer of any status. Read `body` to its end, or `discard` it; until then its socket is open. Reading rejects
 * with EgressError, also when the connection ends before the body does.
 */
export interface EgressResponse {
  readonly status: number;
  readonly headers: EgressHeaders;
  /** Where the answer came from after redirects, and its name and port. */
  readonly address: string;
  readonly host: string;
  readonly hops: readonly EgressHop[];
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body as UTF-8 text; rejects with `too-large` beyond so many bytes. */
  text(mostBytes: number): Promise<string>;
  /** Closes the socket. Harmless at any time. */
  discard(): void;
}
