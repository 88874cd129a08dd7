/** Binary packages of llama.cpp in a folder that the engine is told of, as an installed CUDA package is. */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import {
  byHand,
  completion,
  repository,
  starterPath,
  stopEngines,
  temporaryFolder,
  testEngine,
} from '../support/engine.ts';

after(stopEngines);

const prefix = { darwin: 'mac', win32: 'win' }[process.platform as string] ?? process.platform;
const own = `${prefix}-${process.arch}${process.platform === 'darwin' && process.arch === 'arm64' ? '-metal' : ''}`;
const installed = path.join(repository, 'node_modules/@node-llama-cpp', own);
const cudaName = `${prefix}-${process.arch}-cuda`;

async function manifest(): Promise<{ name: string; version: string }> {
  return JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
}

/** A copy of the built engine, with the packages of that name beside it or none. */
async function engineWith(beside: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  await cp(path.join(repository, 'dist'), path.join(folder, 'dist'), {
    recursive: true,
    filter: (source) => !source.includes('vsix'),
  });
  const scope = path.join(folder, 'dist/engine/node_modules/@node-llama-cpp');
  await mkdir(scope, { recursive: true });
  for (const name of beside) await link(path.join(installed, '..', name), path.join(scope, name));
  return path.join(folder, 'dist/engine/main.mjs');
}

const link = (from: string, to: string): Promise<void> => symlink(from, to, 'junction');

/** A package of this name and version in a new folder, with the binaries of this folder. */
async function extraFolder(name: string, version: string, bins: string | null): Promise<string> {
  const folder = temporaryFolder();
  const at = path.join(folder, name);
  await mkdir(at);
  await writeFile(
    path.join(at, 'package.json'),
    JSON.stringify({ name: `@node-llama-cpp/${name}`, version }),
  );
  if (bins !== null) await link(bins, path.join(at, 'bins'));
  return folder;
}

describe('a folder of backends', () => {
  it('gives the engine the binary package that is not beside it', async () => {
    const { version } = await manifest();
    const backendFolder = await extraFolder(own, version, path.join(installed, 'bins'));
    const { client } = testEngine(starterPath, { enginePath: await engineWith([]), load: { backendFolder } });
    await client.start();
    const { tokens } = await client.complete(completion('const a = █'), byHand);
    assert.ok(tokens.prompt > 0);
    await client.stop();
    const alone = testEngine(starterPath, { enginePath: await engineWith([]) });
    await assert.rejects(alone.client.start(), { code: 'no-binary' });
    await alone.client.stop();
  });

  it('with a package of another version is left aside, with a sentence in the log', async () => {
    const backendFolder = await extraFolder(own, '3.0.0', path.join(installed, 'bins'));
    const { client, log } = testEngine(starterPath, {
      enginePath: await engineWith([]),
      load: { backendFolder },
    });
    await assert.rejects(client.start(), { code: 'no-binary' });
    const { version } = await manifest();
    const said = log.filter((line) => line.startsWith('warn:')).join('\n');
    assert.match(
      said,
      new RegExp(`is not used: it is version 3\\.0\\.0, this Hearth needs ${version}\\. Install it again\\.`),
    );
    await client.stop();
  });

  it('with a CUDA package that can’t be loaded costs one sentence, and another backend is used', async () => {
    const { version } = await manifest();
    const bins = path.join(temporaryFolder(), 'bins');
    await mkdir(path.join(bins, cudaName), { recursive: true });
    await writeFile(path.join(bins, cudaName, 'llama-addon.node'), 'not a library');
    await writeFile(
      path.join(bins, cudaName, '_nlcBuildMetadata.json'),
      JSON.stringify({ buildOptions: { gpu: 'cuda' } }),
    );
    const backendFolder = await extraFolder(cudaName, version, bins);
    const { client, log } = testEngine(starterPath, {
      enginePath: await engineWith([own]),
      load: { backendFolder, device: 'auto' },
    });
    const { backend } = await client.start();
    assert.notEqual(backend, 'cuda');
    const said = log.filter((line) => /^warn: .*CUDA/.test(line));
    // There is no CUDA for Macs.
    assert.equal(said.length, process.platform === 'darwin' ? 0 : 1, log.join('\n'));
    for (const line of said) {
      assert.match(line, /can't be used \(.*llama-addon\.node.*\): it needs an NVIDIA driver.*CUDA 13/);
      assert.ok(line.includes(path.join(backendFolder, cudaName)));
    }
    assert.equal(typeof (await client.complete(completion('const a = █'), byHand)).text, 'string');
    await client.stop();
  });

  it('that is not there is none', async () => {
    const { client, log } = testEngine(starterPath, {
      load: { backendFolder: path.join(temporaryFolder(), 'none') },
    });
    await client.start();
    assert.deepEqual(
      log.filter((line) => line.startsWith('warn:')),
      [],
    );
    await client.stop();
  });
});
