import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  fetchCatalogue,
  loadCatalogues,
  maxCatalogueBytes,
  parseCatalogue,
  readCatalogueFile,
} from '../../../src/models/catalogueFile.ts';
import { catalogue, changed, model } from './madeUpCatalogue.ts';

const parse = (content: unknown) => parseCatalogue(JSON.stringify(content), 'mine.json');

describe('a catalogue', () => {
  it('is read whole', () => {
    const { catalogue: read, problems, notes } = parse(catalogue(model()));
    assert.deepEqual([problems, notes], [[], []]);
    assert.deepEqual(read?.models[0], model());
  });
  it('may start with a byte order mark', () => {
    assert.notEqual(parseCatalogue(`\uFEFF${JSON.stringify(catalogue())}`, 'x').catalogue, null);
  });
  it('loses what Hearth does not know, with a note', () => {
    const odd = catalogue(model({ colour: 'red', licence: { name: 'MIT', spdx: true } }));
    const { catalogue: read, notes } = parse({ ...odd, author: 'me' });
    assert.deepEqual(
      [...notes].sort(),
      ['author', 'models[0].colour', 'models[0].licence.spdx'].map(
        (field) => `mine.json: ${field} is not a field that Hearth knows; it is ignored.`,
      ),
    );
    assert.ok(read !== null && !('colour' in (read.models[0] ?? {})));
  });

  const wrong: [what: string, content: unknown, problem: string][] = [
    [
      'a field is missing',
      changed(catalogue(model()), ['models', 0, 'licence', 'name'], undefined),
      'models[0] (some-model).licence.name is missing.',
    ],
    [
      'a text is a number',
      changed(catalogue(model()), ['models', 0, 'name'], 7),
      'models[0] (some-model).name must be a text.',
    ],
    [
      'a number is below one',
      changed(catalogue(model()), ['models', 0, 'shape', 'layers'], 0),
      'models[0] (some-model).shape.layers must be at least 1.',
    ],
    [
      'an address is not of a model',
      changed(
        catalogue(model()),
        ['models', 0, 'quantizations', 0, 'files', 0, 'address'],
        'https://example.org/a.zip',
      ),
      'models[0] (some-model).quantizations[0].files[0].address must be the https address of a .gguf file.',
    ],
    [
      'an address is not secure',
      changed(
        catalogue(model()),
        ['models', 0, 'quantizations', 0, 'files', 0, 'address'],
        'http://example.org/a.gguf',
      ),
      'models[0] (some-model).quantizations[0].files[0].address must be the https address of a .gguf file.',
    ],
    [
      'a digest is cut',
      changed(catalogue(model()), ['models', 0, 'quantizations', 0, 'files', 0, 'sha256'], 'ab'),
      'models[0] (some-model).quantizations[0].files[0].sha256 must be a SHA-256: 64 digits and letters a to f, in lower case.',
    ],
    [
      'a role is unknown',
      catalogue(model({ roles: ['poet'] })),
      'models[0] (some-model).roles[0] must be "completion" or "chat".',
    ],
    [
      'it is of another version',
      { ...catalogue(), version: 2 },
      'version must be 1: this Hearth knows no other version.',
    ],
    ['it is a list', [], 'it must be a catalogue in braces.'],
    [
      'more is active than there is',
      catalogue(model({ parameters: { total: 1, active: 2 } })),
      'models[0] (some-model): parameters.active is larger than parameters.total.',
    ],
    [
      'it completes without filling in',
      catalogue(model({ fillInTheMiddle: false })),
      'models[0] (some-model): roles has "completion", which needs fillInTheMiddle to be true.',
    ],
    [
      'a quantisation is unknown',
      changed(catalogue(model()), ['models', 0, 'quantizations', 0, 'name'], 'Q77'),
      'models[0] (some-model): quantizations[0].name is not a quantisation that Hearth knows (Q77).',
    ],
    [
      'nobody knows how long a file is',
      catalogue(
        model({ quantizations: [{ name: 'Q8_0', files: [{ address: 'https://example.org/a.gguf' }] }] }),
      ),
      'models[0] (some-model): quantizations[0] needs "bytes" for each of its files, or "approximateBytes".',
    ],
    [
      'there is no file',
      catalogue(model({ quantizations: [{ name: 'Q8_0', files: [], approximateBytes: 5 }] })),
      'models[0] (some-model): quantizations[0].files is empty.',
    ],
    ['an id is there twice', catalogue(model(), model()), 'there are two models with the id some-model.'],
  ];
  for (const [what, content, problem] of wrong) {
    it(`is refused where ${what}`, () => {
      const reading = parse(content);
      assert.equal(reading.catalogue, null);
      assert.deepEqual(reading.problems, [`mine.json: ${problem}`]);
    });
  }
  it('is refused where it is not JSON, or too large', () => {
    assert.match(parseCatalogue('{"version": 1,', 'x').problems[0] ?? '', /^x is not valid JSON \(.+\)\.$/);
    assert.match(parseCatalogue(' '.repeat(maxCatalogueBytes + 1), 'x').problems[0] ?? '', /too large/);
  });
  it('is not answered with thousands of sentences', () => {
    const { problems } = parse(catalogue(...Array.from({ length: 500 }, () => ({ id: 1 }))));
    assert.equal(problems.length, 21);
    assert.match(problems[20] ?? '', /^And \d+ more of the kind\.$/);
  });
  it('is read or refused in words, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        for (const content of [
          a,
          { version: 1, name: 'x', models: a },
          catalogue(model({ roles: a, shape: b })),
        ]) {
          const reading = parse(content);
          assert.equal(reading.catalogue === null, reading.problems.length > 0);
        }
      }),
    );
  });
});

