/**
 * Builds everything that ships into dist/:
 *   extension.cjs    the extension host's part (thin)
 *   worker.cjs       the workspace worker thread
 *   models.cjs       the thread that reads headers of model files
 *   cli.mjs          the command line
 *   engine/main.mjs  the engine process, with node-llama-cpp's JavaScript inside and its binaries outside
 *   webview/chat.js  the chat's page, run in a browser frame, and its style sheet
 *   llama/           data files that node-llama-cpp looks for beside its own folder
 *   grammars/        tree-sitter with a grammar and our queries for each language, read by the worker
 *   meta.json        what went into each bundle (for the third-party notices)
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, 'dist');
const llamaPackage = path.join(root, 'node_modules/node-llama-cpp');
const llamaVersion = JSON.parse(readFileSync(path.join(llamaPackage, 'package.json'), 'utf8')).version;
const hearthVersion = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;
/** The digests of llama.cpp's packages for NVIDIA's GPUs, which do not ship and are fetched only when asked for. */
const lockedPackages = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
const cudaPackages = Object.entries(lockedPackages)
  .filter(([at]) => /^node_modules\/@node-llama-cpp\/(linux|win)-x64-cuda$/.test(at))
  .map(([at, { version, integrity }]) => ({ name: path.posix.basename(at), version, integrity }));
if (cudaPackages.length !== 2 || cudaPackages.some(({ version }) => version !== llamaVersion))
  throw new Error(`package-lock.json has no CUDA packages of node-llama-cpp ${llamaVersion}.`);
const production = !process.argv.includes('--development');

/**
 * node-llama-cpp expects its own folder around it in two places: it reads its version from its package.json,
 * and it forks a file that tries a binary before the main process loads it. A third rule lets it find binary packages
 * in a folder that the engine is told of, beside those that came with Hearth.
 */
const bundleNodeLlamaCpp = {
  name: 'node-llama-cpp',
  setup(build) {
    build.onLoad({ filter: /node-llama-cpp[\\/]dist[\\/]utils[\\/]getModuleVersion\.js$/ }, () => ({
      contents: `export async function getModuleVersion() { return ${JSON.stringify(llamaVersion)}; }`,
      loader: 'js',
    }));
    build.onLoad(
      { filter: /node-llama-cpp[\\/]dist[\\/]bindings[\\/]utils[\\/]compileLLamaCpp\.js$/ },
      ({ path: file }) => {
        const source = readFileSync(file, 'utf8');
        const asked = source.replaceAll(
          /\bimport\(("@node-llama-cpp\/[\w-]+")\)/g,
          'importBinaryPackage($1)',
        );
        if (asked === source) throw new Error('node-llama-cpp asks for its binary packages in another way.');
        const from = JSON.stringify(path.join(root, 'src/engine/llama/binaryPackages.ts'));
        return { contents: `import { importBinaryPackage } from ${from};\n${asked}`, loader: 'js' };
      },
    );
    build.onResolve({ filter: /testBindingBinary\.js$/ }, (args) =>
      args.kind === 'entry-point' ? undefined : { path: './testBindingBinary.mjs', external: true },
    );
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: production,
  keepNames: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: {
    HEARTH_VERSION: JSON.stringify(hearthVersion),
    LLAMA_VERSION: JSON.stringify(llamaVersion),
    CUDA_PACKAGES: JSON.stringify(cudaPackages),
  },
};
/** Its main module asks for its own files in a way that a bundler can't follow. */
const jsoncParser = { 'jsonc-parser': path.join(root, 'node_modules/jsonc-parser/lib/esm/main.js') };
const requireBanner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

rmSync(dist, { recursive: true, force: true });
const results = await Promise.all([
  esbuild.build({
    ...common,
    format: 'cjs',
    external: ['vscode'],
    entryPoints: {
      extension: 'src/extension.ts',
      worker: 'src/workspace/worker.ts',
      models: 'src/models/headerWorker.ts',
    },
    // Its module for `import` asks for import.meta.url, which CommonJS has not.
    alias: {
      'web-tree-sitter': path.join(root, 'node_modules/web-tree-sitter/web-tree-sitter.cjs'),
      ...jsoncParser,
    },
    outExtension: { '.js': '.cjs' },
    outdir: 'dist',
  }),
  esbuild.build({
    ...common,
    format: 'esm',
    entryPoints: { cli: 'src/cli/main.ts' },
    alias: jsoncParser,
    outExtension: { '.js': '.mjs' },
    outdir: 'dist',
    banner: { js: `#!/usr/bin/env node\n${requireBanner.js}` },
  }),
  esbuild.build({
    ...common,
    format: 'esm',
    entryPoints: {
      main: 'src/engine/main.ts',
      testBindingBinary: path.join(llamaPackage, 'dist/bindings/utils/testBindingBinary.js'),
    },
    outExtension: { '.js': '.mjs' },
    outdir: 'dist/engine',
    plugins: [bundleNodeLlamaCpp],
    external: ['@node-llama-cpp/*', '@reflink/*', 'electron', 'typescript'],
    banner: requireBanner,
  }),
  esbuild.build({
    ...common,
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
    entryPoints: { chat: 'src/webview/chat/main.tsx' },
    outdir: 'dist/webview',
  }),
]);

chmodSync(path.join(dist, 'cli.mjs'), 0o755);
const llamaData = path.join(dist, 'llama');
mkdirSync(llamaData, { recursive: true });
for (const name of readdirSync(path.join(llamaPackage, 'llama'))) {
  if (name.endsWith('.json')) cpSync(path.join(llamaPackage, 'llama', name), path.join(llamaData, name));
}
cpSync(path.join(llamaPackage, 'llama/grammars'), path.join(llamaData, 'grammars'), { recursive: true });
const grammars = path.join(dist, 'grammars');
cpSync(path.join(root, 'grammars'), grammars, {
  recursive: true,
  filter: (file) => !/\.(md|json)$/.test(file),
});
/** By the folder of a grammar: its file, and the package with its sources and their licence, mostly the same. */
const grammarPackages = JSON.parse(readFileSync(path.join(root, 'grammars/packages.json'), 'utf8'));
const copied = ['web-tree-sitter/web-tree-sitter.wasm'];
cpSync(path.join(root, 'node_modules', copied[0]), path.join(grammars, 'tree-sitter.wasm'));
for (const [name, { wasm, native }] of Object.entries(grammarPackages)) {
  cpSync(path.join(root, 'node_modules', wasm), path.join(grammars, name, 'grammar.wasm'));
  copied.push(wasm, `${native}/package.json`);
}
/** What is copied of packages is third-party software like what is bundled. */
const thirdParty = [...new Set(copied)].map((file) => `node_modules/${file}`);
const inputs = Object.assign({}, ...results.map((result) => result.metafile.inputs));
writeFileSync(
  path.join(dist, 'meta.json'),
  JSON.stringify({ inputs: [...Object.keys(inputs), ...thirdParty].sort() }),
);
