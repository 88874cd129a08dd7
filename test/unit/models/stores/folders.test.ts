import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { llamaCppFolders, readFolder, readNamed } from '../../../../src/models/stores/folder.ts';
import { huggingFaceFolders, readHuggingFace } from '../../../../src/models/stores/huggingFace.ts';
import { lmStudioFolders, readLmStudio } from '../../../../src/models/stores/lmStudio.ts';
import { temporaryFolder } from '../../../support/engine.ts';
import { folderWith } from '../../../support/folderWith.ts';

const names = (models: readonly { readonly name: string }[]): string[] => models.map(({ name }) => name);

describe('readFolder', () => {
  it('finds models by their paths, one for all parts, and no helpers', async () => {
    const folder = folderWith({
      'one.gguf': '',
      'TWO.GGUF': '',
      'größe 大/my model.gguf': '',
      'pictures/mmproj-one.gguf': '',
      'big-00001-of-00002.gguf': '',
      'big-00002-of-00002.gguf': '',
      'cut-00002-of-00003.gguf': '',
      'unfinished.gguf.part': '',
      'notes.txt': '',
      '.hidden/three.gguf': '',
      'node_modules/four.gguf': '',
      'a/b/c/d/e/f/deep.gguf': '',
      'a/b/c/d/e/f/g/deeper.gguf': '',
    });
    const models = await readFolder(folder, 'file');
    assert.deepEqual(names(models).sort(), [
      'TWO',
      'a/b/c/d/e/f/deep',
      'big',
      'cut',
      'größe 大/my model',
      'one',
    ]);
    assert.deepEqual(
      models.find(({ name }) => name === 'big')?.files.map((file) => path.basename(file)),
      ['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf'],
    );
    assert.ok(models.every(({ problem, source }) => problem === null && source === 'file'));
  });

  it('enters a folder once, whatever links lead to it', async () => {
    const folder = folderWith({ 'inner/one.gguf': '' });
    symlinkSync(folder, path.join(folder, 'inner', 'back'));
    symlinkSync(path.join(folder, 'inner'), path.join(folder, 'also'));
    symlinkSync('around', path.join(folder, 'around'));
    assert.deepEqual(names(await readFolder(folder, 'file')), ['also/one']);
  });

  it('is empty where there is no folder', async () => {
    assert.deepEqual(await readFolder(path.join(temporaryFolder(), 'none'), 'hearth'), []);
  });
});

describe('readNamed', () => {
  it('takes a file of any name, and the other parts of a split one', async () => {
    const folder = folderWith({ 'sha256-abc': '', 'm-00001-of-00002.gguf': '', 'm-00002-of-00002.gguf': '' });
    const [plain] = await readNamed(path.join(folder, 'sha256-abc'), 'file');
    assert.deepEqual([plain?.name, plain?.problem], ['sha256-abc', null]);
    const [split] = await readNamed(path.join(folder, 'm-00002-of-00002.gguf'), 'file');
    assert.equal(split?.path, path.join(folder, 'm-00001-of-00002.gguf'));
    assert.equal(split.files.length, 2);
  });

  it('does not look for each of the parts that a name claims', async () => {
    const folder = folderWith({ 'm-00001-of-99999.gguf': '' });
    const [model] = await readNamed(path.join(folder, 'm-00001-of-99999.gguf'), 'file');
    assert.deepEqual(model?.files, [path.join(folder, 'm-00001-of-99999.gguf')]);
  });

  it('says what is no longer there, or leads in a circle', async () => {
    const folder = temporaryFolder();
    symlinkSync('circle.gguf', path.join(folder, 'circle.gguf'));
    const [gone] = await readNamed(path.join(folder, 'gone.gguf'), 'file');
    assert.match(gone?.problem ?? '', /no longer there: put it back, or take it out of the list/);
    const [circle] = await readNamed(path.join(folder, 'circle.gguf'), 'file');
    assert.match(circle?.problem ?? '', /circle/);
  });
});

describe('LM Studio’s folders', () => {
  it('are found by the pointer, the standard places and the settings', async () => {
    const home = temporaryFolder();
    const moved = path.join(home, 'moved here');
    const chosen = path.join(home, 'large disk');
    writeFileSync(path.join(home, '.lmstudio-home-pointer'), `${moved}\n`);
    mkdirSync(moved);
    writeFileSync(path.join(moved, 'settings.json'), JSON.stringify({ downloadsFolder: chosen, other: 1 }));
    mkdirSync(path.join(home, '.lmstudio'));
    writeFileSync(path.join(home, '.lmstudio', 'settings.json'), '{"downloadsFolder":');
    assert.deepEqual(await lmStudioFolders({ env: {}, platform: 'linux', home }), [
      chosen,
      path.join(moved, 'models'),
      path.join(home, '.lmstudio', 'models'),
      path.join(home, '.cache', 'lm-studio', 'models'),
    ]);
  });

  it('name models by publisher and repository', async () => {
    const folder = folderWith({
      'publisher/repo-GGUF/model-Q4_K_M.gguf': '',
      'publisher/repo-GGUF/mmproj-model-f16.gguf': '',
      'publisher/repo-GGUF/downloading_other.gguf.part': '',
    });
    const models = await readLmStudio(folder);
    assert.deepEqual(names(models), ['publisher/repo-GGUF/model-Q4_K_M']);
    assert.equal(models[0]?.source, 'lm-studio');
  });
});

