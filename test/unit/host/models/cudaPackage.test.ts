import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  archiveAddress,
  cudaPackageFor,
  CudaPackage,
  type BinaryPackage,
  type CudaPackageParts,
} from '../../../../src/host/models/cudaPackage.ts';
import type { PullRow } from '../../../../src/host/models/modelRows.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import { temporaryFolder } from '../../../support/engine.ts';
import { FaultServer } from '../../../support/faultServer.ts';
import { writeTar } from '../../../support/tarWriter.ts';

const name = 'linux-x64-cuda';
const version = '3.21.1';
/** No two kilobytes of it alike, so that it does not get small. */
const library = Buffer.concat(
  Array.from({ length: 2000 }, (_, at) => createHash('sha512').update(String(at)).digest()),
);

/** npm's archive of the package of this version. */
function archiveOf(of: string): Buffer {
  const manifest = JSON.stringify({ name: `@node-llama-cpp/${name}`, version: of });
  return gzipSync(
    writeTar([
      { path: 'package/package.json', content: manifest },
      { path: `package/bins/${name}/llama-addon.node`, content: library, mode: 0o755 },
    ]),
  );
}

function integrityOf(archive: Buffer): string {
  return `sha512-${createHash('sha512').update(archive).digest('base64')}`;
}

const archive = archiveOf(version);
const binary: BinaryPackage = { name, version, integrity: integrityOf(archive) };
let server: FaultServer;
let parent: string;
let folder: string;

before(async () => {
  server = await FaultServer.start(archive);
});
beforeEach(() => {
  parent = path.join(temporaryFolder(), 'Zustände 状态');
  folder = path.join(parent, 'backends');
});
afterEach(() => {
  server.content = archive;
  server.reply = () => ({});
  server.requests.length = 0;
});
after(() => server.stop());

function cuda(more: Partial<CudaPackageParts> = {}): CudaPackage {
  return new CudaPackage({ binary, folder, egress: new Egress(), host: server.address(''), ...more });
}

function install(one: CudaPackage, signal = new AbortController().signal): Promise<void> {
  return one.install(signal, () => undefined);
}

