import { plainAddress } from '../../core/models/plainAddress.ts';
import { EgressError, statusError } from '../egressError.ts';
import type { EgressResponse } from '../egressTypes.ts';
import { DownloadError } from './downloadError.ts';
import type { PartState } from './files.ts';
import { HeadCheck } from './head.ts';
import { identityOf, isJoinable, isSurelySame, type Identity } from './identity.ts';
import { loadParts } from './parts.ts';
import { probe, type Found } from './probe.ts';
import { persist } from './retry.ts';
import { StartOver } from './source.ts';
import type { TransferContext } from './transferContext.ts';
import type { DownloadOptions } from './types.ts';

/** After so many changes of a file while it was loaded in parts, it is loaded in one go. */
const mostChanges = 2;

/**
 * Loads what is missing of a file, in parts where the server allows it and something tells a changed file. What was
 * loaded of one state of the file is never joined with another: then all is loaded anew. Rejects with DownloadError,
 * EgressError or the system's error.
 */
export async function transfer(context: TransferContext, saved: PartState | null): Promise<void> {
  let earlier = saved;
  for (let changes = 0; ;) {
    const { source, tuning, retry } = context;
    const found = await persist(() => probe(source, tuning.probeBytes, retry.signal), retry);
    if (found.kind === 'whole' || changes >= mostChanges || !canJoin(context, found.identity)) {
      if (found.kind === 'parts') await loadWhole(context, null);
      else await loadWhole(context, found.response);
      return;
    }
    checkOffer(context.options, found.identity, found.response.host);
    try {
      await begin(context, found, earlier);
      await loadParts(context, found.total);
      return;
    } catch (error) {
      if (!(error instanceof StartOver)) throw error;
      earlier = null;
      context.seams.forget();
      changes = error.why === 'changed' ? changes + 1 : mostChanges;
      // The state must not outlive what it describes.
      await context.store.begin(context.store.identity);
    }
  }
}

/** A digest of the whole file would tell a mixture. */
function canJoin({ options }: TransferContext, identity: Identity): boolean {
  return isJoinable(identity) || hasDigest(options);
}

function hasDigest({ expected }: DownloadOptions): boolean {
  return expected?.sha256 !== undefined || expected?.sha512 !== undefined;
}

/** Refuses a file that can't be the expected one before it is loaded. */
function checkOffer({ expected }: DownloadOptions, identity: Identity, host: string): void {
  const { total, digest } = identity;
  if (expected?.bytes !== undefined && total !== null && total !== expected.bytes) {
    throw new DownloadError(
      'length',
      `${host} offers a file of ${total} bytes, but ${expected.bytes} are expected: check the address.`,
    );
  }
  if (expected?.sha256 === undefined || digest === null || digest === expected.sha256.toLowerCase()) return;
  throw new DownloadError(
    'digest',
    `${host} offers another file than the one expected (SHA-256 ${digest}, not ${expected.sha256}): check the address.`,
  );
}

/** Goes on with what is there if it is surely of the same file, else begins; the first bytes are there then. */
async function begin(
  context: TransferContext,
  found: Extract<Found, { kind: 'parts' }>,
  earlier: PartState | null,
): Promise<void> {
  const { options, store } = context;
  const { identity, first, total, response } = found;
  const head = new HeadCheck(options.accept ?? 'gguf', response.host, response.headers['content-type']);
  head.push(first);
  head.end();
  const same =
    earlier?.address === plainAddress(options.address) &&
    isSurelySame(earlier.identity, identity, hasDigest(options)) &&
    earlier.done.every(([, end]) => end <= total);
  if (same) {
    await store.resume(earlier, identity);
    const kept = Math.min(first.length, store.done.missing(total)[0]?.[0] ?? total);
    const there = kept > 0 ? await store.read(0, kept) : new Uint8Array(0);
    if (!Buffer.from(there).equals(first.subarray(0, kept))) await store.begin(identity);
  } else await store.begin(identity);
  if (store.done.before(first.length) < first.length) await store.write(first, 0);
}

/** Loads the file with one connection, from its first byte at each attempt. */
async function loadWhole(context: TransferContext, begun: EgressResponse | null): Promise<void> {
  const { source, retry } = context;
  let next = begun;
  await persist(async () => {
    const response = next ?? (await source.ask(null, null, retry.signal));
    next = null;
    try {
      if (response.status !== 200) throw statusError(response);
      await readWhole(context, response);
    } finally {
      response.discard();
    }
  }, retry);
}

async function readWhole({ options, store }: TransferContext, response: EgressResponse): Promise<void> {
  const identity = identityOf(response);
  checkOffer(options, identity, response.host);
  const head = new HeadCheck(options.accept ?? 'gguf', response.host, response.headers['content-type']);
  const most = options.expected?.bytes ?? Infinity;
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    head.push(chunk);
    held.push(chunk);
    // Nothing that is there gives way to a page that says "log in first".
    if (!head.passed) continue;
    if (size === 0) await store.begin(identity);
    const bytes = held.length === 1 ? chunk : Buffer.concat(held);
    held = [];
    if (size + bytes.length > most) throw longer(response.host, most);
    await store.write(bytes, size);
    size += bytes.length;
  }
  head.end();
  if (size === 0 && held.length === 0) await store.begin(identity);
  if (size !== (identity.total ?? options.expected?.bytes ?? size)) {
    throw new EgressError(
      'broken',
      `${response.host} sent another number of bytes than it should: try again.`,
    );
  }
  store.finish(size);
}

function longer(host: string, expected: number): DownloadError {
  const sentence = `${host} sends more than the ${expected} bytes that are expected: check the address.`;
  return new DownloadError('length', sentence);
}
