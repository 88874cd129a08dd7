import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { LocalModels, LocalModelsParts, Measurement } from '../../../../src/host/models/localModels.ts';
import type { ModelRow } from '../../../../src/host/models/modelRows.ts';
import { SpeedBook } from '../../../../src/host/models/speedBook.ts';
import { fileState } from '../../../../src/models/modelFile.ts';
import { starterPath, temporaryFolder, until } from '../../../support/engine.ts';
import { FaultServer } from '../../../support/faultServer.ts';
import { catalogueOf } from '../../../support/modelsCommand.ts';
import { smallModel } from '../../../support/smallModel.ts';
import { localModels, settings } from './world.ts';

let server: FaultServer;
let content: Buffer;
const file = path.join(temporaryFolder(), 'models', 'Größe 大.gguf');

before(async () => {
  const tensors = [{ name: 'blk.0.ffn_up.weight', dims: [1024, 100], type: 'F32', fill: 'ones' }] as const;
  await smallModel(file, { tensors });
  content = readFileSync(file);
  server = await FaultServer.start(content);
});
afterEach(() => {
  server.content = content;
  server.reply = () => ({});
  server.requests.length = 0;
  server.stalled = 0;
});
after(() => server.stop());

/** A catalogue file of one model. */
function catalogue(id = 'some-model'): string {
  const at = path.join(temporaryFolder(), 'catalogue.json');
  writeFileSync(at, catalogueOf(id));
  return at;
}

function having(change: Partial<typeof settings>): Pick<LocalModelsParts, 'settings'> {
  return { settings: () => ({ ...settings, ...change }) };
}

async function row(models: LocalModels, key: string): Promise<ModelRow | undefined> {
  return (await models.rows()).find((one) => one.key === key);
}

const fetched = (models: LocalModels, address: string): Promise<string> =>
  models.pull({ address }, new AbortController().signal, () => undefined);

describe('LocalModels, its rows,', () => {
  it('are what is installed, then what could be', async () => {
    const rows = await localModels(having({ folders: [file] })).rows();
    const last = rows.findLastIndex(({ installed }) => installed);
    assert.ok(rows.slice(0, last + 1).every(({ installed }) => installed));
    const [own] = rows.filter(({ key }) => key === file);
    assert.partialDeepStrictEqual(own, { source: 'file', path: file, deletable: false, problem: null });
    assert.equal(own?.fit?.verdict, 'fits-well');
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
    assert.ok(!rows.some(({ key }) => key === 'hearth-starter:Q8_0'), 'the starter is there already');
  });

  it('say what each file is used for; the starter is none for chat', async () => {
    const inUse = async (files: typeof settings.files): Promise<Record<string, unknown>> => {
      const rows = await localModels(having({ folders: [file], files })).rows();
      return Object.fromEntries(rows.filter((one) => one.installed).map((one) => [one.key, one.inUse]));
    };
    assert.deepEqual(await inUse({ completion: null, chat: null }), {
      [starterPath]: ['completion'],
      [file]: [],
    });
    assert.deepEqual(await inUse({ completion: file, chat: null }), {
      [starterPath]: [],
      [file]: ['completion', 'chat'],
    });
    assert.deepEqual(await inUse({ completion: null, chat: file }), {
      [starterPath]: ['completion'],
      [file]: ['chat'],
    });
  });

  it('show speeds that were measured, and what they lead to expect of others', async () => {
    const speeds = new SpeedBook(null);
    const measured = {
      promptTokensPerSecond: 900,
      decodeTokensPerSecond: 80,
      weightsBytes: 4e6,
      backend: 'cpu',
      at: 1,
    };
    await speeds.note((await fileState(starterPath)).stamp, measured);
    const models = localModels({ ...having({ folders: [file] }), speeds });
    assert.deepEqual((await row(models, starterPath))?.speed, {
      promptTokensPerSecond: 900,
      decodeTokensPerSecond: 80,
      measured: true,
    });
    for (const { speed, fit, installed } of await models.rows()) {
      if (installed || fit === null) continue;
      assert.equal(speed === null, fit.verdict === 'does-not-fit');
      if (speed !== null) assert.equal(speed.measured, false);
    }
    const unmeasured = await localModels().rows();
    assert.ok(unmeasured.every(({ speed }) => speed === null));
  });

  it('show a model of the catalogue once, as what was fetched of it', async () => {
    const models = localModels(having({ catalogues: [catalogue()], hubHost: server.address('') }));
    assert.partialDeepStrictEqual(await row(models, 'some-model:Q8_0'), {
      installed: false,
      host: 'huggingface.co',
    });
    const at = await fetched(models, 'some-model');
    assert.equal(await row(models, 'some-model:Q8_0'), undefined);
    assert.partialDeepStrictEqual(await row(models, at), {
      ...{ name: 'some-model', installed: true, source: 'hearth', deletable: true },
      ...{ licence: 'apache-2.0', description: 'Good for tests.' },
    });
    await models.remove(at);
    assert.ok(!existsSync(at));
    assert.notEqual(await row(models, 'some-model:Q8_0'), undefined);
  });

  it('take what an address has by then, once the model from it was deleted', async () => {
    const models = localModels();
    const address = server.address('/changing.gguf');
    const at = await fetched(models, address);
    server.content = Buffer.concat([content.subarray(0, -1), Buffer.from([7])]);
    await models.remove(at);
    assert.equal(await fetched(models, address), at);
    assert.deepEqual(readFileSync(at), server.content);
  });

  it('show a paused fetch by its row, also where another host serves the hub’s files', async () => {
    const models = localModels(having({ catalogues: [catalogue()], hubHost: server.address('') }));
    const address = server.address('/plain.gguf');
    server.reply = () => ({ stallAfter: 40_000 });
    for (const request of [{ key: 'some-model:Q8_0' }, { address }]) {
      const controller = new AbortController();
      server.stalled = 0;
      let bytes = 0;
      const pulling = assert.rejects(
        models.pull(request, controller.signal, (pull) => (bytes = pull.bytes)),
        /paused/,
      );
      // What the server has sent need not have come yet.
      await until(() => server.stalled > 0 && bytes > 0, 'silence after the first bytes');
      controller.abort();
      await pulling;
    }
    for (const key of ['some-model:Q8_0', `address:${address}`]) {
      const found = await row(models, key);
      assert.partialDeepStrictEqual(found, { key, installed: false, pull: { state: 'paused' } });
      await models.discard(key);
      assert.equal((await row(models, key))?.pull ?? null, null);
    }
  });
});

