import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';

const repository = path.join(import.meta.dirname, '../..');
const configPath = path.join(repository, '.dependency-cruiser.cjs');
const config = createRequire(import.meta.url)(configPath) as { forbidden: { name: string }[] };
const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-rings-'));
after(() => rmSync(folder, { recursive: true }));

/** A small tree in the shape of ours, which keeps every rule: file to what it imports. */
const sound: Readonly<Record<string, string[]>> = {
  'src/core/text.ts': [],
  'src/core/prompt.ts': ['./text.ts'],
  'src/engine/protocol.ts': ['../core/prompt.ts'],
  'src/engine/client.ts': ['./protocol.ts', 'node:child_process'],
  'src/engine/llama/model.ts': ['../protocol.ts', 'node-llama-cpp'],
  'src/engine/main.ts': ['./llama/model.ts'],
  'src/remote/egress.ts': ['node:https', '../core/text.ts'],
  'src/workspace/protocol.ts': ['../core/text.ts'],
  'src/workspace/worker.ts': ['./protocol.ts', '../disk/replaceFile.ts', 'node:fs'],
  'src/disk/replaceFile.ts': ['../core/text.ts', 'node:fs'],
  'src/models/library.ts': ['../core/text.ts', '../disk/replaceFile.ts', '../remote/egress.ts', 'valibot'],
  'src/vscode/ghostText.ts': [
    'vscode',
    '../engine/client.ts',
    '../workspace/protocol.ts',
    '../remote/egress.ts',
  ],
  'src/cli/main.ts': ['../engine/client.ts', '../workspace/protocol.ts', '../models/library.ts'],
  'src/webview/chat/main.ts': ['../../core/text.ts', 'valibot'],
  'src/extension.ts': ['vscode', './vscode/ghostText.ts'],
};

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** Violations that our rules find in `files`, as `rule: from -> to`. */
function violations(name: string, files: Readonly<Record<string, readonly string[]>>): string[] {
  const root = path.join(folder, name);
  for (const [file, imports] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    const lines = imports.map(
      (from) => `import ${from.startsWith('type ') ? `type {} from '${from.slice(5)}'` : `'${from}'`};`,
    );
    writeFileSync(path.join(root, file), `${lines.join('\n')}\nexport {};\n`);
  }
  for (const name of ['node-llama-cpp', 'valibot', '@types/vscode']) {
    const at = path.join(root, 'node_modules', name);
    const main = name.startsWith('@types/') ? '' : 'index.js';
    mkdirSync(at, { recursive: true });
    writeFileSync(path.join(at, 'package.json'), JSON.stringify({ name, main, types: 'index.d.ts' }));
    writeFileSync(path.join(at, main === '' ? 'index.d.ts' : main), '');
  }
  const dependencies = { 'node-llama-cpp': '1', valibot: '1' };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  cpSync(path.join(repository, 'tsconfig.json'), path.join(root, 'tsconfig.json'));
  const depcruise = path.join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const result = spawnSync(
    process.execPath,
    [depcruise, 'src', '--config', configPath, '--output-type', 'json'],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  assert.equal(result.stderr, '');
  const { summary } = JSON.parse(result.stdout) as { summary: { violations: Violation[] } };
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

describe('the rings', () => {
  it('leave a sound tree alone', () => assert.deepEqual(violations('sound', sound), []));

  // One row per breach: the file, what it imports, and the rule that must say so.
  const breaches: [rule: string, file: string, imports: string, to: string][] = [
    ['core-is-pure', 'src/core/a.ts', 'node:fs', 'fs'],
    ['core-is-pure', 'src/core/b.ts', 'valibot', 'node_modules/valibot/index.js'],
    ['core-is-pure', 'src/core/c.ts', '../engine/protocol.ts', 'src/engine/protocol.ts'],
    ['core-is-pure', 'src/core/d.ts', 'type ../workspace/protocol.ts', 'src/workspace/protocol.ts'],
    ['core-is-pure', 'src/core/e.ts', 'type vscode', 'vscode'],
    ['middle-ring', 'src/engine/a.ts', '../workspace/protocol.ts', 'src/workspace/protocol.ts'],
    ['middle-ring', 'src/workspace/a.ts', '../engine/client.ts', 'src/engine/client.ts'],
    ['middle-ring', 'src/remote/a.ts', '../engine/client.ts', 'src/engine/client.ts'],
    ['middle-ring', 'src/engine/b.ts', 'type ../vscode/ghostText.ts', 'src/vscode/ghostText.ts'],
    ['middle-ring', 'src/workspace/b.ts', '../cli/main.ts', 'src/cli/main.ts'],
    ['middle-ring', 'src/engine/c.ts', '../extension.ts', 'src/extension.ts'],
    ['disk-below', 'src/disk/a.ts', '../engine/client.ts', 'src/engine/client.ts'],
    ['models-ring', 'src/models/a.ts', '../engine/client.ts', 'src/engine/client.ts'],
    ['models-ring', 'src/models/b.ts', 'type ../workspace/protocol.ts', 'src/workspace/protocol.ts'],
    ['webview-apart', 'src/webview/a.ts', '../vscode/ghostText.ts', 'src/vscode/ghostText.ts'],
    ['webview-in-a-browser', 'src/webview/b.ts', 'node:fs', 'fs'],
    [
      'webview-is-a-program-of-its-own',
      'src/vscode/e.ts',
      '../webview/chat/main.ts',
      'src/webview/chat/main.ts',
    ],
    ['vscode-api-only-in-vscode', 'src/cli/a.ts', 'vscode', 'vscode'],
    ['vscode-api-only-in-vscode', 'src/engine/d.ts', 'type vscode', 'vscode'],
    ['llama-only-in-engine', 'src/engine/e.ts', 'node-llama-cpp', 'node_modules/node-llama-cpp/index.js'],
    ['llama-only-in-engine', 'src/cli/b.ts', 'type node-llama-cpp', 'node_modules/node-llama-cpp/index.js'],
    ['engine-process-stays-apart', 'src/engine/f.ts', './llama/model.ts', 'src/engine/llama/model.ts'],
    [
      'engine-process-stays-apart',
      'src/vscode/a.ts',
      'type ../engine/llama/model.ts',
      'src/engine/llama/model.ts',
    ],
    ['no-sockets', 'src/engine/g.ts', 'node:net', 'net'],
    ['no-sockets', 'src/vscode/b.ts', 'https', 'https'],
    ['no-sockets', 'src/cli/c.ts', 'node:dns/promises', 'dns/promises'],
    ['no-sockets', 'src/remote/b.ts', 'node:tls', 'tls'],
    ['host-between', 'src/host/b.ts', '../vscode/ghostText.ts', 'src/vscode/ghostText.ts'],
    ['cli-and-vscode-apart', 'src/cli/d.ts', '../vscode/ghostText.ts', 'src/vscode/ghostText.ts'],
    ['cli-and-vscode-apart', 'src/cli/e.ts', '../extension.ts', 'src/extension.ts'],
    ['vscode-and-cli-apart', 'src/vscode/c.ts', '../cli/main.ts', 'src/cli/main.ts'],
    ['not-to-unresolvable', 'src/vscode/d.ts', './gone.ts', './gone.ts'],
    ['not-to-unresolvable', 'src/cli/f.ts', 'left-pad', 'left-pad'],
    ['no-circular', 'src/core/one.ts', './two.ts', 'src/core/two.ts'],
    // A circle is told once.
    ['no-circular', 'src/engine/one.ts', 'type ./one/two.ts', 'src/engine/one/two.ts'],
  ];

  it('have a breach for every rule', () => {
    const rules = new Set([...breaches.map(([rule]) => rule), 'no-orphans']);
    assert.deepEqual([...rules].sort(), config.forbidden.map(({ name }) => name).sort());
  });

  const found = violations('breached', {
    ...sound,
    ...Object.fromEntries(breaches.map(([, file, imports]) => [file, [imports]])),
    'src/core/dead.ts': [],
    'src/core/two.ts': ['./one.ts'],
    'src/engine/one/two.ts': ['type ../one.ts'],
  });
  for (const [rule, file, imports, to] of breaches) {
    it(`${rule}: ${file} may not import ${imports}`, () => {
      const said = found.filter((violation) => violation.includes(`: ${file} -> `));
      assert.ok(said.includes(`${rule}: ${file} -> ${to}`), said.join('\n'));
    });
  }
  it('no-orphans: a file that nothing reaches is dead', () => {
    assert.ok(found.includes('no-orphans: src/core/dead.ts -> src/core/dead.ts'));
  });
  it('accuse nobody else', () => {
    const accused = new Set(found.map((violation) => violation.split(/: | -> /)[1] ?? ''));
    const guilty = [...breaches.map(([, file]) => file), 'src/core/dead.ts'];
    assert.deepEqual([...accused].sort(), [...new Set(guilty)].sort());
  });
});
