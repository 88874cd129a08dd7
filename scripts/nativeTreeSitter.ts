/**
 * The native tree-sitter with which the tests compare the grammars that ship. Its prebuilt binary asks for a newer C++
 * library than some systems have; there it is built from the sources in its package, once.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { messageOf } from './runMain.ts';

const root = path.join(import.meta.dirname, '..');
const packageFolder = path.join(root, 'node_modules/tree-sitter');
const require = createRequire(import.meta.url);

/** How the native library came to be loaded. */
export type NativeBuild = 'prebuilt' | 'built' | 'built before';

/**
 * Makes `import('tree-sitter')` work in this process. Fails with what the compiler said where the library can neither be
 * loaded nor built.
 */
export function ensureNativeTreeSitter(): NativeBuild {
  const load = require('node-gyp-build') as (folder: string) => unknown;
  try {
    load(packageFolder);
    return 'prebuilt';
  } catch {
    const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as {
      version: string;
    };
    const name = `tree-sitter-${version}-${process.platform}-${process.arch}`;
    const folder = path.join(root, '.vscode-test', name);
    const isBuilt = existsSync(path.join(folder, 'build/Release/tree_sitter.node'));
    if (!isBuilt) build(folder);
    // Where node-gyp-build looks first for a package's binary.
    process.env.TREE_SITTER_PREBUILD = folder;
    load(packageFolder);
    return isBuilt ? 'built before' : 'built';
  }
}

/** Compiles the library into `folder`, as its binding.gyp would have it, but with the headers of npm packages. */
function build(folder: string): void {
  const work = `${folder}.building`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(path.join(work, 'build/Release'), { recursive: true });
  // A header of Node itself that the sources include, but use only for what it includes.
  writeFileSync(path.join(work, 'node_object_wrap.h'), '#include <cassert>\n');
  const core = path.join(packageFolder, 'vendor/tree-sitter/lib');
  const sources = ['binding', 'conversions', 'language', 'logger', 'lookaheaditerator', 'node', 'parser']
    .concat(['query', 'tree', 'tree_cursor'])
    .map((name) => path.join(packageFolder, `src/${name}.cc`));
  const shared = ['-O1', '-fPIC', '-fvisibility=hidden', `-I${core}/include`];
  const object = path.join(work, 'lib.o');
  const defines = ['-D_POSIX_C_SOURCE=200112L', '-D_DEFAULT_SOURCE'];
  compile(process.env.CC ?? 'cc', [
    ...shared,
    '-std=c11',
    ...defines,
    `-I${core}/src`,
    '-c',
    `${core}/src/lib.c`,
    '-o',
    object,
  ]);
  const napi = require('node-api-headers') as { include_dir: string };
  const addon = path.join(root, 'node_modules/node-addon-api');
  const undefinedLater = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  compile(process.env.CXX ?? 'c++', [
    ...shared,
    '-std=c++17',
    '-shared',
    ...undefinedLater,
    '-DNAPI_VERSION=9',
    '-DNODE_ADDON_API_CPP_EXCEPTIONS',
    `-I${work}`,
    `-I${napi.include_dir}`,
    `-I${addon}`,
    ...sources,
    object,
    '-o',
    path.join(work, 'build/Release/tree_sitter.node'),
  ]);
  rmSync(folder, { recursive: true, force: true });
  renameSync(work, folder);
}

function compile(compiler: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(compiler, args, { encoding: 'utf8' });
  if (status === 0) return;
  const why = error === undefined ? stderr : messageOf(error);
  throw new Error(`The native tree-sitter can't be loaded and could not be built with ${compiler}: ${why}`);
}
