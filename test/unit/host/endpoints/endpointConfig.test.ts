import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { completeAddress, readAddress } from '../../../../src/host/endpoints/address.ts';
import {
  nameProblem,
  parseEndpointsFile,
  readEndpoints,
} from '../../../../src/host/endpoints/endpointConfig.ts';

const plain = { name: 'Box', address: 'http://127.0.0.1:11434' };

/** The one endpoint of an entry with these fields. */
function only(fields: object): Endpoint {
  const { endpoints, problems } = readEndpoints([{ ...plain, ...fields }]);
  assert.deepEqual(problems, []);
  assert.ok(endpoints[0]);
  return endpoints[0];
}

/** The one sentence about an entry with these fields. */
function problemOf(fields: object): string {
  const { endpoints, problems } = readEndpoints([{ ...plain, ...fields }]);
  assert.deepEqual(endpoints, []);
  assert.equal(problems.length, 1);
  return problems[0] ?? '';
}

describe('an endpoint of the settings', () => {
  it('needs a name and an address, and has defaults for the rest', () => {
    assert.deepEqual(only({}), {
      ...plain,
      ...{ api: 'auto', model: '', roles: ['hard'], class: 'local' },
      ...{ contextTokens: null, price: null, keepAliveMinutes: null },
    });
  });

  it('has what its entry says', () => {
    const fields = {
      ...{ name: ' Team ', api: 'openai', model: 'coder', roles: ['chat', 'refactor', 'chat'] },
      ...{ contextTokens: 32_768, price: { input: 0.25, output: 1 }, keepAliveMinutes: 30 },
    } as const;
    assert.deepEqual(only(fields), {
      ...{ ...plain, ...fields, name: 'Team', roles: ['chat', 'refactor'], class: 'local' },
    });
  });

  const classes: readonly (readonly [string, string | undefined, Endpoint['class']])[] = [
    ['http://localhost:1234', undefined, 'local'],
    ['http://[::1]:1234', 'own', 'local'],
    ['http://192.168.1.5:8000', undefined, 'own-network'],
    ['http://10.1.2.3', undefined, 'own-network'],
    ['http://box.local:11434', undefined, 'own-network'],
    ['http://models.example.org', 'own', 'own-network'],
    ['https://models.example.org', undefined, 'cloud'],
    ['https://8.8.8.8', undefined, 'cloud'],
  ];
  for (const [address, network, where] of classes) {
    it(`is ${where} at ${address}${network === undefined ? '' : ' in the own network'}`, () => {
      assert.equal(only({ address, ...(network === undefined ? {} : { network }) }).class, where);
    });
  }

  const broken: readonly (readonly [object, RegExp])[] = [
    [{ name: 7 }, /number 1 is left out: its "name" must be a text\.$/],
    [{ name: '  ' }, /number 1 is left out: its "name" must be a text that is not empty/],
    [{ name: 'two\nlines' }, /"two lines" is left out: its "name" must be a text of one line/],
    [{ name: 'x'.repeat(61) }, /at most 60 characters/],
    [{ name: 'Local' }, /"local" is the name of the model on this machine: choose another/],
    [{ name: undefined }, /it has no "name"/],
    [{ address: undefined }, /"Box" is left out: it has no "address"/],
    [{ address: 'localhost:1234' }, /its address is none: write it whole/],
    [{ address: 'ftp://box' }, /its address is none/],
    [{ address: 'http://' }, /its address is none/],
    [{ address: '' }, /its address is empty/],
    [{ address: 'https://me:pw@box.example' }, /its address has a name or password in it/],
    [{ address: 'https://box.example?key=sk-1' }, /its address has a "\?" or "#" in it/],
    [{ address: 'https://box.example/#sk-1' }, /its address has a "\?" or "#" in it/],
    [{ address: 'http://box.example' }, /plain http, where everyone .* use https, or "network": "own"/],
    [{ api: 'soap' }, /its "api" must be one of "auto", "openai", "anthropic", "ollama", "llama-server"/],
    [{ roles: ['chat', 'cook'] }, /its "roles" must be a list of some of "completion", "chat"/],
    [{ roles: 'chat' }, /its "roles" must be a list/],
    [{ contextTokens: 100 }, /its "contextTokens" must be a whole number from 256/],
    [{ contextTokens: 1000.5 }, /its "contextTokens" must be a whole number from 256/],
    [{ price: 3 }, /its "price" must be the two numbers "input" and "output"/],
    [{ price: { input: 1, output: -1 } }, /its "price.output" must be at least 0/],
    [{ keepAliveMinutes: -1 }, /its "keepAliveMinutes" must be a number of minutes/],
    [{ network: 'mine' }, /its "network" must be "own", or left out/],
    [{ modle: 'x' }, /it has an unknown field "modle"/],
    [
      { apiKey: 'sk-1' },
      /a field "apiKey", but keys belong in the editor's secret storage: .*Set Key of Endpoint/,
    ],
    [{ key: 'sk-1' }, /keys belong in the editor's secret storage/],
    [{ api_key: 'sk-1' }, /keys belong in the editor's secret storage/],
    [{ token: 'sk-1' }, /keys belong in the editor's secret storage/],
    [{ headers: { 'x-api-key': 'sk-1' } }, /keys belong in the editor's secret storage/],
  ];
  for (const [fields, sentence] of broken) {
    it(`is left out, with a sentence, with ${JSON.stringify(fields)}`, () => {
      const problem = problemOf(fields);
      assert.match(problem, sentence);
      assert.match(problem, /^Endpoint [^\n]+\.$/);
      assert.doesNotMatch(problem, /sk-1|:pw/);
    });
  }

  it('leaves the others alone when it is broken, in their order', () => {
    const { endpoints, problems } = readEndpoints([
      { ...plain, name: 'one' },
      'nonsense',
      { ...plain, name: 'ONE' },
      null,
      { ...plain, name: 'two' },
    ]);
    assert.deepEqual(
      endpoints.map(({ name }) => name),
      ['one', 'two'],
    );
    assert.deepEqual(problems, [
      'Endpoint number 2 is left out: it must be a group of fields in braces.',
      'Endpoint "ONE" is left out: another one has the same name: choose another.',
      'Endpoint number 4 is left out: it must be a group of fields in braces.',
    ]);
  });

  it('must stand in a list', () => {
    assert.match(readEndpoints({}).problems[0] ?? '', /hearth\.endpoints must have a list in brackets/);
  });

  it('is read or left out with one sentence, whatever it is', () => {
    const field = fc.constantFrom('name', 'address', 'api', 'model', 'roles', 'price', 'network', 'x');
    const entry = fc.oneof(fc.anything(), fc.dictionary(field, fc.anything()));
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const { endpoints, problems } = readEndpoints(entries);
        assert.equal(endpoints.length + problems.length, entries.length);
        for (const problem of problems) assert.match(problem, /^Endpoint [^\n]+\.$/);
      }),
    );
  });
});

describe('an address', () => {
  const read: readonly (readonly [string, string])[] = [
    ['http://127.0.0.1:1234/v1/', 'http://127.0.0.1:1234'],
    ['http://127.0.0.1:1234/v1', 'http://127.0.0.1:1234'],
    ['http://127.0.0.1:1234///', 'http://127.0.0.1:1234'],
    ['https://api.openai.com/v1/chat/completions', 'https://api.openai.com'],
    ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1'],
    ['https://x.example/v1beta/openai/', 'https://x.example/v1beta/openai'],
    ['HTTPS://X.Example:443/', 'https://x.example'],
    [' http://box:8080 ', 'http://box:8080'],
  ];
  for (const [text, address] of read) {
    it(`${text} is ${address}`, () => assert.deepEqual(readAddress(text), { address }));
  }

  it('is the same when it is read once more', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: false, withFragments: false }), (url) => {
        const once = readAddress(url);
        assert.ok('address' in once);
        assert.deepEqual(readAddress(once.address), once);
        assert.doesNotMatch(once.address, /\/$/);
      }),
    );
  });

  it('gets the scheme that was left out', () => {
    assert.equal(completeAddress('localhost:11434'), 'http://localhost:11434');
    assert.equal(completeAddress('192.168.0.7:8000/v1'), 'http://192.168.0.7:8000/v1');
    assert.equal(completeAddress('api.example.org'), 'https://api.example.org');
    assert.equal(completeAddress(' http://box '), 'http://box');
    assert.equal(completeAddress(''), '');
  });
});

