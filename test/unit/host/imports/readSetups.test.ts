import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readSetups } from '../../../../src/host/imports/readSetups.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'hearth-imports-'));
after(() => rmSync(root, { recursive: true, force: true }));

let homes = 0;
/** A home folder with these files, by their paths in it. */
function home(files: Readonly<Record<string, string>>): string {
  const folder = path.join(root, String((homes += 1)));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const read = (folder: string, env: Record<string, string> = {}) =>
  readSetups({ env, platform: 'linux', home: folder });

const digest = 'a'.repeat(64);
const ollama = {
  '.ollama/models/manifests/registry.ollama.ai/library/qwen2.5-coder/7b': JSON.stringify({
    layers: [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: 4 }],
  }),
  [`.ollama/models/blobs/sha256-${digest}`]: 'GGUF',
};

test('everything of a home is found, each with where it was', async () => {
  const folder = home({
    ...ollama,
    '.continue/config.yaml': 'models:\n  - {name: Mine, provider: lmstudio, model: qwen}\n',
    '.continue/config.json': '{"models": [{"title": "Old", "provider": "ollama", "model": "x"}]}',
    '.config/Code/User/settings.json':
      '{"llama-vscode.endpoint": "http://127.0.0.1:8012", "twinny.enabled": true}',
    '.config/VSCodium/User/globalStorage/rjmacarthy.twinny/twinny-providers.json':
      '{"1": {"type": "fim", "provider": "ollama", "apiHostname": "localhost", "apiPort": 11434, "modelName": "q"}}',
    '.lmstudio/models/acme/coder/coder.gguf': 'GGUF',
  });
  const proposals = await read(folder, { OLLAMA_HOST: '0.0.0.0:11500' });
  assert.deepEqual(
    proposals.map(({ source, from, endpoint, problem }) => [
      source,
      path.relative(folder, from).replaceAll('\\', '/'),
      endpoint?.address ?? problem?.split(',')[0],
    ]),
    [
      ['continue', '.continue/config.yaml', 'http://127.0.0.1:1234'],
      ['llama-vscode', '.config/Code/User/settings.json', 'http://127.0.0.1:8012'],
      ['twinny', '.config/Code/User/settings.json', "Twinny keeps them in VS Code's own storage"],
      [
        'twinny',
        '.config/VSCodium/User/globalStorage/rjmacarthy.twinny/twinny-providers.json',
        'http://localhost:11434',
      ],
      ['ollama', '.ollama/models', 'http://127.0.0.1:11500'],
      ['lm-studio', '.lmstudio/models', 'http://127.0.0.1:1234'],
    ],
  );
});

test('a broken file is one sentence, and the others are read', async () => {
  const folder = home({ ...ollama, '.continue/config.yaml': 'models: [' });
  const [broken, found] = await read(folder);
  assert.match(broken?.problem ?? '', /no whole YAML/);
  assert.equal(found?.endpoint?.name, 'Ollama');
  // A folder in the place of the file.
  const odd = home({ '.continue/config.yaml/x': '' });
  assert.match((await read(odd))[0]?.problem ?? '', /can't be read \(EISDIR\)/);
});

test("of Ollama's models the largest is named, and others are spoken of", async () => {
  const one = home(ollama);
  const [alone] = await read(one);
  assert.equal(alone?.endpoint?.model, 'qwen2.5-coder:7b');
  assert.doesNotMatch(alone?.note ?? '', /others/);
  const manifest = (size: number): string =>
    JSON.stringify({
      layers: [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size }],
    });
  const several = home({
    ...ollama,
    '.ollama/models/manifests/registry.ollama.ai/acme/big/30b': manifest(40),
    '.ollama/models/manifests/registry.ollama.ai/library/nomic-embed-text/latest': manifest(1),
  });
  const [proposal] = await read(several);
  assert.deepEqual([proposal?.endpoint?.model, proposal?.endpoint?.roles], ['acme/big:30b', ['hard']]);
  assert.match(proposal?.note ?? '', /It has others: name another/);
  // An entry without a model stands for it already.
  const existing = [{ name: 'Mine', address: 'http://localhost:11434' }];
  const [known] = await readSetups({ env: {}, platform: 'linux', home: several }, existing);
  assert.match(known?.problem ?? '', /among your endpoints already/);
});

test('a home with nothing gives nothing', async () => {
  assert.deepEqual(await read(home({})), []);
});

test('OLLAMA_HOST is read as Ollama reads it', async () => {
  const folder = home(ollama);
  const at = async (host: string) => (await read(folder, { OLLAMA_HOST: host }))[0]?.endpoint?.address;
  assert.equal(await at(''), 'http://127.0.0.1:11434');
  assert.equal(await at('0.0.0.0'), 'http://127.0.0.1:11434');
  assert.equal(await at(':9000'), 'http://127.0.0.1:9000');
  assert.equal(await at('10.0.0.8:1234'), 'http://10.0.0.8:1234');
  assert.equal(await at('https://models.acme.io'), 'https://models.acme.io');
  assert.equal(await at('no address'), 'http://127.0.0.1:11434');
});
