/** The evaluated beginning of a workspace's prompts, kept over restarts. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CompleteParams, CompleteResult } from '../../src/engine/protocol.ts';
import { clearWarmStates, warmFolder } from '../../src/engine/warmStates.ts';
import { byHand, starterPath, stopEngines, temporaryFolder, testEngine } from '../support/engine.ts';
import { savedRequest as request, savedSegments as segments } from '../support/savedRequest.ts';
import { scriptedModel } from '../support/gguf.ts';

after(stopEngines);

const root = temporaryFolder();
let folders = 0;
function newFolder(): string {
  const folder = path.join(root, String((folders += 1)));
  mkdirSync(folder);
  return folder;
}

/** The answers of a new engine that is ended in good order afterwards, and what it logged. */
async function session(
  stateFolder: string | null,
  asked: readonly CompleteParams[],
  { model = starterPath, contextTokens = 768 } = {},
): Promise<{ results: CompleteResult[]; log: string[] }> {
  const options = stateFolder === null ? {} : { stateFolder };
  const { client, log } = testEngine(model, { contextTokens, ...options });
  await client.start();
  const results: CompleteResult[] = [];
  for (const params of asked) results.push(await client.complete(params, byHand));
  await client.stop();
  return { results, log };
}

const one = async (...args: Parameters<typeof session>): Promise<CompleteResult> => {
  const { results } = await session(...args);
  assert.ok(results[0] !== undefined);
  return results[0];
};

/** Names of the files in the folder of the states. */
const files = (stateFolder: string, end = ''): string[] =>
  existsSync(warmFolder(stateFolder))
    ? readdirSync(warmFolder(stateFolder)).filter((name) => name.endsWith(end))
    : [];

/** A state folder that holds the state of `request`. */
async function warmed(): Promise<string> {
  const folder = newFolder();
  await session(folder, [request]);
  assert.deepEqual([files(folder, '.state').length, files(folder, '.json').length], [1, 1]);
  assert.equal(files(folder).length, 2, 'nothing else is left');
  return folder;
}

