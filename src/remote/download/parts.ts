import { EgressError } from '../egressError.ts';
import type { EgressResponse } from '../egressTypes.ts';
import { contentRange, identityOf, sameFile, validator } from './identity.ts';
import { pieces, type Range } from './ranges.ts';
import { mayPass, persist } from './retry.ts';
import { StartOver } from './source.ts';
import type { TransferContext } from './transferContext.ts';

const usualConnections = 4;

/**
 * Loads what is missing of a file of so many bytes, several pieces at a time. A host that bears fewer connections
 * gets one. Rejects with StartOver where the file changed or the server sends no parts after all.
 */
export async function loadParts(context: TransferContext, total: number): Promise<void> {
  const { store, tuning } = context;
  let connections = Math.max(1, context.options.parts ?? usualConnections);
  for (;;) {
    const before = store.done.bytes;
    const failure = await round(context, total, connections);
    if (store.done.missing(total).length === 0 && failure === undefined) {
      await context.seams.end();
      return;
    }
    if (store.done.bytes === before || !mayPass(failure, tuning)) throw failure;
    connections = 1;
  }
}

/** Lets some workers take the missing pieces one after the other; resolves with what stopped the first of them. */
async function round(context: TransferContext, total: number, connections: number): Promise<unknown> {
  const { store, tuning, retry } = context;
  const missing = store.done.missing(total);
  const bytes = total - store.done.bytes;
  const even = Math.ceil(bytes / connections);
  const size = Math.min(tuning.largestPiece, Math.max(tuning.smallestPiece, even));
  const queue = pieces(missing, size);
  const stop = new AbortController();
  const signal = AbortSignal.any([retry.signal, stop.signal]);
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) {
      await loadPiece(context, piece, total, signal);
    }
  };
  const workers = Array.from({ length: Math.min(connections, queue.length) }, async () => {
    try {
      await worker();
    } catch (error) {
      failures.push(error);
      if (!mayPass(error, tuning)) stop.abort();
    }
  });
  await Promise.all(workers);
  // Those that were only stopped because of another one failed later than it.
  return failures.find((failure) => !mayPass(failure, tuning)) ?? failures[0];
}

async function loadPiece(
  context: TransferContext,
  [start, end]: Range,
  total: number,
  signal: AbortSignal,
): Promise<void> {
  const { source, store, tuning } = context;
  // What lies behind the piece is loaded too, to be compared with what another connection brings there.
  const last = Math.min(total, end + tuning.overlapBytes);
  await persist(
    async (progressed) => {
      const at = Math.min(end, store.done.reach(start));
      const from = at - Math.min(store.done.before(at), tuning.overlapBytes);
      const response = await source.ask([from, last], validator(store.identity), signal);
      try {
        check(context, response, from, total);
        await readPiece(context, response, { from, at, end, last }, progressed);
      } finally {
        response.discard();
      }
    },
    { ...context.retry, signal },
  );
}

/** Throws StartOver where an answer can't be joined with what is there. */
function check({ store }: TransferContext, response: EgressResponse, from: number, total: number): void {
  const same = sameFile(store.identity, identityOf(response));
  if (response.status !== 206) throw new StartOver(response.status === 200 && same ? 'no-ranges' : 'changed');
  const range = contentRange(response.headers);
  if (range !== null && range.total !== null && range.total !== total) throw new StartOver('changed');
  if (range?.start !== from) throw new StartOver('no-ranges');
  if (!same) throw new StartOver('changed');
}

/**
 * Compares the bytes from `from` to `at` with what is there, writes those up to `end`, and keeps those up to `last` to
 * be compared. Rejects with EgressError where fewer come.
 */
async function readPiece(
  { store, seams }: TransferContext,
  response: EgressResponse,
  { from, at, end, last }: { from: number; at: number; end: number; last: number },
  progressed: (bytes: number) => void,
): Promise<void> {
  let position = from;
  const behind: Uint8Array[] = [];
  for await (const chunk of response.body) {
    const cut = (first: number, after: number): Uint8Array =>
      chunk.subarray(Math.max(0, first - position), Math.max(0, after - position));
    await seams.compare(cut(from, at), position);
    const fresh = cut(at, end);
    if (fresh.length > 0) await store.write(fresh, Math.max(at, position));
    progressed(fresh.length);
    behind.push(cut(end, last));
    position += chunk.length;
    if (position >= last) break;
  }
  if (position < last) {
    throw new EgressError('broken', `${response.host} sent less than it was asked for: try again.`);
  }
  await seams.add(Buffer.concat(behind), end);
}