describe('catalogues of the user', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'hearth catalogue Ω-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, content: unknown) => {
    const file = path.join(folder, name);
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const cachedAt = () => path.join(folder, 'cached.json');
  const offline = {
    fetchText: () => Promise.reject(new Error('There is no network.')),
    cachedAt,
  };

  it('replace models of the same id and add others', async () => {
    const own = await write('own.json', catalogue(model({ id: 'a' }), model({ id: 'b' })));
    const mine = await write('mine.json', catalogue(model({ id: 'c' }), model({ id: 'a', name: 'Mine' })));
    const { models, problems, notes } = await loadCatalogues(own, [mine], offline);
    assert.deepEqual(
      models.map(({ id, name }) => [id, name]),
      [
        ['a', 'Mine'],
        ['b', 'Some Model'],
        ['c', 'Some Model'],
      ],
    );
    assert.deepEqual([problems, notes], [[], [`a is taken from ${mine}.`]]);
  });
  it('lose only themselves where they are damaged', async () => {
    const own = await write('own.json', catalogue(model({ id: 'a' })));
    const half = await write('half.json', '{"version": 1, "na');
    const good = await write('good.json', catalogue(model({ id: 'b' })));
    const missing = path.join(folder, 'missing.json');
    const { models, problems } = await loadCatalogues(
      own,
      [half, missing, good, 'https://example.org/c.json'],
      offline,
    );
    assert.deepEqual(
      models.map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(problems.length, 3);
    assert.match(problems[0] ?? '', /half\.json is not valid JSON/);
    assert.match(problems[1] ?? '', /missing\.json can't be read\. It is not there/);
    assert.equal(
      problems[2],
      "The catalogue https://example.org/c.json can't be fetched: There is no network.",
    );
  });
  it('are not read where they are a folder or far too large', async () => {
    const large = await write('large.json', ' '.repeat(maxCatalogueBytes + 1));
    assert.match((await readCatalogueFile(large)).problems[0] ?? '', /too large for a catalogue \(4\.0 MB\)/);
    assert.match((await readCatalogueFile(folder)).problems[0] ?? '', /can't be read\. /);
  });

  describe('at an address', () => {
    const address = 'https://example.org/catalogue.json';
    const answering = (text: string) => ({ fetchText: () => Promise.resolve(text), cachedAt });
    const good = JSON.stringify(catalogue(model({ id: 'fetched' })));

    it('are kept for the time when they cannot be had', async () => {
      const first = await fetchCatalogue(address, answering(good));
      assert.deepEqual([first.problems, first.notes], [[], []]);
      assert.equal(await readFile(cachedAt(), 'utf8'), good);
      const later = await fetchCatalogue(address, offline);
      assert.equal(later.catalogue?.models[0]?.id, 'fetched');
      assert.deepEqual(later.notes, [
        `The catalogue ${address} can't be fetched: There is no network.`,
        `${address}: the last copy is used.`,
      ]);
    });
    it('do not lose the last good copy to a damaged one', async () => {
      await fetchCatalogue(address, answering(good));
      const damaged = await fetchCatalogue(address, answering('<html>Sign in</html>'));
      assert.equal(damaged.catalogue?.models[0]?.id, 'fetched');
      assert.match(damaged.notes[0] ?? '', /is not valid JSON/);
      assert.equal(await readFile(cachedAt(), 'utf8'), good);
    });
    it('are used also where no copy can be kept', async () => {
      const nowhere = path.join(folder, 'no such folder', 'c.json');
      const { catalogue: read, notes } = await fetchCatalogue(address, {
        ...answering(good),
        cachedAt: () => nowhere,
      });
      assert.notEqual(read, null);
      assert.match(notes[0] ?? '', /^No copy of the catalogue could be kept: /);
    });
    it('leave nothing but the copy behind', async () => {
      const own = path.join(folder, 'own cache');
      await mkdir(own);
      await fetchCatalogue(address, { ...answering(good), cachedAt: () => path.join(own, 'c.json') });
      await chmod(own, 0o700);
      assert.deepEqual(await readdir(own), ['c.json']);
    });
  });
});
