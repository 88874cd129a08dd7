import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ollamaFolders, readOllamaStore } from '../../../../src/models/stores/ollama.ts';
import { temporaryFolder } from '../../../support/engine.ts';
import { smallModel } from '../../../support/smallModel.ts';

const imageModel = 'application/vnd.ollama.image.model';

interface Store {
  readonly folder: string;
  /** Puts a model's file into the store and returns its layer. */
  blob(seed: number): Promise<{ mediaType: string; digest: string; size: number }>;
  /** Writes a manifest at a path below `manifests`. */
  manifest(at: string, content: unknown): string;
}

function newStore(): Store {
  const folder = path.join(temporaryFolder(), 'Modèle 模型');
  mkdirSync(path.join(folder, 'blobs'), { recursive: true });
  return {
    folder,
    blob: async (seed) => {
      const file = path.join(folder, 'new.gguf');
      const size = await smallModel(file, { seed });
      const hex = createHash('sha256').update(readFileSync(file)).digest('hex');
      writeFileSync(path.join(folder, 'blobs', `sha256-${hex}`), readFileSync(file));
      rmSync(file);
      return { mediaType: imageModel, digest: `sha256:${hex}`, size };
    },
    manifest: (at, content) => {
      const file = path.join(folder, 'manifests', at);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
  };
}

const library = 'registry.ollama.ai/library';

describe('readOllamaStore', () => {
  it('names models as the commands of Ollama do, with the digest of the file', async () => {
    const store = newStore();
    const layer = await store.blob(1);
    const adapter = { ...layer, mediaType: 'application/vnd.ollama.image.adapter' };
    const licence = { ...layer, mediaType: 'application/vnd.ollama.image.license' };
    store.manifest(`${library}/qwen2.5-coder/7b`, { schemaVersion: 2, layers: [licence, layer, adapter] });
    store.manifest('registry.ollama.ai/someone/own/latest', { layers: [layer] });
    store.manifest('hf.co/owner/Some-GGUF/Q4_K_M', { layers: [layer] });
    const models = await readOllamaStore(store.folder);
    assert.deepEqual(
      models.map(({ name }) => name),
      ['hf.co/owner/Some-GGUF:Q4_K_M', 'qwen2.5-coder:7b', 'someone/own:latest'],
    );
    for (const model of models) {
      assert.equal(model.problem, null);
      assert.equal(`sha256:${model.sha256}`, layer.digest);
      assert.equal(model.expectedBytes, layer.size);
      assert.deepEqual(model.files, [path.join(store.folder, 'blobs', layer.digest.replace(':', '-'))]);
    }
    assert.match(models[1]?.notes.join(' ') ?? '', /adapter/);
    assert.deepEqual(models[2]?.notes, []);
  });

  const digest = `sha256:${'0'.repeat(64)}`;
  const damaged: [title: string, manifest: unknown, problem: RegExp][] = [
    ['empty', '', /manifest .* damaged \(no whole JSON\): run `ollama pull broken:latest`/],
    ['cut off', '{"layers":[{"mediaType":', /damaged/],
    ['another thing', '[]', /damaged \(layers is not as it should be\)/],
    ['without a digest', { layers: [{ mediaType: imageModel, size: 1 }] }, /layers\.0\.digest/],
    [
      'with a digest that leads elsewhere',
      { layers: [{ mediaType: imageModel, digest: 'sha256:../../../secret', size: 1 }] },
      /layers\.0\.digest/,
    ],
    ['with a negative size', { layers: [{ mediaType: imageModel, digest, size: -1 }] }, /layers\.0\.size/],
    ['far too long', `{"layers":[]}${' '.repeat(1_000_000)}`, /too long: run `ollama pull broken:latest`/],
    [
      'of a file that is missing',
      { layers: [{ mediaType: imageModel, digest, size: 1 }] },
      /file is missing/,
    ],
    [
      'of another format',
      { layers: [{ mediaType: 'application/vnd.ollama.image.tensor', digest, size: 1 }] },
      /not in the GGUF format/,
    ],
  ];
  for (const [title, manifest, problem] of damaged) {
    it(`says what is wrong where a manifest is ${title}, and reads the others`, async () => {
      const store = newStore();
      store.manifest(`${library}/broken/latest`, manifest);
      store.manifest(`${library}/whole/latest`, { layers: [await store.blob(1)] });
      const [broken, whole, ...more] = await readOllamaStore(store.folder);
      assert.deepEqual(more, []);
      assert.equal(broken?.name, 'broken:latest');
      assert.match(broken.problem ?? '', problem);
      assert.deepEqual([whole?.name, whole?.problem], ['whole:latest', null]);
    });
  }

  it('leaves out what runs elsewhere: a manifest without a model’s file', async () => {
    const store = newStore();
    store.manifest(`${library}/large/cloud`, { layers: null });
    store.manifest(`${library}/large/cloud2`, { layers: [] });
    assert.deepEqual(await readOllamaStore(store.folder), []);
  });

  it('follows links, and says where one leads in a circle', async () => {
    const store = newStore();
    const layer = await store.blob(1);
    const file = store.manifest(`${library}/whole/latest`, { layers: [layer] });
    symlinkSync(file, path.join(path.dirname(file), 'linked'));
    symlinkSync('circle', path.join(path.dirname(file), 'circle'));
    // A folder that leads back to the store's root is entered once.
    symlinkSync(path.join(store.folder, 'manifests'), path.join(path.dirname(file), 'root'));
    const models = await readOllamaStore(store.folder);
    assert.deepEqual(
      models.map(({ name, problem }) => [name, problem === null ? '' : problem.slice(0, 40)]),
      [
        ['whole:circle', 'It is a link that leads in a circle: rem'],
        ['whole:latest', ''],
        ['whole:linked', ''],
      ],
    );
  });

  it('finds files whose names have a colon, as early versions wrote', async () => {
    const store = newStore();
    const layer = await store.blob(1);
    const [usual, early] = [layer.digest.replace(':', '-'), layer.digest].map((name) =>
      path.join(store.folder, 'blobs', name),
    );
    writeFileSync(early ?? '', readFileSync(usual ?? ''));
    rmSync(usual ?? '');
    store.manifest(`${library}/old/latest`, { layers: [layer] });
    const [model] = await readOllamaStore(store.folder);
    assert.deepEqual([model?.path, model?.problem], [early, null]);
  });

  it('has no models where there is no store', async () => {
    assert.deepEqual(await readOllamaStore(path.join(temporaryFolder(), 'none')), []);
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    assert.deepEqual(await readOllamaStore(file), []);
  });
});

describe('ollamaFolders', () => {
  it('looks where the environment says, at home, and where Linux services keep models', () => {
    const home = path.resolve('/home/ada');
    const own = path.join(home, '.ollama', 'models');
    const env = { OLLAMA_MODELS: path.resolve('/disk/ollama models') };
    assert.deepEqual(ollamaFolders({ env, platform: 'darwin', home }), [env.OLLAMA_MODELS, own]);
    assert.deepEqual(ollamaFolders({ env: { OLLAMA_MODELS: ' ' }, platform: 'win32', home }), [own]);
    const linux = ollamaFolders({ env: {}, platform: 'linux', home });
    assert.deepEqual(linux.slice(0, 2), [own, '/usr/share/ollama/.ollama/models']);
  });
});
