import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { HeaderCache, lookAtHeader } from '../../../src/models/headerCache.ts';
import { listModels } from '../../../src/models/library.ts';
import { Registry } from '../../../src/models/registry.ts';
import type { InstalledModel, LibraryPlaces } from '../../../src/models/types.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { corrupt } from '../../support/gguf.ts';
import { smallModel, splitModel } from '../../support/smallModel.ts';
import { string, uint32 } from '../../support/ggufWriter.ts';

const nowhere: LibraryPlaces = {
  starter: null,
  folders: [],
  ollama: [],
  lmStudio: [],
  huggingFace: [],
  llamaCpp: [],
};

function list(
  places: Partial<LibraryPlaces>,
  options: { registry?: Registry; headers?: HeaderCache } = {},
): Promise<InstalledModel[]> {
  return listModels({
    places: { ...nowhere, ...places },
    registry: options.registry ?? null,
    headers: options.headers ?? new HeaderCache(null),
  });
}

/** A cache that notes which files were read. */
function counting(folder: string | null): { headers: HeaderCache; reads: string[] } {
  const reads: string[] = [];
  const headers = new HeaderCache(folder, (file) => {
    reads.push(file);
    return lookAtHeader(file);
  });
  return { headers, reads };
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** A copy of a model in a store as Ollama has it, under these names. */
function ollamaStore(model: string, tags: readonly string[], size = readFileSync(model).length): string {
  const folder = temporaryFolder();
  const digest = sha256(model);
  mkdirSync(path.join(folder, 'blobs'));
  copyFileSync(model, path.join(folder, 'blobs', `sha256-${digest}`));
  const manifests = path.join(folder, 'manifests', 'registry.ollama.ai', 'library', 'coder');
  mkdirSync(manifests, { recursive: true });
  const layers = [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size }];
  for (const tag of tags) writeFileSync(path.join(manifests, tag), JSON.stringify({ layers }));
  return folder;
}

const names = (models: readonly InstalledModel[]): string[] => models.map(({ name }) => name);

