import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { runImport } from '../../../src/cli/import.ts';
import { importArguments } from '../../../src/cli/importArguments.ts';
import { parseEndpointsFile } from '../../../src/host/endpoints/endpointConfig.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'hearth-import-'));
after(() => rmSync(root, { recursive: true, force: true }));
const key = `sk-${'q7Zt'.repeat(8)}`;
mkdirSync(path.join(root, '.continue'));
writeFileSync(
  path.join(root, '.continue/config.yaml'),
  `models:\n  - {name: GPT, provider: openai, model: gpt-4o, apiKey: ${key}}\n  - {uses: a/b}\n`,
);
const surroundings = { env: {}, platform: 'linux', home: root } as const;

/** What the command prints, and its exit code. */
async function printed(options: Parameters<typeof runImport>[0], at = surroundings) {
  let text = '';
  const code = await runImport(options, at, (piece) => (text += piece));
  return { code, text };
}

test('what would be taken is shown, without keys', async () => {
  const { code, text } = await printed({ json: false, apply: null });
  assert.equal(code, 0);
  assert.match(text, /^\+ Continue: gpt-4o at api\.openai\.com \(.*config\.yaml\)$/m);
  assert.match(text, /give it in HEARTH_KEY_GPT/);
  assert.match(text, /^- Continue: a\/b/m);
  assert.match(text, /^1 can be taken: /m);
  assert.ok(!text.includes(key));
  const json = await printed({ json: true, apply: null });
  const { proposals, applied } = JSON.parse(json.text) as { proposals: unknown[]; applied: unknown };
  assert.equal(proposals.length, 2);
  assert.equal(applied, null);
});

test('where there is nothing, the exit code says so', async () => {
  const empty = path.join(root, 'empty');
  mkdirSync(empty);
  const { code, text } = await printed({ json: false, apply: null }, { ...surroundings, home: empty });
  assert.equal(code, 1);
  assert.match(text, /^Nothing was found/);
});

test('it is written to a new file, and once', async () => {
  const file = path.join(root, 'new.json');
  await printed({ json: false, apply: file });
  const { endpoints, problems } = parseEndpointsFile(readFileSync(file, 'utf8'));
  assert.deepEqual([endpoints.map(({ name }) => name), problems], [['GPT'], []]);
  const before = readFileSync(file, 'utf8');
  const again = await printed({ json: false, apply: file });
  assert.equal(again.code, 1);
  assert.match(again.text, /among your endpoints already/);
  assert.equal(readFileSync(file, 'utf8'), before);
});

test('what a file has stays, comments too', async () => {
  const file = path.join(root, 'mine.jsonc');
  writeFileSync(
    file,
    '{\n  // mine\n  "hearth.endpoints": [\n    { "name": "gpt", "address": "http://127.0.0.1:1" }\n  ]\n}\n',
  );
  await printed({ json: false, apply: file });
  const text = readFileSync(file, 'utf8');
  assert.match(text, /\/\/ mine/);
  assert.deepEqual(
    parseEndpointsFile(text).endpoints.map(({ name }) => name),
    ['gpt', 'GPT (2)'],
  );
});

test('a file with nothing in it gets a list, a file that is nested too deeply stays', async () => {
  const file = path.join(root, 'empty.json');
  for (const text of ['', ' \n', '\uFEFF', '{}', '{\n  // mine\n}\n', '\uFEFF[]\n']) {
    writeFileSync(file, text);
    assert.equal((await printed({ json: false, apply: file })).code, 0, JSON.stringify(text));
    const written = readFileSync(file, 'utf8');
    const { endpoints, problems } = parseEndpointsFile(written);
    assert.deepEqual([endpoints.map(({ name }) => name), problems], [['GPT'], []], written);
    assert.equal(written.includes('// mine'), text.includes('// mine'));
  }
  const deep = '['.repeat(200_000);
  writeFileSync(file, deep);
  await assert.rejects(printed({ json: false, apply: file }), /no list of endpoints, and stays as it is/);
  assert.equal(readFileSync(file, 'utf8'), deep);
});

test('a file that is no list stays as it is', async () => {
  const file = path.join(root, 'other.json');
  writeFileSync(file, '{ "a": 1 }');
  await assert.rejects(printed({ json: false, apply: file }), /no list of endpoints, and stays as it is/);
  assert.equal(readFileSync(file, 'utf8'), '{ "a": 1 }');
  const missing = path.join(root, 'no/such/folder.json');
  await assert.rejects(printed({ json: false, apply: missing }), /can't be written \(ENOENT\)/);
  assert.ok(!existsSync(missing));
});

test('its options', () => {
  assert.deepEqual(importArguments(['--json', '--apply', '/a/b.json']), {
    json: true,
    apply: path.resolve('/a/b.json'),
  });
  assert.throws(() => importArguments(['all']), /takes no argument/);
  assert.throws(() => importArguments(['--model', 'x']), /takes no --model/);
});
