import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ModelFileError } from '../../../src/models/errors.ts';
import { withFileLock } from '../../../src/models/fileLock.ts';
import { Registry } from '../../../src/models/registry.ts';
import { removeModel } from '../../../src/models/removeModel.ts';
import { modelSources, type ModelSource } from '../../../src/models/types.ts';
import { temporaryFolder } from '../../support/engine.ts';

const digest = 'ab'.repeat(32);
const day = new Date('2026-01-02T03:04:05Z');

function newRegistry(): Registry {
  return new Registry(path.join(temporaryFolder(), 'Modelle 模型'), { now: () => day });
}

/** Puts files into the models folder as a download does, and records them as one model. */
async function added(registry: Registry, ...names: string[]): Promise<string[]> {
  const files = names.map((name) => path.join(registry.folder, ...name.split('/')));
  for (const file of files) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, path.basename(file));
  }
  await registry.addModel({
    files: files.map((file) => ({ path: file, sha256: digest })),
    digestFrom: 'host',
    origin: { kind: 'download', address: 'https://example.com/model.gguf' },
    catalogueId: null,
  });
  return files;
}

function entry(
  file: string,
  source: ModelSource = 'hearth',
): { path: string; name: string; source: ModelSource } {
  return { path: file, name: path.basename(file), source };
}

const unused = (): boolean => false;

async function refusal(work: Promise<unknown>): Promise<ModelFileError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ModelFileError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'It was not refused.' });
}

describe('Registry', () => {
  it('keeps models, files in place and pinned digests, for the owner only', async () => {
    const registry = newRegistry();
    await added(registry, 'a.gguf');
    await registry.addInPlace('/somewhere/b.gguf');
    await registry.pin('https://example.com/a', { sha256: digest, bytes: 7, from: 'host' });
    const { contents, problem } = await new Registry(registry.folder).read();
    assert.equal(problem, null);
    assert.partialDeepStrictEqual(contents, {
      models: [
        {
          files: [{ path: 'a.gguf', bytes: 6, sha256: digest }],
          digestFrom: 'host',
          origin: { kind: 'download', address: 'https://example.com/model.gguf' },
          addedAt: day.toISOString(),
        },
      ],
      inPlace: [{ path: path.resolve('/somewhere/b.gguf'), addedAt: day.toISOString() }],
      pins: { 'https://example.com/a': { sha256: digest, bytes: 7, from: 'host' } },
    });
    assert.deepEqual(readdirSync(registry.folder).sort(), ['a.gguf', 'registry.json']);
  });

  it('keeps the first digest of an address until it is let go', async () => {
    const registry = newRegistry();
    const address = 'https://example.com/a';
    for (const unknown of [address, 'constructor', '__proto__']) {
      assert.equal(await registry.pinned(unknown), null);
    }
    await registry.pin(address, { sha256: digest, bytes: null, from: 'host' });
    const again = await registry.pin(address, { sha256: 'cd'.repeat(32), bytes: null, from: 'computed' });
    assert.deepEqual([again.sha256, (await registry.pinned(address))?.sha256], [digest, digest]);
    await registry.unpin(address);
    assert.equal(await registry.pinned(address), null);
  });

  it('loses nothing where many windows change it at once', async () => {
    const folder = path.join(temporaryFolder(), 'models');
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        new Registry(folder).addInPlace(path.resolve(`/m/${index}.gguf`)),
      ),
    );
    const { contents } = await new Registry(folder).read();
    assert.equal(new Set(contents.inPlace.map((file) => file.path)).size, 20);
    assert.equal(await new Registry(folder).forgetInPlace('/m/3.gguf'), true);
    assert.equal(await new Registry(folder).forgetInPlace('/m/3.gguf'), false);
    assert.deepEqual(readdirSync(folder), ['registry.json']);
  });

  it('replaces the record of a file that was put there again', async () => {
    const registry = newRegistry();
    await added(registry, 'a.gguf');
    await added(registry, 'a.gguf', 'b.gguf');
    const { models } = (await registry.read()).contents;
    assert.deepEqual(
      models.map(({ files }) => files.map((file) => file.path)),
      [['a.gguf', 'b.gguf']],
    );
  });

  const whole = { version: 1, models: [], inPlace: [{ path: '/a', addedAt: '' }], pins: {} };
  const file = { path: 'a.gguf', bytes: 1, sha256: null, changedMs: 1 };
  const origin = { kind: 'copy', from: '' };
  const record = { files: [file], digestFrom: null, origin, catalogueId: null, addedAt: '' };
  const damaged: [title: string, text: string][] = [
    ['empty', ''],
    ['half written', JSON.stringify(whole).slice(0, -9)],
    ['another thing', '[]'],
    ['without a part', JSON.stringify({ ...whole, pins: undefined })],
    ...['../a.gguf', '/a.gguf', 'b/../../a.gguf', '', 'C:\\a.gguf', 'b//a.gguf'].map(
      (at): [string, string] => [
        `naming ${JSON.stringify(at)}`,
        JSON.stringify({ ...whole, models: [{ ...record, files: [{ ...file, path: at }] }] }),
      ],
    ),
  ];
  for (const [title, text] of damaged) {
    it(`says so and starts anew where the file is ${title}, and keeps the damaged one`, async () => {
      const registry = newRegistry();
      mkdirSync(registry.folder);
      const at = path.join(registry.folder, 'registry.json');
      writeFileSync(at, text);
      const { contents, problem } = await registry.read();
      assert.deepEqual([contents.models, contents.inPlace], [[], []]);
      assert.match(problem ?? '', /damaged and will be started anew; the models stay/);
      assert.equal(readFileSync(at, 'utf8'), text);
      await registry.addInPlace('/b');
      assert.equal(readFileSync(`${at}.damaged`, 'utf8'), text);
      assert.deepEqual((await registry.read()).problem, null);
    });
  }

  it('never writes over a file of a newer version', async () => {
    const registry = newRegistry();
    mkdirSync(registry.folder);
    const at = path.join(registry.folder, 'registry.json');
    writeFileSync(at, '{"version":2}');
    assert.match((await registry.read()).problem ?? '', /newer Hearth: update this one/);
    assert.equal((await refusal(registry.addInPlace('/a'))).code, 'not-writable');
    assert.equal(readFileSync(at, 'utf8'), '{"version":2}');
    assert.deepEqual(readdirSync(registry.folder), ['registry.json']);
  });

  it('says where nothing can be written', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const error = await refusal(new Registry(path.join(file, 'models')).addInPlace('/a'));
    assert.match(error.message, /Nothing can be written in .*models \((ENOTDIR|ENOENT|EEXIST)\)/);
  });
});