describe('listModels', () => {
  it('says what a model is and can serve', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'Größe 大 (1).gguf');
    const bytes = await smallModel(file, { name: 'Qwen small' });
    const [model, ...more] = await list({ folders: [folder] });
    assert.deepEqual(more, []);
    assert.partialDeepStrictEqual(model, {
      source: 'file',
      name: 'Größe 大 (1)',
      path: file,
      files: [file],
      bytes,
      kind: 'text',
      title: 'Qwen small',
      architecture: 'qwen2',
      quantization: 'Q8_0',
      parameters: 7 * 32 + 32,
      trainedContext: 32_768,
      licence: 'apache-2.0',
      family: 'qwen-coder',
      roles: ['completion', 'chat'],
      sha256: null,
      removable: false,
      problem: null,
    });
    assert.equal(model?.shape?.layers.length, 1);
  });

  it('gives roles by markers and template, none to embedding models, and leaves out helpers', async () => {
    const folder = temporaryFolder();
    const write = (name: string, options: Parameters<typeof smallModel>[1]): Promise<number> =>
      smallModel(path.join(folder, `${name}.gguf`), options);
    await write('base', { template: null });
    await write('chat', { fim: false });
    await write('neither', { fim: false, template: ' \n' });
    await write('next-edit', { name: 'Zeta 2' });
    await write('embedding', { architecture: 'nomic-bert' });
    await write('qwen-embedding', { more: { 'qwen2.pooling_type': uint32(3) } });
    await write('projector', { architecture: 'clip' });
    await write('adapter', { more: { 'general.type': string('adapter') } });
    await write('matrix', { more: { 'general.type': string('imatrix') } });
    await write('picture', { architecture: 'flux', without: ['tokenizer.ggml.model'] });
    await write('vocabulary', { tensors: [] });
    const models = await list({ folders: [folder] });
    assert.deepEqual(
      models.map(({ name, roles, kind, problem }) => [name, roles.join(), kind, problem === null]),
      [
        ['base', 'completion', 'text', true],
        ['chat', 'chat', 'text', true],
        ['embedding', '', 'embedding', false],
        ['neither', '', 'text', true],
        ['next-edit', 'chat', 'text', true],
        ['qwen-embedding', '', 'embedding', false],
      ],
    );
    assert.match(models[2]?.problem ?? '', /embedding model, which writes no text/);
  });

  it('has one entry for one file, whatever names and stores it has', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.gguf');
    await smallModel(file);
    linkSync(file, path.join(folder, 'hard link.gguf'));
    const linked = temporaryFolder();
    symlinkSync(file, path.join(linked, 'symbolic.gguf'));
    const { headers, reads } = counting(null);
    const [model, ...more] = await list(
      { folders: [folder, file], lmStudio: [linked], llamaCpp: [folder] },
      { headers },
    );
    assert.deepEqual(more, []);
    assert.deepEqual([model?.source, model?.name], ['file', 'a']);
    assert.deepEqual([...new Set(model?.alsoKnownAs.map(({ name }) => name))].sort(), [
      'a',
      'hard link',
      'symbolic',
    ]);
    assert.equal(reads.length, 1);
  });

  it('has one entry for two names in Ollama’s store, and for the same digest in Hearth’s folder', async () => {
    const registry = new Registry(path.join(temporaryFolder(), 'models'));
    const file = path.join(registry.folder, 'coder.gguf');
    await smallModel(file);
    const store = ollamaStore(file, ['7b', 'latest']);
    const [alone] = await list({ ollama: [store] });
    assert.deepEqual([alone?.name, alone?.sha256], ['coder:7b', sha256(file)]);
    assert.deepEqual(
      alone?.alsoKnownAs.map(({ name }) => name),
      ['coder:latest'],
    );
    await registry.addModel({
      files: [{ path: file, sha256: sha256(file) }],
      digestFrom: 'computed',
      origin: { kind: 'copy', from: '/elsewhere/coder.gguf' },
      catalogueId: 'coder-7b',
    });
    const [both, ...more] = await list({ ollama: [store] }, { registry });
    assert.deepEqual(more, []);
    assert.partialDeepStrictEqual(both, {
      source: 'hearth',
      path: file,
      removable: true,
      catalogueId: 'coder-7b',
      sha256: sha256(file),
    });
    assert.deepEqual(
      both?.alsoKnownAs.map(({ name }) => name),
      ['coder:7b', 'coder:latest'],
    );
  });

  it('says where a file of Ollama’s has another length than its manifest, and claims no digest', async () => {
    const file = path.join(temporaryFolder(), 'm.gguf');
    const bytes = await smallModel(file);
    const [model] = await list({ ollama: [ollamaStore(file, ['7b'], bytes + 1)] });
    assert.match(
      model?.problem ?? '',
      new RegExp(`${bytes} and ${bytes + 1} bytes\\): run \`ollama pull coder:7b\``),
    );
    assert.deepEqual([model?.sha256, model?.roles], [null, []]);
  });

  it('says what is wrong with each, and lists the others', async () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder, name);
    const bytes = await smallModel(at('whole.gguf'));
    await corrupt.truncated(at('whole.gguf'), at('half.gguf'), bytes - 10);
    await corrupt.empty(at('empty.gguf'));
    await corrupt.notGguf(at('page.gguf'));
    symlinkSync('nothing there', at('dangling.gguf'));
    symlinkSync('circle.gguf', at('circle.gguf'));
    writeFileSync(at('pointer.gguf'), 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n');
    const [first = ''] = await splitModel(at('split'), 3);
    rmSync(first.replace('00001-of', '00002-of'));
    await splitModel(at('swapped'), 2);
    copyFileSync(at('swapped-00001-of-00002.gguf'), at('swapped-00002-of-00002.gguf'));
    // A folder in place of a file: what is in it counts.
    mkdirSync(at('folder.gguf'));
    const problems = new Map((await list({ folders: [folder] })).map(({ name, problem }) => [name, problem]));
    assert.deepEqual(
      [...problems.keys()],
      ['circle', 'dangling', 'empty', 'half', 'page', 'pointer', 'split', 'swapped', 'whole'],
    );
    assert.equal(problems.get('whole'), null);
    const expected: [name: string, problem: RegExp][] = [
      ['circle', /link that leads in a circle/],
      ['dangling', /link to a file that is not there/],
      ['empty', /empty file/],
      ['half', /cut off|ends|shorter|incomplete/i],
      ['page', /web page and no model/],
      ['pointer', /Git LFS/],
      ['split', /00002-of-00003\.gguf is missing/],
      ['swapped', /parts don't belong together/],
    ];
    for (const [name, problem] of expected) assert.match(problems.get(name) ?? '', problem);
  });

  it('lists a split model once, with the bytes of all its parts', async () => {
    const folder = temporaryFolder();
    const files = await splitModel(path.join(folder, 'big model'), 3);
    const [model, ...more] = await list({ folders: [folder, files[1] ?? ''] });
    assert.deepEqual(more, []);
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
    assert.deepEqual(
      [model?.name, model?.files, model?.bytes, model?.problem],
      ['big model', files, bytes, null],
    );
    assert.equal(model?.parameters, 3 * 32);
  });

  it('leaves out a model that is deleted while it is listed', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b', 'c']) await smallModel(path.join(folder, `${name}.gguf`), { name });
    const headers = new HeaderCache(null, (file) => {
      rmSync(path.join(folder, 'b.gguf'), { force: true });
      return lookAtHeader(file);
    });
    assert.deepEqual(names(await list({ folders: [folder] }, { headers })), ['a', 'c']);
  });

  it('reads 200 headers once, a few at a time, and none again from another process', async () => {
    const folder = temporaryFolder();
    const state = path.join(temporaryFolder(), 'not', 'there');
    for (let index = 0; index < 200; index += 1) await smallModel(path.join(folder, `${index}.gguf`));
    let [open, most, reads] = [0, 0, 0];
    const headers = new HeaderCache(state, async (file) => {
      reads += 1;
      open += 1;
      most = Math.max(most, open);
      try {
        return await lookAtHeader(file);
      } finally {
        open -= 1;
      }
    });
    const first = await list({ folders: [folder] }, { headers });
    assert.deepEqual([first.length, reads], [200, 200]);
    assert.ok(most <= 4, `${most} files were open at a time`);
    assert.deepEqual(await list({ folders: [folder] }, { headers }), first);
    assert.equal(reads, 200);
    const other = counting(state);
    assert.deepEqual(await list({ folders: [folder] }, { headers: other.headers }), first);
    assert.deepEqual(other.reads, []);
  });

  it('reads what changed, and everything where the cache’s file is damaged', async () => {
    const folder = temporaryFolder();
    const state = temporaryFolder();
    const [a, b] = [path.join(folder, 'a.gguf'), path.join(folder, 'b.gguf')];
    await smallModel(a);
    await smallModel(b);
    await list({ folders: [folder] }, { headers: new HeaderCache(state) });
    await smallModel(b, { name: 'A longer name' });
    const changed = counting(state);
    const models = await list({ folders: [folder] }, { headers: changed.headers });
    assert.deepEqual(changed.reads, [b]);
    assert.deepEqual(
      models.map(({ title }) => title),
      ['Small model', 'A longer name'],
    );
    truncateSync(path.join(state, 'model-headers.json'), 100);
    const damaged = counting(state);
    assert.deepEqual(await list({ folders: [folder] }, { headers: damaged.headers }), models);
    assert.deepEqual(damaged.reads.sort(), [a, b]);
  });

  it('lists the same where nothing can be remembered', async () => {
    const file = path.join(temporaryFolder(), 'a.gguf');
    await smallModel(file);
    // A folder below a file can't be made, not even by root.
    const headers = new HeaderCache(path.join(file, 'state'));
    assert.deepEqual(names(await list({ folders: [file] }, { headers })), ['a']);
  });

  it('lists the user’s files in place by the registry, also when they are gone', async () => {
    const registry = new Registry(path.join(temporaryFolder(), 'models'));
    const folder = temporaryFolder();
    await smallModel(path.join(folder, 'mine.gguf'));
    await registry.addInPlace(path.join(folder, 'mine.gguf'));
    await registry.addInPlace(path.join(folder, 'gone.gguf'));
    const models = await list({}, { registry });
    assert.deepEqual(
      models.map(({ name, source, removable }) => [name, source, removable]),
      [
        ['gone.gguf', 'file', false],
        ['mine', 'file', false],
      ],
    );
    assert.match(models[0]?.problem ?? '', /take it out of the list/);
  });
});
