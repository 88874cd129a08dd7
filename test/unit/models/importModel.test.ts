import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ModelFileError } from '../../../src/models/errors.ts';
import { importModel, type ImportOptions } from '../../../src/models/importModel.ts';
import { Registry } from '../../../src/models/registry.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { corrupt } from '../../support/gguf.ts';
import { smallModel, splitModel, type SmallModel } from '../../support/smallModel.ts';
import { string } from '../../support/ggufWriter.ts';

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function options(mode: ImportOptions['mode'], more: Partial<ImportOptions> = {}): ImportOptions {
  const registry = new Registry(path.join(temporaryFolder(), 'models'));
  return { mode, registry, freeBytes: () => Promise.resolve(1e15), ...more };
}

async function newModel(name = 'Größe 大.gguf', model: SmallModel = {}): Promise<string> {
  const file = path.join(temporaryFolder(), name);
  await smallModel(file, model);
  return file;
}

/** Names in Hearth's folder, [] where it was not made. */
function names(registry: Registry): string[] {
  try {
    return readdirSync(registry.folder, { recursive: true }).map(String).sort();
  } catch {
    return [];
  }
}

async function refusal(file: string, how: ImportOptions): Promise<ModelFileError> {
  try {
    await importModel(file, how);
  } catch (error) {
    assert.ok(error instanceof ModelFileError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'It was not refused.' });
}

