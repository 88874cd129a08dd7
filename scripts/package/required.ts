/** The rules about what must be in a VSIX. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { grammarNames, queryNames } from '../../src/core/syntax/languages.ts';
import { binaryTarget, headerBytes, isMachineCode } from './binaries.ts';
import { relativeLinks } from './documents.ts';
import { messageOf } from '../runMain.ts';
import { packageOf, readGrammarPackages } from '../grammarPackages.ts';
import { developmentFields } from './manifest.ts';
import { starterModel, type Packed } from './packed.ts';
import { platformFolder, platformScope, targets, type PlatformPackage, type TargetName } from './targets.ts';

const requiredFiles = [
  'extension.vsixmanifest',
  'package.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'THIRD-PARTY-NOTICES.txt',
  'dist/extension.cjs',
  'dist/worker.cjs',
  'dist/models.cjs',
  'dist/webview/chat.js',
  'dist/webview/chat.css',
  'dist/cli.mjs',
  'dist/engine/main.mjs',
  'dist/engine/testBindingBinary.mjs',
  'dist/llama/llama.cpp.info.json',
  'dist/llama/binariesGithubRelease.json',
  'dist/grammars/tree-sitter.wasm',
  ...grammarNames.flatMap((name) =>
    ['grammar.wasm', ...queryNames.map((query) => `${query}.scm`)].map(
      (file) => `dist/grammars/${name}/${file}`,
    ),
  ),
  starterModel,
  'models/README.md',
  'models/catalogue.json',
  'models/catalogue.schema.json',
  'models/SHA256SUMS',
];

/** The packages that the grammars, or their sources, come from. */
export const grammarPackages = [
  ...new Set(Object.values(readGrammarPackages()).flatMap(({ wasm, native }) => [packageOf(wasm), native])),
];

/** The files of a platform package besides its libraries. */
const packageFiles = (name: string) => [
  'package.json',
  'LICENSE',
  'dist/index.js',
  `bins/${name}/_nlcBuildMetadata.json`,
  `bins/${name}/llama-addon.node`,
];

/** One sentence for everything that a VSIX lacks. */
export async function requiredProblems(packed: Packed, target: TargetName): Promise<string[]> {
  const missing = requiredFiles.filter((file) => !packed.has(file)).map((file) => `${file} is missing`);
  if (packed.below('dist/llama/grammars/').length === 0) missing.push('dist/llama/grammars is missing');
  const problems = [
    vsixManifestProblems(packed, target),
    manifestProblems(packed),
    modelProblems(packed),
    documentProblems(packed),
    noticesProblems(packed, target),
    ...targets[target].packages.map((platform) => platformProblems(packed, platform, target)),
  ];
  return [...missing, ...(await Promise.all(problems)).flat()];
}

async function vsixManifestProblems(packed: Packed, target: TargetName): Promise<string[]> {
  const manifest = await packed.text('extension.vsixmanifest');
  if (manifest === '' || manifest.includes(`TargetPlatform="${target}"`)) return [];
  return [`extension.vsixmanifest is not for ${target}`];
}

/** package.json: nothing of the checkout's own, and every file it points to is there. */
async function manifestProblems(packed: Packed): Promise<string[]> {
  const text = await packed.text('package.json');
  if (text === '') return [];
  let manifest: Record<string, unknown>;
  try {
    manifest = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    return [`package.json cannot be read: ${messageOf(error)}`];
  }
  const fields = ['name', 'publisher', 'version', 'engines', 'main'].filter((field) => !(field in manifest));
  const own = developmentFields.filter((field) => field in manifest);
  const files = referencedFiles(manifest).filter((file) => !packed.has(file));
  return [
    ...fields.map((field) => `package.json lacks "${field}"`),
    ...own.map((field) => `package.json still has "${field}", which means something only in a checkout`),
    ...files.map((file) => `package.json refers to ${file}, which is missing`),
  ];
}

