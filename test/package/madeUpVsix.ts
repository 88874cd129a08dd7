/** Small made-up VSIX files for the tests of packaging. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { grammarPackages } from '../../scripts/package/required.ts';
import { platformFolder, platformScope, targets, type TargetName } from '../../scripts/package/targets.ts';
import { grammarNames, queryNames } from '../../src/core/syntax/languages.ts';

/** Files by their path inside the extension's folder; the VSIX's own manifest lies outside of it. */
export type MadeUpFiles = Map<string, string | Buffer>;

/** The start of a library of machine code for a target, and nothing more. */
export function machineCode(target: TargetName): Buffer {
  const header = Buffer.alloc(256);
  const arm = target.endsWith('arm64');
  if (target.startsWith('linux')) {
    header.writeUInt32BE(0x7f454c46, 0);
    header.writeUInt16LE(arm ? 183 : 62, 18);
  } else if (target.startsWith('darwin')) {
    header.writeUInt32LE(0xfeedfacf, 0);
    header.writeUInt32LE(arm ? 0x0100000c : 0x01000007, 4);
  } else {
    header.write('MZ', 0, 'latin1');
    header.writeUInt32LE(0x80, 0x3c);
    header.write('PE\0\0', 0x80, 'latin1');
    header.writeUInt16LE(arm ? 0xaa64 : 0x8664, 0x84);
  }
  return header;
}

/** The names that llama.cpp's libraries have on a target. */
function libraryNames(target: TargetName, backends: readonly string[]): string[] {
  const stems = ['llama.v0.4.0', 'llama-common', 'ggml.v0.4.0', 'ggml-base'];
  const plugins = backends.map((backend) => `ggml-${backend}`);
  if (target.startsWith('win32')) return [...stems, ...plugins].map((stem) => `${stem}.dll`);
  const extension = target.startsWith('darwin') ? 'dylib' : 'so';
  return [...stems.map((stem) => `lib${stem}.${extension}`), ...plugins.map((stem) => `lib${stem}.so`)];
}

/** The beginning of every WebAssembly module. */
const wasm = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

function putPlatformPackages(files: MadeUpFiles, target: TargetName): void {
  for (const { name, backends } of targets[target].packages) {
    const folder = `${platformFolder}/${name}`;
    files.set(`${folder}/package.json`, JSON.stringify({ name, version: '9.8.7' }, null, 2));
    files.set(`${folder}/LICENSE`, 'MIT');
    files.set(`${folder}/dist/index.js`, 'export {};');
    files.set(`${folder}/bins/${name}/_nlcBuildMetadata.json`, '{}');
    for (const library of ['llama-addon.node', ...libraryNames(target, backends)]) {
      files.set(`${folder}/bins/${name}/${library}`, machineCode(target));
    }
  }
}

/** A model file of the given contents and the digest that goes with it. */
export function putModel(files: MadeUpFiles, contents: Buffer): void {
  const model = Buffer.concat([Buffer.from('GGUF'), contents]);
  files.set('models/starter.gguf', model);
  files.set('models/catalogue.json', '{}');
  files.set('models/catalogue.schema.json', '{}');
  files.set('models/SHA256SUMS', `${createHash('sha256').update(model).digest('hex')}  starter.gguf\n`);
}

/** The files of a VSIX that has everything it must have, and nothing more. */
export function flawlessFiles(target: TargetName): MadeUpFiles {
  const names = targets[target].packages.map(({ name }) => `${platformScope}/${name}`);
  const bundled = ['llama.cpp and ggml', 'node-llama-cpp', 'web-tree-sitter', ...grammarPackages];
  const notices = [...bundled, ...names].map((name) => `${name} 9.8.7 (MIT)`);
  const manifest = {
    name: 'hearth',
    publisher: 'hearth',
    version: '1.2.3',
    engines: { vscode: '^1.104.0' },
    main: './dist/extension.cjs',
    icon: 'media/icon.png',
  };
  const files: MadeUpFiles = new Map<string, string | Buffer>([
    ['extension.vsixmanifest', `<Identity Id="hearth" TargetPlatform="${target}" />`],
    ['package.json', JSON.stringify(manifest)],
    ['readme.md', '![Ghost text](media/icon.png) [Licence](LICENSE.txt)'],
    ['changelog.md', '# 1.2.3'],
    ['LICENSE.txt', 'MIT'],
    ['THIRD-PARTY-NOTICES.txt', notices.join('\n')],
    ['media/icon.png', 'PNG'],
    ['models/README.md', '# The starter model'],
    ['dist/engine/main.mjs', 'const version = "9.8.7";'],
    ['dist/llama/grammars/json.gbnf', 'root ::= object'],
    ['dist/llama/llama.cpp.info.json', '{}'],
    ['dist/llama/binariesGithubRelease.json', '{}'],
  ]);
  files.set('dist/grammars/tree-sitter.wasm', wasm);
  for (const name of grammarNames) {
    files.set(`dist/grammars/${name}/grammar.wasm`, wasm);
    for (const query of queryNames)
      files.set(`dist/grammars/${name}/${query}.scm`, '(class_definition) @scope');
  }
  for (const bundle of [
    'extension.cjs',
    'worker.cjs',
    'models.cjs',
    'cli.mjs',
    'engine/testBindingBinary.mjs',
    'webview/chat.js',
    'webview/chat.css',
  ]) {
    files.set(`dist/${bundle}`, '"use strict";');
  }
  putModel(files, Buffer.from('weights'));
  putPlatformPackages(files, target);
  return files;
}

/** Zips made-up files as vsce would. */
export async function writeVsix(file: string, files: MadeUpFiles): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const [name, contents] of files) {
    zip.addBuffer(
      Buffer.from(contents as string),
      name === 'extension.vsixmanifest' ? name : `extension/${name}`,
    );
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}