describe('importModel', () => {
  it('copies a file, with its digest, records it, and leaves nothing else', async () => {
    const file = await newModel();
    const how = options('copy');
    const progress: number[] = [];
    const imported = await importModel(file, { ...how, onProgress: ({ bytes }) => progress.push(bytes) });
    const target = path.join(how.registry.folder, 'Größe 大.gguf');
    const bytes = readFileSync(file).length;
    assert.deepEqual(imported, { path: target, files: [target], bytes, sha256: [sha256(file)] });
    assert.deepEqual(readFileSync(target), readFileSync(file));
    assert.deepEqual(names(how.registry), ['Größe 大.gguf', 'registry.json']);
    assert.deepEqual(progress, [bytes]);
    const [record] = (await how.registry.read()).contents.models;
    assert.partialDeepStrictEqual(record, {
      files: [{ path: 'Größe 大.gguf', bytes, sha256: sha256(file) }],
      digestFrom: 'computed',
      origin: { kind: 'copy', from: file },
    });
  });

  it('uses a file in place without reading it whole or copying anything', async () => {
    const file = await newModel();
    const how = options('in-place');
    assert.partialDeepStrictEqual(await importModel(file, how), { path: file, sha256: [null] });
    assert.deepEqual(names(how.registry), ['registry.json']);
    assert.deepEqual(
      (await how.registry.read()).contents.inPlace.map(({ path: at }) => at),
      [file],
    );
  });

  it('copies all parts of a split model, whichever was chosen', async () => {
    const files = await splitModel(path.join(temporaryFolder(), 'big'), 3);
    const how = options('copy');
    const imported = await importModel(files[2] ?? '', how);
    assert.deepEqual(
      imported.files.map((file) => path.relative(how.registry.folder, file)),
      files.map((file) => path.basename(file)),
    );
    assert.deepEqual(imported.sha256, files.map(sha256));
  });

  it('replaces no file: a second one of the same name gets a folder of its own', async () => {
    const how = options('copy');
    const [one, two] = [await newModel('m.gguf', { seed: 1 }), await newModel('m.gguf', { seed: 2 })];
    await importModel(one, how);
    const second = await importModel(two, how);
    assert.equal(second.path, path.join(how.registry.folder, '2', 'm.gguf'));
    assert.deepEqual(readFileSync(path.join(how.registry.folder, 'm.gguf')), readFileSync(one));
    assert.deepEqual(readFileSync(second.path), readFileSync(two));
  });

  it('needs no copy of what lies in its folder, by whatever path', async () => {
    const how = options('copy');
    const { path: target } = await importModel(await newModel(), how);
    const link = path.join(temporaryFolder(), 'link.gguf');
    symlinkSync(target, link);
    for (const file of [target, link]) assert.equal((await refusal(file, how)).code, 'taken');
  });

  const text = (content: string | Buffer) => (file: string) => {
    writeFileSync(file, content);
    return Promise.resolve(file);
  };
  const small = (model: SmallModel) => async (file: string) => {
    await smallModel(file, model);
    return file;
  };
  const refused: [title: string, name: string, write: (file: string) => Promise<string>, message: RegExp][] =
    [
      ['a file that is not there', 'none.gguf', (file) => Promise.resolve(file), /It is not there/],
      [
        'a folder',
        'folder.gguf',
        (file) => {
          mkdirSync(file);
          return Promise.resolve(file);
        },
        /It is a folder: choose a file in it/,
      ],
      ['an empty file', 'm.gguf', (file) => corrupt.empty(file), /empty file/],
      ['a web page', 'm.gguf', (file) => corrupt.notGguf(file), /web page/],
      ['absurd counts', 'm.gguf', (file) => corrupt.absurdCounts(file), /damaged/],
      [
        'safetensors',
        'm.safetensors',
        text(Buffer.from('\x40\0\0\0\0\0\0\0{"__metadata__":{}}')),
        /safetensors format/,
      ],
      ['PyTorch’s format', 'm.pth', text(`PK\x03\x04${'\0'.repeat(20)}`), /PyTorch's format/],
      [
        'an older one of PyTorch',
        'm.bin',
        text(Buffer.from([0x80, 2, 0x8a, 10, ...Array<number>(20).fill(1)])),
        /PyTorch/,
      ],
      ['a zip file', 'm.zip', text(`PK\x03\x04${'\0'.repeat(20)}`), /zip file: unpack it/],
      ['ggml’s old format', 'm.bin', text(`lmgg${'\0'.repeat(20)}`), /ggml's old format/],
      ['another old format', 'm.bin', text(`tjgg${'\0'.repeat(20)}`), /old format \(ggjt\)/],
      ['anything else', 'm.gguf', text('what may this be, then?'), /not a GGUF file.*"what may this be/],
      ['a projector', 'm.gguf', small({ architecture: 'clip' }), /reads pictures/],
      ['an adapter', 'm.gguf', small({ more: { 'adapter.type': string('lora') } }), /adapter \(LoRA\)/],
      ['an embedding model', 'm.gguf', small({ architecture: 'bert' }), /embedding model/],
      ['a vocabulary', 'm.gguf', small({ tensors: [] }), /vocabulary only/],
      [
        'a model of pictures',
        'm.gguf',
        small({ without: ['tokenizer.ggml.model'] }),
        /no model that writes text/,
      ],
      [
        'a half file',
        'm.gguf',
        async (file) => {
          const bytes = await smallModel(`${file}.whole`);
          return corrupt.truncated(`${file}.whole`, file, bytes - 40);
        },
        /bytes/,
      ],
      [
        'a split model with a part missing',
        'm-00001-of-00003.gguf',
        async (file) => {
          const files = await splitModel(file.replace('-00001-of-00003.gguf', ''), 3);
          rmSync(files[1] ?? '');
          return file;
        },
        /00002-of-00003\.gguf is missing/,
      ],
    ];
  for (const [title, name, write, message] of refused) {
    it(`refuses ${title}, copied or in place, with the file's name and what to do`, async () => {
      const file = await write(path.join(temporaryFolder(), name));
      for (const mode of ['copy', 'in-place'] as const) {
        const how = options(mode);
        const error = await refusal(file, how);
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(`${file} can't be imported. It`), error.message);
        assert.deepEqual(names(how.registry), []);
      }
    });
  }

  it('refuses what the disk has no room for before it copies', async () => {
    const how = options('copy', { freeBytes: () => Promise.resolve(100_000_000) });
    const error = await refusal(await newModel(), how);
    assert.equal(error.code, 'no-space');
    assert.match(
      error.message,
      /needs .* has 100\.0 MB free: free some space, or use the file where it lies/,
    );
    assert.deepEqual(names(how.registry), []);
    // Where the system does not say what is free, it is tried.
    await importModel(await newModel(), { ...how, freeBytes: () => Promise.resolve(null) });
  });

  it('leaves nothing behind when it is cancelled, at whatever moment', async () => {
    const files = await splitModel(path.join(temporaryFolder(), 'big'), 3);
    for (const stopAfter of [0, 1, 2, 3]) {
      const how = options('copy');
      const controller = new AbortController();
      let chunks = 0;
      const stop = (): void => {
        if (chunks === stopAfter) controller.abort(new Error('cancelled'));
      };
      stop();
      const work = importModel(files[0] ?? '', {
        ...how,
        signal: controller.signal,
        onProgress: () => {
          chunks += 1;
          stop();
        },
      });
      await assert.rejects(work, /cancelled/);
      assert.deepEqual(names(how.registry), []);
    }
  });

  it('says so where the file changes while it is copied', async () => {
    const file = await newModel();
    const how = options('copy');
    const error = await refusal(file, { ...how, onProgress: () => writeFileSync(file, 'changed') });
    assert.equal(error.code, 'changed');
    assert.deepEqual(names(how.registry), []);
  });

  it('says where it can’t write', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const how = options('copy', { registry: new Registry(path.join(file, 'models')) });
    const error = await refusal(await newModel(), how);
    assert.equal(error.code, 'not-writable');
    assert.match(error.message, /Nothing can be written in/);
  });

  it('leaves no copy where it can’t be recorded', async () => {
    const how = options('copy');
    mkdirSync(how.registry.folder, { recursive: true });
    writeFileSync(path.join(how.registry.folder, 'registry.json'), '{"version": 2}');
    assert.equal((await refusal(await newModel(), how)).code, 'not-writable');
    assert.deepEqual(names(how.registry), ['registry.json']);
  });

  it('sweeps up what a process left that was ended while it copied, and no other file', async () => {
    const how = options('copy');
    mkdirSync(how.registry.folder, { recursive: true });
    const left = `m.gguf.${2 ** 22 + 7}-0123abcd.hearth-copy`;
    for (const name of [left, `m.gguf.${process.pid}-0123abcd.hearth-copy`, 'mine.tmp'])
      writeFileSync(path.join(how.registry.folder, name), '');
    await importModel(await newModel('m.gguf'), how);
    assert.ok(!names(how.registry).includes(left));
    assert.ok(names(how.registry).includes('mine.tmp'));
    assert.ok(names(how.registry).includes(`m.gguf.${process.pid}-0123abcd.hearth-copy`));
  });
});
