import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEndpoints } from '../../../../src/host/endpoints/endpointConfig.ts';
import { readContinueJson, readContinueYaml } from '../../../../src/host/imports/continueConfig.ts';

const file = '/home/mia/.continue/config.yaml';
const key = `sk-${'abc1'.repeat(8)}`;

const yaml = `name: Mine
version: 1.0.0
schema: v1
models:
  - name: Qwen Chat
    provider: ollama
    model: qwen2.5-coder:7b
    defaultCompletionOptions:
      contextLength: 16384
  - name: Qwen Fast
    provider: ollama
    apiBase: http://192.168.1.20:11434/
    model: qwen2.5-coder:1.5b
    roles: [autocomplete]
  - name: Team
    provider: vllm
    apiBase: http://10.0.0.5:8000/v1
    model: Qwen/Qwen3-Coder-30B
    roles:
      - chat
      - edit
    requestOptions:
      headers:
        X-Team: a
      verifySsl: false
  - name: Sonnet
    provider: anthropic
    model: claude-sonnet-4
    apiKey: ${key}
  - name: GPT
    provider: openai
    model: gpt-4o
    apiKey: \${{ secrets.OPENAI_API_KEY }}
  - name: Codestral
    provider: mistral
    model: codestral-latest
    roles: [autocomplete]
  - uses: openai/gpt-4o
  - name: Corporate
    provider: azure
    model: gpt-4o
    apiBase: https://acme.openai.azure.com
  - name: Embed
    provider: ollama
    model: nomic-embed-text
    roles: [embed]
rules:
  - Be brief
mcpServers:
  - name: sqlite
    command: uvx
`;

test('models of config.yaml become endpoints, each with what it does', () => {
  const proposals = readContinueYaml(yaml, file);
  const endpoints = proposals.flatMap(({ endpoint }) => endpoint ?? []);
  assert.deepEqual(endpoints, [
    {
      name: 'Qwen Chat',
      address: 'http://127.0.0.1:11434',
      api: 'ollama',
      model: 'qwen2.5-coder:7b',
      roles: ['chat', 'refactor'],
      contextTokens: 16_384,
    },
    {
      name: 'Qwen Fast',
      address: 'http://192.168.1.20:11434',
      api: 'ollama',
      model: 'qwen2.5-coder:1.5b',
      roles: ['completion'],
    },
    {
      name: 'Team',
      address: 'http://10.0.0.5:8000',
      api: 'openai',
      model: 'Qwen/Qwen3-Coder-30B',
      roles: ['chat', 'refactor'],
    },
    {
      name: 'Sonnet',
      address: 'https://api.anthropic.com',
      api: 'anthropic',
      model: 'claude-sonnet-4',
      roles: ['hard'],
    },
    { name: 'GPT', address: 'https://api.openai.com', api: 'openai', model: 'gpt-4o', roles: ['hard'] },
  ]);
  // The setting takes them as they are.
  assert.deepEqual(readEndpoints(endpoints).problems, []);
});

test('what can not be taken says why, and the rest works', () => {
  const problems = readContinueYaml(yaml, file).flatMap(({ what, problem }) =>
    problem === null ? [] : [[what, problem.split(/[,:.]/)[0]]],
  );
  assert.deepEqual(problems, [
    ['codestral-latest at api.mistral.ai', 'It completes code at a service'],
    ['openai/gpt-4o', "It comes from Continue's hub"],
    ['Corporate', 'Hearth does not speak the interface of "azure"'],
    ['Embed', 'It makes embeddings or ranks'],
    ['1 rules', 'Put rules that are to hold into AGENTS'],
    ['1 MCP servers', 'Hearth runs no other programs'],
  ]);
});

test('keys are spoken of and never copied', () => {
  const proposals = readContinueYaml(yaml, file);
  assert.ok(!JSON.stringify(proposals).includes(key));
  const hint = (name: string) => proposals.find(({ endpoint }) => endpoint?.name === name)?.keyHint ?? null;
  assert.match(hint('Sonnet') ?? '', /config\.yaml and is not copied/);
  assert.match(hint('GPT') ?? '', /secret OPENAI_API_KEY of Continue/);
  assert.equal(hint('Qwen Chat'), null);
  const team = proposals.find(({ endpoint }) => endpoint?.name === 'Team');
  assert.equal(
    team?.note,
    "Its own headers are not taken. Proxy and certificates are those of VS Code's settings.",
  );
});