describe('a file of endpoints', () => {
  it('is the list of the settings, with comments, alone or under its name', () => {
    const list = `[ // mine\n ${JSON.stringify(plain)}, ]`;
    assert.deepEqual(
      parseEndpointsFile(`\uFEFF${list}`).endpoints.map(({ name }) => name),
      ['Box'],
    );
    assert.deepEqual(parseEndpointsFile(`{"hearth.endpoints": ${list}}`), parseEndpointsFile(list));
  });

  it('says where it is no JSON', () => {
    const { endpoints, problems } = parseEndpointsFile('[\n{"name": }\n]');
    assert.deepEqual(endpoints, []);
    assert.deepEqual(problems, ['The file of endpoints is no JSON: look at line 2.']);
    assert.equal(parseEndpointsFile('['.repeat(200_000)).problems.length, 1);
  });

  it('says where keys belong', () => {
    const [problem] = parseEndpointsFile(
      JSON.stringify([{ ...plain, name: 'My box', key: 'sk-1' }]),
    ).problems;
    assert.match(
      problem ?? '',
      /keys belong in the environment variable HEARTH_KEY_MY_BOX: take it out here/,
    );
    assert.doesNotMatch(problem ?? '', /sk-1/);
  });

  it('has no two endpoints whose keys would be the same', () => {
    const { endpoints, problems } = parseEndpointsFile(
      JSON.stringify([
        { ...plain, name: 'my-box' },
        { ...plain, name: 'my_box' },
      ]),
    );
    assert.deepEqual(
      endpoints.map(({ name }) => name),
      ['my-box'],
    );
    assert.match(problems[0] ?? '', /same variable HEARTH_KEY_MY_BOX as that of "my-box"/);
  });
});

describe('a name', () => {
  it('is one that no other endpoint has, and not that of the local model', () => {
    assert.equal(nameProblem('Box', []), null);
    assert.match(nameProblem(' box ', [{ name: 'Box' }]) ?? '', /same name/);
    assert.match(nameProblem('LOCAL', []) ?? '', /model on this machine/);
  });
});
