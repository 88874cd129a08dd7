import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { LogSink } from './log.ts';

declare const LLAMA_VERSION: string | undefined;

/** What node-llama-cpp asks a binary package for. */
export interface BinaryPackage {
  getBinsDir(this: void): { readonly binsDir: string; readonly packageVersion: string };
}

const description = v.object({ name: v.string(), version: v.string() });

/** The folder of more packages; null: none. */
let extraFolder: string | null = null;

/**
 * From now on, packages that did not come with Hearth are looked for in this folder too. One that is of another
 * version than node-llama-cpp would be left aside in silence: it is named in the log.
 */
export function useBackendFolder(folder: string | null, log: LogSink): void {
  extraFolder = folder;
  if (folder === null) return;
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const version = describePackage(path.join(folder, name))?.version;
    if (version === undefined || typeof LLAMA_VERSION === 'undefined' || version === LLAMA_VERSION) continue;
    log(
      'warn',
      `The backend in ${path.join(folder, name)} is not used: it is version ${version}, this Hearth needs ${LLAMA_VERSION}. Install it again.`,
    );
  }
}

/**
 * Stands for `import(name)` of a binary package in the bundled node-llama-cpp (see esbuild.mjs): the package that came
 * with Hearth, else the one in the extra folder. No JavaScript of the latter is run; its libraries are what it is for.
 */
export async function importBinaryPackage(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    const extra = extraPackage(name.slice(name.indexOf('/') + 1));
    if (extra === null) throw error;
    return extra;
  }
}

function extraPackage(name: string): BinaryPackage | null {
  if (extraFolder === null) return null;
  const folder = path.join(extraFolder, name);
  const found = describePackage(folder);
  if (found?.name !== `@node-llama-cpp/${name}`) return null;
  const binsDir = path.join(folder, 'bins');
  return { getBinsDir: () => ({ binsDir, packageVersion: found.version }) };
}

function describePackage(folder: string): v.InferOutput<typeof description> | null {
  try {
    const text = readFileSync(path.join(folder, 'package.json'), 'utf8');
    return v.parse(description, JSON.parse(text));
  } catch {
    return null;
  }
}

/** The folder of the CUDA package for this platform in the extra folder, or null where there is none. */
export function cudaPackage(): string | null {
  const platform = { linux: 'linux', win32: 'win' }[process.platform as string];
  if (extraFolder === null || platform === undefined) return null;
  const folder = path.join(extraFolder, `${platform}-${process.arch}-cuda`);
  return describePackage(folder) === null ? null : folder;
}

/** Why the CUDA package in this folder does not work, and what is used instead, in a sentence. */
export async function explainCudaFailure(folder: string): Promise<string> {
  const bins = path.join(folder, 'bins', path.basename(folder));
  const library = process.platform === 'win32' ? 'ggml-cuda.dll' : 'libggml-cuda.so';
  let why = 'its test of the GPU failed';
  for (const name of ['llama-addon.node', library]) {
    const file = path.join(bins, name);
    const error = existsSync(file) ? await loaderError(file) : `${name} is missing`;
    if (error === null) continue;
    why = error;
    break;
  }
  return `The CUDA backend in ${folder} can't be used (${why}): it needs an NVIDIA driver and the libraries of CUDA 13. Another backend is used instead.`;
}

/** Loads a library and writes down why that failed; one that is no addon was loaded all the same. */
const tryToLoad = `try { process.dlopen({ exports: {} }, process.argv[1]); }
catch (error) { if (!/self-register/.test(error.message)) process.stdout.write(error.message); }`;
const loaderMs = 20_000;

/**
 * What the dynamic loader says about a library, in one line; null where it finds nothing wrong. In a process of its own:
 * what was loaded here would be taken for the libraries of the same name that the next backend needs.
 */
async function loaderError(file: string): Promise<string | null> {
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['-e', tryToLoad, file], { timeout: loaderMs }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  return said.trim().split('\n')[0] || null;
}
