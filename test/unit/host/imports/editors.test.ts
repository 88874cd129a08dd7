import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLlamaVscode } from '../../../../src/host/imports/llamaVscode.ts';
import { editorPlaces, continuePlaces } from '../../../../src/host/imports/places.ts';
import { settled } from '../../../../src/host/imports/proposals.ts';
import { readEditorSettings } from '../../../../src/host/imports/readSetups.ts';
import { readTwinnyProviders, readTwinnySettings } from '../../../../src/host/imports/twinny.ts';

const from = 'settings.json';
const key = `kq${'9x'.repeat(12)}`;

test('the servers of llama.vscode are taken with what they do', () => {
  const proposals = readLlamaVscode(
    {
      'llama-vscode.endpoint': 'http://127.0.0.1:8012',
      'llama-vscode.endpoint_chat': 'http://127.0.0.1:8011/',
      'llama-vscode.endpoint_tools': 'https://openrouter.ai/api/v1',
      'llama-vscode.api_key_tools': key,
      'llama-vscode.ai_model': 'google/gemini-2.5-flash',
      'llama-vscode.launch_completion': 'llama-server --fim-qwen-1.5b-default',
      'llama-vscode.endpoint_embeddings': 'http://127.0.0.1:8010',
      'llama-vscode.chat_models_list': [
        { name: 'Qwen 3B', localStartCommand: 'llama-server', endpoint: 'http://127.0.0.1:8015' },
        { name: 'Cloud', endpoint: 'https://api.acme.io', aiModel: 'm', isKeyRequired: true },
        'nothing',
      ],
    },
    from,
  );
  assert.deepEqual(
    proposals.map(({ what, endpoint, problem }) => [what, endpoint?.roles ?? problem?.split(',')[0]]),
    [
      ['llama.vscode completion at 127.0.0.1:8012', ['completion']],
      ['google/gemini-2.5-flash at 127.0.0.1:8011', ['chat', 'refactor']],
      ['google/gemini-2.5-flash at openrouter.ai', ['hard']],
      ['Qwen 3B at 127.0.0.1:8015', ['chat', 'refactor']],
      ['m at api.acme.io', ['hard']],
      ['llama.vscode embeddings', 'It makes embeddings'],
      ['commands that start servers', 'Hearth runs no commands of settings: start such servers yourself'],
    ],
  );
  assert.equal(proposals[0]?.endpoint?.api, 'llama-server');
  assert.ok(!JSON.stringify(proposals).includes(key));
  assert.match(proposals[2]?.keyHint ?? '', /stands in settings\.json and is not copied/);
  assert.match(proposals[4]?.keyHint ?? '', /^It wants a key/);
});

test('an address that is none says so', () => {
  const [proposal] = readLlamaVscode({ 'llama-vscode.endpoint': 'http=//127.0.0.1:8012' }, from);
  assert.match(proposal?.problem ?? '', /^Its address is none/);
  assert.deepEqual(readLlamaVscode({ 'llama-vscode.endpoint': 7, 'editor.tabSize': 2 }, from), []);
});

test("Twinny's file of providers is read", () => {
  const provider = {
    apiHostname: '0.0.0.0',
    apiPath: '/v1/chat/completions',
    apiPort: 11434,
    apiProtocol: 'http',
    id: '1',
    label: 'Ollama 7B Chat',
    modelName: 'codellama:7b-instruct',
    provider: 'ollama',
    type: 'chat',
  };
  const proposals = readTwinnyProviders(
    JSON.stringify({
      1: provider,
      2: { ...provider, label: 'FIM', type: 'fim', apiPath: '/api/generate', modelName: 'codellama:7b-code' },
      3: { ...provider, type: 'embedding' },
      4: { ...provider, provider: 'symmetry' },
      5: {
        ...provider,
        label: 'Groq',
        provider: 'groq',
        apiProtocol: 'https',
        apiHostname: 'api.groq.com',
        apiPort: '',
        apiPath: '/openai/v1/chat/completions',
        apiKey: key,
      },
      6: null,
    }),
    'twinny-providers.json',
  );
  assert.deepEqual(
    proposals.map(({ endpoint, problem }) => endpoint ?? problem),
    [
      {
        name: 'Ollama 7B Chat',
        address: 'http://127.0.0.1:11434',
        api: 'ollama',
        model: 'codellama:7b-instruct',
        roles: ['chat', 'refactor'],
      },
      {
        name: 'FIM',
        address: 'http://127.0.0.1:11434',
        api: 'ollama',
        model: 'codellama:7b-code',
        roles: ['completion'],
      },
      'It makes embeddings, which Hearth does without a model.',
      'Hearth asks no computers of other people.',
      {
        name: 'Groq',
        address: 'https://api.groq.com/openai',
        model: 'codellama:7b-instruct',
        roles: ['hard'],
      },
      'It has no fields.',
    ],
  );
  assert.ok(!JSON.stringify(proposals).includes(key));
  assert.match(readTwinnyProviders('{', 'f')[0]?.problem ?? '', /no whole JSON/);
});

