import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';

const repository = path.join(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: repository });
const linter = new Linter({ configType: 'flat' });

/** The rules about sockets that find something in `code`, were it the file of that name. */
async function found(file: string, code: string): Promise<string[]> {
  const config = (await eslint.calculateConfigForFile(path.join(repository, file))) as {
    rules: Linter.RulesRecord;
  };
  const rules = Object.fromEntries(
    Object.entries(config.rules).filter(([name]) => name.startsWith('no-restricted-')),
  );
  const parser = tseslint.parser as Linter.Parser;
  return linter
    .verify(code, [{ files: ['**/*.ts'], languageOptions: { parser }, rules }], { filename: file })
    .map(({ ruleId, message }) => ruleId ?? message);
}

/** A file of each ring, none of which is the door. */
const files = [
  'src/core/text/bytes.ts',
  'src/engine/client.ts',
  'src/remote/proxy.ts',
  'src/vscode/status.ts',
  'src/cli/main.ts',
  'src/extension.ts',
];

describe('no way around the one door for sockets', () => {
  const ways: readonly [code: string, rule: string][] = [
    ["await fetch('https://a.example');", 'no-restricted-globals'],
    ["new WebSocket('wss://a.example');", 'no-restricted-globals'],
    ["new EventSource('https://a.example');", 'no-restricted-globals'],
    ['new XMLHttpRequest();', 'no-restricted-globals'],
    ["await globalThis.fetch('https://a.example');", 'no-restricted-properties'],
    ["await globalThis['fetch']('https://a.example');", 'no-restricted-properties'],
    ['const { fetch: get } = globalThis; get();', 'no-restricted-properties'],
    ["new global.WebSocket('wss://a.example');", 'no-restricted-properties'],
    ["process.binding('tcp_wrap');", 'no-restricted-properties'],
    ["process['binding']('tcp_wrap');", 'no-restricted-properties'],
    ["process._linkedBinding('tcp_wrap');", 'no-restricted-properties'],
    ["process.getBuiltinModule('node:net');", 'no-restricted-properties'],
    ...['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'node:net', 'dns/promises', 'undici'].map(
      (name): [string, string] => [`await import('${name}');`, 'no-restricted-syntax'],
    ),
    ["await import('node:' + 'net');", 'no-restricted-syntax'],
    ['const name = "net"; await import(name);', 'no-restricted-syntax'],
    ['await import(`net`);', 'no-restricted-syntax'],
    ["require('node:https');", 'no-restricted-syntax'],
    ["module.require('node:https');", 'no-restricted-syntax'],
    ['const name = "net"; require(name);', 'no-restricted-syntax'],
    ["createRequire(import.meta.url)('net');", 'no-restricted-syntax'],
    ["const nodeRequire = createRequire(import.meta.url); nodeRequire('net');", 'no-restricted-syntax'],
  ];
  for (const [code, rule] of ways) {
    it(code, async () => {
      for (const file of files) assert.deepEqual(await found(file, code), [rule], file);
      assert.deepEqual(await found('src/remote/egress.ts', code), []);
    });
  }

  it('is barred where packages are loaded by a name that is not written down, unless the name is a socket module', async () => {
    const file = 'src/engine/llama/binaryPackages.ts';
    assert.deepEqual(await found(file, 'const name = "a"; await import(name);'), []);
    assert.deepEqual(await found(file, "await import('node:net');"), ['no-restricted-syntax']);
  });

  it('accuses nothing that opens no socket', async () => {
    for (const code of [
      "await import('node:fs');",
      "await import('./network.ts');",
      "await import('https-like');",
      'const store = { fetch: () => 1 }; store.fetch();',
      'process.memoryUsage();',
      "say('dns');",
    ]) {
      assert.deepEqual(await found('src/vscode/status.ts', code), [], code);
    }
  });
});
