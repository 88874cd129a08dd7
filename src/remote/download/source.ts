import { EgressError, statusError } from '../egressError.ts';
import type { EgressResponse } from '../egressTypes.ts';
import { DownloadError } from './downloadError.ts';
import type { Range } from './ranges.ts';
import type { DownloadOptions, DownloadTuning } from './types.ts';

/** What was loaded can't be joined with what the server sends now. */
export class StartOver extends Error {
  readonly why: 'changed' | 'no-ranges';

  constructor(why: 'changed' | 'no-ranges') {
    super(why === 'changed' ? 'The file changed on the server.' : 'The server sends no parts of the file.');
    this.why = why;
  }
}

/**
 * Where a file comes from. Every request begins at the original address, since what a host redirects to is often
 * good for some minutes only.
 */
export class Source {
  readonly #options: DownloadOptions;
  readonly #tuning: DownloadTuning;

  constructor(options: DownloadOptions, tuning: DownloadTuning) {
    this.#options = options;
    this.#tuning = tuning;
  }

  /**
   * Asks for some bytes, or the whole file. Resolves with an answer of status 200, 206, 412 or 416; rejects with
   * EgressError for any other.
   */
  async ask(range: Range | null, ifRange: string | null, signal: AbortSignal): Promise<EgressResponse> {
    const { address, egress, headers, allowHttp, purpose } = this.#options;
    const response = await egress.request({
      purpose: purpose ?? 'model-download',
      address,
      headers: {
        ...headers,
        ...(range === null ? {} : { range: `bytes=${range[0]}-${range[1] - 1}` }),
        ...(range === null || ifRange === null ? {} : { 'if-range': ifRange }),
      },
      signal,
      connectMs: this.#tuning.connectMs,
      idleMs: this.#tuning.stallMs,
      ...(allowHttp === undefined ? {} : { allowHttp }),
    });
    if ([200, 206, 412, 416].includes(response.status)) return plain(response);
    response.discard();
    throw outdated(response) ?? statusError(response);
  }
}

/** An address that a host redirected to and that is not good any more: the next attempt gets a new one. */
function outdated(response: EgressResponse): EgressError | null {
  const { status, host, hops } = response;
  if (hops.length === 0 || ![401, 403, 404, 410].includes(status)) return null;
  const sentence = `${host} does not give the file, though the download was sent there (HTTP ${status}): try again.`;
  return new EgressError('broken', sentence, { status });
}

/** Packed bytes could not be told apart from the file's own. */
function plain(response: EgressResponse): EgressResponse {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return response;
  response.discard();
  throw new DownloadError(
    'invalid',
    `${response.host} sends the file packed (${encoding}), which can't be checked: use another address.`,
  );
}
