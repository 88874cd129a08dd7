import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { systemDisk } from '../../../src/remote/download/disk.ts';
import { Egress } from '../../../src/remote/egress.ts';
import type { EgressOpened } from '../../../src/remote/egressTypes.ts';
import { installNpmPackage, type NpmPackageOptions } from '../../../src/remote/npmPackage.ts';
import { InstantTimers } from '../../support/downloads.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { FaultServer } from '../../support/faultServer.ts';
import { writeTar, type WrittenEntry } from '../../support/tarWriter.ts';

const library = Buffer.from(Array.from({ length: 30_000 }, (_, at) => (at * 7919) >> 3));
const sound: readonly WrittenEntry[] = [
  { path: 'package/package.json', content: '{"name":"cuda"}' },
  { path: 'package/bins/linux/library.so', content: library, mode: 0o755 },
];
let server: FaultServer;
let parent: string;
let folder: string;

beforeEach(async () => {
  server = await FaultServer.start(gzipSync(writeTar(sound)));
  parent = temporaryFolder();
  folder = path.join(parent, 'CUDA für 模型');
});
afterEach(() => server.stop());

function options(more: Partial<NpmPackageOptions> = {}): NpmPackageOptions {
  return {
    address: server.address('/cuda.tgz'),
    integrity: `sha512-${createHash('sha512').update(server.content).digest('base64')}`,
    egress: new Egress(),
    timers: new InstantTimers(),
    folder,
    ...more,
  };
}

describe('an npm package', () => {
  it('is loaded, checked and unpacked, and nothing else is left', async () => {
    const opened: EgressOpened[] = [];
    const egress = new Egress({
      ledger: (entry) => {
        opened.push(entry);
        return () => undefined;
      },
    });
    const result = await installNpmPackage(options({ egress }));
    assert.deepEqual(result, { folder, files: 2, bytes: 30_015 });
    assert.equal(readFileSync(path.join(folder, 'package.json'), 'utf8'), '{"name":"cuda"}');
    const file = path.join(folder, 'bins/linux/library.so');
    assert.ok(readFileSync(file).equals(library));
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o111, 0o111);
    assert.deepEqual(readdirSync(parent), ['CUDA für 模型']);
    assert.ok(opened.length > 0 && opened.every(({ purpose }) => purpose === 'engine-package'));
  });

  it('with another digest is not unpacked', async () => {
    const integrity = `sha512-${createHash('sha512').update('another').digest('base64')}`;
    await assert.rejects(installNpmPackage(options({ integrity })), {
      name: 'DownloadError',
      code: 'digest',
    });
    assert.deepEqual(readdirSync(parent), []);
  });

  const refused: readonly [what: string, archive: () => Buffer, message: RegExp][] = [
    [
      'that holds a path out of its folder',
      () => gzipSync(writeTar([...sound, { path: 'package/../../x', content: 'evil' }])),
      /holds a path that is not safe \("package\/\.\.\/\.\.\/x"\), and is removed: do not use this package\.$/,
    ],
    [
      'that holds a link',
      () => gzipSync(writeTar([...sound, { path: 'package/link', type: '2' }])),
      /holds a link or a device/,
    ],
    [
      'that holds two files of one name',
      () => gzipSync(writeTar([...sound, ...sound])),
      /holds two files of one name/,
    ],
    [
      'that holds a file beside its folder',
      () => gzipSync(writeTar([{ path: 'x', content: 'x' }])),
      /holds a file outside of its folder/,
    ],
    ['that is no archive', () => Buffer.from('no archive at all'), /is damaged/],
    ['that is cut', () => gzipSync(writeTar(sound)).subarray(0, 200), /is damaged/],
  ];
  for (const [what, archive, message] of refused) {
    it(`${what} leaves nothing`, async () => {
      server.content = archive();
      await assert.rejects(installNpmPackage(options()), { code: 'invalid', message });
      assert.deepEqual(readdirSync(parent), []);
      assert.equal(existsSync(path.join(parent, '..', 'x')), false);
    });
  }

  it('that unpacks to more than allowed leaves nothing', async () => {
    server.content = gzipSync(writeTar([{ path: 'package/zeros', content: Buffer.alloc(5_000_000) }]));
    await assert.rejects(installNpmPackage(options({ mostBytes: 1_000_000 })), {
      code: 'invalid',
      message: /holds more than such a package should/,
    });
    await assert.rejects(installNpmPackage(options({ mostFiles: 0 })), { code: 'invalid' });
    assert.deepEqual(readdirSync(parent), []);
  });

  it('needs room for what it unpacks to', async () => {
    const disk = { ...systemDisk, freeSpace: () => Promise.resolve(100_000_000) };
    await assert.rejects(installNpmPackage(options({ disk, unpackedBytes: 500_000_000 })), {
      code: 'no-space',
      message: /needs 500\.0 MB more/,
    });
    assert.equal(server.requests.length, 0);
  });

  it('is not put over a folder that is there, nor over another archive', async () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'mine'), '');
    await assert.rejects(installNpmPackage(options()), { code: 'exists' });
    assert.deepEqual(readdirSync(folder), ['mine']);
    const other = path.join(parent, 'other');
    writeFileSync(`${other}.hearth-download.tgz`, 'mine');
    await assert.rejects(installNpmPackage(options({ folder: other })), { code: 'exists' });
    assert.equal(readFileSync(`${other}.hearth-download.tgz`, 'utf8'), 'mine');
    assert.equal(server.requests.length, 0);
  });

  it('is installed by one at a time', async () => {
    const both = await Promise.allSettled([installNpmPackage(options()), installNpmPackage(options())]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const [failed] = both.filter((one) => one.status === 'rejected');
    assert.equal((failed?.reason as { code: string }).code, 'busy');
  });

  it('goes on after a crash while it was unpacked', async () => {
    mkdirSync(`${folder}.unpacking-aB3xYz`);
    mkdirSync(`${folder}.unpacking-mine-too`);
    writeFileSync(`${folder}.hearth-download.tgz`, server.content);
    await installNpmPackage(options());
    assert.equal(server.requests.length, 0);
    assert.deepEqual(readdirSync(parent).sort(), ['CUDA für 模型', 'CUDA für 模型.unpacking-mine-too']);
  });

  it('can be paused and cancelled', async () => {
    for (const [reason, code, left] of [
      [
        'pause',
        'paused',
        ['CUDA für 模型.hearth-download.tgz.part', 'CUDA für 模型.hearth-download.tgz.part.json'],
      ],
      ['cancel', 'cancelled', []],
    ] as const) {
      const stop = new AbortController();
      const onProgress: NpmPackageOptions['onProgress'] = ({ state }) =>
        state === 'verifying' && stop.abort(reason);
      await assert.rejects(installNpmPackage(options({ signal: stop.signal, onProgress })), { code });
      assert.deepEqual(readdirSync(parent).sort(), left);
    }
  });
});