/** The paths of shipped folders that occur as values anywhere in the manifest. */
function referencedFiles(value: unknown): string[] {
  if (typeof value === 'string') {
    const isPath = /^(\.\/)?(dist|media|models|grammars)\/[^*\s]+$/.test(value);
    return isPath ? [path.posix.normalize(value)] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(referencedFiles);
}

async function modelProblems(packed: Packed): Promise<string[]> {
  const model = await packed.files.get(starterModel)?.read();
  const sums = await packed.text('models/SHA256SUMS');
  if (!model || sums === '') return [];
  if (model.toString('latin1', 0, 4) !== 'GGUF') return [`${starterModel} is not a GGUF file`];
  const name = path.posix.basename(starterModel);
  const line = sums.split('\n').find((candidate) => candidate.trim().endsWith(name)) ?? '';
  const digest = createHash('sha256').update(model).digest('hex');
  return line.startsWith(digest) ? [] : [`${starterModel} is not the file that models/SHA256SUMS records`];
}

/** The links of the documents that VS Code shows lead to files that are there. */
async function documentProblems(packed: Packed): Promise<string[]> {
  const documents = ['readme.md', 'changelog.md', 'models/README.md'];
  const problems = documents.map(async (document) => {
    const broken = relativeLinks(await packed.text(document), document).filter((file) => !packed.has(file));
    return broken.map((file) => `${document} links to ${file}, which is missing`);
  });
  return (await Promise.all(problems)).flat();
}

async function noticesProblems(packed: Packed, target: TargetName): Promise<string[]> {
  const notices = await packed.text('THIRD-PARTY-NOTICES.txt');
  if (notices === '') return [];
  const packages = targets[target].packages.map(({ name }) => `${platformScope}/${name}`);
  return ['llama.cpp and ggml', 'node-llama-cpp', 'web-tree-sitter', ...grammarPackages, ...packages]
    .filter((name) => !notices.split('\n').some((line) => line.startsWith(`${name} `)))
    .map((name) => `THIRD-PARTY-NOTICES.txt has no licence of ${name}`);
}

/** A platform package: its files, its libraries, machine code for the target, and the version the engine asks for. */
async function platformProblems(
  packed: Packed,
  platform: PlatformPackage,
  target: TargetName,
): Promise<string[]> {
  const folder = `${platformFolder}/${platform.name}/`;
  const missing = packageFiles(platform.name)
    .filter((file) => !packed.has(folder + file))
    .map((file) => `${folder}${file} is missing`);
  const natives = packed.below(`${folder}bins/${platform.name}/`).filter(isMachineCode);
  const parts = new Set(natives.map(libraryPart));
  const absent = [
    'llama',
    'llama-common',
    'ggml',
    'ggml-base',
    ...platform.backends.map((one) => `ggml-${one}`),
  ]
    .filter((part) => !parts.has(part))
    .map((part) => `${folder} has no library for ${part}`);
  const foreign = natives.map(async (file) => {
    const full = `${folder}bins/${platform.name}/${file}`;
    const made = binaryTarget((await packed.files.get(full)?.read(headerBytes)) ?? Buffer.alloc(0));
    return made === target ? [] : [`${full} is not machine code for ${target}`];
  });
  const version = await versionProblems(packed, folder);
  return [...missing, ...absent, ...(await Promise.all(foreign)).flat(), ...version];
}

/** node-llama-cpp refuses a platform package of any version but the one written into its own code. */
async function versionProblems(packed: Packed, folder: string): Promise<string[]> {
  const version = /"version":\s*"([^"]+)"/.exec(await packed.text(`${folder}package.json`))?.[1];
  const engine = await packed.text('dist/engine/main.mjs');
  if (version === undefined || engine === '' || engine.includes(version)) return [];
  return [`${folder} has version ${version}, which is not what dist/engine/main.mjs was built with`];
}

/** The part of llama.cpp that a library is, such as `ggml-cpu` for `libggml-cpu-haswell.so`. */
function libraryPart(file: string): string {
  const stem = file.replace(/^lib/, '').replace(/(\.\w+)?(\.v[\d.]+)?\.(so|dylib|dll)$/, '');
  return /^ggml-(?!base$)[a-z]+/.exec(stem)?.[0] ?? stem;
}
