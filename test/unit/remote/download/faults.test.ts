import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { DownloadError, type DownloadErrorCode } from '../../../../src/remote/download/downloadError.ts';
import type { DownloadOptions } from '../../../../src/remote/download/types.ts';
import { DownloadWorld, modelBytes, sha256 } from '../../../support/downloads.ts';
import { FaultServer, type Reply, type SeenRequest } from '../../../support/faultServer.ts';

const v1 = modelBytes(50_000, 1);
const v2 = modelBytes(50_000, 2);
const right = { sha256: sha256(v1) };

interface Row {
  readonly fault: string;
  readonly reply: (request: SeenRequest, server: FaultServer) => Reply;
  readonly options?: Partial<DownloadOptions>;
  /** The file that must be there, or how it must fail, in which words. */
  readonly ends: Buffer | readonly [DownloadErrorCode, RegExp];
  /** What stays beside an error. Default: the part and its state. */
  readonly leaves?: readonly string[];
}

const nth = (index: number, reply: Reply) => (request: SeenRequest) => (request.index === index ? reply : {});
const kept = ['model.gguf.part', 'model.gguf.part.json'];
/** Changes the file at a request, with or without saying so. */
const changeAt = (index: number, says: { etag?: string; lastModified?: string }) => {
  return (request: SeenRequest, server: FaultServer): Reply => {
    if (request.index === index) {
      server.content = v2;
      server.etag = says.etag ?? server.etag;
      server.lastModified = says.lastModified ?? server.lastModified;
    }
    return {};
  };
};