test("Twinny's settings give the address of Ollama, and say where its providers are", () => {
  const settings = {
    'twinny.ollamaHostname': '192.168.1.7',
    'twinny.ollamaApiPort': 11435,
    'twinny.keepAlive': '1h',
  };
  const [server, providers] = readTwinnySettings(settings, from, false);
  assert.deepEqual(server?.endpoint, {
    name: 'Ollama of Twinny',
    address: 'http://192.168.1.7:11435',
    api: 'ollama',
    roles: ['chat', 'refactor'],
    keepAliveMinutes: 60,
  });
  assert.match(providers?.problem ?? '', /VS Code's own storage/);
  assert.equal(readTwinnySettings(settings, from, true).length, 1);
  assert.deepEqual(readTwinnySettings({ 'editor.tabSize': 2 }, from, false), []);
});

test("an editor's settings may have comments; a broken file is spoken of only where it matters", () => {
  const text = '{\n  // mine\n  "llama-vscode.endpoint": "http://127.0.0.1:8012",\n}\n';
  assert.equal(readEditorSettings(text, from, false)[0]?.endpoint?.address, 'http://127.0.0.1:8012');
  assert.deepEqual(readEditorSettings('{ "editor.tabSize": ', from, false), []);
  const [broken, ...more] = readEditorSettings('{\n "twinny.enabled": true\n "a" 1', from, false);
  assert.match(broken?.problem ?? '', /no whole JSON: look at line 3/);
  assert.deepEqual(more, []);
});

test('brackets that are nested too deeply are one sentence', () => {
  const deep = `{"twinny.enabled": ${'['.repeat(200_000)}`;
  assert.match(readEditorSettings(deep, from, false)[0]?.problem ?? '', /no whole JSON\./);
  assert.match(readTwinnyProviders(deep, from)[0]?.problem ?? '', /no whole JSON\./);
});

test('one server and model is one proposal; names are made different; what is there already is not proposed', () => {
  const endpoint = { name: 'A', address: 'http://127.0.0.1:11434', model: 'm' };
  const proposal = {
    source: 'continue',
    from: '',
    what: 'm',
    note: '',
    keyHint: null,
    problem: null,
  } as const;
  const result = settled(
    [
      { ...proposal, endpoint: { ...endpoint, roles: ['chat'] } },
      {
        ...proposal,
        endpoint: { ...endpoint, name: 'B', address: 'http://localhost:11434/v1', roles: ['completion'] },
      },
      { ...proposal, endpoint: { ...endpoint, model: 'other' } },
      { ...proposal, endpoint: { name: 'C', address: 'http://127.0.0.1:2/' } },
    ],
    [{ name: 'mine', address: 'http://localhost:2' }],
  );
  assert.deepEqual(
    result.map(({ endpoint: entry, problem }) => entry ?? problem),
    [
      { name: 'A', address: 'http://127.0.0.1:11434', model: 'm', roles: ['chat', 'completion'] },
      { name: 'A (2)', address: 'http://127.0.0.1:11434', model: 'other' },
      'It is among your endpoints already.',
    ],
  );
});

test('the files are sought where each system keeps them', () => {
  const first = (platform: NodeJS.Platform, env: Record<string, string> = {}) =>
    editorPlaces({ env, platform, home: '/home/mia' })[0]?.settings.replaceAll('\\', '/');
  assert.equal(first('linux'), '/home/mia/.config/Code/User/settings.json');
  assert.equal(first('linux', { XDG_CONFIG_HOME: '/cfg' }), '/cfg/Code/User/settings.json');
  assert.equal(first('darwin'), '/home/mia/Library/Application Support/Code/User/settings.json');
  assert.equal(
    first('win32', { APPDATA: 'C:/Users/mia/AppData/Roaming' }),
    'C:/Users/mia/AppData/Roaming/Code/User/settings.json',
  );
  assert.equal(continuePlaces({ env: {}, platform: 'linux', home: '/home/mia' }).length, 3);
});
