import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pulls } from '../../../../src/vscode/models/pulls.ts';
import { pullsSentence } from '../../../../src/vscode/models/pullsSentence.ts';
import { settled } from '../../../support/fakeTimers.ts';
import { FakeModelService, pullRow } from '../../../support/modelRows.ts';

async function world() {
  const service = new FakeModelService();
  const changed: string[] = [];
  const pulls = new Pulls(service, (key) => changed.push(key));
  /** Begins a fetch and gives the service's side of it. */
  const begin = async (request: Parameters<Pulls['pull']>[0]) => {
    const result = pulls.pull(request);
    result.catch(() => undefined);
    await settled();
    const at = service.pulls.at(-1);
    assert.ok(at);
    return { result, ...at };
  };
  await settled();
  return { service, changed, pulls, begin };
}

describe('downloads', () => {
  it('tell how far they are, and end with the file', async () => {
    const { changed, pulls, begin } = await world();
    const fetch = await begin({ key: 'a:Q4' });
    fetch.progress(pullRow(), 'a:Q4');
    assert.deepEqual([...pulls.progress], [['a:Q4', pullRow()]]);
    assert.equal(pulls.has('a:Q4'), true);
    fetch.finish('/models/a.gguf');
    assert.deepEqual(await fetch.result, { path: '/models/a.gguf', key: 'a:Q4' });
    assert.equal(pulls.progress.size, 0);
    assert.deepEqual(changed, ['a:Q4', 'a:Q4']);
  });

  it('of an address have the key that the service gives them', async () => {
    const { pulls, begin } = await world();
    const fetch = await begin({ address: 'https://models.example/a.gguf' });
    assert.equal(pulls.progress.size, 0);
    fetch.progress(pullRow(), 'a.gguf');
    assert.deepEqual([...pulls.progress.keys()], ['a.gguf']);
    fetch.finish('/models/a.gguf');
    assert.deepEqual(await fetch.result, { path: '/models/a.gguf', key: 'a.gguf' });
  });

  it('are not begun twice, by key or by address', async () => {
    const { service, pulls, begin } = await world();
    const fetch = await begin({ address: 'https://models.example/a.gguf' });
    fetch.progress(pullRow(), 'a:Q4');
    const again = [pulls.pull({ address: 'https://models.example/a.gguf' }), pulls.pull({ key: 'a:Q4' })];
    await settled();
    assert.equal(service.pulls.length, 1);
    fetch.finish('/models/a.gguf');
    for (const pulled of await Promise.all(again)) assert.equal(pulled?.path, '/models/a.gguf');
  });

  it('pause without a complaint, and go on with a new fetch', async () => {
    const { service, changed, pulls, begin } = await world();
    const fetch = await begin({ key: 'a:Q4' });
    fetch.progress(pullRow(), 'a:Q4');
    assert.equal(pulls.pause('a:Q4'), true);
    assert.equal(await fetch.result, null);
    assert.equal(fetch.signal.aborted, true);
    assert.deepEqual(service.discarded, []);
    assert.deepEqual(changed, ['a:Q4', 'a:Q4'], 'the row is to be read anew');
    const more = await begin({ key: 'a:Q4' });
    more.finish('/models/a.gguf');
    assert.equal((await more.result)?.path, '/models/a.gguf');
  });

  it('of another window are not paused here', async () => {
    const { pulls } = await world();
    assert.equal(pulls.pause('a:Q4'), false);
  });

  it('show nothing that comes after they were paused', async () => {
    const { changed, pulls, begin } = await world();
    const fetch = await begin({ key: 'a:Q4' });
    pulls.pause('a:Q4');
    fetch.progress(pullRow(), 'a:Q4');
    await fetch.result;
    assert.deepEqual(changed, ['a:Q4'], 'its end only');
  });

  it('reject with what the service says when they fail', async () => {
    const { pulls, begin } = await world();
    const fetch = await begin({ key: 'a:Q4' });
    fetch.fail('The disk is full.');
    await assert.rejects(fetch.result, { message: 'The disk is full.' });
    assert.equal(pulls.has('a:Q4'), false);
  });

  it('are cancelled once they have ended: what was fetched is removed then', async () => {
    const { service, pulls, begin } = await world();
    const fetch = await begin({ key: 'a:Q4' });
    const cancelled = pulls.cancel('a:Q4');
    assert.deepEqual(service.discarded, []);
    assert.equal(await fetch.result, null);
    await cancelled;
    assert.deepEqual(service.discarded, ['a:Q4']);
  });

  it('that were paused before are cancelled too', async () => {
    const { service, pulls } = await world();
    await pulls.cancel('a:Q4');
    assert.deepEqual(service.discarded, ['a:Q4']);
  });

  it('that became whole while they were cancelled stay', async () => {
    const { service, pulls, begin } = await world();
    const fetch = await begin({ key: 'a:Q4' });
    fetch.finish('/models/a.gguf');
    await pulls.cancel('a:Q4');
    assert.deepEqual(service.discarded, []);
  });

  it('are paused when the window is closed', async () => {
    const { pulls, begin } = await world();
    const fetches = [await begin({ key: 'a:Q4' }), await begin({ key: 'b:Q4' })];
    pulls.dispose();
    assert.deepEqual(await Promise.all(fetches.map(({ result }) => result)), [null, null]);
  });
});

describe('what the status bar says of downloads', () => {
  const say = (pulls: Parameters<typeof pullsSentence>[0]) => pullsSentence(pulls, (key) => `Model ${key}`);

  it('is nothing where there is none', () => assert.equal(say(new Map()), null));

  it('names the one there is', () => {
    assert.equal(
      say(new Map([['a', pullRow()]])),
      'Downloading Model a: 25 % of 4.0 GB · 10.0 MB/s · 5 min left',
    );
  });

  it('adds up several, the slowest of which decides the time', () => {
    const pulls = new Map([
      ['a', pullRow()],
      ['b', pullRow({ bytes: 3e9, secondsLeft: 60, bytesPerSecond: 20e6 })],
    ]);
    assert.equal(say(pulls), '2 downloads: 50 % of 8.0 GB · 30.0 MB/s · 5 min left');
  });

  it('claims nothing of all that is not known of each', () => {
    const pulls = new Map([
      ['a', pullRow()],
      ['b', pullRow({ total: null, secondsLeft: null, bytesPerSecond: null })],
    ]);
    assert.equal(say(pulls), '2 downloads: 2.0 GB');
  });
});
