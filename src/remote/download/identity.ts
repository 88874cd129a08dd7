import type { EgressHeaders, EgressResponse } from '../egressTypes.ts';

/** What a server says about the file that it sends, by which a changed one is told. */
export interface Identity {
  /** Size of the whole file; null where the server does not say. */
  readonly total: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** SHA-256 of the whole file as the host states it, 64 hex digits. */
  readonly digest: string | null;
}

/** The part of the file that an answer carries; `total` null where the server does not say. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly total: number | null;
}

/** `Content-Range: bytes 0-99/1234`; null where there is none that can be used. */
export function contentRange(headers: EgressHeaders): ContentRange | null {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) return null;
  return { start: Number(first), end: Number(last) + 1, total: size === '*' ? null : Number(size) };
}

export function identityOf(response: Pick<EgressResponse, 'status' | 'headers' | 'hops'>): Identity {
  const { status, headers, hops } = response;
  const all = [...hops.map((hop) => hop.headers), headers];
  return {
    total:
      status === 206 ? (contentRange(headers)?.total ?? null) : (wholeLength(headers) ?? linkedSize(all)),
    etag: headers['etag'] ?? null,
    lastModified: headers['last-modified'] ?? null,
    digest: all.map(hostDigest).find((digest) => digest !== null) ?? null,
  };
}

function wholeLength(headers: EgressHeaders): number | null {
  const length = headers['content-length'] ?? '';
  return /^\d+$/.test(length) ? Number(length) : null;
}

/** Hugging Face says the size of the file where it redirects to its store. */
function linkedSize(all: readonly EgressHeaders[]): number | null {
  const size = all.map((headers) => headers['x-linked-size']).find((value) => /^\d+$/.test(value ?? ''));
  return size === undefined ? null : Number(size);
}

/**
 * The SHA-256 that a host states: Hugging Face's `X-Linked-ETag` on the redirect to its store (a file in Git proper
 * has 40 digits there, which are something else), `Repr-Digest` (RFC 9530), and `Digest` (RFC 3230) before it.
 */
function hostDigest(headers: EgressHeaders): string | null {
  const linked = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(headers['x-linked-etag'] ?? '')?.[1];
  if (linked !== undefined) return linked.toLowerCase();
  const base64 =
    /(?:^|[\s,])sha-256=:([A-Za-z0-9+/]{43}=):/.exec(headers['repr-digest'] ?? '')?.[1] ??
    /(?:^|[\s,])sha-256=([A-Za-z0-9+/]{43}=)(?:$|[\s,;])/i.exec(headers['digest'] ?? '')?.[1];
  return base64 === undefined ? null : Buffer.from(base64, 'base64').toString('hex');
}

/** Whether nothing that the two say differs; what one of them does not say is no difference. */
export function sameFile(a: Identity, b: Identity): boolean {
  return (['total', 'etag', 'lastModified', 'digest'] as const).every(
    (key) => a[key] === null || b[key] === null || a[key] === b[key],
  );
}

/**
 * Whether `now` is of the file that an earlier run loaded a part of: nothing differs, and something that tells files
 * apart is the same, unless a digest of the whole will tell (`checked`).
 */
export function isSurelySame(earlier: Identity, now: Identity, checked: boolean): boolean {
  if (!sameFile(earlier, now)) return false;
  const strong = earlier.etag !== null && !earlier.etag.startsWith('W/') && earlier.etag === now.etag;
  const dated = earlier.lastModified !== null && earlier.lastModified === now.lastModified;
  return checked || strong || dated || (earlier.digest !== null && earlier.digest === now.digest);
}

/** Whether something tells that two pieces are of the same file: a weak ETag does not, it allows other bytes. */
export function isJoinable(identity: Identity): boolean {
  return validator(identity) !== null || identity.digest !== null;
}

/** The value for `If-Range`; null where the server gives nothing that it takes. */
export function validator(identity: Identity): string | null {
  if (identity.etag !== null && !identity.etag.startsWith('W/')) return identity.etag;
  return identity.lastModified;
}