describe('the Hugging Face cache', () => {
  const sha256 = 'ab'.repeat(32);

  /** A repository with one blob per snapshot's file, as huggingface_hub lays it out. */
  function cache(
    snapshots: Readonly<Record<string, Readonly<Record<string, string>>>>,
    main?: string,
  ): string {
    const hub = temporaryFolder();
    const folder = path.join(hub, 'models--own er--Some-模型-GGUF');
    for (const blob of new Set(Object.values(snapshots).flatMap(Object.values<string>))) {
      mkdirSync(path.join(folder, 'blobs'), { recursive: true });
      writeFileSync(path.join(folder, 'blobs', blob), blob);
    }
    for (const [revision, files] of Object.entries(snapshots)) {
      for (const [file, blob] of Object.entries(files)) {
        const at = path.join(folder, 'snapshots', revision, file);
        mkdirSync(path.dirname(at), { recursive: true });
        symlinkSync(path.relative(path.dirname(at), path.join(folder, 'blobs', blob)), at);
      }
    }
    if (main !== undefined) {
      mkdirSync(path.join(folder, 'refs'));
      writeFileSync(path.join(folder, 'refs', 'main'), main);
    }
    return hub;
  }

  it('gives each file once, from the newest snapshot that has it, with the digest it is named by', async () => {
    const hub = cache(
      {
        old: { 'a.gguf': '1'.repeat(40), 'b.gguf': '2'.repeat(40) },
        new: { 'a.gguf': sha256, 'Q4/c.gguf': '3'.repeat(40), 'mmproj-a.gguf': '4'.repeat(40) },
      },
      'new',
    );
    const models = await readHuggingFace(hub);
    const found = models.map(({ name, path: at, sha256: digest }) => [
      name,
      path.relative(hub, at).split(path.sep)[2],
      digest,
    ]);
    assert.deepEqual(found.sort(), [
      ['own er/Some-模型-GGUF/Q4/c', 'new', null],
      ['own er/Some-模型-GGUF/a', 'new', sha256],
      ['own er/Some-模型-GGUF/b', 'old', null],
    ]);
  });

  it('takes the last changed snapshot where no reference says which', async () => {
    const hub = cache({ old: { 'a.gguf': '1'.repeat(40) }, young: { 'a.gguf': sha256 } });
    const at = (name: string): string => path.join(hub, 'models--own er--Some-模型-GGUF', 'snapshots', name);
    utimesSync(at('old'), 1000, 1000);
    utimesSync(at('young'), 2000, 2000);
    assert.deepEqual(
      (await readHuggingFace(hub)).map((model) => model.sha256),
      [sha256],
    );
  });

  it('prefers a whole set of an older snapshot to one with parts missing', async () => {
    const [one, two] = ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf'];
    const hub = cache(
      { old: { [one]: '1'.repeat(64), [two]: '2'.repeat(64) }, new: { [two]: '3'.repeat(64) } },
      'new',
    );
    const [model, ...more] = await readHuggingFace(hub);
    assert.deepEqual(more, []);
    assert.equal(model?.files.length, 2);
    // Of several files no single digest is the model's.
    assert.equal(model.sha256, null);
  });

  it('has no models where there is none, or where it is damaged', async () => {
    const hub = folderWith({
      'models--a--b/snapshots': 'a file',
      'models--c--d/refs/main': 'gone',
      'x.gguf': '',
    });
    assert.deepEqual(await readHuggingFace(hub), []);
    rmSync(hub, { recursive: true });
    assert.deepEqual(await readHuggingFace(hub), []);
  });

  it('is where the environment says', () => {
    const home = path.resolve('/home/ada');
    const at = (env: Record<string, string>): string[] =>
      huggingFaceFolders({ env, platform: 'linux', home });
    assert.deepEqual(at({}), [path.join(home, '.cache', 'huggingface', 'hub')]);
    assert.deepEqual(at({ HF_HOME: '/hf' }), [path.join(path.resolve('/hf'), 'hub')]);
    assert.deepEqual(at({ HUGGINGFACE_HUB_CACHE: '/hub', HF_HOME: '/hf' }), [path.resolve('/hub')]);
    assert.deepEqual(at({ XDG_CACHE_HOME: '/cache' }), [path.join('/cache', 'huggingface', 'hub')]);
  });
});

describe('llamaCppFolders', () => {
  it('follows the platform and the environment', () => {
    const home = path.resolve('/home/ada');
    assert.deepEqual(llamaCppFolders({ env: {}, platform: 'linux', home }), [
      path.join(home, '.cache', 'llama.cpp'),
    ]);
    assert.deepEqual(llamaCppFolders({ env: {}, platform: 'darwin', home }), [
      path.join(home, 'Library', 'Caches', 'llama.cpp'),
    ]);
    assert.deepEqual(llamaCppFolders({ env: { LOCALAPPDATA: '/local' }, platform: 'win32', home }), [
      path.join('/local', 'llama.cpp'),
    ]);
    assert.deepEqual(llamaCppFolders({ env: { LLAMA_CACHE: '/own' }, platform: 'linux', home }), [
      path.resolve('/own'),
    ]);
  });
});