describe('LocalModels, its catalogues,', () => {
  it('are asked by a refresh alone, whose copies are used from then on', async () => {
    server.content = Buffer.from(catalogueOf('from-afar'));
    const parts = having({ catalogues: [server.address('/catalogue.json')] });
    const folder = path.join(temporaryFolder(), 'models');
    const models = localModels({ ...parts, folder });
    assert.equal(await row(models, 'from-afar:Q8_0'), undefined);
    assert.match((await models.catalogueFindings()).notes.join(), /was not fetched yet/);
    assert.equal(server.requests.length, 0);
    await models.refresh();
    assert.notEqual(await row(models, 'from-afar:Q8_0'), undefined);
    assert.notEqual(await row(localModels({ ...parts, folder }), 'from-afar:Q8_0'), undefined);
    assert.equal(server.requests.length, 1);
  });

  it('lose a damaged one only, and say so at a refresh', async () => {
    const damaged = path.join(temporaryFolder(), 'damaged.json');
    writeFileSync(damaged, '{');
    const models = localModels(having({ catalogues: [damaged, catalogue()] }));
    for (let time = 0; time < 2; time += 1) {
      await assert.rejects(models.refresh(), /damaged\.json is not valid JSON/);
      assert.notEqual(await row(models, 'some-model:Q8_0'), undefined);
      assert.notEqual(await row(models, starterPath), undefined);
    }
    assert.match((await models.catalogueFindings()).problems.join(), /damaged\.json/);
  });

  it('say what the server says where there is none', async () => {
    server.reply = () => ({ status: 404 });
    const models = localModels(having({ catalogues: [server.address('/catalogue.json')] }));
    await assert.rejects(models.refresh(), /can't be fetched: .* has nothing at this address \(HTTP 404\)/);
  });

  it('are read anew when the user names others', async () => {
    let catalogues: string[] = [];
    const models = localModels({ settings: () => ({ ...settings, catalogues }) });
    assert.equal(await row(models, 'some-model:Q8_0'), undefined);
    catalogues = [catalogue()];
    assert.notEqual(await row(models, 'some-model:Q8_0'), undefined);
  });
});

describe('LocalModels, asked for a name,', () => {
  it('finds rows by key, path, id and a store’s name', async () => {
    const models = localModels(
      having({ folders: [file], catalogues: [catalogue()], hubHost: server.address('') }),
    );
    const keys = async (name: string): Promise<string[]> => (await models.find(name)).map(({ key }) => key);
    assert.deepEqual(await keys('some-model:Q8_0'), ['some-model:Q8_0']);
    assert.deepEqual(await keys('SOME-model'), ['some-model:Q8_0']);
    assert.deepEqual(await keys('qwen2.5-coder-7b'), ['qwen2.5-coder-7b:Q8_0', 'qwen2.5-coder-7b:Q4_K_M']);
    assert.deepEqual(await keys(file), [file]);
    assert.deepEqual(await keys(path.relative('.', file)), [file]);
    assert.deepEqual(await keys('hearth-starter'), [starterPath]);
    assert.deepEqual(await keys('no-model'), []);
    const at = await fetched(models, 'some-model:Q8_0');
    assert.deepEqual(await keys('some-model:q8_0'), [at]);
  });
});

describe('LocalModels, its files,', () => {
  it('are imported, verified and taken off the list', async () => {
    const models = localModels();
    let changes = 0;
    const stop = models.onChange(() => (changes += 1));
    assert.equal(await models.importFile(file, { copy: false }), file);
    assert.ok(changes > 0);
    stop();
    assert.notEqual(await row(models, file), undefined);
    assert.equal(await models.recordOf(file), null);
    const copy = await models.importFile(file, { copy: true });
    assert.equal((await models.recordOf(copy))?.origin.kind, 'copy');
    assert.partialDeepStrictEqual(await models.verify(copy), [{ matches: true, from: 'computed' }]);
    await models.remove(copy);
    await models.remove(file);
    assert.deepEqual([existsSync(copy), existsSync(file)], [false, true]);
    assert.equal(await row(models, file), undefined);
    await assert.rejects(models.remove(file), /There is no model .* any more/);
  });

  it('are not deleted while a role uses them', async () => {
    const folder = path.join(temporaryFolder(), 'models');
    const copy = await localModels({ folder }).importFile(file, { copy: true });
    const using = localModels({ folder, ...having({ files: { completion: null, chat: copy } }) });
    await assert.rejects(using.remove(copy), /is in use: choose another model first/);
    assert.ok(existsSync(copy));
  });

  it('of a SHA256SUMS are compared with it', async () => {
    const [verified] = await localModels().verify(starterPath);
    assert.partialDeepStrictEqual(verified, { matches: true, from: 'SHA256SUMS', bytes: 4_770_848 });
  });
});

describe('LocalModels, its proposals,', () => {
  /** Of a machine that is measured when it is asked to be. */
  const probe = (): LocalModelsParts['probe'] & { runs: number } => {
    const measured = {
      promptTokensPerSecond: 900,
      decodeTokensPerSecond: 80,
      weightBytes: 5e8,
      parameters: { total: 5e8, active: 5e8 },
    };
    return {
      runs: 0,
      known() {
        return this.runs > 0 ? measured : null;
      },
      run() {
        this.runs += 1;
        return Promise.resolve(true);
      },
    };
  };

  it('rest on a measurement of the machine, which is made once', async () => {
    const machine = probe();
    const models = localModels({ probe: machine });
    let changes = 0;
    models.onChange(() => (changes += 1));
    const proposals = await models.propose();
    await models.propose();
    assert.deepEqual({ runs: machine.runs, changes }, { runs: 1, changes: 1 });
    assert.match(proposals[0]?.why.join(' ') ?? '', /going by what was measured here/);
    assert.deepEqual(
      proposals.map(({ role }) => role),
      ['completion', 'chat'],
    );
    const keys = new Set((await models.rows()).map(({ key }) => key));
    for (const { key, alternatives } of proposals) {
      assert.ok(key === null || keys.has(key));
      assert.ok(alternatives.every((other) => keys.has(other.key) && other.key !== key));
    }
  });

  it('rest on the model in use where that can be measured, and not on one that tells little', async () => {
    const { stamp } = await fileState(file);
    const measured = (weightsBytes: number): Measurement => {
      const rates = { promptTokensPerSecond: 900, decodeTokensPerSecond: 80, weightsBytes };
      return { stamp, ...rates, backend: 'cpu', at: 1 };
    };
    const machine = probe();
    let asked = 0;
    const measure = (): Promise<Measurement> => {
      asked += 1;
      return Promise.resolve(measured(4e9));
    };
    const models = localModels({ ...having({ folders: [file] }), measure, probe: machine });
    await models.propose();
    await models.propose();
    assert.deepEqual({ asked, runs: machine.runs }, { asked: 1, runs: 0 });
    const speeds = new SpeedBook(null);
    await speeds.note(stamp, measured(4e6));
    await localModels({ ...having({ folders: [file] }), speeds, probe: machine }).propose();
    assert.equal(machine.runs, 1);
  });

  it('are not made once they are not wanted any more', async () => {
    const controller = new AbortController();
    const machine = { ...probe(), run: () => Promise.resolve(false) };
    const models = localModels({ probe: machine });
    controller.abort();
    await assert.rejects(models.propose(controller.signal), { name: 'AbortError' });
  });

  it('name what is here already, by its path', async () => {
    const proposals = await localModels(having({ folders: [file] })).propose();
    const chat = proposals.find(({ role }) => role === 'chat');
    assert.ok(chat !== undefined);
    assert.ok(chat.alternatives.some(({ key, why }) => key === file && why === 'On this machine already.'));
    assert.ok(!chat.alternatives.some(({ key }) => key === starterPath));
  });

  it('are made without a measurement too', async () => {
    const [completion] = await localModels().propose();
    assert.match(completion?.why.join(' ') ?? '', /a guess from the kind of machine|No model/);
  });
});