describe('removeModel', () => {
  it('deletes what Hearth put there, all parts, their empty folder and the record', async () => {
    const registry = newRegistry();
    const files = await added(registry, 'set/m-00001-of-00002.gguf', 'set/m-00002-of-00002.gguf');
    const [other = ''] = await added(registry, 'other.gguf');
    assert.deepEqual(await removeModel(entry(files[1] ?? ''), registry, unused), files);
    assert.deepEqual(readdirSync(registry.folder).sort(), ['other.gguf', 'registry.json']);
    assert.deepEqual(
      (await registry.read()).contents.models.map(({ files: [first] }) => first?.path),
      ['other.gguf'],
    );
    await removeModel(entry(other), registry, unused);
    assert.deepEqual(readdirSync(registry.folder), ['registry.json']);
  });

  it('forgets what the user deleted already', async () => {
    const registry = newRegistry();
    const [file = ''] = await added(registry, 'a.gguf');
    rmSync(file);
    assert.deepEqual(await removeModel(entry(file), registry, unused), []);
    assert.deepEqual((await registry.read()).contents.models, []);
  });

  it('refuses a model that is in use, and deletes none of its parts', async () => {
    const registry = newRegistry();
    const files = await added(registry, 'a.gguf', 'b.gguf');
    const error = await refusal(removeModel(entry(files[0] ?? ''), registry, (file) => file === files[1]));
    assert.deepEqual(
      [error.code, error.message],
      ['in-use', 'a.gguf is in use: choose another model first, then delete it.'],
    );
    assert.ok(files.every((file) => existsSync(file)));
  });

  it('refuses everything that Hearth did not put there, and says who may delete it', async () => {
    const registry = newRegistry();
    await added(registry, 'a.gguf');
    const file = path.join(registry.folder, 'mine.gguf');
    writeFileSync(file, 'mine');
    const messages: Readonly<Record<ModelSource, RegExp>> = {
      hearth: /did not put it there/,
      starter: /comes with Hearth/,
      file: /your own file.*take it out of the list/,
      'lm-studio': /belongs to LM Studio/,
      ollama: /`ollama rm mine\.gguf`/,
      'hugging-face': /Hugging Face cache/,
      'llama-cpp': /llama\.cpp's cache/,
    };
    for (const source of modelSources) {
      const error = await refusal(removeModel(entry(file, source), registry, unused));
      assert.equal(error.code, 'not-ours');
      assert.match(error.message, messages[source]);
    }
    assert.equal(readFileSync(file, 'utf8'), 'mine');
  });

  it('refuses a file that was changed or replaced since', async () => {
    const registry = newRegistry();
    const [longer = '', younger = ''] = [
      ...(await added(registry, 'longer.gguf')),
      ...(await added(registry, 'younger.gguf')),
    ];
    const { atime, mtime } = statSync(longer);
    writeFileSync(longer, 'another content, another length');
    utimesSync(longer, atime, mtime);
    utimesSync(younger, 1000, 1000);
    for (const file of [longer, younger]) {
      assert.match((await refusal(removeModel(entry(file), registry, unused))).message, /was changed since/);
      assert.ok(existsSync(file));
    }
  });

  it('refuses links that lead out of the folder, in place of the file or on the way to it', async () => {
    const registry = newRegistry();
    const outside = temporaryFolder();
    const [file = '', inner = ''] = [
      ...(await added(registry, 'a.gguf')),
      ...(await added(registry, 'set/b.gguf')),
    ];
    renameSync(file, path.join(outside, 'a.gguf'));
    symlinkSync(path.join(outside, 'a.gguf'), file);
    renameSync(path.dirname(inner), path.join(outside, 'set'));
    symlinkSync(path.join(outside, 'set'), path.dirname(inner));
    for (const at of [file, inner]) {
      assert.match(
        (await refusal(removeModel(entry(at), registry, unused))).message,
        /link that Hearth did not make/,
      );
    }
    assert.deepEqual(readdirSync(outside).sort(), ['a.gguf', 'set']);
    assert.deepEqual(readdirSync(path.join(outside, 'set')), ['b.gguf']);
  });

  it('deletes behind a link to the models folder itself, as the user made it', async () => {
    const real = temporaryFolder();
    const link = path.join(temporaryFolder(), 'models');
    symlinkSync(real, link);
    const registry = new Registry(link);
    const [file = ''] = await added(registry, 'a.gguf');
    assert.deepEqual(await removeModel(entry(file), registry, unused), [file]);
    assert.deepEqual(readdirSync(real), ['registry.json']);
  });

  it('deletes nothing by a damaged registry', async () => {
    const registry = newRegistry();
    const [file = ''] = await added(registry, 'a.gguf');
    const at = path.join(registry.folder, 'registry.json');
    writeFileSync(at, readFileSync(at, 'utf8').slice(0, -5));
    assert.equal((await refusal(removeModel(entry(file), registry, unused))).code, 'not-ours');
    assert.ok(existsSync(file));
  });
});

describe('withFileLock', () => {
  it('lets one in at a time', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    let inside = 0;
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        withFileLock(lock, async () => {
          inside += 1;
          assert.equal(inside, 1);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          return index;
        }),
      ),
    );
    assert.deepEqual(results, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(existsSync(lock), false);
  });

  it('takes over the lock of a process that died, and lets go after a failure', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    writeFileSync(lock, 'a dead process');
    utimesSync(lock, 1000, 1000);
    await assert.rejects(
      withFileLock(lock, () => Promise.reject(new Error('failed'))),
      /failed/,
    );
    assert.equal(await withFileLock(lock, () => Promise.resolve('in')), 'in');
    assert.deepEqual(readdirSync(path.dirname(lock)), []);
  });
});