/** Starts to fetch and stops in the middle, for this reason. */
async function stopped(one: CudaPackage, reason?: string): Promise<void> {
  const stop = new AbortController();
  server.reply = ({ index }) => (index === 0 ? {} : { stallAfter: 5000 });
  const running = one.install(stop.signal, ({ bytes }) => {
    if (bytes > 0) stop.abort(reason);
  });
  await assert.rejects(running, { name: 'DownloadError' });
  server.reply = () => ({});
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => assert.fail('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error);
  return error.message;
}

describe('cudaPackageFor', () => {
  const packages = ['linux-x64-cuda', 'win-x64-cuda'].map((one) => ({ ...binary, name: one }));
  const cases: readonly [platform: string, architecture: string, name: string | undefined][] = [
    ['linux', 'x64', 'linux-x64-cuda'],
    ['win32', 'x64', 'win-x64-cuda'],
    ['linux', 'arm64', undefined],
    ['win32', 'arm64', undefined],
    ['darwin', 'arm64', undefined],
    ['darwin', 'x64', undefined],
    ['freebsd', 'x64', undefined],
  ];
  for (const [platform, architecture, expected] of cases) {
    it(`says ${expected ?? 'that there is none'} for ${platform} on ${architecture}`, () => {
      assert.equal(cudaPackageFor(platform, architecture, packages)?.name, expected);
    });
  }

  it('knows none where no build put them in', () => {
    assert.equal(cudaPackageFor('linux', 'x64'), null);
  });
});

describe('the address of an archive', () => {
  it('is the one of npm’s own registry, of exactly this version', () => {
    assert.equal(
      archiveAddress(binary),
      `https://registry.npmjs.org/@node-llama-cpp/linux-x64-cuda/-/linux-x64-cuda-${version}.tgz`,
    );
    const { download } = new CudaPackage({ binary, folder: 'any', egress: new Egress() });
    assert.equal(download.host, 'registry.npmjs.org');
  });
});

describe('CudaPackage', () => {
  it('is unpacked to where the engine looks for it, and nothing else is left', async () => {
    const one = cuda();
    assert.equal(await one.state(), 'absent');
    const progress: PullRow[] = [];
    await one.install(new AbortController().signal, (pull) => progress.push(pull));
    assert.equal(await one.state(), 'installed');
    assert.deepEqual(readdirSync(folder), [name]);
    const at = path.join(folder, name);
    assert.partialDeepStrictEqual(JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8')), {
      name: `@node-llama-cpp/${name}`,
      version,
    });
    assert.ok(readFileSync(path.join(at, 'bins', name, 'llama-addon.node')).equals(library));
    assert.ok(server.requests.every((request) => request.path === new URL(archiveAddress(binary)).pathname));
    const far = progress.map(({ bytes }) => bytes);
    assert.deepEqual(
      far,
      far.toSorted((one, other) => one - other),
    );
    assert.partialDeepStrictEqual(progress.at(-1), { state: 'running', bytes: archive.length });
  });

  it('is fetched once', async () => {
    const one = cuda();
    await install(one);
    const asked = server.requests.length;
    await install(one);
    assert.equal(server.requests.length, asked);
  });

  it('with other bytes than those of the lock file is refused, and nothing of it stays', async () => {
    server.content = archiveOf('6.6.6');
    const message = await failureOf(install(cuda()));
    assert.match(
      message,
      /^What was loaded is not the file that it should be .* do not trust the address\.$/,
    );
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(await cuda().state(), 'absent');
  });

  it('takes the place of another version', async () => {
    server.content = archiveOf('3.0.0');
    const old = { ...binary, version: '3.0.0', integrity: integrityOf(server.content) };
    await install(cuda({ binary: old }));
    writeFileSync(path.join(folder, name, 'old'), '');
    server.content = archive;
    const one = cuda();
    assert.equal(await one.state(), 'absent');
    await install(one);
    assert.equal(await one.state(), 'installed');
    assert.deepEqual(readdirSync(path.join(folder, name)).sort(), ['bins', 'package.json']);
  });

  it('takes the place of one that is damaged', async () => {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, 'package.json'), '{"version":');
    assert.equal(await cuda().state(), 'absent');
    await install(cuda());
    assert.equal(await cuda().state(), 'installed');
  });

  it('is not held up by the archive that an earlier Hearth did not get to unpack', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${name}.hearth-download.tgz`), archiveOf('3.0.0'));
    await install(cuda());
    assert.deepEqual(readdirSync(folder), [name]);
    assert.equal(await cuda().state(), 'installed');
  });

  it('keeps what was loaded when it is paused, and goes on from there', async () => {
    const one = cuda();
    await stopped(one);
    assert.equal(await one.state(), 'unfinished');
    assert.ok(readdirSync(folder).every((file) => file.startsWith(`${name}.hearth-download.tgz.part`)));
    server.requests.length = 0;
    await install(cuda());
    assert.equal(await one.state(), 'installed');
    assert.deepEqual(readdirSync(folder), [name]);
    assert.ok(server.sent < archive.length + 5000, `${server.sent} of ${archive.length} bytes were sent`);
  });

  it('keeps nothing when it is cancelled', async () => {
    await stopped(cuda(), 'cancel');
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(await cuda().state(), 'absent');
  });

  it('is removed, whole or not, and nothing beside it', async () => {
    const one = cuda();
    mkdirSync(path.join(folder, 'linux-x64-vulkan'), { recursive: true });
    const beside = ['linux-x64-cuda-ext.txt', 'linux-x64-cuda.mine', 'linux-x64-vulkan', 'notes.txt'];
    for (const file of beside.filter((file) => file !== 'linux-x64-vulkan'))
      writeFileSync(path.join(folder, file), '');
    await install(one);
    await one.remove();
    assert.deepEqual([readdirSync(folder).sort(), await one.state()], [beside, 'absent']);
    await stopped(one);
    assert.equal(await one.state(), 'unfinished');
    await one.remove();
    assert.deepEqual([readdirSync(folder).sort(), await one.state()], [beside, 'absent']);
    await one.remove();
    assert.deepEqual(readdirSync(parent), ['backends']);
  });

  const refusals: readonly [what: string, status: number, message: RegExp][] = [
    ['is not there', 404, /^127\.0\.0\.1:\d+ .*404/],
    ['is not for everybody', 403, /^127\.0\.0\.1:\d+ .*403/],
  ];
  for (const [what, status, message] of refusals) {
    it(`that ${what} is one sentence (${status})`, async () => {
      server.reply = () => ({ status });
      const said = await failureOf(install(cuda()));
      assert.match(said, message);
      assert.equal(said.match(/[.!?](?=\s|$)/g)?.length, 1, said);
      assert.equal(await cuda().state(), 'absent');
    });
  }

  it('says so where there is none for this machine, and asks nobody', async () => {
    const none = cuda({ binary: null });
    assert.equal(await none.state(), 'absent');
    assert.match(await failureOf(install(none)), /^The CUDA backend is for Linux and Windows on x64 only: /);
    await none.remove();
    assert.equal(server.requests.length, 0);
  });

  it('says what is in its way', async () => {
    mkdirSync(parent, { recursive: true });
    writeFileSync(folder, 'a file where the folder should be');
    assert.match(await failureOf(install(cuda())), /can't be (written|removed) \([A-Z]+\): .*\.$/);
    assert.equal(readFileSync(folder, 'utf8'), 'a file where the folder should be');
  });
});