test('a key in an address is refused and not repeated', () => {
  const text = `models:\n  - {name: A, provider: openai, model: m, apiBase: "https://u:${key}@a.io/v1"}\n`;
  const [proposal] = readContinueYaml(text, file);
  assert.match(proposal?.problem ?? '', /has a name or password in it/);
  assert.ok(!JSON.stringify(proposal).includes(key));
});

test('a file that is no YAML gives one sentence', () => {
  for (const text of ['models:\n  - name: [a\n', 'a: b: c: d', '- 1\n', 'just words', '&a [*a, *a', '\0']) {
    const proposals = readContinueYaml(text, file);
    assert.equal(proposals.length, 1, text);
    assert.match(proposals[0]?.problem ?? '', /^The file .*\. Nothing of it can be taken\.$/, text);
  }
  assert.deepEqual(readContinueYaml('', file), []);
  // Aliases that would fill memory.
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const name of 'bcdefghi') {
    const previous = String.fromCharCode(name.charCodeAt(0) - 1);
    bomb.push(`${name}: &${name} [${`*${previous},`.repeat(9)}]`);
  }
  assert.match(readContinueYaml(bomb.join('\n'), file)[0]?.problem ?? '', /could not be read/);
});

test('fields of a wrong kind are as good as missing', () => {
  const [first, second] = readContinueYaml(
    'models:\n  - {name: 3, provider: ollama, model: [a], roles: chat, contextLength: big}\n  - text\n',
    file,
  );
  assert.deepEqual(first?.endpoint, {
    name: 'ollama',
    address: 'http://127.0.0.1:11434',
    api: 'ollama',
    roles: ['chat', 'refactor'],
  });
  assert.equal(second?.problem, 'It has no fields.');
});

test('config.json of earlier versions is read too', () => {
  const text = JSON.stringify({
    models: [
      { title: 'Local', provider: 'lmstudio', model: 'AUTODETECT', contextLength: 8192 },
      { title: 'Llama', provider: 'llama.cpp', model: 'm', apiBase: 'http://localhost:8081' },
    ],
    tabAutocompleteModel: { title: 'Tab', provider: 'ollama', model: 'starcoder2:3b' },
    embeddingsProvider: { provider: 'transformers.js' },
    customCommands: [{ name: 'test', prompt: 'x' }],
  });
  const proposals = readContinueJson(text, '/home/mia/.continue/config.json');
  assert.deepEqual(
    proposals.flatMap(({ endpoint }) => endpoint ?? []),
    [
      {
        name: 'Local (Continue)',
        address: 'http://127.0.0.1:1234',
        api: 'openai',
        roles: ['chat', 'refactor'],
        contextTokens: 8192,
      },
      {
        name: 'Llama',
        address: 'http://localhost:8081',
        api: 'llama-server',
        model: 'm',
        roles: ['chat', 'refactor'],
      },
      {
        name: 'Tab',
        address: 'http://127.0.0.1:11434',
        api: 'ollama',
        model: 'starcoder2:3b',
        roles: ['completion'],
      },
    ],
  );
  assert.equal(proposals.filter(({ problem }) => problem !== null).length, 2);
  assert.match(readContinueJson('{\n"models": [', 'x')[0]?.problem ?? '', /no whole JSON: look at line 2/);
  assert.match(readContinueJson('[]', 'x')[0]?.problem ?? '', /has no fields/);
});

test('brackets that are nested too deeply are one sentence', () => {
  const deep = '['.repeat(200_000);
  assert.match(readContinueJson(deep, file)[0]?.problem ?? '', /^The file is no whole JSON\. Nothing/);
  assert.match(
    readContinueYaml(deep, file)[0]?.problem ?? '',
    /^The file .*\. Nothing of it can be taken\.$/,
  );
});

test("a model's name is taken whole, and one of the entry as long as it may be", () => {
  const model = 'hf.co/unsloth/Qwen3-Coder-30B-A3B-Instruct-1M-GGUF:UD-Q4_K_XL';
  const [proposal] = readContinueYaml(
    `models:\n  - {name: ${'n'.repeat(70)}, provider: ollama, model: "${model}"}\n`,
    file,
  );
  assert.equal(proposal?.endpoint?.model, model);
  assert.equal(proposal?.endpoint?.name, 'n'.repeat(60));
});
