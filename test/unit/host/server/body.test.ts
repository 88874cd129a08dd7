import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { errorOf, ServedWorld } from '../../../support/servedWorld.ts';

const path = '/v1/chat/completions';
const body = { messages: [{ role: 'user', content: 'Hi' }] };
const worlds: ServedWorld[] = [];
after(() => Promise.all(worlds.map((world) => world.server.stop())));

async function started(more: Parameters<typeof ServedWorld.start>[0] = {}): Promise<ServedWorld> {
  const world = await ServedWorld.start(more);
  worlds.push(world);
  return world;
}

describe('a body', () => {
  const post = { method: 'POST', 'content-type': 'application/json' };
  it('that is too large is refused before it is read', async () => {
    const world = await started({ limits: { mostBytes: 1000 } });
    const large = JSON.stringify({ ...body, pad: 'x'.repeat(2000) });
    const refused = await world.post(path, large);
    assert.equal(refused.status, 413);
    assert.match(errorOf(refused).message, /more than 1000 bytes/);
    const chunked = await world.post(path, large, { headers: { 'transfer-encoding': 'chunked' } });
    assert.equal(chunked.status, 413);
    assert.equal((await world.post(path, body)).status, 200);
  });

  it('may have four megabytes', async () => {
    const world = await started();
    const content = 'x'.repeat(4 * 1024 * 1024 - 1000);
    assert.equal((await world.post(path, { messages: [{ role: 'user', content }] })).status, 200);
    assert.equal(
      (await world.post(path, { messages: [{ role: 'user', content: `${content}${'y'.repeat(1000)}` }] }))
        .status,
      413,
    );
  });

  const refused: [
    what: string,
    body: string | Uint8Array,
    headers: Record<string, string>,
    status: number,
    says: RegExp,
  ][] = [
    ['of another type', '{}', { 'content-type': 'text/plain' }, 415, /Content-Type: application\/json/],
    ['without a type', '{}', { 'content-type': '' }, 415, /Content-Type/],
    [
      'that a form could send',
      'a=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      /Content-Type/,
    ],
    ['that is compressed', '{}', { 'content-encoding': 'gzip' }, 415, /compressed/],
    ['that is no JSON', '{"messages":', {}, 400, /no JSON/],
    ['that is empty', '', {}, 400, /no JSON/],
    ['that is no UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, /no UTF-8/],
    ['that is a list', '[]', {}, 400, /no JSON object: send one/],
    ['that is null', 'null', {}, 400, /no JSON object: send one/],
    ['that is deeply nested', `${'['.repeat(65)}${']'.repeat(65)}`, {}, 400, /more than 64 levels/],
    ['that is nested as deep as can be', '['.repeat(4_000_000), {}, 400, /more than 64 levels/],
    ['of opening quotes', '"\\'.repeat(2_000_000), {}, 400, /no JSON/],
  ];
  for (const [what, sent, headers, status, says] of refused) {
    it(`${what} is refused`, async () => {
      const world = worlds[0] ?? (await started());
      const limited = sent.length > 1000 ? (worlds[1] ?? (await started())) : world;
      const answer = await limited.ask(path, {
        method: 'POST',
        body: sent,
        headers: { ...post, ...headers },
      });
      assert.equal(answer.status, status, answer.text);
      assert.match(errorOf(answer).message, says);
    });
  }

  it('whose brackets stand in texts is not nested', async () => {
    const world = await started();
    const content = `${'[{'.repeat(500)} \\" ${'"['.repeat(100)}`;
    assert.equal((await world.post(path, { messages: [{ role: 'user', content }] })).status, 200);
  });

  it('with a key of objects themselves does no harm', async () => {
    const world = await started();
    const answer = await world.post(
      path,
      '{"messages":[{"role":"user","content":"Hi"}],"__proto__":{"n":5},"constructor":1}',
    );
    assert.equal(answer.status, 200);
    assert.equal(({} as { n?: number }).n, undefined);
  });

  it('of any JSON gets a status and, where it is refused, a sentence', async () => {
    const world = await started();
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom(path, '/v1/completions', '/v1/embeddings'),
        async (value, to) => {
          const answer = await world.post(
            to,
            JSON.stringify({ ...body, prompt: 'x', input: 'x', ...(value as object) }),
          );
          assert.ok([200, 400, 404].includes(answer.status), answer.text);
          if (answer.status !== 200) assert.match(errorOf(answer).message, /\.$/);
        },
      ),
      { numRuns: 60 },
    );
  });
});