const rows: readonly Row[] = [
  { fault: 'none', reply: () => ({}), ends: v1 },
  { fault: 'one connection is cut', reply: nth(2, { cutAfter: 300 }), ends: v1 },
  {
    fault: 'every connection is cut after 2,000 bytes',
    reply: (request) => (request.index === 0 ? {} : { cutAfter: 2000 }),
    ends: v1,
  },
  {
    fault: 'every connection is cut at once',
    reply: (request) => (request.index === 0 ? {} : { cutAfter: 0 }),
    ends: ['network', /cut the connection: try again\. What was loaded is kept\.$/],
    leaves: kept,
  },
  { fault: 'one connection falls silent', reply: nth(3, { stallAfter: 500 }), ends: v1 },
  { fault: 'the first answer falls silent', reply: nth(0, { stallAfter: 0 }), ends: v1 },
  {
    fault: 'all fall silent, again and again',
    reply: (request) => (request.index === 0 ? {} : { stallAfter: 0 }),
    ends: ['network', /sent nothing for 30 s: check the network connection, or try again later\./],
    leaves: kept,
  },
  { fault: 'sends 7 bytes at a time', reply: () => ({ trickle: 7 }), ends: v1 },
  { fault: 'ignores ranges', reply: () => ({ ranges: false }), ends: v1 },
  {
    fault: 'ignores ranges, and is cut once',
    reply: (request) => ({ ranges: false, ...(request.index === 0 ? { cutAfter: 20_000 } : {}) }),
    ends: v1,
  },
  {
    fault: 'ignores ranges, and is cut always',
    reply: () => ({ ranges: false, cutAfter: 20_000 }),
    ends: ['network', /cut the connection/],
    leaves: kept,
  },
  {
    fault: 'ignores ranges from the third request on',
    reply: (request) => ({ ranges: request.index < 3 }),
    ends: v1,
  },
  {
    fault: 'ignores ranges, says no length',
    reply: () => ({ ranges: false, chunked: true, etag: null, lastModified: null }),
    ends: v1,
  },
  {
    fault: 'no length, and more than was expected',
    reply: () => ({ ranges: false, chunked: true }),
    options: { expected: { bytes: 40_000 } },
    ends: ['length', /sends more than the 40000 bytes that are expected/],
    leaves: kept,
  },
  {
    fault: 'no length, and fewer than were expected',
    reply: () => ({ ranges: false, chunked: true }),
    options: { expected: { bytes: 60_000 } },
    ends: ['network', /sent another number of bytes than it should/],
    leaves: kept,
  },
  {
    fault: 'Content-Length says 10 too many, once',
    reply: nth(2, { lengthOff: 10 }),
    ends: v1,
  },
  {
    fault: 'Content-Length says 10 too few, once',
    reply: nth(2, { lengthOff: -10 }),
    ends: v1,
  },
  {
    fault: 'whole file only, Content-Length says 10 too many',
    reply: () => ({ ranges: false, lengthOff: 10 }),
    ends: ['network', /cut the connection/],
    leaves: kept,
  },
  { fault: 'sends shorter ranges than asked for', reply: () => ({ shorter: 900 }), ends: v1 },
  { fault: 'sends another range than asked for', reply: nth(3, { startOff: 5 }), ends: v1 },
  {
    fault: 'another size than expected',
    reply: () => ({}),
    options: { expected: { bytes: 49_999 } },
    ends: ['length', /offers a file of 50000 bytes, but 49999 are expected/],
    leaves: [],
  },
  { fault: 'the file changes, new ETag', reply: changeAt(3, { etag: '"v2"' }), ends: v2 },
  {
    fault: 'the file changes, same ETag, new date',
    reply: changeAt(3, { lastModified: 'Tue, 06 Jan 2026 10:00:00 GMT' }),
    ends: v2,
  },
  { fault: 'the file changes, nothing says so, no digest', reply: changeAt(3, {}), ends: v2 },
  {
    fault: 'the file changes, nothing says so, digest known',
    reply: changeAt(3, {}),
    options: { expected: right },
    ends: ['digest', /is not the file that it should be .* and is removed/],
    leaves: [],
  },
  {
    fault: 'the file changes at every request',
    reply: (request, server) => {
      server.etag = `"${request.index}"`;
      return {};
    },
    ends: v1,
  },
  {
    fault: 'nothing tells a changed file',
    reply: () => ({ etag: null, lastModified: null }),
    ends: v1,
  },
  { fault: 'a weak ETag only', reply: () => ({ etag: 'W/"1"', lastModified: null }), ends: v1 },
  {
    fault: 'wrong bytes in one part, digest known',
    reply: nth(2, { corrupt: true }),
    options: { expected: right, tuning: { overlapBytes: 0 } },
    ends: ['digest', /is removed: try again/],
    leaves: [],
  },
  {
    fault: 'wrong bytes in one part, told by the overlap',
    reply: nth(2, { corrupt: true }),
    ends: v1,
  },
  {
    fault: 'the host states another digest than expected',
    reply: () => ({ headers: { 'x-linked-etag': `"${sha256(v2)}"` } }),
    options: { expected: right },
    ends: ['digest', /offers another file than the one expected/],
    leaves: [],
  },
  {
    fault: "wrong bytes, the host's digest says so",
    reply: () => ({
      ranges: false,
      corrupt: true,
      headers: { 'repr-digest': `sha-256=:${Buffer.from(right.sha256, 'hex').toString('base64')}:` },
    }),
    options: { accept: 'any' },
    ends: ['digest', /is removed/],
    leaves: [],
  },
  {
    fault: '503 twice',
    reply: (request) => ([1, 2].includes(request.index) ? { status: 503 } : {}),
    ends: v1,
  },
  {
    fault: '429 for all but one connection',
    reply: (request, server) =>
      server.requests.length > 1 && request.range?.start !== 64 && request.index < 14 ? { status: 429 } : {},
    ends: v1,
  },
  {
    fault: '429, wait an hour',
    reply: (request) => (request.index === 0 ? {} : { status: 429, headers: { 'retry-after': '3600' } }),
    ends: ['network', /was asked too often \(HTTP 429\): try again in 60 minutes\./],
    leaves: kept,
  },
  { fault: '416 for one part', reply: nth(3, { status: 416 }), ends: v1 },
  {
    fault: '404',
    reply: () => ({ status: 404 }),
    ends: ['network', /has nothing at this address \(HTTP 404\): check the address\.$/],
    leaves: [],
  },
  {
    fault: '403',
    reply: () => ({ status: 403 }),
    ends: ['network', /does not allow this \(HTTP 403\): check that you accepted its terms/],
    leaves: [],
  },
  {
    fault: 'a web page',
    reply: () => ({ status: 200, body: '<!DOCTYPE html><title>Log in</title>' }),
    ends: ['not-gguf', /sent a web page instead of a model/],
    leaves: [],
  },
  {
    fault: 'a pointer of Git LFS',
    reply: () => ({ status: 200, body: 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n' }),
    ends: ['not-gguf', /sent a pointer to the model/],
    leaves: [],
  },
  {
    fault: 'an empty file',
    reply: () => ({ status: 200 }),
    ends: ['not-gguf', /sent an empty file/],
    leaves: [],
  },
  {
    fault: 'a packed file',
    reply: () => ({ headers: { 'content-encoding': 'gzip' } }),
    ends: ['invalid', /sends the file packed \(gzip\)/],
    leaves: [],
  },
  {
    fault: 'a redirect to an address that expires',
    // Each signed address is good for one request; from the second on it is refused.
    reply: (request) => {
      if (request.path === '/model.gguf') {
        return { status: 302, headers: { location: `/signed?n=${request.index}` } };
      }
      return request.index === 3 ? { status: 403 } : {};
    },
    ends: v1,
  },
  {
    fault: 'a chain of 5 redirects',
    reply: ({ path }) => {
      const hop = Number(/\d+/.exec(path)?.[0] ?? 0);
      return hop < 5 ? { status: 307, headers: { location: `/hop${hop + 1}` } } : {};
    },
    ends: v1,
  },
  {
    fault: 'redirects without end',
    reply: () => ({ status: 302, headers: { location: '/model.gguf' } }),
    ends: ['network', /redirects without end/],
    leaves: [],
  },
];

describe('faults of a server', () => {
  const table: string[] = [];
  after(() => console.log(['fault -> outcome', ...table].join('\n')));

  for (const row of rows) {
    it(row.fault, async () => {
      const server = await FaultServer.start(v1);
      try {
        const world = new DownloadWorld();
        server.reply = (request) => row.reply(request, server);
        const outcome = await world.run(server, row.options).then(
          (result) => result,
          (error: unknown) => error,
        );
        const requests = `${server.requests.length} requests, ${server.sent} bytes sent`;
        table.push(`${row.fault} -> ${said(outcome, server)} (${requests})`);
        if (Buffer.isBuffer(row.ends)) {
          assert.deepEqual(outcome, {
            path: world.target,
            status: 'downloaded',
            bytes: row.ends.length,
            sha256: sha256(row.ends),
            digestFrom: row.options?.expected === undefined ? 'none' : 'expected',
          });
          assert.ok(readFileSync(world.target).equals(row.ends));
          assert.deepEqual(world.files(), ['model.gguf']);
        } else {
          assert.ok(outcome instanceof DownloadError, String(outcome));
          assert.equal(outcome.code, row.ends[0], outcome.message);
          assert.match(outcome.message, row.ends[1]);
          assert.deepEqual(world.files(), row.leaves);
        }
      } finally {
        await server.stop();
      }
    });
  }
});

function said(outcome: unknown, server: FaultServer): string {
  if (outcome instanceof DownloadError) {
    return `${outcome.code}: ${outcome.message.replaceAll(String(server.port), 'PORT')}`;
  }
  return 'the file, whole';
}
