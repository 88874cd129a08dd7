import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { DownloadError } from '../../../../src/remote/download/downloadError.ts';
import { unfinished } from '../../../../src/remote/download/download.ts';
import { DownloadWorld, modelBytes } from '../../../support/downloads.ts';
import { FaultServer, type Reply } from '../../../support/faultServer.ts';

const server = await FaultServer.start(Buffer.alloc(0));
after(() => server.stop());

const trouble: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({ cutAfter: fc.nat(4000) }),
  fc.record({ shorter: fc.integer({ min: 1, max: 3000 }) }),
  fc.constant({ ranges: false }),
  fc.constant({ status: 503 }),
  fc.constant({}),
);

/** What happens to the file on the server at the request of that number, and what the server says of it. */
const change = fc.record({
  at: fc.nat(12),
  etag: fc.boolean(),
  lastModified: fc.boolean(),
});

describe('a download', () => {
  it('ends with a file that the server had, or with an error; never with a mixture', async () => {
    let wholes = 0;
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          size: fc.integer({ min: 1, max: 20_000 }),
          parts: fc.integer({ min: 1, max: 6 }),
          troubles: fc.array(trouble, { maxLength: 12 }),
          changes: fc.array(change, { maxLength: 2 }),
          silent: fc.boolean(),
          pauseAt: fc.option(fc.nat(15_000), { nil: null }),
        }),
        async ({ size, parts, troubles, changes, silent, pauseAt }) => {
          const versions = [0, 1, 2].map((seed) => modelBytes(size, seed + size));
          let version = 0;
          server.requests.length = 0;
          server.content = versions[0] ?? Buffer.alloc(0);
          server.etag = silent ? null : '"0"';
          server.lastModified = 'Mon, 05 Jan 2026 10:00:00 GMT';
          server.reply = ({ index }) => {
            for (const { at, etag, lastModified } of changes) {
              if (at !== index || version === 2) continue;
              version += 1;
              server.content = versions[version] ?? Buffer.alloc(0);
              if (etag && !silent) server.etag = `"${version}"`;
              if (lastModified) server.lastModified = `Mon, 05 Jan 2026 10:00:0${version} GMT`;
            }
            return troubles[index] ?? {};
          };
          const world = new DownloadWorld();
          const stop = new AbortController();
          const more = {
            parts,
            accept: size < 4 ? 'any' : 'gguf',
            tuning: { smallestPiece: 500, saveBytes: 300, overlapBytes: 16, tellMs: 0 },
          } as const;
          const first = await world
            .run(server, {
              ...more,
              signal: stop.signal,
              onProgress: ({ bytes }) => pauseAt !== null && bytes >= pauseAt && stop.abort(),
            })
            .catch((error: unknown) => error);
          const last =
            first instanceof DownloadError && first.code === 'paused'
              ? await world.run(server, more).catch((error: unknown) => error)
              : first;
          if (last instanceof DownloadError) {
            failures += 1;
            assert.ok(!existsSync(world.target), last.message);
            const there = await unfinished(world.target);
            assert.ok(there === null || there.bytes <= size);
          } else {
            wholes += 1;
            assert.ok(!(last instanceof Error), String(last));
            const file = readFileSync(world.target);
            assert.ok(
              versions.some((bytes) => bytes.equals(file)),
              'a mixture',
            );
          }
          rmSync(world.folder, { recursive: true });
        },
      ),
      { numRuns: 100, seed: 5 },
    );
    // The property would say nothing if all of them failed.
    assert.ok(wholes > failures, `${wholes} whole, ${failures} failed`);
    console.log(`${wholes} whole files, ${failures} errors, no mixture`);
  });
});
