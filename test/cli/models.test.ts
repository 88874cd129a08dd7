import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { starterPath, temporaryFolder } from '../support/engine.ts';
import { FaultServer } from '../support/faultServer.ts';
import { catalogueOf, failure, ModelsCommand, newState, type Json } from '../support/modelsCommand.ts';
import { smallModel } from '../support/smallModel.ts';

/** Names that terminals, shells and file systems have trouble with. */
const folder = path.join(temporaryFolder(), 'Größe 大 (1)');
const model = path.join(folder, 'my models', 'Größe 大.gguf');

const command = new ModelsCommand(folder);

before(async () => {
  await smallModel(model, { name: 'Größe | 大' });
});

describe('hearth models list', () => {
  it('shows the starter, the files of a folder and what the catalogue offers', async () => {
    const list = await command.rows(['list', '--folder', path.dirname(model)]);
    const [starter] = list.filter(({ source }) => source === 'starter');
    assert.partialDeepStrictEqual(starter, {
      name: 'hearth-starter',
      role: ['completion'],
      path: starterPath,
      bytes: 4_770_848,
      quantization: 'Q8_0',
      installed: true,
      inUse: ['completion'],
    });
    const own = list.find(({ path: at }) => at === model);
    assert.partialDeepStrictEqual(own, { installed: true, source: 'file', role: ['completion', 'chat'] });
    const offers = list.filter(({ installed }) => installed === false);
    assert.ok(offers.length >= 15, `${offers.length} offers`);
    for (const { key, path: at, fit } of offers) {
      assert.match(String(key), /^[a-z0-9.-]+:[\w-]+$/);
      assert.equal(at, null);
      assert.ok(['fits-well', 'tight', 'does-not-fit'].includes((fit as Json).verdict as string));
    }
  });

  it('prints a table of a line for each model, with what to type to fetch it', async () => {
    const { status, stdout } = await command.run(['list', '--folder', path.dirname(model)]);
    assert.equal(status, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^NAME +QUANTISATION +SIZE +MEMORY +SPEED +WHERE$/);
    assert.equal(lines[1], 'Installed');
    assert.ok(lines.some((line) => line.includes('Größe | 大') && line.includes(model)));
    assert.ok(lines.some((line) => line.startsWith('  Qwen') && /pull qwen2\.5-coder-7b:Q4_K_M$/.test(line)));
  });

  it('says what is wrong with a file, and lets no name in it command the terminal', async () => {
    const broken = path.join(temporaryFolder(), 'half.gguf');
    await smallModel(broken, { name: 'bell\u0007\u001b[2J' });
    const { stdout } = await command.run(['list', '--folder', broken]);
    assert.ok(['\u0007', '\u001b'].every((control) => !stdout.includes(control)));
    assert.match(stdout, /bell \[2J/);
    truncateSync(broken, 700);
    const { stdout: half, status } = await command.run(['list', '--folder', broken]);
    assert.equal(status, 0);
    assert.match(half, /can't be used/);
    assert.match(half, /half\.gguf: .*(cut off|incomplete|ends)/);
  });

  it('adds the models of a catalogue, refuses a damaged one, and asks no address by itself', async () => {
    const server = await FaultServer.start(Buffer.from(catalogueOf('extra-model')));
    const state = newState();
    const file = path.join(folder, 'my catalogue.json');
    writeFileSync(file, catalogueOf('file-model'));
    const args = ['list', '--catalogue', file, '--catalogue', server.address('/catalogue.json')];
    const first = await command.run([...args, '--json'], state);
    assert.match(first.stdout, /"key":"file-model:Q8_0"/);
    assert.doesNotMatch(first.stdout, /extra-model/);
    assert.match(first.stderr, /was not fetched yet/);
    assert.deepEqual(server.requests, []);
    assert.match(
      (await command.run([...args, '--refresh', '--json'], state)).stdout,
      /"key":"extra-model:Q8_0"/,
    );
    assert.equal(server.requests.length, 1);
    // The copy is enough from then on.
    assert.match((await command.run([...args, '--json'], state)).stdout, /"key":"extra-model:Q8_0"/);
    assert.equal(server.requests.length, 1);
    await server.stop();
    writeFileSync(file, '{"version": 1}');
    const damaged = await command.run(['list', '--catalogue', file, '--json']);
    assert.equal(damaged.status, 2);
    assert.match(failure(damaged).message, /my catalogue\.json: name is missing/);
  });
});

describe('hearth models fit', () => {
  it('adds up, for all models and for those that are named', async () => {
    const all = await command.rows(['fit']);
    assert.ok(all.length > 15);
    for (const row of all) {
      const { weights, kvCache, compute, process: own, total } = row as Record<string, number>;
      assert.equal((weights ?? 0) + (kvCache ?? 0) + (compute ?? 0) + (own ?? 0), total, String(row.key));
      assert.ok((row.available as number) > 0);
    }
    const named = await command.rows(['fit', 'qwen2.5-coder-7b', model, 'hearth-starter']);
    const keys = named.map(({ key }) => key);
    assert.deepEqual(keys, ['qwen2.5-coder-7b:Q8_0', 'qwen2.5-coder-7b:Q4_K_M', model, starterPath]);
  });

  it('takes the context and the type of the cache into account', async () => {
    const cacheOf = async (...more: string[]): Promise<number> => {
      const [row] = await command.rows(['fit', 'qwen2.5-coder-7b:q4_k_m', ...more]);
      return row?.kvCache as number;
    };
    // 28 layers, 4 heads of 128 for keys and values each.
    assert.equal(await cacheOf('--context', '8192'), 8192 * 28 * 2 * 4 * 128 * 2);
    const eight = await cacheOf('--context', '16384', '--cache-type', 'q8_0');
    assert.equal(eight, (16_384 * 28 * 2 * 4 * 128 * 34) / 32);
  });

  it('prints a table', async () => {
    const { stdout, status } = await command.run(['fit', model]);
    assert.equal(status, 0);
    assert.match(stdout, /^NAME .*WEIGHTS .*KV CACHE .*TOTAL .*VERDICT/);
    assert.match(stdout, /Größe \| 大 .*fits well/);
  });
});

describe('hearth models inspect', () => {
  it('gives metadata, tensors, markers, template and fit', async () => {
    const found = await command.json(['inspect', model]);
    assert.equal((found.metadata as Json)['general.name'], 'Größe | 大');
    assert.equal((found.tensors as Json).count, 2);
    assert.equal((found.markers as Json).family, 'qwen-coder');
    assert.match((found.template as Json).text as string, /'user'/);
    assert.equal((found.fit as Json).verdict, 'fits-well');
    const { stdout } = await command.run(['inspect', path.relative(folder, model)]);
    assert.match(stdout, /^# Größe | 大\n/);
    assert.match(stdout, /^\| KV cache of \d+ tokens +\|/m);
  });

  it('looks into half a file too, and refuses what is no model', async () => {
    const half = path.join(folder, 'half.gguf');
    await smallModel(half);
    truncateSync(half, readFileSync(half).length - 40);
    const found = await command.json(['inspect', half]);
    assert.equal(found.fit, null);
    assert.match(found.problem as string, /^It /);
    writeFileSync(path.join(folder, 'page.gguf'), '<!doctype html><title>Not found</title>');
    const page = await command.run(['inspect', 'page.gguf', '--json']);
    assert.equal(page.status, 2);
    assert.equal(failure(page).code, 'not-a-model');
    assert.match(failure(page).message, /page\.gguf: It is (a web page|an HTML)/);
  });
});

describe('hearth models import, verify and remove', () => {
  it('use a file in place, and take it off the list again', async () => {
    const state = newState();
    const entry = await command.json(['import', model], state);
    assert.partialDeepStrictEqual(entry, { path: model, source: 'file', installed: true, deletable: false });
    const listed = await command.rows(['list'], state);
    assert.ok(listed.some(({ path: at }) => at === model));
    assert.deepEqual(await command.json(['remove', model], state), { removed: model, deleted: false });
    assert.ok(existsSync(model));
    assert.ok(!(await command.rows(['list'], state)).some(({ path: at }) => at === model));
  });

  it('copy a file, compare its digest, and delete the copy alone', async () => {
    const state = newState();
    const copy = path.join(state, 'models', 'Größe 大.gguf');
    const { status, stdout, stderr } = await command.run(['import', '--copy', model], state);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: `${copy}\n` });
    assert.match(stderr, /Copying: 100 %/);
    const verified = (await command.json(['verify', copy], state)) as { ok: boolean; files: Json[] };
    const digest = createHash('sha256').update(readFileSync(model)).digest('hex');
    assert.equal(verified.ok, true);
    assert.partialDeepStrictEqual(verified.files, [{ sha256: digest, expected: digest, from: 'computed' }]);
    assert.deepEqual(await command.json(['remove', copy], state), { removed: copy, deleted: true });
    assert.ok(!existsSync(copy));
    assert.ok(existsSync(model));
  });

  it('see a changed file, and leave it where it is', async () => {
    const state = newState();
    const { path: copy } = (await command.json(['import', '--copy', model], state)) as { path: string };
    const bytes = readFileSync(copy);
    bytes[bytes.length - 1] = 9;
    writeFileSync(copy, bytes);
    const verified = await command.run(['verify', copy], state);
    assert.equal(verified.status, 1);
    assert.match(verified.stdout, /IS NOT WHAT computed says/);
    const refused = await command.run(['remove', copy, '--json'], state);
    assert.equal(refused.status, 2);
    assert.equal(failure(refused).code, 'not-ours');
    assert.ok(existsSync(copy));
  });

  it('compare with a SHA256SUMS beside the file, and say where nothing is known', async () => {
    const known = await command.json(['verify', starterPath]);
    assert.partialDeepStrictEqual(known, { ok: true, files: [{ from: 'SHA256SUMS', matches: true }] });
    const unknown = await command.json(['verify', model]);
    assert.partialDeepStrictEqual(unknown, { ok: true, files: [{ expected: null, matches: null }] });
  });

  it('delete nothing that Hearth did not put there', async () => {
    const state = newState();
    const foreign = path.join(state, 'models', 'foreign.gguf');
    await smallModel(foreign);
    for (const file of [foreign, starterPath, model]) {
      const run = await command.run(['remove', file, '--folder', model, '--json'], state);
      assert.equal(run.status, 2);
      assert.equal(failure(run).code, 'not-ours');
      assert.ok(existsSync(file));
    }
  });
});

describe('hearth models recommend', () => {
  it('proposes a model for each role, with the reasons', async () => {
    const proposals = await command.rows(['recommend', '--no-measure']);
    assert.deepEqual(
      proposals.map(({ role }) => role),
      ['completion', 'chat'],
    );
    for (const { why, key, model: row } of proposals) {
      assert.ok((why as string[]).every((sentence) => sentence.length > 20));
      assert.equal((row as Json | null)?.key ?? null, key);
    }
    const { stdout, status } = await command.run(['recommend', '--no-measure']);
    assert.equal(status, 0);
    assert.match(stdout, /^For completion: \S/);
    assert.match(stdout, /^For chat: \S/m);
  });
});

describe('hearth models, asked wrongly,', () => {
  const table: [name: string, args: string[], status: number, says: RegExp][] = [
    ['without an action', [], 2, /No action was given; it can: list, recommend, fit/],
    ['with an action that is none', ['fly'], 2, /models can't "fly"/],
    ['with an option of another action', ['list', '--copy'], 2, /list takes no --copy: it is for import/],
    ['with an option that is none', ['list', '--colour'], 2, /--colour/],
    ['with a number that is none', ['fit', '--context', 'x'], 2, /--context takes a whole number/],
    ['with a cache that is none', ['fit', '--cache-type', 'f8'], 2, /--cache-type takes f16, q8_0, q4_0/],
    ['with nothing to import', ['import'], 2, /import takes one path, not 0/],
    ['with two addresses', ['pull', 'a', 'b'], 2, /pull takes one address or key, not 2/],
    ['for a file that is not there', ['inspect', 'no.gguf'], 2, /no\.gguf: It is not there/],
    ['for a key that is none', ['fit', 'no-model'], 2, /There is no model no-model in the list/],
    ['to import what is not there', ['import', 'no.gguf'], 2, /no\.gguf can't be imported\. It is not there/],
    ['to pull what is no address', ['pull', 'no-model'], 2, /The catalogue has no model "no-model"/],
    ['to pull over plain http', ['pull', 'http://example.org/a.gguf'], 2, /over https only/],
    ['to inspect what is not fetched', ['inspect', 'qwen2.5-coder-7b:Q4_K_M'], 2, /is not on this machine/],
    ['to inspect one of several', ['inspect', 'qwen2.5-coder-7b'], 2, /means several models: name one of/],
    ['to remove what is not there', ['remove', 'no.gguf'], 2, /There is no model no\.gguf/],
  ];
  for (const [name, args, status, says] of table) {
    it(`${name} says so in one line`, async () => {
      const [plain, withJson] = await Promise.all([command.run(args), command.run([...args, '--json'])]);
      assert.deepEqual({ status: plain.status, stdout: plain.stdout }, { status, stdout: '' });
      assert.match(plain.stderr, says);
      assert.equal(plain.stderr.trimEnd().split('\n').length, 1, plain.stderr);
      assert.equal(withJson.status, status);
      assert.match(failure(withJson).message, says);
      assert.match(failure(withJson).code, /^[a-z-]+$/);
    });
  }
});

describe('hearth help models', () => {
  it('tells of every action', async () => {
    const { stdout, status } = await command.start(['help', 'models'], newState()).ended;
    assert.equal(status, 0);
    for (const action of ['list', 'recommend', 'fit', 'inspect', 'import', 'pull', 'verify', 'remove']) {
      assert.match(stdout, new RegExp(`^  ${action} `, 'm'));
    }
  });
});