describe('the first request after a restart', () => {
  let cold: CompleteResult;
  before(async () => (cold = await one(null, [request])));

  it('evaluates next to nothing of what was evaluated before, and is answered the same', async () => {
    assert.equal(cold.tokens.reused, 0);
    assert.ok(cold.tokens.evaluated > 64, `${cold.tokens.evaluated}`);
    const warm = await one(await warmed(), [request]);
    assert.equal(warm.tokens.evaluated, 1);
    assert.equal(warm.tokens.reused, cold.tokens.prompt - 1);
    assert.equal(warm.text, cold.text);
    assert.deepEqual(warm.tokens.prompt, cold.tokens.prompt);
  });

  it('reuses the preamble in another file of the workspace', async () => {
    const elsewhere = { ...request, prefix: 'let total = part2(', path: 'src/other.ts' };
    const folder = await warmed();
    const warm = await one(folder, [elsewhere]);
    const plain = await one(null, [elsewhere]);
    assert.ok(warm.tokens.reused >= 64, `${warm.tokens.reused} reused`);
    assert.ok(warm.tokens.reused < plain.tokens.prompt - 1);
    assert.equal(warm.tokens.reused + warm.tokens.evaluated, plain.tokens.evaluated);
    assert.equal(warm.text, plain.text);
    assert.equal(files(folder).length, 2, 'the same preamble is not saved again');
  });

  it('reuses nothing of another workspace', async () => {
    const folder = await warmed();
    const other = await one(folder, [{ ...request, workspace: 'file:///other' }]);
    assert.equal(other.tokens.reused, 0);
    assert.equal(other.text, cold.text);
    assert.equal(files(folder, '.state').length, 2, 'each workspace has its own');
  });

  it('is cold where there is no workspace, no folder or only a short preamble', async () => {
    const folder = newFolder();
    await session(folder, [
      { ...request, workspace: null },
      { ...request, segments: [] },
    ]);
    assert.deepEqual(files(folder), []);
  });

  it('is cold after the states were cleared', async () => {
    const folder = await warmed();
    assert.equal(await clearWarmStates(folder), 2);
    assert.deepEqual(files(folder), []);
    assert.equal(await clearWarmStates(folder), 0);
    assert.equal((await one(folder, [request])).tokens.reused, 0);
  });

  const stateOf = (folder: string): string => path.join(warmFolder(folder), files(folder, '.state')[0] ?? '');
  const sidecarOf = (folder: string): string =>
    path.join(warmFolder(folder), files(folder, '.json')[0] ?? '');
  const rewrite = (folder: string, change: (description: Record<string, unknown>) => void): void => {
    const description = JSON.parse(readFileSync(sidecarOf(folder), 'utf8')) as Record<string, unknown>;
    change(description);
    writeFileSync(sidecarOf(folder), JSON.stringify(description));
  };
  const damages: [name: string, damage: (folder: string) => void][] = [
    [
      'is truncated',
      (folder) => writeFileSync(stateOf(folder), readFileSync(stateOf(folder)).subarray(0, 9000)),
    ],
    ['is empty', (folder) => writeFileSync(stateOf(folder), '')],
    [
      'has one bit flipped',
      (folder) => {
        const bytes = readFileSync(stateOf(folder));
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        writeFileSync(stateOf(folder), bytes);
      },
    ],
    ['is of another model', (folder) => rewrite(folder, (it) => (it.fingerprint = 'f'.repeat(64)))],
    ['is of another llama.cpp', (folder) => rewrite(folder, (it) => (it.llamaCpp = 'b1'))],
    ['is of another device', (folder) => rewrite(folder, (it) => (it.device = 'metal'))],
    ['is of another type of cache', (folder) => rewrite(folder, (it) => (it.cacheType = '8'))],
    ['is of another format', (folder) => rewrite(folder, (it) => (it.version = 2))],
    ['says other tokens', (folder) => rewrite(folder, (it) => (it.tokens as number[]).pop())],
    ['names a file elsewhere', (folder) => rewrite(folder, (it) => (it.file = '../../x.state'))],
    ['has a damaged description', (folder) => writeFileSync(sidecarOf(folder), '{"version": 1,')],
  ];
  for (const [name, damage] of damages) {
    it(`is cold and right where the state ${name}, and that state is gone`, async () => {
      const folder = await warmed();
      damage(folder);
      const { client, log } = testEngine(starterPath, { contextTokens: 768, stateFolder: folder });
      await client.start();
      const answer = await client.complete(request, byHand);
      assert.equal(answer.tokens.reused, 0);
      assert.equal(answer.text, cold.text);
      assert.deepEqual(files(folder), []);
      assert.equal(
        log.filter((entry) => /evaluated state .* is removed/.test(entry)).length,
        1,
        log.join('\n'),
      );
      await client.stop();
      assert.equal(files(folder).length, 2, 'a good one is saved in its place');
      assert.equal((await one(folder, [request])).tokens.evaluated, 1);
    });
  }

  it('is cold where the context has another size', async () => {
    const folder = await warmed();
    const answer = await one(folder, [request], { contextTokens: 512 });
    assert.equal(answer.tokens.reused, 0);
    assert.equal((await one(folder, [request], { contextTokens: 512 })).tokens.evaluated, 1);
  });

  it('is cold where another model’s state was put in the place of its own', async () => {
    const scripted = path.join(newFolder(), 'scripted.gguf');
    await scriptedModel({ path: scripted, chains: [{ after: '<|fim_middle|>', pieces: ['xyz'] }] });
    const foreign = newFolder();
    await session(foreign, [request], { model: scripted });
    const folder = await warmed();
    writeFileSync(stateOf(folder), readFileSync(stateOf(foreign)));
    assert.equal((await one(folder, [request])).text, cold.text);
  });
});

describe('a state folder', () => {
  it('that can’t be written is said once, and completions go on', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'warm'), 'a file where the folder should be');
    const other = { ...request, segments: segments.slice(0, 3) };
    const { results, log } = await session(folder, [request, other]);
    assert.equal(results.length, 2);
    assert.equal(log.filter((entry) => /^warn: Evaluated states can't be kept/.test(entry)).length, 1);
  });

  it('keeps code to its owner', async () => {
    const folder = await warmed();
    const modes = files(folder).map((name) => statSync(path.join(warmFolder(folder), name)).mode & 0o777);
    // Windows has no such modes; there the user's own folder keeps others out.
    if (process.platform !== 'win32') assert.deepEqual(modes, [0o600, 0o600]);
  });
});

describe('an engine that is killed while it saves', () => {
  it('leaves a state that can be used, or none', async () => {
    const folder = newFolder();
    const program = path.join(import.meta.dirname, '../support/savingEngine.ts');
    for (let turn = 0; turn < 6; turn += 1) {
      const child = fork(program, [folder], { stdio: 'inherit' });
      // It says so when it is about to save; the kill comes a little later in each turn.
      await once(child, 'message');
      const end = performance.now() + turn * 2;
      while (performance.now() < end);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const answer = await one(folder, [request]);
      assert.ok(answer.tokens.reused === 0 || answer.tokens.evaluated === 1, String(answer.tokens.reused));
      await clearWarmStates(folder);
    }
  });
});
