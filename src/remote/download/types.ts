import type { Egress } from '../egress.ts';
import type { EgressPurpose } from '../egressTypes.ts';
import type { Timers } from '../timers.ts';
import type { DownloadDisk } from './disk.ts';

/** Where the digest that the file was checked against came from; `none`: there was none to check against. */
export type DigestFrom = 'expected' | 'host' | 'none';

export interface DownloadOptions {
  readonly address: string;
  /** Path of the file to make. Its folder is made if need be; nothing else in it is touched. */
  readonly target: string;
  readonly egress: Pick<Egress, 'request'>;
  /** Default: `model-download`. */
  readonly purpose?: EgressPurpose;
  readonly expected?: ExpectedFile;
  /** `gguf` (the default) refuses anything that does not begin as a GGUF file. */
  readonly accept?: 'gguf' | 'any';
  /** Sent to the address's own host only. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowHttp?: boolean;
  /** Abort with the reason `'cancel'` to remove what was loaded; with any other to keep it for later. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Connections at a time, where the server serves parts. Default: 4. */
  readonly parts?: number;
  readonly disk?: DownloadDisk;
  readonly timers?: Timers;
  /** Looks at the whole file before it gets its name; refuses it with a sentence. */
  readonly validate?: (file: string, bytes: number) => Promise<string | null>;
  readonly tuning?: Partial<DownloadTuning>;
}

/** What is known of the file beforehand. */
export interface ExpectedFile {
  /** 64 hex digits. */
  readonly sha256?: string;
  /** As npm writes it: `sha512-` and base64. */
  readonly sha512?: string;
  readonly bytes?: number;
}

export interface DownloadProgress {
  readonly state: 'connecting' | 'downloading' | 'waiting' | 'verifying';
  /** Loaded, or while verifying, looked at. */
  readonly bytes: number;
  /** Null where the server does not say. */
  readonly total: number | null;
  /** Over the last seconds; 0 while nothing is known. */
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  /** Why it waits before it tries again, in one sentence. */
  readonly trouble: string | null;
}

export interface DownloadResult {
  readonly path: string;
  readonly status: 'downloaded' | 'already-there';
  readonly bytes: number;
  /** 64 hex digits, to be shown and kept; null for a file that was there and that nothing is known of. */
  readonly sha256: string | null;
  readonly digestFrom: DigestFrom;
}

/** Sizes in bytes, times in milliseconds. */
export interface DownloadTuning {
  /** What the first request asks for, to learn about the file. */
  readonly probeBytes: number;
  /** Largest and smallest piece that one request asks for. */
  readonly largestPiece: number;
  readonly smallestPiece: number;
  /** What is loaded twice, and compared, where two connections meet. */
  readonly overlapBytes: number;
  /** The state is saved after so many bytes or so long. */
  readonly saveBytes: number;
  readonly saveMs: number;
  /** A connection without a byte for so long is given up. */
  readonly stallMs: number;
  readonly connectMs: number;
  /** Failures in a row without so many bytes between them, after which a piece is given up. */
  readonly attempts: number;
  readonly progressBytes: number;
  /** Wait before the second attempt; each further one is twice as long, up to the longest. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A server that asks for a longer wait is not waited for. */
  readonly longestRetryAfterMs: number;
  /** Progress is told so often at most. */
  readonly tellMs: number;
}

export const defaultTuning: DownloadTuning = {
  probeBytes: 4096,
  largestPiece: 256 * 1024 * 1024,
  smallestPiece: 1024 * 1024,
  overlapBytes: 1024,
  saveBytes: 64 * 1024 * 1024,
  saveMs: 2000,
  stallMs: 30_000,
  connectMs: 20_000,
  attempts: 6,
  progressBytes: 256 * 1024,
  firstWaitMs: 1000,
  longestWaitMs: 20_000,
  longestRetryAfterMs: 2 * 60_000,
  tellMs: 200,
};
