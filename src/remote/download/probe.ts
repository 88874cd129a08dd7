import { EgressError } from '../egressError.ts';
import type { EgressResponse } from '../egressTypes.ts';
import { contentRange, identityOf, type Identity } from './identity.ts';
import type { Source } from './source.ts';

/** What the first request found. */
export type Found =
  /** The server sends parts; `first` are the first bytes of the file. */
  | {
      readonly kind: 'parts';
      readonly identity: Identity;
      readonly total: number;
      readonly first: Uint8Array;
      readonly response: EgressResponse;
    }
  /** It sends the whole file only; `response`, where there is one, is about to bring it. */
  | { readonly kind: 'whole'; readonly response: EgressResponse | null };

/** Asks for the first bytes, to learn how large the file is, what tells it from others, and whether parts are sent. */
export async function probe(source: Source, bytes: number, signal: AbortSignal): Promise<Found> {
  const response = await source.ask([0, bytes], null, signal);
  if (response.status === 200) return { kind: 'whole', response };
  const range = contentRange(response.headers);
  const usable = response.status === 206 && range?.start === 0 && range.total !== null;
  if (!usable) {
    // An empty file has no first byte to ask for; a size that is not told may still come with the whole file.
    response.discard();
    return { kind: 'whole', response: null };
  }
  const total = range.total ?? 0;
  const first = await firstBytes(response, Math.min(bytes, total));
  return { kind: 'parts', identity: identityOf(response), total, first, response };
}

async function firstBytes(response: EgressResponse, wanted: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= wanted) break;
  }
  if (size < wanted) {
    throw new EgressError('broken', `${response.host} sent less than it was asked for: try again.`);
  }
  return Buffer.concat(chunks).subarray(0, wanted);
}
